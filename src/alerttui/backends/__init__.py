"""Where alerts live: the contract, the store, and the concrete backends behind the registry."""
