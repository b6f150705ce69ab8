"""The fields of an alert from a record, as a mapping says where they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from alerttui.domain.alert import Alert, Detection, Event, Indicator, Risk
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity
from alerttui.ingest.mapping import NUMBER_FIELDS, TIME_FIELDS, FormatMapping, Picks
from alerttui.ingest.moment_reading import moment_of
from alerttui.ingest.panther_parts import actor_of, deliveries_of, system_fault_of
from alerttui.ingest.parsed import Parsed
from alerttui.ingest.picking import all_texts, first_text

PHASES: Final = {
    "OPEN": Phase.OPEN,
    "TRIAGED": Phase.ACTIVE,
    "RESOLVED": Phase.CLOSED,
    "CLOSED": Phase.CLOSED,
}
"""The statuses of the local store; any other word is kept and belongs to no phase."""

_ALERT_TEXTS: Final = ("description", "runbook", "reference", "type", "sub_type", "fingerprint", "verdict")
_ALERT_TIMES: Final = {
    "first_event": "first_event_ms",
    "last_event": "last_event_ms",
    "updated": "updated_ms",
    "acknowledged": "acknowledged_ms",
    "closed": "closed_ms",
}
_ALERT_NUMBERS: Final = ("event_count", "duplicate_count")
_ALERT_LISTS: Final = ("tags", "rule_tags", "log_types", "log_sources", "resource_types")
_DETECTION_TEXTS: Final = {
    "rule_id": "id",
    "rule_name": "name",
    "rule_kind": "kind",
    "rule_severity": "severity",
    "rule_author": "author",
    "rule_source": "source",
}
_DETECTION_LISTS: Final = ("mitre_tactics", "mitre_techniques", "data_sources", "references")
_MAX_NUMBER: Final = 2**63 - 1

Roots = tuple[object, ...]
"""Where paths start in a record: inside its envelope first, then the record itself."""

Values = dict[str, Any]
"""Keyword arguments of `Alert` on their way there."""


class AlertFields:
    """Builds the alert of a record."""

    def __init__(self, mapping: FormatMapping, now_ms: int) -> None:
        self._mapping = mapping
        self._now_ms = now_ms
        fields = mapping.fields
        self._texts = [(name, fields[name]) for name in _ALERT_TEXTS if name in fields]
        self._times = [(target, fields[name]) for name, target in _ALERT_TIMES.items() if name in fields]
        self._numbers = [(name, fields[name]) for name in _ALERT_NUMBERS if name in fields]
        self._lists = [(name, fields[name]) for name in _ALERT_LISTS if name in fields]
        self._rule_texts = [
            (target, fields[name]) for name, target in _DETECTION_TEXTS.items() if name in fields
        ]
        self._rule_lists = [(name, fields[name]) for name in _DETECTION_LISTS if name in fields]
        self._paths_read = mapping.paths_read()

    def alert(
        self,
        record: Parsed,
        roots: Roots,
        alert_id: AlertId,
        events: Sequence[Event],
        indicators: tuple[Indicator, ...],
    ) -> Alert:
        """The alert, without what the mapping does not name."""
        values: Values = {name: first_text(picks, roots) for name, picks in self._texts}
        for target, picks in self._times:
            values[target] = first_moment(picks, roots)
        for name, picks in self._numbers:
            values[name] = first_number(picks, roots)
        for name, picks in self._lists:
            values[name] = all_texts(picks, roots)
        if values.get("event_count") is None and events:
            values["event_count"] = len(events)
        detection = self._detection(roots)
        self._add_times(values, roots, events)
        self._add_severity(values, roots)
        self._add_status(values, roots)
        self._add_parts(values, record, roots)
        title = first_text(self._mapping.fields.get("title", ()), roots) or detection.name or detection.id
        return Alert(
            id=alert_id,
            title=title or f"{self._mapping.title} record without a title",
            source=self._mapping.source,
            detection=detection,
            indicators=indicators,
            **values,
        )

    def _detection(self, roots: Roots) -> Detection:
        values: Values = {target: first_text(picks, roots) for target, picks in self._rule_texts}
        for name, picks in self._rule_lists:
            values[name] = all_texts(picks, roots)
        return Detection(**values)

    def _add_times(self, values: Values, roots: Roots, events: Sequence[Event]) -> None:
        created = first_moment(self._mapping.fields.get("created", ()), roots)
        if created is None:
            values["created_ms"] = self._now_ms
            values["observed"] = frozenset({"created_ms"})
        else:
            values["created_ms"] = created
        moments = [event.occurred_ms for event in events if event.occurred_ms is not None]
        if moments:
            if values.get("first_event_ms") is None:
                values["first_event_ms"] = min(moments)
            if values.get("last_event_ms") is None:
                values["last_event_ms"] = max(moments)

    def _add_severity(self, values: Values, roots: Roots) -> None:
        rule = self._mapping.severity
        words = [word for pick in rule.picks for word in pick.texts(roots)]
        for word in words:
            severity = rule.meaning(word)
            if severity is not Severity.UNKNOWN:
                values["severity"] = severity
                break
        else:
            word = words[0] if words else ""
        values["severity_word"] = first_text(rule.shown, roots) or (
            "" if _is_bare_number(word, values) else word
        )

    def _add_status(self, values: Values, roots: Roots) -> None:
        rule = self._mapping.status
        words = [word for pick in rule.picks for word in pick.texts(roots)]
        meant = (rule.words[word.lower()] for word in words if word.lower() in rule.words)
        kept = (word for word in words if not word.isdigit())
        status = next(meant, "") or next(kept, "") or (words[0] if words else rule.default)
        values["status"] = status
        values["phase"] = PHASES.get(status, Phase.UNKNOWN)

    def _add_parts(self, values: Values, record: Parsed, roots: Roots) -> None:
        fields = self._mapping.fields
        if "context" in fields and (context := whole_at(fields["context"], roots)) is not None:
            values["context"] = record.json_of(context)
        if "assignee" in fields:
            values["assignee"] = actor_of(whole_at(fields["assignee"], roots))
        if "updated_by" in fields:
            values["updated_by"] = actor_of(whole_at(fields["updated_by"], roots))
        if "deliveries" in fields:
            values["deliveries"] = deliveries_of(items_at(fields["deliveries"], roots))
        if "system_error" in fields:
            values["system_error"] = system_fault_of(whole_at(fields["system_error"], roots))
        if "quality" in fields:
            values["quality"] = _quality(first_text(fields["quality"], roots))
        if "risk_score" in fields or "risk_level" in fields:
            score = first_number(fields.get("risk_score", ()), roots)
            level = first_text(fields.get("risk_level", ()), roots)
            if level or score is not None:
                values["risk"] = Risk(level=level, score=score, origin=self._mapping.source)
        if self._mapping.keep_rest:
            values["extras"] = self._extras(record, roots)

    def _extras(self, record: Parsed, roots: Roots) -> str:
        """What no part of the alert was read from, and what was named but could not be understood."""
        paths_read = self._paths_read - set(self._not_understood(roots))
        rest: dict[str, object] = {}
        for key, value in record.value.items():
            if value is None or (key,) in paths_read:
                continue
            if isinstance(value, dict):
                inner = {name: each for name, each in value.items() if (key, name) not in paths_read}
                if inner or not value:
                    rest[key] = inner
            else:
                rest[key] = value
        return record.json_of(rest) if rest else ""

    def _not_understood(self, roots: Roots) -> Iterable[tuple[str, ...]]:
        for name, picks in self._mapping.fields.items():
            if name in TIME_FIELDS:
                is_read = first_moment(picks, roots) is not None
            elif name in NUMBER_FIELDS:
                is_read = first_number(picks, roots) is not None
            elif name == "quality":
                is_read = _quality(first_text(picks, roots)) is not None
            else:
                continue
            if not is_read:
                yield from (pick.path.steps for pick in picks if pick.path is not None)


def first_moment(picks: Picks, roots: Roots) -> int | None:
    """The first readable time that any of the picks gives."""
    for pick in picks:
        values = pick.raw_values(roots) if pick.is_bare else pick.texts(roots)
        for value in values:
            moment = moment_of(value)
            if moment is not None:
                return moment
    return None


def first_number(picks: Picks, roots: Roots) -> int | None:
    """The first whole number that any of the picks gives, fractions cut off, texts of digits read."""
    for pick in picks:
        for text in pick.texts(roots):
            try:
                number = float(text)
            except ValueError:
                continue
            if abs(number) < _MAX_NUMBER:
                return int(number) if not text.isdigit() else int(text)
    return None


def whole_at(picks: Picks, roots: Roots) -> object:
    """What the first pick that leads anywhere leads to, as it is."""
    for pick in picks:
        for root in roots:
            found = pick.path.whole(root) if pick.path is not None else None
            if found is not None:
                return found
    return None


def items_at(picks: Picks, roots: Roots) -> list[object]:
    """What the first pick that leads anywhere leads to, as a list of its items."""
    found = whole_at(picks, roots)
    if isinstance(found, list):
        return found
    return [] if found is None else [found]


def _is_bare_number(word: str, values: Values) -> bool:
    """True for a number whose meaning is known: that says more than the number, which the record keeps."""
    return "severity" in values and word.replace(".", "", 1).isdigit()


def _quality(word: str) -> Quality | None:
    return Quality.__members__.get(word.upper())
