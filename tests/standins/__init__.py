"""Stand-ins for what answers on the other side of a connection."""
