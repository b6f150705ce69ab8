"""Backends of products that are reached over HTTP; they know one transport, and nothing of each other."""
