"""Every request that is made of SentinelNerd's Alerts API, as its page has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from alerttui.backends.remote.asking import Request
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import NotFound

READ: Final = "alerts:read"
WRITE: Final = "alerts:write"
"""The scopes of a key. For comments, bulk and statistics the page names none; these are the likely ones."""

ANY_SUCCESS: Final = range(200, 300)
"""What a change is answered with is not documented: whatever says that it was taken will do."""

NO_IDS: Final = frozenset(("", "stats", "bulk"))
"""Where the id of an alert stands in an address, these make another one."""

Parameters = Sequence[tuple[str, str]]


def is_id(alert_id: str) -> bool:
    """True if a text can be the id of an alert."""
    return alert_id not in NO_IDS


def list_alerts(parameters: Parameters) -> Request:
    """GET /alerts."""
    return Request(method="GET", path=("alerts",), query=parameters, permission=READ, doing="list alerts")


def get_alert(alert_id: str) -> Request:
    """GET /alerts/{id}; raises `NotFound` for an id that cannot be one."""
    return Request(
        method="GET",
        path=("alerts", _checked(alert_id)),
        permission=READ,
        alert_id=alert_id,
        doing=f"read alert {alert_id}",
    )


def statistics(parameters: Parameters) -> Request:
    """GET /alerts/stats."""
    return Request(
        method="GET",
        path=("alerts", "stats"),
        query=parameters,
        permission=READ,
        doing="read the statistics",
    )


def acknowledge(alert_id: str, body: Mapping[str, object]) -> Request:
    """POST /alerts/{id}/acknowledge, with `comment` and `assignee` where there are any."""
    return _deed(alert_id, "acknowledge", body, f"acknowledge alert {alert_id}")


def resolve(alert_id: str, body: Mapping[str, object]) -> Request:
    """POST /alerts/{id}/resolve, with `resolution`, and `comment` and `actions_taken` where there are any."""
    return _deed(alert_id, "resolve", body, f"resolve alert {alert_id}")


def reopen(alert_id: str, body: Mapping[str, object]) -> Request:
    """POST /alerts/bulk for one alert: nothing else reopens."""
    return Request(
        method="POST",
        path=("alerts", "bulk"),
        body={"alert_ids": [_checked(alert_id)], "action": "reopen", **body},
        safety=RetrySafety.NEVER,
        expected=ANY_SUCCESS,
        permission=WRITE,
        alert_id=alert_id,
        doing=f"reopen alert {alert_id}",
    )


def bulk(ids: Sequence[str], action: str, body: Mapping[str, object]) -> Request:
    """POST /alerts/bulk: acknowledge, resolve or reopen, with `resolution` and `comment`."""
    return Request(
        method="POST",
        path=("alerts", "bulk"),
        body={"alert_ids": list(ids), "action": action, **body},
        safety=RetrySafety.NEVER,
        expected=ANY_SUCCESS,
        permission=WRITE,
        doing=f"{action} {len(ids)} alerts",
    )


def create_comment(alert_id: str, body: str) -> Request:
    """POST /alerts/{id}/comments."""
    return _deed(alert_id, "comments", {"body": body}, f"comment on alert {alert_id}")


def _deed(alert_id: str, verb: str, body: Mapping[str, object], doing: str) -> Request:
    """A request about one alert that is made at most once: a second one would add to its timeline again."""
    return Request(
        method="POST",
        path=("alerts", _checked(alert_id), verb),
        body=dict(body),
        safety=RetrySafety.NEVER,
        expected=ANY_SUCCESS,
        permission=WRITE,
        alert_id=alert_id,
        doing=doing,
    )


def _checked(alert_id: str) -> str:
    """The id; raises `NotFound` where it would make another address of the path."""
    if not is_id(alert_id):
        raise NotFound([alert_id])
    return alert_id
