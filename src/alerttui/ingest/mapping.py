"""A format as data: how records of one kind are recognised, and where each part of an alert is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field
from typing import Final

from alerttui.domain.json_text import text_of
from alerttui.domain.vocabulary import Severity
from alerttui.ingest.looking import UNUSUAL
from alerttui.ingest.picking import Path, Pick

TEXT_FIELDS: Final = (
    "title", "description", "runbook", "reference", "type", "sub_type", "fingerprint", "verdict", "quality",
    "rule_id", "rule_name", "rule_kind", "rule_severity", "rule_author", "rule_source", "risk_level",
)  # fmt: skip
"""Fields of `[fields]` that take the first text found."""

TIME_FIELDS: Final = ("created", "first_event", "last_event", "updated", "acknowledged", "closed")
"""Fields that take the first readable time."""

NUMBER_FIELDS: Final = ("event_count", "duplicate_count", "risk_score")
"""Fields that take the first whole number."""

LIST_FIELDS: Final = (
    "tags", "rule_tags", "log_types", "log_sources", "resource_types",
    "mitre_tactics", "mitre_techniques", "data_sources", "references",
)  # fmt: skip
"""Fields that take every text found."""

PART_FIELDS: Final = ("context", "assignee", "updated_by", "deliveries", "system_error", "comments")
"""Fields that take a whole part of the record: any JSON, an actor, or Panther's lists."""

FIELD_NAMES: Final = TEXT_FIELDS + TIME_FIELDS + NUMBER_FIELDS + LIST_FIELDS + PART_FIELDS
"""Everything that `[fields]` can name."""

Picks = tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detect:
    """What a record must have to be taken for this format."""

    specificity: int = 50
    """Where several formats fit, the greater wins."""
    present: tuple[Path, ...] = ()
    any: tuple[Path, ...] = ()
    at_least: int = 1
    """How many of `any` must be there."""
    absent: tuple[Path, ...] = ()
    match: tuple[tuple[Path, re.Pattern[str]], ...] = ()

    def missing(self, roots: tuple[object, ...]) -> str:
        """Why the record is not of this format; empty if it is."""
        for path in self.present:
            if not _has(path, roots):
                return f"has no {path.written}"
        if self.any and not self._has_enough(roots):
            names = ", ".join(path.written for path in self.any)
            return (
                f"has fewer than {self.at_least} of {names}" if self.at_least > 1 else f"has none of {names}"
            )
        for path in self.absent:
            if _has(path, roots):
                return f"has {path.written}"
        for path, pattern in self.match:
            if not _matches(path, pattern, roots):
                return f"{path.written} does not look like {pattern.pattern}"
        return ""

    def _has_enough(self, roots: tuple[object, ...]) -> bool:
        count = 0
        for path in self.any:
            count += _has(path, roots)
            if count >= self.at_least:
                return True
        return False

    def share_present(self, roots: tuple[object, ...]) -> float:
        """Which share of the paths that are looked for the record has, from 0 to 1."""
        paths = self.present + self.any
        return sum(_has(path, roots) for path in paths) / len(paths) if paths else 0.0


def _has(path: Path, roots: tuple[object, ...]) -> bool:
    for root in roots:
        found = path.look(root)
        if found is not None and (found is not UNUSUAL or path.present(root)):
            return True
    return False


def _matches(path: Path, pattern: re.Pattern[str], roots: tuple[object, ...]) -> bool:
    return any(pattern.search(text_of(value)) for root in roots for value in path.values(root)[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What makes two records the same alert; without it, their content."""

    any: Picks = ()
    """The first of these that is there."""
    all: Picks = ()
    """These together, where every one is there."""
    not_an_id: re.Pattern[str] | None = None
    """What stands where there is no id: a dash, a placeholder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityRule:
    """Which severity a record's word or number means."""

    picks: Picks = ()
    shown: Picks = ()
    """Where the record has a better word for it than the one that is read."""
    words: ReadOnlyMapping[str, Severity] = field(default_factory=dict)
    """By word in lower case."""
    at_least: tuple[tuple[float, Severity], ...] = ()
    """For numbers: the first bound that is reached, greatest first."""

    def meaning(self, word: str) -> Severity:
        """The severity of a word or number, UNKNOWN where nothing says."""
        known = self.words.get(word.strip().lower())
        if known is not None:
            return known
        if self.at_least:
            try:
                number = float(word)
            except ValueError:
                return Severity.from_word(word)
            return next((severity for bound, severity in self.at_least if number >= bound), Severity.UNKNOWN)
        return Severity.from_word(word)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRule:
    """Which status of the local store a record's word means; other words are kept as they came."""

    picks: Picks = ()
    words: ReadOnlyMapping[str, str] = field(default_factory=dict)
    default: str = "OPEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """Which parts of a record are the log events of the alert."""

    whole_record: bool = False
    paths: tuple[Path, ...] = ()
    """Each a value, or a list whose items are events."""
    time: tuple[Pick, ...] = ()
    """Where in an event its time is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservableRule:
    """A list of ready-made indicators, each an object with a value and a kind."""

    path: Path
    value: Path
    kind: Path
    kinds: ReadOnlyMapping[str, str] = field(default_factory=dict)
    """The record's word for a kind, in lower case, to ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatMapping:
    """Everything that one file of `formats/`, or a map file of an analyst, says."""

    name: str
    title: str
    source: str
    inside: tuple[Path, ...] = ()
    """Where the alert is wrapped in an envelope; the envelope is looked at after it."""
    detect: Detect = field(default_factory=Detect)
    only: tuple[tuple[Path, re.Pattern[str]], ...] = ()
    """What makes a record an alert; others are passed over and counted."""
    identity: Identity = field(default_factory=Identity)
    fields: ReadOnlyMapping[str, Picks] = field(default_factory=dict)
    severity: SeverityRule = field(default_factory=SeverityRule)
    status: StatusRule = field(default_factory=StatusRule)
    events: EventRule = field(default_factory=EventRule)
    indicators: tuple[tuple[str, Picks], ...] = ()
    observables: ObservableRule | None = None
    keep_rest: bool = False
    """What nothing here names, on the first two levels of a record, is kept in the alert's extras."""

    def paths_read(self) -> frozenset[tuple[str, ...]]:
        """The steps of every path that a part of the alert is read from."""
        picks = [pick for several in self.fields.values() for pick in several]
        picks += self.identity.any + self.identity.all + self.severity.picks + self.severity.shown
        picks += self.status.picks
        paths = [pick.path for pick in picks if pick.path is not None]
        return frozenset(path.steps for path in (*paths, *self.events.paths))

    def roots(self, record: object) -> tuple[object, ...]:
        """Where paths start: inside the envelope first, then the record itself."""
        for path in self.inside:
            inner = path.whole(record)
            if isinstance(inner, dict):
                return (inner, record)
        return (record,)

    def is_alert(self, roots: tuple[object, ...]) -> bool:
        """False for records of the format that are no alerts, such as flow records among them."""
        return all(_matches(path, pattern, roots) for path, pattern in self.only)
