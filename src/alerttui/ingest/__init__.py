"""Files of alerts into the store."""
