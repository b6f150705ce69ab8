"""Every request that is made of Calseta's REST API."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from alerttui.backends.remote.asking import Request
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import NotFound

READ: Final = "alerts:read"
WRITE: Final = "alerts:write"
"""The scopes of a key, as Calseta names them."""

OK: Final = 200
NOT_FOUND: Final = 404
"""An answer to what is asked about an alert: its words tell whether it is the alert that is missing."""

MAX_SIBLINGS: Final = 50
"""Alerts that the graph gives for each indicator at most."""

NEWEST_FIRST: Final = (("sort_by", "created_at"), ("sort_order", "desc"))

_VERSION: Final = "v1"
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Parameters = Sequence[tuple[str, str]]


def is_id(text: str) -> bool:
    """Whether a text can be the id of an alert: a UUID in its usual form."""
    return _UUID.fullmatch(text) is not None


def list_alerts(parameters: Parameters, page: int, size: int) -> Request:
    """GET /v1/alerts, the newest first; `page` counts from 1."""
    return Request(
        method="GET",
        path=(_VERSION, "alerts"),
        query=[*NEWEST_FIRST, *parameters, ("page", str(page)), ("page_size", str(size))],
        permission=READ,
        doing="list alerts",
    )


def get_alert(alert_id: str) -> Request:
    """GET /v1/alerts/{uuid}; like all that name an alert it raises `NotFound` for what is no UUID."""
    return _about(alert_id, (), (), f"read alert {alert_id}")


def list_activity(alert_id: str, page: int, size: int) -> Request:
    """GET /v1/alerts/{uuid}/activity, the newest first."""
    paging = (("page", str(page)), ("page_size", str(size)))
    return _about(alert_id, ("activity",), paging, f"read the history of alert {alert_id}")


def relationship_graph(alert_id: str) -> Request:
    """GET /v1/alerts/{uuid}/relationship-graph: its indicators, and other alerts that have them."""
    most = (("sibling_limit", str(MAX_SIBLINGS)),)
    return _about(alert_id, ("relationship-graph",), most, f"read what is related to alert {alert_id}")


def patch_alert(alert_id: str, values: Mapping[str, object]) -> Request:
    """PATCH /v1/alerts/{uuid}: only what changes; null would mean nothing to the server."""
    return Request(
        method="PATCH",
        path=(_VERSION, "alerts", _checked(alert_id)),
        body=dict(values),
        safety=RetrySafety.SETTLE,
        expected=(OK, NOT_FOUND),
        permission=WRITE,
        alert_id=alert_id,
        doing=f"change alert {alert_id}",
    )


def alert_metrics(from_time: str, to_time: str) -> Request:
    """GET /v1/metrics/alerts over a range of creation: with one of its ends alone, neither would count."""
    return Request(
        method="GET",
        path=(_VERSION, "metrics", "alerts"),
        query=[("from_time", from_time), ("to_time", to_time)],
        permission=READ,
        doing="read the statistics",
    )


def _about(alert_id: str, below: tuple[str, ...], query: Parameters, doing: str) -> Request:
    return Request(
        method="GET",
        path=(_VERSION, "alerts", _checked(alert_id), *below),
        query=query,
        expected=(OK, NOT_FOUND),
        permission=READ,
        alert_id=alert_id,
        doing=doing,
    )


def _checked(alert_id: str) -> str:
    if not is_id(alert_id):
        raise NotFound([alert_id])
    return alert_id
