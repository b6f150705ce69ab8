"""Requests to CHAD that are the same in both of its forms, or that only one of them has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from alerttui.backends.remote.asking import Answer, Request
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import NotFound

MANAGE_ALERTS: Final = "manage_alerts"
"""The permission that every change needs, as CHAD calls it."""

WRITTEN: Final = (200, 201, 202, 204)
"""Answers that say a change was taken."""

FAILED: Final = 500
"""How CHAD answers where it cannot write one alert, and where anything else goes wrong: the words tell."""

FORBIDDEN: Final = 403
REFUSED: Final = (FORBIDDEN, 404)
"""Answers to an assignment that may be about the person, and about the role or the alert."""

MOST_RELATED: Final = 100

_TAKEN: Final = frozenset({"", ".", "..", "counts", "assignable-users", "bulk", "stats", "export"})
"""Segments below /api/alerts that mean something else than an alert."""

_NOT_IN_IDS: Final = re.compile(r"[/\\\x00-\x1f\x7f]")
"""Servers take an encoded slash for one, which would make another address."""

_LONGEST_ID: Final = 512

Parameters = Sequence[tuple[str, str]]


class Unseen(dict[str, object]):
    """A body that shows nothing of itself in a traceback or a log."""

    def __repr__(self) -> str:
        return f"<{len(self)} fields>"


def list_alerts(parameters: Parameters, *, with_key: bool) -> Request:
    """GET /api/alerts, or the list that API keys may read."""
    path = ("api", "external", "alerts") if with_key else ("api", "alerts")
    clustering = [] if with_key else [("cluster", "false")]
    return Request(method="GET", path=path, query=[*clustering, *parameters], doing="list alerts")


def get_alert(alert_id: str, *, with_key: bool = False) -> Request:
    """GET /api/alerts/{id}; raises `NotFound` for an id that cannot be one."""
    above = ("api", "external", "alerts") if with_key else ("api", "alerts")
    return Request(
        method="GET",
        path=(*above, checked(alert_id)),
        alert_id=alert_id,
        doing=f"read alert {alert_id}",
    )


def with_failures(request: Request) -> Request:
    """The same request, of which a failure (500) is an answer too."""
    return replace(request, expected=(*request.expected, FAILED))


def words_of(answer: Answer) -> str:
    """What an answer that is no success says, without a full stop."""
    from alerttui.backends.remote.transport.error_text import error_text  # rarely needed

    return error_text(answer.status, answer.headers, answer.body).rstrip(".")


def related(alert_id: str) -> Request:
    """GET /api/alerts/{id}/related."""
    return Request(
        method="GET",
        path=("api", "alerts", checked(alert_id), "related"),
        query=[("limit", str(MOST_RELATED))],
        alert_id=alert_id,
        doing=f"read what is related to alert {alert_id}",
    )


def list_comments(alert_id: str) -> Request:
    """GET /api/alerts/{id}/comments."""
    return Request(
        method="GET",
        path=("api", "alerts", checked(alert_id), "comments"),
        alert_id=alert_id,
        doing=f"read the comments of alert {alert_id}",
    )


def set_values(
    method: str, path: Sequence[str], body: Mapping[str, object], alert_id: str, *, has_comment: bool = False
) -> Request:
    """A change of one alert; with a comment in it, it is made at most once."""
    return Request(
        method=method,
        path=tuple(path),
        body=dict(body),
        safety=RetrySafety.NEVER if has_comment else RetrySafety.SETTLE,
        expected=(*WRITTEN, FAILED),
        permission=MANAGE_ALERTS,
        alert_id=alert_id,
        doing=f"change alert {alert_id}",
    )


def set_many(body: Mapping[str, object], count: int, *, has_comment: bool = False) -> Request:
    """POST /api/alerts/bulk/status."""
    return Request(
        method="POST",
        path=("api", "alerts", "bulk", "status"),
        body=dict(body),
        safety=RetrySafety.NEVER if has_comment else RetrySafety.SETTLE,
        expected=WRITTEN,
        permission=MANAGE_ALERTS,
        doing=f"change {count} alerts",
    )


def create_comment(alert_id: str, body: Mapping[str, object]) -> Request:
    """POST /api/alerts/{id}/comments: made at most once, because a second one would be a second comment."""
    return Request(
        method="POST",
        path=("api", "alerts", checked(alert_id), "comments"),
        body=dict(body),
        safety=RetrySafety.NEVER,
        expected=(200, 201),
        permission=MANAGE_ALERTS,
        alert_id=alert_id,
        doing=f"comment on alert {alert_id}",
    )


def assign(alert_id: str, person_id: str | None) -> Request:
    """POST /api/alerts/{id}/assign, or /unassign for nobody. What it is refused for, its words tell."""
    return Request(
        method="POST",
        path=("api", "alerts", checked(alert_id), "assign" if person_id else "unassign"),
        body={"assignee_id": person_id} if person_id else {},
        safety=RetrySafety.SETTLE,
        expected=(*WRITTEN, *REFUSED),
        permission=MANAGE_ALERTS,
        alert_id=alert_id,
        doing=f"{'assign' if person_id else 'unassign'} alert {alert_id}",
    )


def assignable_users() -> Request:
    """GET /api/alerts/assignable-users."""
    return Request(
        method="GET",
        path=("api", "alerts", "assignable-users"),
        permission=MANAGE_ALERTS,
        doing="list people",
    )


def who_am_i() -> Request:
    """GET /api/auth/me, which the documents do not have."""
    return Request(
        method="GET", path=("api", "auth", "me"), expected=(200, 404), doing="ask who is signed in"
    )


def health() -> Request:
    """GET /health, which needs no token and answers 503 while something is wrong."""
    return Request(method="GET", path=("health",), expected=(200, 503), doing="ask how CHAD is")


def description() -> Request:
    """GET /openapi.json, which needs no token; a server may keep it to itself."""
    return Request(method="GET", path=("openapi.json",), doing="ask CHAD for its description")


def checked(alert_id: str) -> str:
    """The id; raises `NotFound` for what would make another address of the path, or cannot be one."""
    if alert_id in _TAKEN or len(alert_id) > _LONGEST_ID or _NOT_IN_IDS.search(alert_id):
        raise NotFound([alert_id])
    return alert_id
