"""The values of a listing: a row of the list, a page, a facet, statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from alerttui.domain.alert import Detection
from alerttui.domain.vocabulary import AlertId, Severity

T_co = TypeVar("T_co", covariant=True)


class AlertRow(NamedTuple):
    """What the list shows of one alert; a tuple straight from the store, so that windows are cheap."""

    rowid: int
    """Position in time: creation in ms << 20 | sequence."""
    id: AlertId
    version: int
    """Grows with every write; part of the key of every render cache."""
    title: str
    severity: int
    severity_word: str
    status: str
    phase: int
    quality: str
    """USEFUL, NOISE, or empty."""
    verdict: str
    assignee_id: str
    created_ms: int
    event_count: int | None
    detection_id: str
    tags: tuple[str, ...]

    @property
    def severity_label(self) -> str:
        """The product's word for its severity, or the rank's name where it gave none; empty if unknown."""
        known = Severity.UNKNOWN < self.severity <= Severity.CRITICAL
        return self.severity_word or (Severity(self.severity).name if known else "")


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """A page of a list; `next` continues it and is None on the last page. `total` where it is known."""

    results: Sequence[T_co]
    next: str | None = None
    total: int | None = None
    is_cut: bool = False
    """True on a last page behind which there is more that the product does not list."""


class Facet(NamedTuple):
    """A value and how many alerts have it."""

    value: str
    alerts: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 90th percentile of a duration, in seconds; None where nothing was measured."""

    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts and times over the alerts that match a query."""

    total: int = 0
    by_status: dict[str, int] = field(default_factory=dict)
    by_severity: dict[str, int] = field(default_factory=dict)
    by_quality: dict[str, int] = field(default_factory=dict)
    by_rule: dict[str, int] = field(default_factory=dict)
    """By the rules' ids."""
    rule_names: dict[str, str] = field(default_factory=dict)
    """What rules are called, by their ids, as far as they have names of their own."""
    time_to_acknowledge: Spread = Spread()
    """From creation to the first status that is not open."""
    time_to_close: Spread = Spread()
    """From creation to the first closing."""
    told: dict[str, str] = field(default_factory=dict)
    """Figures of the product's own by what it calls them, in its words: "mean time to resolve": "2h 15m"."""

    def rule_label(self, rule_id: str) -> str:
        """What people call a rule that was counted."""
        return Detection(id=rule_id, name=self.rule_names.get(rule_id, "")).label
