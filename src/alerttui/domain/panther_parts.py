"""Parts of Panther's alert object, read tolerantly: servers leave fields out, send null, or swap them."""

from __future__ import annotations

from alerttui.domain.alert import Actor, Comment, Delivery, Detection, SystemFault
from alerttui.domain.json_text import storable, text_of
from alerttui.domain.moment_reading import moment_of

_ACTOR_KINDS = ("user", "api-token", "system")


def actor_of(value: object) -> Actor | None:
    """An actor, or None for what means nobody: null, {}, an empty id.

    Panther's document attaches the enum of kinds to `id`; where a server does as documented they are swapped.
    """
    if isinstance(value, str):
        return Actor(storable(value), value if value in _ACTOR_KINDS else "user") if value else None
    if not isinstance(value, dict):
        return None
    actor_id, kind = _text(value, "id"), _text(value, "type")
    if actor_id in _ACTOR_KINDS and kind and kind not in _ACTOR_KINDS:
        actor_id, kind = kind, actor_id
    name = _text(value, "name") or _text(value, "email")
    actor_id = actor_id or _text(value, "email") or name
    if not actor_id:
        return None
    kind = kind or (actor_id if actor_id in _ACTOR_KINDS else "user")
    return Actor(actor_id, kind, "" if name == actor_id else name)


def deliveries_of(values: list[object]) -> tuple[Delivery, ...]:
    """The delivery attempts; what is no object is passed over."""
    return tuple(
        Delivery(
            dispatched_ms=moment_of(value.get("dispatchedAt")),
            label=_text(value, "label"),
            message=_text(value, "message"),
            output_id=_text(value, "outputId"),
            status_code=_whole_number(value.get("statusCode")),
            success=value.get("success") is True,
        )
        for value in values
        if isinstance(value, dict)
    )


def system_fault_of(value: object) -> SystemFault | None:
    """Why a system alert exists, None where nothing is told."""
    if not isinstance(value, dict) or not value:
        return None
    detection = value.get("detection")
    return SystemFault(
        kind=_text(value, "type"),
        source_id=_text(value, "sourceId"),
        source_kind=_text(value, "sourceType"),
        detection=Detection(id=_text(detection, "id"), kind=_text(detection, "type"))
        if isinstance(detection, dict)
        else None,
    )


def comments_of(values: list[object], alert_id: str) -> tuple[Comment, ...]:
    """The comments of an alert; one without an id gets one from its place."""
    found = (comment_of(value, f"{alert_id}#{index}") for index, value in enumerate(values))
    return tuple(each for each in found if each is not None)


def comment_of(value: object, otherwise: str) -> Comment | None:
    """A comment, None for what can be none; without an id of its own it gets the other one."""
    if isinstance(value, str):
        return Comment(id=otherwise, author=None, body=storable(value))
    if not isinstance(value, dict):
        return None
    return Comment(
        id=_text(value, "id") or otherwise,
        author=actor_of(value.get("createdBy") or value.get("author")),
        body=_text(value, "body") or _text(value, "text"),
        format=_text(value, "format") or "PLAIN_TEXT",
        created_ms=moment_of(value.get("createdAt")),
        updated_ms=moment_of(value.get("updatedAt")),
    )


def _text(value: dict[str, object], key: str) -> str:
    return storable(text_of(value.get(key)))


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
