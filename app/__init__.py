"""What people touch: the web page, the HTTP API, the command line, settings and feedback."""
