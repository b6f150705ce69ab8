"""What an analyst does with alerts: no screen, no driver."""
