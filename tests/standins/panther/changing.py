"""PATCH /alerts/{id} and PATCH /alerts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.panther.reading import QUALITIES, STATUSES, held, shown
from tests.standins.panther.refusals import Refused, bad_request, not_found
from tests.standins.panther.shelf import Earlier, HeldAlert
from tests.standins.panther.tags import check_tag
from tests.standins.panther.world import Call, World

MOST_TAGS = 10
OLD_FIELDS = ("status", "assignee")
FIELDS = (*OLD_FIELDS, "quality", "contextTags")


def patch_alert(world: World, call: Call) -> Response:
    body = call.json_object()
    alert = held(world, call.parts[1])
    changes = _changes(world, body, FIELDS)
    apply(world, alert, changes, call.actor)
    if world.knobs.patch_answers_alert:
        return JSONResponse(shown(world, alert.fields), world.knobs.patch_status)
    return Response(status_code=world.knobs.patch_status)


def patch_alerts(world: World, call: Call) -> Response:
    knobs, body = world.knobs, call.json_object()
    ids = _ids(world, body)
    changes = _changes(world, body, ("ids", *FIELDS))
    unknown = [alert_id for alert_id in ids if alert_id not in world.shelf.by_id]
    if unknown and knobs.bulk_unknown_id == "none_applied":
        raise not_found("alert", unknown[0])
    for number, alert_id in enumerate(ids):
        if number == knobs.bulk_breaks_after:
            raise Refused(500, {"message": "Internal Server Error"})
        alert = world.shelf.by_id.get(alert_id)
        if alert is not None:
            apply(world, alert, changes, call.actor)
        elif knobs.bulk_unknown_id == "part_applied":
            raise not_found("alert", alert_id)
    return Response(status_code=knobs.bulk_status)


def apply(world: World, alert: HeldAlert, changes: dict[str, Any], actor: dict[str, Any]) -> None:
    """Makes a change; None takes a field away. Reads may lag behind, as the knobs say."""
    if not changes or alert.id in world.knobs.ignored_ids:
        return
    fields = dict(alert.fields)
    for name, value in changes.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
    fields["updatedBy"] = actor
    knobs = world.knobs
    if knobs.lag_reads or knobs.lag_seconds:
        until = world.now_micros() + round(knobs.lag_seconds * 1_000_000)
        before = world.shelf.lagging.get(alert.id)
        old = alert.fields if before is None else before.fields
        world.shelf.lagging[alert.id] = Earlier(old, knobs.lag_reads, until)
    world.shelf.change(alert, fields)


def _ids(world: World, body: dict[str, Any]) -> list[str]:
    if "ids" not in body:
        raise bad_request('"ids" is missing from body')
    ids = body["ids"]
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise bad_request("invalid type for body.ids, must be an array of strings")
    if world.knobs.bulk_limit is not None and len(ids) > world.knobs.bulk_limit:
        raise Refused(413, {"message": "Request Entity Too Large"})
    return ids


def _changes(world: World, body: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The fields a body changes, checked; every field is checked before any is used."""
    if world.knobs.refuse_unknown_fields:
        for name in body:
            if name not in known:
                raise bad_request(f"unknown field {name!r} in body")
    changes: dict[str, Any] = {}
    if "status" in body:
        changes["status"] = _word(body, "status", STATUSES)
    if "assignee" in body:
        changes.update(_assignee(world, body["assignee"]))
    if world.knobs.old_release:
        return changes
    if "quality" in body:
        changes["quality"] = _word(body, "quality", (*QUALITIES, "")) or None
    if "contextTags" in body:
        changes.update(_tags(world, body["contextTags"]))
    return changes


def _word(body: dict[str, Any], name: str, words: Collection[str]) -> str:
    value = body[name]
    if not isinstance(value, str):
        raise bad_request(f"invalid type for body.{name}, must be a string")
    if value not in words:
        listed = ", ".join(f'"{word}"' for word in words)
        raise bad_request(f"value of body.{name} must be one of {listed} but got value {value!r}")
    return value


def _assignee(world: World, value: Any) -> dict[str, Any]:
    if not isinstance(value, str):
        raise bad_request("invalid type for body.assignee, must be a string")
    if value == "":
        if world.knobs.blank_assignee == "refused":
            raise bad_request("length of body.assignee must be greater or equal than 1 but got 0")
        return {"assignee": None} if world.knobs.blank_assignee == "unassigns" else {}
    known = any(user.get("id") == value for user in world.users)
    if not known and world.knobs.unknown_assignee == "refused":
        raise bad_request(f"assignee: there is no user with id {value!r}")
    return {"assignee": {"id": value, "type": "user"}}


def _tags(world: World, value: Any) -> dict[str, Any]:
    if not isinstance(value, list):
        raise bad_request("invalid type for body.contextTags, must be an array")
    if len(value) > MOST_TAGS:
        raise bad_request(f"length of body.contextTags must be at most {MOST_TAGS} but got {len(value)}")
    tags = [check_tag(each, "body.contextTags[*]") for each in value]
    if not tags:
        if world.knobs.empty_tags == "refused":
            raise bad_request("length of body.contextTags must be greater or equal than 1 but got 0")
        return {"contextTags": None} if world.knobs.empty_tags == "clears" else {}
    for tag in tags:
        if tag not in world.tags and world.knobs.unknown_tag == "refuses":
            raise bad_request(f"context tag {tag!r} does not exist")
    if world.knobs.unknown_tag == "creates":
        for tag in tags:
            world.tags.setdefault(tag, {"tag": tag, "category": "custom", "managed": False})
    return {"contextTags": tags}
