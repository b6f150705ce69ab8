"""Pure values and rules of alert triage: standard library only, no I/O."""
