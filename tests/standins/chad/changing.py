"""The current form: changing and deleting alerts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.chad.fields import ids_in, optional_text, text_in
from tests.standins.chad.reading import IOC_RULE, STATUSES, held
from tests.standins.chad.refusals import coded, internal_error, invalid, not_found, plain
from tests.standins.chad.world import Call, Held, User, World

MOST_REASON = 10_000


def set_status(world: World, call: Call) -> Response:
    """Takes any word; a comment in the body is not looked at."""
    status = text_in(call.json_object(), "status")
    alert = held(world, call)
    if alert.id in world.knobs.refused_ids:
        raise plain(500, "Failed to update alert status")
    put_status(world, alert, status, call.user)
    world.note(call.user, "alert.status_update", alert.id, status=status)
    return JSONResponse({"success": True, "status": status})


def put_status(world: World, alert: Held, status: str, user: User) -> None:
    """Nothing is cleared on the way back to new, and a resolution leaves no name."""
    changes = {"status": status, "updated_at": world.now_text()}
    if status == "acknowledged":
        changes |= {"acknowledged_by": user.email, "acknowledged_at": world.now_text()}
    alert.fields = alert.fields | changes


def bulk_status(world: World, call: Call) -> Response:
    body = call.json_object()
    ids = _ids(body, r"[A-Za-z0-9_-]{1,128}")
    status = text_in(body, "status")
    reason = optional_text(body, "change_reason", 1, MOST_REASON)

    def change(alert: Held) -> None:
        old = alert.fields.get("status")
        put_status(world, alert, status, call.user)
        details = {"old_status": old, "new_status": status}
        details |= {} if reason is None else {"change_reason": reason}
        world.note(call.user, "alert.bulk_status_update", alert.id, **details)

    return _each(world, ids, "Update failed", change)


def bulk_delete(world: World, call: Call) -> Response:
    body = call.json_object()
    ids = _ids(body, r"[0-9A-Fa-f-]{1,128}")
    optional_text(body, "change_reason", 1, MOST_REASON)

    def delete(alert: Held) -> None:
        world.drop(alert.id)
        world.note(call.user, "alert.bulk_delete", alert.id)

    return _each(world, ids, "Delete failed", delete)


def status_by_query(world: World, call: Call) -> Response:
    """Filters that say nothing mean every alert."""
    body = call.json_object()
    status = text_in(body, "new_status")
    if status not in STATUSES:
        words = ", ".join(f"'{word}'" for word in STATUSES)
        message = f"Input should be {words}"
        raise invalid("literal_error", ("body", "new_status"), message, status, {"expected": words})
    optional_text(body, "change_reason", 1, MOST_REASON)
    filters = body.get("filters", {})
    if not isinstance(filters, dict):
        raise invalid("dict_type", ("body", "filters"), "Input should be a valid dictionary", filters)
    world.need_search()
    if world.knobs.outage:
        raise internal_error()
    found = [alert for alert in world.newest_first() if _meets(alert, filters)]
    for alert in found:
        put_status(world, alert, status, call.user)
    world.note(call.user, "alert.bulk_status_update_by_query", None, new_status=status, filters=filters)
    return JSONResponse({"updated": len(found)})


def delete_alert(world: World, call: Call) -> Response:
    alert = world.found(call.names[0])
    if alert is None:
        raise plain(404, "Alert not found")
    world.drop(alert.id)
    world.note(call.user, "alert.delete", alert.id)
    return Response(status_code=204)


def assign(world: World, call: Call) -> Response:
    body = call.json_object(optional=True)
    name = _uuid(body, "assignee_id") or call.user.id
    alert = held_for_owner(world, call)
    assignee = world.users.get(name)
    if assignee is None or not assignee.is_active:
        raise not_found("Assignee not found or inactive")
    # A team that is not set equals another that is not set.
    if call.user.role != "admin" and assignee.id != call.user.id and assignee.team != call.user.team:
        raise plain(403, "You can only assign alerts to members of your team")
    owner = {"owner_id": assignee.id, "owner_username": assignee.email, "owned_at": world.now_text()}
    alert.fields = alert.fields | owner
    world.note(call.user, "alert.assign", alert.id, owner=assignee.email)
    return JSONResponse({"message": "Alert assigned", "owner": assignee.email})


def unassign(world: World, call: Call) -> Response:
    alert = held_for_owner(world, call)
    alert.fields = alert.fields | {"owner_id": None, "owner_username": None, "owned_at": None}
    world.note(call.user, "alert.unassign", alert.id)
    return JSONResponse({"message": "Alert unassigned"})


def held_for_owner(world: World, call: Call) -> Held:
    world.need_search()
    if world.knobs.outage:
        raise coded(500, "INTERNAL_ERROR", "TransportError(503, 'search store unavailable')")
    return held(world, call)


def assignable_users(world: World, call: Call) -> Response:
    user = call.user
    rows = [
        {"id": each.id, "email": each.email}
        for each in world.users.values()
        if each.is_active
        and (user.role == "admin" or each.id == user.id or (user.team and each.team == user.team))
    ]
    return JSONResponse(rows)


def _each(world: World, ids: list[str], failure: str, act: Callable[[Held], None]) -> Response:
    """Does what can be done; the answer is 200 even when nothing could."""
    success: list[str] = []
    failed: list[dict[str, str]] = []
    for name in ids:
        alert = world.found(name)
        if alert is None or name in world.knobs.refused_ids:
            failed.append({"id": name, "error": failure})
        else:
            act(alert)
            success.append(name)
    return JSONResponse({"success": success, "failed": failed})


def _uuid(body: dict[str, Any], name: str) -> str | None:
    text = optional_text(body, name)
    try:
        return None if text is None else str(uuid.UUID(text))
    except ValueError:
        message = "Input should be a valid UUID"
        raise invalid("uuid_parsing", ("body", name), message, text, {"error": "not a UUID"}) from None


def _ids(body: dict[str, Any], pattern: str) -> list[str]:
    ids = ids_in(body, "alert_ids")
    for name in ids:
        if not re.fullmatch(pattern, name):
            message = f"Value error, Invalid alert ID format: {name}"
            raise invalid("value_error", ("body", "alert_ids"), message, ids, {"error": {}})
    return ids


def _meets(alert: Held, filters: dict[str, Any]) -> bool:
    wanted = {name: filters[name] for name in ("status", "severity", "rule_id") if filters.get(name)}
    return (
        all(alert.fields.get(name) == value for name, value in wanted.items())
        and not (filters.get("exclude_ioc") and alert.fields.get("rule_id") == IOC_RULE)
        and alert.fields.get("status") not in (filters.get("exclude_status") or ())
    )
