"""SentinelNerd as a backend."""
