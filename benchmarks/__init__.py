"""How fast alerttui is, each figure as a ratio to something small measured in the same run."""
