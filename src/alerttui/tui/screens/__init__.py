"""Screens decide what the analyst's keys mean."""
