"""Makes an alert of a record by a mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Event, Indicator
from alerttui.domain.json_text import storable, text_of
from alerttui.domain.panther_parts import comments_of
from alerttui.domain.vocabulary import AlertId
from alerttui.ingest.alert_fields import AlertFields
from alerttui.ingest.field_readers import Roots, items_reader, moment_reader, text_reader, texts_reader
from alerttui.ingest.identity import EqualRecords, content_digest, hashed_identity, visible_id
from alerttui.ingest.mapping import FormatMapping, ObservableRule
from alerttui.ingest.parsed import Parsed
from alerttui.ingest.picking import Path, first_text

MAX_INDICATORS: Final = 200
"""Indicators of one alert that are kept; the rest stays in the record."""

MAX_EVENTS: Final = 10_000
"""Events of one record that are kept apart; the rest stays in the record."""


class MappedRecords:
    """Reads the records of one file by one mapping."""

    def __init__(self, mapping: FormatMapping, now_ms: int, equal: EqualRecords) -> None:
        self._mapping = mapping
        self._fields = AlertFields(mapping, now_ms)
        self._equal = equal
        self._id = text_reader(mapping.identity.any)
        self._comments = items_reader(mapping.fields.get("comments", ()))
        self._event_time = moment_reader(mapping.events.time)
        self._indicator_texts = [
            (kind, texts_reader(picks, MAX_INDICATORS)) for kind, picks in mapping.indicators
        ]

    def alert_of(self, record: Parsed, roots: Roots) -> NewAlert:
        """The alert that a record is, with its events and comments."""
        mapping = self._mapping
        native_id, alert_id = self._identify(record, roots)
        events = self._events(record, roots)
        return NewAlert(
            alert=self._fields.alert(record, roots, alert_id, events, self._indicators(roots)),
            source=mapping.source,
            native_id=native_id,
            raw=record.raw.raw,
            events=events,
            comments=comments_of(self._comments(roots), alert_id),
        )

    def _identify(self, record: Parsed, roots: Roots) -> tuple[str, AlertId]:
        native_id = self._native_id(roots)
        source = self._mapping.source
        if native_id:
            return native_id, AlertId(visible_id(source, native_id))
        digest = content_digest(record)
        return hashed_identity(source, digest, self._equal.ordinal(digest))

    def _native_id(self, roots: Roots) -> str:
        identity = self._mapping.identity
        no_id = identity.not_an_id
        if identity.all:
            texts = [first_text((pick,), roots) for pick in identity.all]
            if all(texts) and not (no_id and any(no_id.search(text) for text in texts)):
                return ":".join(texts)
        text = self._id(roots)
        if not text or no_id is None or not no_id.search(text):
            return text
        for pick in identity.any:
            for text in pick.texts(roots):
                if not no_id.search(text):
                    return text
        return ""

    def _events(self, record: Parsed, roots: Roots) -> tuple[Event, ...]:
        rule = self._mapping.events
        if rule.whole_record:
            return (Event(sequence=0, body=record.text, occurred_ms=self._event_time(roots)),)
        events: list[Event] = []
        for path in rule.paths:
            for root in roots:
                whole = path.look(root)
                if whole is None:
                    continue
                if type(whole) is not list:
                    whole = path.whole(root)
                items = whole if isinstance(whole, list) else path.values(root)
                for item in items[: MAX_EVENTS - len(events)]:
                    body = item if isinstance(item, str) else record.json_of(item)
                    moment = self._event_time((item,))
                    events.append(Event(sequence=len(events), body=storable(body), occurred_ms=moment))
                if items:
                    break
        return tuple(events)

    def _indicators(self, roots: Roots) -> tuple[Indicator, ...]:
        found: dict[tuple[str, str], None] = {}
        for kind, read in self._indicator_texts:
            for value in read(roots):
                found[kind, value] = None
        if self._mapping.observables is not None:
            found.update(dict.fromkeys(_observables(self._mapping.observables, roots[0])))
        return tuple(Indicator(kind=kind, value=value) for kind, value in list(found)[:MAX_INDICATORS])


def _observables(rule: ObservableRule, record: object) -> Iterator[tuple[str, str]]:
    """Kind and value of every ready-made indicator."""
    for observable in rule.path.values(record):
        for value in _texts_at(rule.value, observable):
            if value:
                word = next(iter(_texts_at(rule.kind, observable)), "")
                yield storable(rule.kinds.get(word.lower(), word)), storable(value)


def _texts_at(path: Path, record: object) -> Iterable[str]:
    found = path.look(record)
    if found is None:
        return ()
    return (found,) if type(found) is str else map(text_of, path.values(record))
