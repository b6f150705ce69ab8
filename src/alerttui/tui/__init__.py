"""The console: the only floor that imports Textual."""
