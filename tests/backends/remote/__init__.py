"""Tests of what is under every remote backend, and of each of them."""
