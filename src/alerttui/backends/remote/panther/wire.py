"""Every request that is made of Panther's REST API, as its document has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from alerttui.backends.remote.asking import Request
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import NotFound

READ_ALERTS: Final = "Read Alerts"
MANAGE_ALERTS: Final = "Manage Alerts"
READ_USERS: Final = "Read User Info"
"""The permissions by the names that Panther's console shows."""

ALERT_MODIFY: Final = "AlertModify"
"""What a token calls "Manage Alerts"."""

MAX_USERS: Final = 60
MAX_TAGS: Final = 2_000
"""The maxima of a page of each."""

WRITTEN: Final = (200, 202, 204)
"""Answers to a PATCH that say it was taken; the document has 200 for one alert and 204 for many."""

UNAVAILABLE: Final = (403, 404)
"""Answers of an operation that this token or this release does not have."""

Parameters = Sequence[tuple[str, str]]


def list_alerts(parameters: Parameters) -> Request:
    """GET /alerts."""
    return Request(
        method="GET",
        path=("alerts",),
        query=parameters,
        permission=READ_ALERTS,
        doing="list alerts",
    )


def get_alert(alert_id: str) -> Request:
    """GET /alerts/{id}; raises `NotFound` for an id that cannot be one."""
    return Request(
        method="GET",
        path=("alerts", _checked(alert_id)),
        permission=READ_ALERTS,
        alert_id=alert_id,
        doing=f"read alert {alert_id}",
    )


def list_events(alert_id: str, parameters: Parameters) -> Request:
    """GET /alerts/{id}/events."""
    return Request(
        method="GET",
        path=("alerts", _checked(alert_id), "events"),
        query=parameters,
        permission=READ_ALERTS,
        alert_id=alert_id,
        doing=f"read the events of alert {alert_id}",
    )


def patch_alert(alert_id: str, values: Mapping[str, object]) -> Request:
    """PATCH /alerts/{id}."""
    return Request(
        method="PATCH",
        path=("alerts", _checked(alert_id)),
        body=dict(values),
        safety=RetrySafety.SETTLE,
        expected=WRITTEN,
        permission=MANAGE_ALERTS,
        alert_id=alert_id,
        doing=f"change alert {alert_id}",
    )


def patch_alerts(ids: Sequence[str], values: Mapping[str, object]) -> Request:
    """PATCH /alerts."""
    return Request(
        method="PATCH",
        path=("alerts",),
        body={"ids": list(ids), **values},
        safety=RetrySafety.SETTLE,
        expected=WRITTEN,
        permission=MANAGE_ALERTS,
        doing=f"change {len(ids)} alerts",
    )


def list_comments(alert_id: str, parameters: Parameters) -> Request:
    """GET /alert-comments."""
    return Request(
        method="GET",
        path=("alert-comments",),
        query=[("alert-id", _checked(alert_id)), *parameters],
        permission=READ_ALERTS,
        alert_id=alert_id,
        doing=f"read the comments of alert {alert_id}",
    )


def create_comment(alert_id: str, body: str) -> Request:
    """POST /alert-comments: made at most once, because a second one would be a second comment."""
    return Request(
        method="POST",
        path=("alert-comments",),
        body={"alertId": _checked(alert_id), "body": body, "format": "PLAIN_TEXT"},
        safety=RetrySafety.NEVER,
        expected=(200, 201),
        permission=MANAGE_ALERTS,
        alert_id=alert_id,
        doing=f"comment on alert {alert_id}",
    )


def list_users(parameters: Parameters) -> Request:
    """GET /users."""
    return Request(
        method="GET", path=("users",), query=parameters, permission=READ_USERS, doing="list people"
    )


def list_tags(parameters: Parameters) -> Request:
    """GET /alert-context-tags, which older releases do not have."""
    return Request(
        method="GET",
        path=("alert-context-tags",),
        query=parameters,
        expected=(200, *UNAVAILABLE),
        doing="list tags",
    )


def own_token() -> Request:
    """GET /api-tokens/self, which not every token may ask."""
    return Request(
        method="GET",
        path=("api-tokens", "self"),
        expected=(200, *UNAVAILABLE),
        doing="ask what the token allows",
    )


def _checked(alert_id: str) -> str:
    """The id; an empty one would make another address of the path: that of all alerts."""
    if not alert_id:
        raise NotFound([alert_id])
    return alert_id
