"""CHAD's alerts and comments as ours, by whichever names its two forms give their fields: nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from alerttui.backends.remote.chad.capabilities import BASE
from alerttui.backends.remote.chad.enriching import enriched
from alerttui.backends.remote.record import Record, json_or_nothing
from alerttui.domain.alert import Actor, Alert, Comment, Detection, Event, RelatedAlert
from alerttui.domain.json_text import exact_json, storable, text_of
from alerttui.domain.moment_reading import moment_of
from alerttui.domain.vocabulary import AlertId, Severity

SOURCE: Final = "chad"

_NO_TITLE: Final = "Alert without a title"
_IDS: Final = ("alert_id", "id")
_LOGS: Final = ("log_document", "matched_log")
_TECHNIQUE: Final = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.IGNORECASE)
_TACTICS: Final = frozenset((
    "reconnaissance", "resource_development", "initial_access", "execution", "persistence",
    "privilege_escalation", "defense_evasion", "credential_access", "discovery", "lateral_movement",
    "collection", "command_and_control", "exfiltration", "impact",
))  # fmt: skip


def id_of(value: object) -> str:
    """The id of what should be an alert; empty where it is none."""
    for key in _IDS if isinstance(value, dict) else ():
        found = value[key] if isinstance(value, dict) and key in value else None
        if (isinstance(found, str) and found) or (isinstance(found, int) and not isinstance(found, bool)):
            return storable(text_of(found))
    return ""


def log_of(value: Mapping[str, object]) -> object:
    """The log that fired the rule, any JSON; None where there is none."""
    return next((value[key] for key in _LOGS if value.get(key) is not None), None)


def alert_of(value: Mapping[str, object], raw: bytes, seen_ms: int, *, tells_owner: bool = True) -> Alert:
    """The alert that a JSON object with an id is; `tells_owner` is false where it is not told who has it.

    `seen_ms` stands for its creation where the object tells no time at all; like a time taken from its log,
    it is marked as observed. What has no place, and values that mean nothing, stay in `extras`. The log is
    the alert's one event, and comments are read apart.
    """
    rest = Record(value)
    rest.take(*_IDS)
    found = log_of(value)
    log: Mapping[str, object] = found if isinstance(found, dict) else {}
    rest.take(*_LOGS)
    status, word = rest.text("status"), rest.text("severity")
    event_ms = moment_of(log.get("@timestamp"))
    created_ms = rest.moment("created_at")
    tags = rest.texts("tags")
    detection = Detection(
        id=rest.text("rule_id"),
        name=rest.text("rule_title"),
        mitre_tactics=_tactics(tags),
        mitre_techniques=_techniques(tags),
    )
    has_owner = "owner_id" in value or "owner_username" in value
    known = enriched(rest, log)
    return Alert(
        id=AlertId(id_of(value)),
        title=detection.name or detection.id or _NO_TITLE,
        status=status,
        phase=BASE.phase(status),
        severity=Severity.from_word(word),
        severity_word=word,
        rule_tags=tags,
        assignee=_owner(rest),
        assignee_known=tells_owner or has_owner,
        created_ms=next(each for each in (created_ms, event_ms, seen_ms) if each is not None),
        observed=frozenset() if created_ms is not None else frozenset({"created_ms"}),
        first_event_ms=event_ms,
        last_event_ms=event_ms,
        updated_ms=rest.moment("updated_at"),
        acknowledged_ms=rest.moment("acknowledged_at"),
        acknowledged_by=_actor(rest.text("acknowledged_by")),
        closed_ms=rest.moment("resolved_at"),
        closed_by=_actor(rest.text("resolved_by")),
        event_count=1 if found is not None else None,
        detection=detection,
        source=SOURCE,
        context=_context(rest, log),
        indicators=known.indicators,
        enrichment=known.enrichment,
        enrichment_status=known.status,
        risk=known.risk,
        related=_related(rest),
        extras=_extras(rest),
        raw=raw,
    )


def event_of(value: Mapping[str, object]) -> Event | None:
    """The log of an alert as its event, exactly as it came; None where there is none."""
    log = log_of(value)
    if log is None:
        return None
    body = log if isinstance(log, str) else exact_json(log)
    moment = moment_of(log.get("@timestamp")) if isinstance(log, dict) else None
    return Event(sequence=0, body=storable(body), occurred_ms=moment)


def comments_of(value: object, alert_id: str) -> list[Comment]:
    """The comments of a list, oldest first; what can be none, and what was deleted, is passed over."""
    rows = value if isinstance(value, list) else []
    told = [comment_of(row, f"{alert_id}#{index}") for index, row in enumerate(rows)]
    unique = {each.id: each for each in told if each is not None}
    return sorted(unique.values(), key=lambda each: (each.created_ms is None, each.created_ms or 0))


def comment_of(value: object, otherwise: str) -> Comment | None:
    """A comment, None for what can be none; without an id of its own it gets the other one."""
    if isinstance(value, str):
        return Comment(id=otherwise, author=None, body=storable(value))
    if not isinstance(value, dict) or value.get("is_deleted") is True:
        return None
    rest = Record(value)
    author_id, name = rest.text("user_id"), rest.text("username", "user")
    created_ms, updated_ms = rest.moment("created_at"), rest.moment("updated_at")
    return Comment(
        id=rest.text("id") or otherwise,
        author=Actor(author_id or name, "user", name if author_id else "") if author_id or name else None,
        body=rest.text("content", "text"),
        created_ms=created_ms,
        updated_ms=updated_ms if updated_ms != created_ms else None,
    )


def related_of(rows: Sequence[object], own_id: str, reason: str = "") -> tuple[RelatedAlert, ...]:
    """The alerts of a list that are other ones, newest first."""
    found: dict[str, RelatedAlert] = {}
    for row in rows:
        alert_id = id_of(row)
        if isinstance(row, dict) and alert_id and alert_id != own_id:
            title = storable(text_of(row.get("rule_title") or row.get("rule_id"))) or _NO_TITLE
            found[alert_id] = RelatedAlert(
                id=alert_id, title=title, created_ms=moment_of(row.get("created_at")), reason=reason
            )
    return tuple(sorted(found.values(), key=lambda each: each.created_ms or 0, reverse=True))


def _related(rest: Record) -> tuple[RelatedAlert, ...]:
    rows = rest.left.get("related_alerts")
    if not isinstance(rows, list):
        return ()
    rest.take("related_alerts")
    others = [row for row in rows if not id_of(row)]
    if others:
        rest.left["related_alerts"] = others
    return related_of(rows, "")


def _extras(rest: Record) -> str:
    """What is left over; comments are read apart, as far as they are a list."""
    if isinstance(rest.left.get("comments"), list):
        rest.take("comments")
    return rest.rest()


def _context(rest: Record, log: Mapping[str, object]) -> str:
    """How the alerts belong together that a correlation found, and what CHAD's own context adds."""
    correlation = log.get("correlation")
    own = rest.take("context")
    if isinstance(correlation, dict) and correlation:
        return json_or_nothing({"correlation": correlation, **({"context": own} if own is not None else {})})
    return json_or_nothing(own)


def _owner(rest: Record) -> Actor | None:
    owner_id, name = rest.text("owner_id"), rest.text("owner_username")
    if not owner_id and not name:
        return None
    return Actor(owner_id or name, "user", name if owner_id else "")


def _actor(address: str) -> Actor | None:
    return Actor(address) if address else None


def _techniques(tags: Sequence[str]) -> tuple[str, ...]:
    return tuple(match[1].upper() for tag in tags if (match := _TECHNIQUE.fullmatch(tag)))


def _tactics(tags: Sequence[str]) -> tuple[str, ...]:
    words = (tag.lower().removeprefix("attack.").replace("-", "_") for tag in tags if "." in tag)
    return tuple(word for word in words if word in _TACTICS)
