"""Our own pages, beside Gradio's: the banner that all share, and a template for each page."""
