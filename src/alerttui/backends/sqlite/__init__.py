"""The local store: one SQLite file, authority of a local profile and mirror of a remote one."""
