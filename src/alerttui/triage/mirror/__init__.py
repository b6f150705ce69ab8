"""A remote system through its mirror: read from the store at once, synced and sent beside the keys."""
