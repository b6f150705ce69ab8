"""SentinelNerd's alerts as ours: whatever a server sends is read, and nothing is lost.

The page shows the row of a list only. How a single alert is wrapped, and where it has its assignee and its
resolution, is not documented: every likely form is understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from alerttui.backends.remote.record import Record, json_or_nothing, whole_number
from alerttui.backends.remote.sentinelnerd.capabilities import (
    ACKNOWLEDGED,
    OPEN,
    SENTINELNERD,
    STATUSES,
    known_word,
)
from alerttui.domain.alert import Actor, Alert, Detection, Finding, Risk
from alerttui.domain.json_text import exact_json, storable, text_of
from alerttui.domain.vocabulary import AlertId, Severity

EVENT_KEYS: Final = ("related_events", "events", "matched_events")
TIMELINE_KEYS: Final = ("timeline", "activity", "history", "timeline_events")
COMMENTS_KEY: Final = "comments"
ASSIGNEE_KEYS: Final = ("assignee", "assigned_to", "owner")
RESOLUTION_KEYS: Final = ("resolution", "resolution_type", "resolved_as")

AI: Final = "AI, unverified"
"""Where a finding and a score of SentinelNerd's analysis come from."""

_RESOLUTIONS: Final = tuple(each.word for each in SENTINELNERD.verdicts)
_NO_TITLE: Final = "Alert without a title"


def id_of(value: object) -> str:
    """The id of what should be an alert; empty where it is none."""
    found = value.get("id") if isinstance(value, dict) else None
    is_id = isinstance(found, str) or (isinstance(found, int) and not isinstance(found, bool))
    return storable(text_of(found)) if is_id else ""


def unwrapped(value: object, inner: str = "alert") -> dict[str, object]:
    """The object in its envelope: `{"data": ...}`, `{"alert": ...}`, both, or none; empty for no object.

    What stands beside an alert in its envelope belongs to it, as long as it has no such field itself.
    """
    if not isinstance(value, dict):
        return {}
    data = value.get("data")
    if isinstance(data, dict) and not (id_of(value) and not id_of(data)):
        value = {**{key: each for key, each in value.items() if key not in ("data", "meta")}, **data}
    found = value.get(inner)
    if isinstance(found, dict) and id_of(found):
        return {**{key: each for key, each in value.items() if key not in (inner, "meta")}, **found}
    return value


def first_list(record: Mapping[str, object], keys: tuple[str, ...]) -> list[object]:
    """The first list under one of these keys; empty where none is one."""
    return next((found for key in keys if isinstance(found := record.get(key), list)), [])


def alert_of(record: Mapping[str, object], raw: bytes, seen_ms: int, *, in_full: bool = False) -> Alert:
    """The alert that a JSON object with an id is.

    `seen_ms` stands for its creation where the object tells no time at all; like a time taken from its
    events, it is marked as observed. Of a single alert (`in_full`), events, timeline and comments are left
    out: they are read as such. Text that has no place, and values that mean nothing, stay in `extras`.
    """
    rest = Record(record)
    rest.take("id")
    if in_full:
        _leave_out_parts(rest)
    rule = rest.text("rule_name")
    status = known_word(rest.text("status"), STATUSES)
    word = rest.text("severity")
    first_ms, last_ms = rest.moment("first_event_at"), rest.moment("last_event_at")
    created_ms = rest.moment("created_at")
    assignee, is_known = _assignee(rest, record)
    verdict, is_told = _resolution(rest, record, status)
    findings, risk = _analysis(rest)
    return Alert(
        id=AlertId(id_of(record)),
        title=rest.text("title") or rule or _NO_TITLE,
        status=status,
        phase=SENTINELNERD.phase(status),
        severity=Severity.from_word(word),
        severity_word=word,
        verdict=verdict,
        verdict_known=is_told,
        assignee=assignee,
        assignee_known=is_known,
        created_ms=next(each for each in (created_ms, first_ms, last_ms, seen_ms) if each is not None),
        observed=frozenset() if created_ms is not None else frozenset({"created_ms"}),
        first_event_ms=first_ms,
        last_event_ms=last_ms,
        event_count=rest.count("event_count"),
        detection=Detection(id=rule, name=rule),
        source=rest.text("source"),
        description=rest.text("description"),
        enrichment=json_or_nothing(rest.take("enrichment")),
        risk=risk,
        findings=findings,
        extras=rest.rest(),
        raw=raw,
    )


