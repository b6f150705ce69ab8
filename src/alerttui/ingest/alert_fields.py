"""The fields of an alert from a record, as a mapping says where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from alerttui.domain.alert import Alert, Detection, Event, Indicator, Risk
from alerttui.domain.panther_parts import actor_of, deliveries_of, system_fault_of
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity
from alerttui.ingest.field_readers import (
    Reader,
    Roots,
    items_reader,
    moment_reader,
    number_reader,
    text_reader,
    texts_reader,
    whole_reader,
)
from alerttui.ingest.mapping import FormatMapping, Picks
from alerttui.ingest.named_keys import NamedKeys
from alerttui.ingest.parsed import Parsed

PHASES: Final = {
    "OPEN": Phase.OPEN,
    "TRIAGED": Phase.ACTIVE,
    "RESOLVED": Phase.CLOSED,
    "CLOSED": Phase.CLOSED,
}
"""The statuses of the local store; any other word is kept and belongs to no phase."""

T = TypeVar("T")

_ALERT_TEXTS: Final = ("description", "runbook", "reference", "type", "sub_type", "fingerprint", "verdict")
_ALERT_TIMES: Final = {
    "created": "created_ms",
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

Values = dict[str, Any]
"""Keyword arguments of `Alert` on their way there."""


class AlertFields:
    """Builds the alert of a record."""

    def __init__(self, mapping: FormatMapping, now_ms: int) -> None:
        self._mapping = mapping
        self._now_ms = now_ms
        fields = mapping.fields
        self._title = text_reader(fields.get("title", ()))
        self._texts = _readers(text_reader, fields, _by_themselves(_ALERT_TEXTS))
        self._numbers = _readers(moment_reader, fields, _ALERT_TIMES.items())
        self._numbers += _readers(number_reader, fields, _by_themselves(_ALERT_NUMBERS))
        self._lists = _readers(texts_reader, fields, _by_themselves(_ALERT_LISTS))
        self._rule_texts = _readers(text_reader, fields, _DETECTION_TEXTS.items())
        self._rule_lists = _readers(texts_reader, fields, _by_themselves(_DETECTION_LISTS))
        self._severity = text_reader(mapping.severity.picks)
        self._severity_shown = text_reader(mapping.severity.shown)
        self._status = text_reader(mapping.status.picks)
        self._quality = text_reader(fields.get("quality", ()))
        self._risk_score = number_reader(fields.get("risk_score", ()))
        self._risk_level = text_reader(fields.get("risk_level", ()))
        self._wholes = {
            name: whole_reader(fields[name])
            for name in ("context", "assignee", "updated_by", "system_error")
            if name in fields
        }
        self._deliveries = items_reader(fields.get("deliveries", ()))
        self._named_keys = NamedKeys(mapping)

    def alert(
        self,
        record: Parsed,
        roots: Roots,
        alert_id: AlertId,
        events: Sequence[Event],
        indicators: tuple[Indicator, ...],
    ) -> Alert:
        """The alert, without what the mapping does not name."""
        values: Values = {name: read(roots) for name, read in self._texts}
        for name, read_list in self._lists:
            values[name] = read_list(roots)
        checked = {name: read_number(roots) for name, read_number in self._numbers}
        values.update(checked)
        if values.get("event_count") is None and events:
            values["event_count"] = len(events)
        detection = self._detection(roots)
        self._add_times(values, events)
        self._add_severity(values, roots)
        self._add_status(values, roots)
        self._add_parts(values, record, roots)
        if self._mapping.keep_rest:
            values["extras"] = self._extras(record, roots, checked, values)
        title = self._title(roots) or detection.name or detection.id
        return Alert(
            id=alert_id,
            title=title or f"{self._mapping.title} record without a title",
            source=self._mapping.source,
            detection=detection,
            indicators=indicators,
            **values,
        )

    def _detection(self, roots: Roots) -> Detection:
        values: Values = {name: read(roots) for name, read in self._rule_texts}
        for name, read_list in self._rule_lists:
            values[name] = read_list(roots)
        return Detection(**values)

    def _add_times(self, values: Values, events: Sequence[Event]) -> None:
        if values.get("created_ms") is None:
            values["created_ms"] = self._now_ms
            values["observed"] = frozenset({"created_ms"})
        moments = [event.occurred_ms for event in events if event.occurred_ms is not None]
        if moments:
            if values.get("first_event_ms") is None:
                values["first_event_ms"] = min(moments)
            if values.get("last_event_ms") is None:
                values["last_event_ms"] = max(moments)

    def _add_severity(self, values: Values, roots: Roots) -> None:
        rule = self._mapping.severity
        first_word = word = self._severity(roots)
        severity = rule.meaning(word) if word else Severity.UNKNOWN
        if word and severity is Severity.UNKNOWN:
            for word in (each for pick in rule.picks for each in pick.texts(roots)):
                severity = rule.meaning(word)
                if severity is not Severity.UNKNOWN:
                    break
            else:
                word = first_word
        if severity is not Severity.UNKNOWN:
            values["severity"] = severity
        values["severity_word"] = self._severity_shown(roots) or (
            "" if _is_bare_number(word, values) else word
        )

    def _add_status(self, values: Values, roots: Roots) -> None:
        rule = self._mapping.status
        word = self._status(roots)
        status = rule.words.get(word.lower(), "") if word else rule.default
        if not status:
            words = [word for pick in rule.picks for word in pick.texts(roots)]
            meant = (rule.words[word.lower()] for word in words if word.lower() in rule.words)
            kept = (word for word in words if not word.isdigit())
            status = next(meant, "") or next(kept, "") or (words[0] if words else rule.default)
        values["status"] = status
        values["phase"] = PHASES.get(status, Phase.UNKNOWN)

    def _add_parts(self, values: Values, record: Parsed, roots: Roots) -> None:
        fields = self._mapping.fields
        wholes = {name: read(roots) for name, read in self._wholes.items()}
        context = wholes.get("context")
        if context is not None:
            values["context"] = record.json_of(context)
        if "assignee" in fields:
            values["assignee"] = actor_of(wholes["assignee"])
        if "updated_by" in fields:
            values["updated_by"] = actor_of(wholes["updated_by"])
        if "deliveries" in fields:
            values["deliveries"] = deliveries_of(self._deliveries(roots))
        if "system_error" in fields:
            values["system_error"] = system_fault_of(wholes["system_error"])
        if "quality" in fields:
            values["quality"] = _quality(self._quality(roots))
        if "risk_score" in fields or "risk_level" in fields:
            score = self._risk_score(roots)
            level = self._risk_level(roots)
            if level or score is not None:
                values["risk"] = Risk(level=level, score=score, origin=self._mapping.source)

    def _extras(self, record: Parsed, roots: Roots, checked: Mapping[str, int | None], values: Values) -> str:
        """What no part of the alert was read from, and what was named but could not be understood."""
        unread = [name.removesuffix("_ms") for name, value in checked.items() if value is None]
        fields = self._mapping.fields
        if "quality" in fields and values["quality"] is None:
            unread.append("quality")
        if "risk_score" in fields and self._risk_score(roots) is None:
            unread.append("risk_score")
        rest = self._named_keys.rest(record.value, tuple(unread))
        return record.json_of(rest) if rest else ""


def _by_themselves(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((name, name) for name in names)


def _readers(
    reader_of: Callable[[Picks], Reader[T]],
    fields: Mapping[str, Picks],
    names: Iterable[tuple[str, str]],
) -> list[tuple[str, Reader[T]]]:
    """A reader for each of the fields that the mapping has, by the name of what is made of it."""
    return [(target, reader_of(fields[name])) for name, target in names if name in fields]


def _is_bare_number(word: str, values: Values) -> bool:
    """True for a number whose meaning is known: that says more than the number, which the record keeps."""
    return "severity" in values and word.replace(".", "", 1).isdigit()


def _quality(word: str) -> Quality | None:
    return Quality.__members__.get(word.upper())
