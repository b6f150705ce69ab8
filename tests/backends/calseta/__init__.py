"""Calseta's REST API as a backend."""
