"""Panther's REST API as a backend."""
