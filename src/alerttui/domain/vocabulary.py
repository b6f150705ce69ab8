"""The closed sets of triage: severity, phase, quality, and how native words relate to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final, NewType

AlertId = NewType("AlertId", str)
"""The id that the analyst sees, quotes and acts on; opaque."""


class Severity(IntEnum):
    """How grave an alert is; the number is its rank, so that comparison means gravity."""

    UNKNOWN = 0
    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @classmethod
    def from_word(cls, word: str) -> Severity:
        """The severity that a product's word means in any case; UNKNOWN for any other word."""
        return _SEVERITY_WORDS.get(word.strip().lower(), cls.UNKNOWN)


_SEVERITY_WORDS = {
    "critical": Severity.CRITICAL,
    "crit": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "med": Severity.MEDIUM,
    "low": Severity.LOW,
    "info": Severity.INFO,
    "informational": Severity.INFO,
}

UNRATED_WORDS: Final = frozenset({"pending"})
"""Words of products for a severity that nobody has rated yet, in lower case."""


class Phase(IntEnum):
    """Where in its life an alert is, whatever its product calls it."""

    UNKNOWN = 0
    OPEN = 1
    ACTIVE = 2
    CLOSED = 3


class Quality(Enum):
    """The analyst's rating of the detection's signal; apart from status and verdict."""

    USEFUL = "USEFUL"
    NOISE = "NOISE"


class Verdict(Enum):
    """What a closed alert turned out to be, in the words common to all products."""

    TRUE_POSITIVE = "true_positive"
    BENIGN = "benign"
    FALSE_POSITIVE = "false_positive"
    UNDETERMINED = "undetermined"
    DUPLICATE = "duplicate"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class StatusWord:
    """One status of a backend: its own word, how it is shown, and the letter that picks it."""

    word: str
    label: str
    """The full name, for menus and the detail pane."""
    short: str
    """At most 8 cells, for the list's column."""
    phase: Phase
    key: str


@dataclass(frozen=True, slots=True)
class VerdictWord:
    """One closing verdict of a backend: its own word, its label, its common meaning, its letter."""

    word: str
    label: str
    common: Verdict
    key: str
    closes_as: str = ""
    """The status that usually goes with it; empty where the first closing target does."""


TAG_PATTERN = r"^[a-z0-9_-]{1,30}$"
"""What one context tag may look like (Panther's AlertAPI.PatchAlertReq.contextTags)."""

TAG_LIMIT = 10
"""How many context tags one alert may have (maxItems of the same schema)."""
