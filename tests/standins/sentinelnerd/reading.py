"""GET /alerts, /alerts/{id}, /alerts/stats and /events."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.sentinelnerd.asked import Query, read_moment
from tests.standins.sentinelnerd.knobs import Knobs
from tests.standins.sentinelnerd.refusals import not_found
from tests.standins.sentinelnerd.shapes import enveloped, meta, row, single
from tests.standins.sentinelnerd.world import Call, HeldAlert, World

STATUSES = ("open", "acknowledged", "resolved")
SEVERITIES = ("critical", "high", "medium", "low", "info")
PARAMETERS = ("status", "severity", "rule_name", "source", "from", "to", "page", "per_page")
PER_PAGE = 50


def list_alerts(world: World, call: Call) -> Response:
    knobs, query = world.knobs, call.query
    if knobs.unknown_parameters == "refused":
        query.only(PARAMETERS)
    page, per_page = query.number("page", 1), _per_page(world, query)
    found = _ordered(knobs, _matching(knobs, query, world.alerts.values()))
    pages = -(-len(found) // per_page) or knobs.empty_total_pages
    if page > max(pages, 1):
        if knobs.page_beyond == "refused":
            raise world.invalid("page", "is beyond the last page")
        page = max(pages, 1) if knobs.page_beyond == "last_again" else page
    start = (page - 1) * per_page
    answer: dict[str, Any] = {"data": [row(knobs, each) for each in found[start : start + per_page]]}
    if knobs.list_meta:
        answer["meta"] = meta(world, call)
    if knobs.pagination:
        told = {"total": len(found), "page": page, "per_page": per_page, "total_pages": pages}
        answer["pagination"] = told
    return JSONResponse(answer)


def get_alert(world: World, call: Call) -> Response:
    return JSONResponse(single(world, call, world.held(call.parts[1])))


def list_events(world: World, call: Call) -> Response:
    """Events of all alerts: nothing on the pages leads from an event to its alert."""
    events = [event for alert in world.alerts.values() for event in alert.related_events]
    return JSONResponse(enveloped(world, call, events))


def stats(world: World, call: Call) -> Response:
    knobs, query = world.knobs, call.query
    known = () if knobs.stats_range == "refused" else ("from", "to")
    if knobs.unknown_parameters == "refused" or knobs.stats_range == "refused":
        query.only(known)
    alerts = list(world.alerts.values())
    if knobs.stats_range == "honoured":
        bounds = query.moment("from"), query.moment("to")
        alerts = [each for each in alerts if _in_range(knobs, bounds, each)]
    statuses = Counter(str(each.fields.get("status")) for each in alerts)
    severities = Counter(str(each.fields.get("severity")) for each in alerts)
    told = {
        "total": len(alerts),
        "by_status": {word: statuses[word] for word in STATUSES},
        "by_severity": {
            word: severities[word] for word in SEVERITIES if severities[word] or knobs.stats_zeros
        },
        "mean_time_to_acknowledge": _mean((each.acknowledged_at, each.created) for each in alerts),
        "mean_time_to_resolve": _mean((each.resolved_at, each.created) for each in alerts),
    }
    return JSONResponse(enveloped(world, call, told | knobs.stats_texts))


def nothing_here(_world: World, _call: Call) -> Response:
    raise not_found("route")


def _per_page(world: World, query: Query) -> int:
    asked, most = query.number("per_page", PER_PAGE), world.knobs.per_page_maximum
    if most is None or asked <= most:
        return asked
    if world.knobs.over_maximum == "refused":
        raise world.invalid("per_page", f"must not be greater than {most}")
    return most


def _ordered(knobs: Knobs, alerts: list[HeldAlert]) -> list[HeldAlert]:
    match knobs.order:
        case "arbitrary":
            return sorted(alerts, key=lambda each: hashlib.sha256(each.id.encode()).digest())
        case "last_changed":
            return sorted(alerts, key=lambda each: each.changed, reverse=True)
        case order:
            placed = sorted(alerts, key=lambda each: (each.created, each.number))
            return placed[::-1] if order == "newest" else placed


def _matching(knobs: Knobs, query: Query, alerts: Iterable[HeldAlert]) -> list[HeldAlert]:
    status, severity = _statuses(knobs, query), query.words("severity", SEVERITIES)
    bounds = query.moment("from"), query.moment("to")
    names = {name: query.one(name) for name in ("rule_name", "source")}
    return [
        each
        for each in alerts
        if (status is None or each.fields.get("status") in status)
        and (severity is None or each.fields.get("severity") in severity)
        and all(_named(knobs, each.fields.get(name), wanted) for name, wanted in names.items())
        and _in_range(knobs, bounds, each)
    ]


def _statuses(knobs: Knobs, query: Query) -> frozenset[str] | None:
    text = query.one("status")
    if text is None or "," not in text or knobs.status_comma == "understood":
        return query.words("status", STATUSES)
    if knobs.status_comma == "refused":
        query.refuse("status", f"must be one of: {', '.join(STATUSES)}")
    return None if knobs.status_comma == "ignored" else frozenset()


def _named(knobs: Knobs, value: Any, wanted: str | None) -> bool:
    if wanted is None:
        return True
    if knobs.name_match == "substring":
        return wanted.casefold() in str(value or "").casefold()
    return bool(value == wanted)


def _in_range(knobs: Knobs, bounds: tuple[datetime | None, datetime | None], alert: HeldAlert) -> bool:
    since, until = bounds
    if since is None and until is None:
        return True
    try:
        moment = read_moment(str(alert.fields.get(knobs.range_field)))
    except ValueError:
        return False
    if since is not None and moment < since:
        return False
    return until is None or moment < until or (knobs.to_inclusive and moment == until)


def _mean(spans: Iterable[tuple[datetime | None, datetime]]) -> str | None:
    lengths = [end - start for end, start in spans if end is not None]
    return human(sum(lengths, timedelta()) / len(lengths)) if lengths else None


def human(length: timedelta) -> str:
    """A length of time as people write it: "12m", "2h 15m", "1d 3h", "40s"."""
    seconds = int(length.total_seconds())
    counts = {"d": seconds // 86400, "h": seconds // 3600 % 24, "m": seconds // 60 % 60}
    parts = [f"{count}{unit}" for unit, count in counts.items() if count]
    return " ".join(parts[:2]) or f"{seconds}s"
