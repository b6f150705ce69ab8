"""alerttui: a terminal console in which security analysts triage alerts."""

__version__ = "0.1.0"
