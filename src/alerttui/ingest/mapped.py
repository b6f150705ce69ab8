"""Makes an alert of a record by a mapping."""

from __future__ import annotations

from typing import Final

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Event, Indicator
from alerttui.domain.json_text import storable
from alerttui.domain.vocabulary import AlertId
from alerttui.ingest.alert_fields import AlertFields, Roots, first_moment, items_at
from alerttui.ingest.identity import EqualRecords, content_digest, hashed_identity, visible_id
from alerttui.ingest.mapping import FormatMapping
from alerttui.ingest.panther_parts import comments_of
from alerttui.ingest.parsed import Parsed
from alerttui.ingest.picking import all_texts, first_text, text_of

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

    def alert_of(self, record: Parsed, roots: Roots) -> NewAlert:
        """The alert that a record is, with its events and comments."""
        mapping = self._mapping
        native_id, alert_id = self._identify(record, roots)
        events = self._events(record, roots)
        comments = items_at(mapping.fields["comments"], roots) if "comments" in mapping.fields else []
        return NewAlert(
            alert=self._fields.alert(record, roots, alert_id, events, self._indicators(roots)),
            source=mapping.source,
            native_id=native_id,
            raw=record.raw.raw,
            events=events,
            comments=comments_of(comments, alert_id),
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
        for pick in identity.any:
            for text in pick.texts(roots):
                if not (no_id and no_id.search(text)):
                    return text
        return ""

    def _events(self, record: Parsed, roots: Roots) -> tuple[Event, ...]:
        rule = self._mapping.events
        if rule.whole_record:
            return (Event(sequence=0, body=record.text, occurred_ms=first_moment(rule.time, roots)),)
        events: list[Event] = []
        for path in rule.paths:
            for root in roots:
                whole = path.whole(root)
                items = whole if isinstance(whole, list) else path.values(root)
                for item in items[: MAX_EVENTS - len(events)]:
                    body = item if isinstance(item, str) else record.json_of(item)
                    moment = first_moment(rule.time, (item,))
                    events.append(Event(sequence=len(events), body=storable(body), occurred_ms=moment))
                if items:
                    break
        return tuple(events)

    def _indicators(self, roots: Roots) -> tuple[Indicator, ...]:
        found: dict[tuple[str, str], None] = {}
        for kind, picks in self._mapping.indicators:
            for value in all_texts(picks, roots, MAX_INDICATORS):
                found[kind, value] = None
        rule = self._mapping.observables
        for observable in rule.path.values(roots[0]) if rule else ():
            assert rule is not None
            for value in map(text_of, rule.value.values(observable)):
                if value:
                    word = next(map(text_of, rule.kind.values(observable)), "")
                    found[storable(rule.kinds.get(word.lower(), word)), storable(value)] = None
        return tuple(Indicator(kind=kind, value=value) for kind, value in list(found)[:MAX_INDICATORS])
