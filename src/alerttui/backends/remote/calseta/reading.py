"""Calseta's alerts as ours: whatever a server sends is read, and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from alerttui.backends.remote.calseta.capabilities import CALSETA, CLOSED
from alerttui.backends.remote.calseta.parts import (
    detection_of,
    documents_of,
    findings_of,
    indicators_of,
    risk_of,
)
from alerttui.backends.remote.calseta.wire import is_id
from alerttui.backends.remote.record import Record, json_or_nothing
from alerttui.domain.alert import Alert, Event
from alerttui.domain.json_text import JsonRefused, exact_json, parse_json, storable, text_of
from alerttui.domain.moment_reading import moment_of
from alerttui.domain.vocabulary import AlertId, Severity

PAYLOAD: Final = "raw_payload"
"""What the source sent: the one event of an alert."""

_NO_TITLE: Final = "Alert without a title"
_MAX_RAW: Final = 64_000_000
_MAX_COUNT: Final = 2**63 - 1


def id_of(value: object) -> str:
    """The id of what should be an alert; empty where it is none."""
    found = value.get("uuid") if isinstance(value, dict) else None
    return found if isinstance(found, str) and is_id(found) else ""


def alert_of(value: Mapping[str, object], seen_ms: int, meta: Mapping[str, object] | None = None) -> Alert:
    """The alert that a JSON object with an id is, with what its answer says about it in `meta`.

    `seen_ms` stands for its creation where the object tells no time at all; like a time taken from another
    one, it is marked as observed. Text that has no place, and values that mean nothing, stay in `extras`.
    A classification, and when it was closed, count while it is closed: reopening leaves both as they were.
    """
    rest = Record(value)
    rest.take("uuid", PAYLOAD)
    status, word = rest.text("status"), rest.text("severity")
    is_closed = status == CLOSED
    first_ms = rest.moment("occurred_at")
    created_ms = rest.moment("created_at")
    ingested_ms = moment_of(rest.left.get("ingested_at"))
    duplicates = rest.count("duplicate_count")
    return Alert(
        id=AlertId(id_of(value)),
        title=rest.text("title") or _NO_TITLE,
        status=status,
        phase=CALSETA.phase(status),
        severity=Severity.from_word(word),
        severity_word=word,
        verdict=rest.text("close_classification") if is_closed else "",
        tags=_tags(rest),
        assignee_known=False,
        created_ms=_first(created_ms, ingested_ms, first_ms, seen_ms),
        observed=frozenset() if created_ms is not None else frozenset({"created_ms"}),
        first_event_ms=first_ms,
        last_event_ms=rest.moment("last_seen_at"),
        updated_ms=rest.moment("updated_at"),
        acknowledged_ms=rest.moment("acknowledged_at"),
        closed_ms=rest.moment("closed_at") if is_closed else None,
        event_count=None if duplicates is None else min(duplicates + 1, _MAX_COUNT),
        duplicate_count=duplicates,
        fingerprint=rest.text("fingerprint"),
        detection=detection_of(rest),
        source=rest.text("source_name"),
        description=rest.text("description"),
        indicators=indicators_of(rest),
        enrichment=_enrichment((meta or {}).get("enrichment")),
        enrichment_status=rest.text("enrichment_status"),
        enriched_ms=rest.moment("enriched_at"),
        risk=risk_of(rest),
        findings=findings_of(rest),
        documents=documents_of(rest),
        extras=rest.rest(),
        raw=exact_json(value).encode("utf-8", "surrogatepass"),
    )


def row_of(value: Mapping[str, object], seen_ms: int) -> Alert:
    """The alert that a row of a list is: without extras, which would hide those of the alert in full."""
    return replace(alert_of(value, seen_ms), extras="")


def event_of(alert: Alert) -> Event | None:
    """What the source sent, of an alert that was read in full; None where there is nothing."""
    try:
        value = parse_json(alert.raw.decode("utf-8", "surrogatepass"), _MAX_RAW)
    except JsonRefused:
        return None
    payload = value.get(PAYLOAD) if isinstance(value, dict) else None
    if payload is None:
        return None
    body = payload if isinstance(payload, str) else exact_json(payload)
    return Event(sequence=0, body=storable(body), occurred_ms=alert.first_event_ms)


def classification_of(alert: Alert) -> str:
    """With which classification an alert is closed, or was before it was reopened; empty for none."""
    if alert.verdict:
        return alert.verdict
    try:
        value = parse_json(alert.extras, _MAX_RAW) if alert.extras else None
    except JsonRefused:
        return ""
    found = value.get("close_classification") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _enrichment(told: object) -> str:
    """Which providers answered and when; empty where none was asked yet."""
    is_blank = isinstance(told, dict) and not any(told.values())
    return "" if is_blank else json_or_nothing(told)


def _tags(rest: Record) -> tuple[str, ...]:
    """The tags; a number or the like among them is a tag as it is written."""
    value = rest.left.get("tags")
    if not isinstance(value, list):
        return ()
    rest.take("tags")
    return tuple(dict.fromkeys(filter(None, (storable(text_of(each)) for each in value))))


def _first(*moments: int | None) -> int:
    return next(each for each in moments if each is not None)
