"""What a browser loads from this server: styles, script, icon. A package only to be installed."""
