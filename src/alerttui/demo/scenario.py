"""What a scenario is: one rule and everything an alert of it is told with, as data.

In titles, contexts, events, clues and notes `$name` stands for a value of the cast (see `cast`); a JSON text
that is nothing but `$=name` becomes that value as a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Json: TypeAlias = Mapping[str, object]
"""A JSON object with `$name` in its texts."""


@dataclass(frozen=True, slots=True)
class Clue:
    """An indicator of the alert, before the cast is known."""

    kind: str
    value: str
    malice: str = ""
    score: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What analysts write under such an alert, by what it turned out to be."""

    triage: tuple[str, ...]
    real: tuple[str, ...]
    benign: tuple[str, ...]
    wrong: tuple[str, ...]
    """The detection was wrong: a false positive."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a system alert says is broken."""

    kind: str
    source_id: str
    source_kind: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """One rule, and the story that its alerts tell; compared by identity, so that it can be a key."""

    rule: str
    name: str
    kind: str = "RULE"
    type: str = "ALERT"
    sub_type: str = ""
    """Empty for the same word as `kind`."""
    people: Literal["anyone", "engineers", "windows"] = "anyone"
    """Whom it can happen to: everybody, those who hold cloud roles, or those with a Windows laptop."""
    real_percent: int = 45
    """How many of a hundred resolved ones were true positives; the rest was benign."""
    weight: int = 8
    """How often it fires, beside the weights of the other scenarios."""
    severities: tuple[str, ...]
    """Drawn from evenly, so that a word that stands twice is twice as likely."""
    log_types: tuple[str, ...]
    log_source: str
    resource_types: tuple[str, ...] = ()
    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    rule_tags: tuple[str, ...] = ()
    title: str
    description: str
    runbook: str
    reference: str = ""
    context: Json
    events: tuple[Json, ...]
    """Taken in turn, for as many events as the alert has."""
    most_events: int = 1
    least_events: int = 1
    span_s: int = 600
    """Time from the first event to the last one, at most."""
    pace_s: int = 0
    """Fixed time from one event to the next; 0 spreads them over the span."""
    clues: tuple[Clue, ...] = ()
    tags: tuple[str, ...] = ()
    """Context tags that fit; a benign one may get the first."""
    notes: Notes
    comment_format: str = "PLAIN_TEXT"
    fault: Fault | None = None
