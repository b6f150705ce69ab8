"""Domain values to lines of text: pure functions, no widget, no app."""
