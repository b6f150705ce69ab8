"""The analyst's clipboard: through the terminal, through a tool of the desktop, or into a file."""
