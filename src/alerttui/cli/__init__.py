"""The headless twin of the console: the same filters and changes as commands."""
