"""Backends that translate one vendor's wire each."""
