"""Which style each meaning has; every colour is a variable of the theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alerttui.domain.vocabulary import Phase, Severity

SEVERITY_STYLES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "bold $severity-critical",
    Severity.HIGH: "bold $severity-high",
    Severity.MEDIUM: "$severity-medium",
    Severity.LOW: "$severity-low",
    Severity.INFO: "$severity-info",
    Severity.UNKNOWN: "$severity-unknown",
}

PHASE_STYLES: Final[Mapping[Phase, str]] = {
    Phase.OPEN: "bold",
    Phase.ACTIVE: "$accent",
    Phase.CLOSED: "$success",
    Phase.UNKNOWN: "$warning",
}

LIST_STYLES: Final[Mapping[str, str]] = {
    "open": "bold $foreground",
    "active": "$foreground",
    "closed": "$foreground-muted",
    "gone": "italic $foreground-muted",
    "cursor": "on $cursor-background",
    "cursor-blurred": "on $cursor-blurred",
    "mark": "bold $accent",
}
"""Weight for what is unhandled, dim for what is done."""
