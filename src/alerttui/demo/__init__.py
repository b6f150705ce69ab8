"""Believable alerts, the same for the same seed and time."""
