"""Widgets: they take data, speak by messages, and know no triage and no backend."""