def raw_of(record: Mapping[str, object]) -> bytes:
    """The record as it is kept: without its envelope, numbers as they were written."""
    return exact_json(record).encode("utf-8", "surrogatepass")


def person_of(value: object) -> Actor | None:
    """Who an address, or an object with one, is; None for nobody and for what names nobody."""
    if isinstance(value, str):
        name = storable(value.strip())
        return Actor(name, _kind(name)) if name else None
    if not isinstance(value, dict):
        return None
    email, name, key = (_word(value.get(each)) for each in ("email", "name", "id"))
    told = email or key or name
    if not told:
        return None
    return Actor(told, _kind(told) if not email else "user", "" if name == told else name)


def _word(value: object) -> str:
    is_word = isinstance(value, (str, int)) and not isinstance(value, bool)
    return storable(text_of(value).strip()) if is_word else ""


def _kind(name: str) -> str:
    """Users are known by their address; who else writes is not told."""
    return "user" if "@" in name else "unknown"


def _leave_out_parts(rest: Record) -> None:
    """Events, timeline and comments are read by themselves."""
    for keys in (EVENT_KEYS, TIMELINE_KEYS):
        found = next((key for key in keys if isinstance(rest.left.get(key), list)), None)
        if found is not None:
            rest.take(found)
    comments = rest.left.get(COMMENTS_KEY)
    if isinstance(comments, list) and all(isinstance(each, dict) for each in comments):
        rest.take(COMMENTS_KEY)


def _assignee(rest: Record, record: Mapping[str, object]) -> tuple[Actor | None, bool]:
    """Who has it, and whether that is told: an answer without such a field does not say "nobody"."""
    for key in ASSIGNEE_KEYS:
        value = rest.left.get(key)
        found = person_of(value)
        if found is not None:
            rest.take(key)
            return found if found.kind == "user" else replace(found, kind="user"), True
        if value in ("", {}):
            rest.take(key)
            return None, True
    return None, any(key in record and record[key] is None for key in ASSIGNEE_KEYS)


def _resolution(rest: Record, record: Mapping[str, object], status: str) -> tuple[str, bool]:
    """How it was resolved, and whether that is told; an alert that is open again may have kept it."""
    for key in RESOLUTION_KEYS:
        value = rest.left.get(key)
        if isinstance(value, str):
            if value and status in (OPEN, ACKNOWLEDGED):
                return "", True
            rest.take(key)
            return known_word(storable(value), _RESOLUTIONS), True
    return "", any(key in record and record[key] is None for key in RESOLUTION_KEYS)


def _analysis(rest: Record) -> tuple[tuple[Finding, ...], Risk | None]:
    """What a model says of the alert, and the score that it gives."""
    value = rest.left.get("ai_analysis")
    if isinstance(value, str) and value:
        rest.take("ai_analysis")
        return (Finding(origin=AI, summary=storable(value)),), None
    if not isinstance(value, dict) or not value:
        return (), None
    rest.take("ai_analysis")
    left = Record(value)
    score = whole_number(left.left.get("threat_score"))
    if score is not None:
        left.take("threat_score")
    summary = left.text("summary")
    risk = Risk(score=score, origin=AI) if score is not None else None
    if not (summary or score is not None or left.left):
        return (), None
    return (Finding(origin=AI, summary=summary, score=score, body=left.rest()),), risk
