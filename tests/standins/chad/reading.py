"""The current form: alerts as they are read with a token."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.chad import times
from tests.standins.chad.refusals import internal_error, not_found, plain, search_unavailable
from tests.standins.chad.world import CACHED, Call, Held, World

STATUSES = ("new", "acknowledged", "resolved", "false_positive")
IOC_RULE = "ioc-detection"
UNPAGED = 1000
REQUIRED = ("alert_id", "rule_id", "severity", "tags", "status", "log_document", "created_at", "updated_at")
OPTIONAL = (
    *("rule_title", "acknowledged_by", "acknowledged_at", "owner_id", "owner_username", "owned_at"),
    *("exception_created", "ti_enrichment", "ioc_matches"),
)
_DATES = ("created_at", "updated_at", "acknowledged_at", "owned_at")


def list_alerts(world: World, call: Call) -> Response:
    limit, offset = call.number("limit", 100, 1, 1000), call.number("offset", 0, 0)
    clustered = call.truth("cluster", default=True) and world.knobs.clustering
    kept = _kept(world, call)
    world.need_search()
    now, key = world.now(), json.dumps(sorted(call.query))
    world.breaker.check(now)
    unpaged = clustered or call.text("owner") is not None
    if world.knobs.outage or (not unpaged and limit + offset > world.knobs.window):
        world.breaker.failed(now)
        at, answer = world.cached.get(key, (now - CACHED, None))
        if now - at < CACHED:
            return JSONResponse(answer)
        raise search_unavailable()
    world.breaker.worked()
    rows = kept[:UNPAGED] if unpaged else kept[offset : offset + limit]
    alerts = [shown(alert) for alert in rows]
    answer = {"total": len(kept), "alerts": alerts} if not clustered else _clusters(len(kept), alerts)
    world.cached[key] = (now, answer)
    return JSONResponse(answer)


def get_alert(world: World, call: Call) -> Response:
    return JSONResponse(shown(held(world, call)))


def counts(world: World, call: Call) -> Response:
    without_ioc = call.truth("exclude_ioc", default=False)
    world.need_search()
    everything = [] if world.knobs.outage else world.newest_first()
    kept = [alert for alert in everything if not (without_ioc and alert.fields.get("rule_id") == IOC_RULE)]
    day_ago = world.now() - timedelta(hours=24)
    tallies = {
        f"by_{name}": dict(Counter(str(alert.fields.get(name)) for alert in kept))
        for name in ("status", "severity")
    }
    recent = sum(alert.created >= day_ago for alert in kept)
    return JSONResponse({"total": len(kept), **tallies, "last_24h": recent})


def related(world: World, call: Call) -> Response:
    limit = call.number("limit", 50, 1, 100)
    alert = held(world, call)
    answer = {"alert_id": alert.id, "related_count": 0, "clustering_enabled": False, "alerts": []}
    if not world.knobs.clustering:
        return JSONResponse(answer)
    window = timedelta(minutes=world.knobs.cluster_minutes)
    rows = [
        shown(other)
        for other in world.newest_first()
        if other.id != alert.id
        and other.fields.get("rule_id") == alert.fields.get("rule_id")
        and abs(other.created - alert.created) <= window
    ][:limit]
    found = {"related_count": len(rows), "clustering_enabled": True, "alerts": rows}
    return JSONResponse(answer | found | {"window_minutes": world.knobs.cluster_minutes})


def held(world: World, call: Call) -> Held:
    alert = world.found(call.names[0])
    if alert is None:
        raise not_found("Alert not found")
    return alert


def shown(alert: Held) -> dict[str, Any]:
    """An alert with a key for every field of the API and no other; one malformed document is an error."""
    fields = alert.fields
    if any(fields.get(name) is None for name in REQUIRED):
        raise internal_error()
    row = {name: fields.get(name) for name in (*REQUIRED, *OPTIONAL)}
    for name in _DATES:
        moment = times.read(row[name])
        if moment is not None:
            row[name] = times.written(moment)
        elif row[name] is not None:
            raise internal_error()
    return row


def _kept(world: World, call: Call) -> list[Held]:
    """The alerts asked for, newest first. There is no other order, and no filter on time or text."""
    wanted = {name: text for name in ("status", "severity", "rule_id") if (text := call.text(name))}
    if owner := call.text("owner"):
        wanted["owner_id"] = call.user.id if owner == "me" else owner
    without_ioc = call.truth("exclude_ioc", default=False)
    unwanted = [word.strip() for word in (call.text("exclude_status") or "").split(",") if word.strip()]
    if wrong := [word for word in unwanted if word not in STATUSES]:
        raise plain(422, f"Invalid status(es): {', '.join(wrong)}")
    return [
        alert
        for alert in world.newest_first()
        if all(alert.fields.get(name) == value for name, value in wanted.items())
        and not (without_ioc and alert.fields.get("rule_id") == IOC_RULE)
        and alert.fields.get("status") not in unwanted
    ]


def _clusters(total: int, alerts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Alerts of the same rule, one of them for all; the answer names no alert by itself."""
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for alert in alerts:
        by_rule.setdefault(alert["rule_id"], []).append(alert)
    clusters = [
        {
            "representative": members[0],
            "count": len(members),
            "alert_ids": [each["alert_id"] for each in members],
            "time_range": [members[-1]["created_at"], members[0]["created_at"]],
        }
        for members in by_rule.values()
    ]
    return {"total": total, "total_clusters": len(clusters), "clusters": clusters}
