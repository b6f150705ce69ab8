"""Panther's alerts, events and comments as ours: whatever a server sends is read, and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alerttui.backends.remote.panther.capabilities import PANTHER, TYPES, type_of
from alerttui.backends.remote.record import Record, json_or_nothing
from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Alert, Comment, Detection, Event, SystemFault
from alerttui.domain.json_layout import laid_out
from alerttui.domain.json_text import exact_json, storable, text_of
from alerttui.domain.moment_reading import moment_of
from alerttui.domain.panther_parts import actor_of, comment_of, deliveries_of, system_fault_of
from alerttui.domain.vocabulary import AlertId, Quality, Severity

SOURCE: Final = "panther"

_NO_TITLE: Final = "Alert without a title"


def id_of(value: object) -> str:
    """The id of what should be an alert; empty where it is none."""
    found = value.get("id") if isinstance(value, dict) else None
    is_id = isinstance(found, str) or (isinstance(found, int) and not isinstance(found, bool))
    return storable(text_of(found)) if is_id else ""


def alert_of(value: Mapping[str, object], raw: bytes, seen_ms: int) -> NewAlert:
    """The alert that a JSON object with an id is.

    `seen_ms` stands for its creation where the object tells no time at all; like a time taken from its
    events, it is marked as observed. Text that has no place, and values that mean nothing, stay in `extras`.
    """
    rest = Record(value)
    alert_id = AlertId(id_of(value))
    rest.take("id")
    detection = _detection(rest)
    fault = _system_error(rest)
    kind, sub_kind = _kinds(rest)
    status = rest.text("status")
    word = rest.text("severity")
    first_ms, last_ms = rest.moment("firstEventOccurredAt"), rest.moment("lastReceivedEventAt")
    created_ms = rest.moment("createdAt")
    alert = Alert(
        id=alert_id,
        title=rest.text("title") or detection.id or (fault.kind if fault else "") or _NO_TITLE,
        status=status,
        phase=PANTHER.phase(status),
        severity=Severity.from_word(word),
        severity_word=word,
        quality=_quality(rest),
        tags=_tags(rest),
        assignee=actor_of(rest.take("assignee")),
        created_ms=_first(created_ms, first_ms, last_ms, seen_ms),
        observed=frozenset() if created_ms is not None else frozenset({"created_ms"}),
        first_event_ms=first_ms,
        last_event_ms=last_ms,
        updated_ms=rest.moment("updatedAt"),
        updated_by=actor_of(rest.take("updatedBy")),
        event_count=rest.count("eventCount"),
        detection=detection,
        type=kind,
        sub_type=sub_kind,
        source=SOURCE,
        system_error=fault,
        description=rest.text("description"),
        runbook=rest.text("runbook"),
        reference=rest.text("reference"),
        context=json_or_nothing(rest.take("context")),
        deliveries=deliveries_of(rest.items("deliveries")),
        extras=json_or_nothing(rest.left or None),
        raw=raw,
    )
    return NewAlert(alert=alert, source=SOURCE, native_id=alert_id, raw=raw)


def event_of(value: object, sequence: int) -> Event:
    """One event, any JSON: a text as it is, everything else as JSON with its numbers as they were written."""
    body = value if isinstance(value, str) else exact_json(value)
    moment = moment_of(value.get("p_event_time")) if isinstance(value, dict) else None
    return Event(sequence=sequence, body=storable(body), occurred_ms=moment)


def row_id_of(event: object) -> str:
    """By what Panther knows an event again; empty where it does not say."""
    found = event.get("p_row_id") if isinstance(event, dict) else None
    return found if isinstance(found, str) else ""


def comment_from(value: object, alert_id: str, index: int) -> Comment | None:
    """One comment; a body that is an object or a list is told as JSON over lines."""
    comment = comment_of(value, f"{alert_id}#{index}")
    if comment is None or not isinstance(value, dict) or not isinstance(value.get("body"), (dict, list)):
        return comment
    return Comment(
        id=comment.id,
        author=comment.author,
        body=laid_out(comment.body),
        format=comment.format,
        created_ms=comment.created_ms,
        updated_ms=comment.updated_ms,
    )


def _detection(rest: Record) -> Detection:
    """Id and type: the document knows no name, and a filter's `rule` must mean what `detection-id` means."""
    value = rest.left.get("detection")
    if isinstance(value, str):
        return Detection(id=rest.text("detection"))
    if not isinstance(value, dict):
        return Detection()
    left = {key: each for key, each in value.items() if key not in ("id", "type") and each is not None}
    rest.take("detection")
    if left:
        rest.left["detection"] = left
    return Detection(id=storable(text_of(value.get("id"))), kind=storable(text_of(value.get("type"))))


def _system_error(rest: Record) -> SystemFault | None:
    if isinstance(rest.left.get("systemError"), dict):
        return system_fault_of(rest.take("systemError"))
    return None


def _kinds(rest: Record) -> tuple[str, str]:
    """Type and sub-type as the list's parameters have them; alerts tell the word of the sub-type as type."""
    word, sub_word = rest.text("type"), rest.text("subType")
    if word in TYPES and (sub_word or word != "SYSTEM_ERROR"):
        return word, sub_word
    return type_of(word), word


def _quality(rest: Record) -> Quality | None:
    word = rest.left.get("quality")
    found = Quality.__members__.get(word.upper()) if isinstance(word, str) else None
    if found is not None or word == "":
        rest.take("quality")
    return found


def _tags(rest: Record) -> tuple[str, ...]:
    value = rest.left.get("contextTags")
    if not isinstance(value, list):
        return ()
    texts = [storable(each) for each in value if isinstance(each, str) and each]
    if len(texts) == len(value):
        rest.take("contextTags")
    return tuple(dict.fromkeys(texts))


def _first(*moments: int | None) -> int:
    return next(each for each in moments if each is not None)
