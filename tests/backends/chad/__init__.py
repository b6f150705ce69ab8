"""CHAD's backend: its requests, its reading, and what it makes of a server that misbehaves."""
