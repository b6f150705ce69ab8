"""The documented form: one object with everything in it, a comment along with a status, ids in bulk."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.chad import times
from tests.standins.chad.comments import of_alert, write
from tests.standins.chad.fields import ids_in, optional_text, text_in
from tests.standins.chad.reading import STATUSES
from tests.standins.chad.refusals import invalid, plain
from tests.standins.chad.world import Call, Held, User, World

FILTERS = ("status", "severity", "rule_id")
_THICK = ("matched_log", "enrichment", "comments", "related_alerts")


def list_alerts(world: World, call: Call) -> Response:
    page, size = call.number("page", 1, 1), call.number("page_size", 20, 1, 100)
    wanted = {name: text for name in FILTERS if (text := call.text(name))}
    text = call.text("created_after")
    after = None if text is None else times.read(text)
    if text is not None and after is None:
        message = "Input should be a valid datetime or date"
        raise invalid("datetime_from_date_parsing", ("query", "created_after"), message, text)
    _need_search(world)
    kept = [
        alert
        for alert in world.newest_first()
        if all(alert.fields.get(name) == value for name, value in wanted.items())
        and (after is None or alert.created > after)
    ]
    items = [shown(world, alert) for alert in kept[(page - 1) * size : page * size]]
    if world.knobs.thin_rows:
        items = [{name: value for name, value in item.items() if name not in _THICK} for item in items]
    pages = -(-len(kept) // size)
    answer = {"items": items, "total": len(kept), "page": page, "page_size": size, "pages": pages}
    return JSONResponse(answer)


def get_alert(world: World, call: Call) -> Response:
    return JSONResponse(shown(world, _held(world, call)))


def patch_alert(world: World, call: Call) -> Response:
    body = call.json_object()
    status, comment = _status(body), optional_text(body, "comment")
    alert = _held(world, call)
    if alert.id in world.knobs.refused_ids:
        raise plain(500, "Internal Server Error")
    put_status(world, alert, status, call.user)
    if comment:
        write(world, alert.id, comment, call.user)
    row = {name: alert.fields.get(name) for name in ("id", "status", "acknowledged_at", "acknowledged_by")}
    return JSONResponse(row | {"comment_added": bool(comment)})


def bulk_status(world: World, call: Call) -> Response:
    body = call.json_object()
    ids = ids_in(body, "ids", 0, None)
    status, comment = _status(body), optional_text(body, "comment")
    _need_search(world)
    failed: list[Any] = []
    for name in ids:
        alert = world.alerts.get(name)
        if alert is None or name in world.knobs.refused_ids:
            bare = world.knobs.bulk_failed == "ids"
            failed.append(name if bare else {"id": name, "error": "Alert not found"})
            continue
        put_status(world, alert, status, call.user)
        if comment:
            write(world, name, comment, call.user)
    return JSONResponse({"updated": len(ids) - len(failed), "failed": failed})


def create_comment(world: World, call: Call) -> Response:
    text = text_in(call.json_object(), "text", 1)
    alert = _held(world, call)
    comment = write(world, alert.id, text, call.user)
    row = {"id": comment["id"], "alert_id": alert.id, "user": comment["username"], "text": text}
    return JSONResponse(row | {"created_at": comment["created_at"]}, world.knobs.comment_status)


def put_status(world: World, alert: Held, status: str, user: User) -> None:
    """Any status may follow any; what was written of an earlier one stays."""
    changes = {"status": status}
    name = {"acknowledged": "acknowledged", "resolved": "resolved", "false_positive": "resolved"}.get(status)
    if name is not None:
        changes |= {f"{name}_at": world.now_text(), f"{name}_by": user.email}
    alert.fields = alert.fields | changes


def shown(world: World, alert: Held) -> dict[str, Any]:
    comments = [
        {
            "id": each["id"],
            "user": each["username"],
            "text": each["content"],
            "created_at": each["created_at"],
        }
        for each in of_alert(world, alert.id)
    ]
    return alert.fields | {"comments": comments}


def _status(body: dict[str, Any]) -> str:
    status = text_in(body, "status")
    if status not in STATUSES:
        raise plain(400, "Invalid status value")
    return status


def _held(world: World, call: Call) -> Held:
    _need_search(world)
    alert = world.alerts.get(call.names[0])
    if alert is None:
        raise plain(404, "Alert not found")
    return alert


def _need_search(world: World) -> None:
    """The documents tell of no outage: it is a plain 503."""
    if world.knobs.outage or not world.knobs.configured:
        raise plain(503, "Service Unavailable")
