"""What the server tells of itself: its health, its mode, its targets, its audit log."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from tests.standins.chad import times
from tests.standins.chad.refusals import plain
from tests.standins.chad.world import Call, World

TARGET_MINUTES = {"critical": 60, "high": 240, "medium": 1440, "low": 4320, "informational": 10_080}


def health(world: World, call: Call) -> Response:
    """The database always answers; the search store may not."""
    search = world.knobs.configured and not world.knobs.outage
    answer = {"status": "healthy" if search else "degraded", "database": True, "opensearch": search}
    return JSONResponse(answer, 200 if search else world.knobs.unhealthy_status)


def mode(world: World, call: Call) -> Response:
    pull = world.knobs.mode == "pull"
    answer = {"mode": world.knobs.mode, "is_pull_only": pull}
    return JSONResponse(answer | {"supports_push": not pull, "supports_pull": True})


def sla_policy(world: World, call: Call) -> Response:
    return JSONResponse({"enabled": True, "targets_minutes": TARGET_MINUTES})


def audit(world: World, call: Call) -> Response:
    """Newest first. There is no filter on the thing a line is about."""
    if not call.user.permissions()["view_audit"]:
        raise plain(403, "Permission required: view_audit")
    limit, offset = call.number("limit", 100, 1, 500), call.number("offset", 0, 0)
    start, end = (times.read(call.text(name)) for name in ("start_date", "end_date"))
    wanted = {name: text for name in ("resource_type", "action", "user_id") if (text := call.text(name))}
    kept = []
    for line in reversed(world.audit):
        at = times.read(line["created_at"])
        assert at is not None
        fits = all(line[name] == value for name, value in wanted.items())
        if fits and (start is None or at >= start) and (end is None or at <= end):
            kept.append(line)
    items = kept[offset : offset + limit]
    return JSONResponse({"items": items, "total": len(kept), "limit": limit, "offset": offset})
