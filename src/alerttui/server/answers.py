"""Answers: alerts and what belongs to them as the document describes them, and nothing beside it.

They are written as bytes by our own writer, because it keeps numbers as they came and can write any text.
What is unset is absent; what is not in the document's closed lists is left out, or told by the nearest word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response

from alerttui.domain.alert import Actor, Alert, Comment, Delivery, Detection, Person, SystemFault
from alerttui.domain.moments import format_moment
from alerttui.domain.vocabulary import TAG_LIMIT, TAG_PATTERN, Phase
from alerttui.server.kinds import kind_shown
from alerttui.server.parameters import INT64
from alerttui.server.wire import STATUSES
from alerttui.triage.panther_json import event_json, json_line, parsed

__all__ = [
    "alert_answer", "comment_answer", "empty_answer", "event_json", "json_answer", "page_answer",
    "user_answer",
]  # fmt: skip

JsonObject = dict[str, Any]
"""JSON on its way out; its shape is described by the function that makes it."""

DETECTION_KINDS: Final = ("RULE", "CORRELATION_RULE", "POLICY", "SCHEDULED_RULE")
COMMENT_FORMATS: Final = ("PLAIN_TEXT", "HTML")

GUARDED: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Headers of every answer: no cache keeps alerts, and no browser takes what is in them for a page."""

_FIRST_MS: Final = -62_135_596_800_000
_LAST_MS: Final = 253_402_300_799_999
_PHASE_STATUSES: Final = {Phase.ACTIVE: "TRIAGED", Phase.CLOSED: "RESOLVED"}
_TAG: Final = re.compile(TAG_PATTERN.removeprefix("^").removesuffix("$"))


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A value as the body of an answer."""
    return Response(
        json_line(value).encode("utf-8"), status, {**GUARDED, **(headers or {})}, "application/json"
    )


def empty_answer(status: int) -> Response:
    """An answer without a body."""
    return Response(None, status, GUARDED)


def page_answer(results: Sequence[object], following: str | None) -> Response:
    """One page of a list; `next` is absent on the last one."""
    return json_answer({"results": list(results), **({"next": following} if following else {})})


def alert_answer(alert: Alert) -> JsonObject:
    """AlertAPI.Alert."""
    count = alert.event_count
    return {
        "id": alert.id,
        "type": kind_shown(alert),
        "status": status_shown(alert),
        **_present(
            title=alert.title,
            severity=alert.severity.name if alert.severity else "",
            createdAt=moment(alert.created_ms),
            quality=alert.quality.value if alert.quality else "",
            contextTags=[tag for tag in alert.tags if _TAG.fullmatch(tag)][:TAG_LIMIT],
            assignee=actor_answer(alert.assignee),
            updatedBy=actor_answer(alert.updated_by),
            firstEventOccurredAt=moment(alert.first_event_ms),
            lastReceivedEventAt=moment(alert.last_event_ms),
            eventCount=count if count is not None and count in INT64 else None,
            detection=_detection(alert.detection),
            runbook=alert.runbook,
            deliveries=[_delivery(each) for each in alert.deliveries],
            systemError=_system_error(alert.system_error),
        ),
        **_context(alert.context),
    }


def status_shown(alert: Alert) -> str:
    """One of the four documented words: the alert's own, or that of its phase where it has another."""
    word = alert.status.upper() if alert.status.isascii() else ""
    return word if word in STATUSES else _PHASE_STATUSES.get(alert.phase, "OPEN")


def comment_answer(alert_id: str, comment: Comment) -> JsonObject:
    """CommentAPI.Comment."""
    return {
        "id": comment.id,
        "alertId": alert_id,
        "body": comment.body,
        "format": comment.format if comment.format in COMMENT_FORMATS else "PLAIN_TEXT",
        **_present(
            createdAt=moment(comment.created_ms),
            createdBy=actor_answer(comment.author),
            updatedAt=moment(comment.updated_ms),
        ),
    }


def user_answer(person: Person) -> JsonObject:
    """UserAPI.User, as far as a store knows people."""
    given, _, family = person.name.partition(" ")
    return {
        "id": person.id,
        **_present(email=person.email, givenName=given, familyName=family),
        "enabled": person.enabled,
    }


def actor_answer(actor: Actor | None) -> JsonObject | None:
    """Who: the id, and whether it is a user, an API token or the system.

    The document lists these three words at `id`, where they cannot be meant: elsewhere it takes users' ids.
    """
    return {"id": actor.id, "type": actor.kind or "user"} if actor else None


def moment(moment_ms: int | None) -> str | None:
    """RFC 3339 in UTC; None also for what no calendar of four digits has."""
    if moment_ms is None or not _FIRST_MS <= moment_ms <= _LAST_MS:
        return None
    text = format_moment(moment_ms)
    return text.zfill(24 if "." in text else 20)


def _context(text: str) -> JsonObject:
    """The context as JSON, or its very text where it cannot be read as such."""
    value = parsed(text)
    return {} if value is None else {"context": value}


def _present(**values: object) -> JsonObject:
    return {name: value for name, value in values.items() if value is not None and value not in ("", [])}


def _detection(detection: Detection | None) -> JsonObject | None:
    if detection is None:
        return None
    kind = detection.kind.upper()
    return _present(id=detection.id, type=kind if kind in DETECTION_KINDS else "") or None


def _delivery(delivery: Delivery) -> JsonObject:
    """All six are required: an unknown time is empty, and an unknown status 0, which HTTP has not."""
    code = delivery.status_code
    return {
        "dispatchedAt": moment(delivery.dispatched_ms) or "",
        "label": delivery.label,
        "message": delivery.message,
        "outputId": delivery.output_id,
        "statusCode": code if code is not None and code in INT64 else 0,
        "success": delivery.success,
    }


def _system_error(fault: SystemFault | None) -> JsonObject | None:
    if fault is None:
        return None
    return (
        _present(
            type=fault.kind,
            sourceId=fault.source_id,
            sourceType=fault.source_kind,
            detection=_detection(fault.detection),
        )
        or None
    )
