"""The current form: what an API key may read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from starlette.responses import JSONResponse, Response

from tests.standins.chad import times
from tests.standins.chad.accounts import bearer
from tests.standins.chad.refusals import plain
from tests.standins.chad.world import Call, World

KEY_HEADER = "x-api-key"
MOST_COUNTED = 10_000
WINDOW = timedelta(seconds=60)


def admit(world: World, headers: Mapping[str, str]) -> None:
    """Refuses whoever has no key that works, reads, and was used seldom enough."""
    current = world.form == "current"
    text = headers.get(KEY_HEADER) if current else bearer(headers)
    if current and not text:
        raise plain(401, "API key required. Provide X-API-Key header.")
    key, now = world.keys.get(text or ""), world.now()
    if key is None or (key.expires_at is not None and key.expires_at <= now):
        raise plain(401, "Invalid or expired API key" if current else "Could not validate credentials")
    if not current and not key.reads:
        raise plain(403, "Not enough permissions")
    key.used = [each for each in key.used if now - each < WINDOW]
    if len(key.used) >= world.knobs.key_requests:
        text = f"Rate limit exceeded: {world.knobs.key_requests} requests per minute allowed"
        raise plain(429, text, {"Retry-After": "60"})
    key.used.append(now)


def list_alerts(world: World, call: Call) -> Response:
    """Raw documents: a missing key is absent, and keys may show that no other list has."""
    limit, offset = call.number("limit", 100, 1, 1000), call.number("offset", 0, 0)
    if not world.knobs.configured:
        raise plain(503, "OpenSearch not configured")
    if world.knobs.outage:
        raise plain(500, "Failed to query alerts: the search store does not answer")
    if limit + offset > world.knobs.window:
        raise plain(500, "Failed to query alerts: the result window is too large")
    bounds = []
    for name in ("start_time", "end_time"):
        text = call.text(name)
        bounds.append(None if text is None else times.read_bound(text, world.now()))
        if text is not None and bounds[-1] is None:
            raise plain(500, "Failed to query alerts: failed to parse date field")
    start, end = bounds
    wanted = {name: text for name in ("status", "severity", "rule_id") if (text := call.text(name))}
    kept = [
        alert
        for alert in world.newest_first()
        if all(alert.fields.get(name) == value for name, value in wanted.items())
        and (start is None or alert.created >= start)
        and (end is None or alert.created <= end)
    ]
    items = [alert.fields for alert in kept[offset : offset + limit]]
    total = min(len(kept), MOST_COUNTED)
    return JSONResponse({"items": items, "total": total, "limit": limit, "offset": offset})
