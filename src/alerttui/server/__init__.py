"""The local store as a REST API; nothing here is imported unless `alerttui serve` runs."""
