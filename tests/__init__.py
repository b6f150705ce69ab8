"""The tests of alerttui."""
