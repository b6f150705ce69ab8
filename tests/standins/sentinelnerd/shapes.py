"""An alert as a row of a list and as the single alert, in the shape that the knobs say."""

from __future__ import annotations

from typing import Any

from tests.standins.sentinelnerd.knobs import Knobs
from tests.standins.sentinelnerd.world import Call, Entry, HeldAlert, World, stamp


def meta(world: World, call: Call) -> dict[str, Any]:
    return {"request_id": call.request_id, "timestamp": stamp(world.now())}


def enveloped(world: World, call: Call, data: Any) -> dict[str, Any]:
    if not world.knobs.meta:
        return {"data": data}
    return {"data": data, "meta": meta(world, call)}


def row(knobs: Knobs, alert: HeldAlert) -> dict[str, Any]:
    return alert.fields | (_people(knobs, alert) if knobs.rows_tell_people else {})


def single(world: World, call: Call, alert: HeldAlert) -> dict[str, Any]:
    """The whole answer to reading one alert."""
    knobs = world.knobs
    plain, extras = alert.fields | _people(knobs, alert), _extras(knobs, alert)
    if knobs.extras_beside and knobs.single in ("data_alert", "alert"):
        wrapped = {"alert": plain, **extras}
    else:
        plain = plain | extras
        wrapped = {"alert": plain}
    match knobs.single:
        case "bare":
            return plain
        case "alert":
            return wrapped
        case "data_alert":
            return enveloped(world, call, wrapped)
        case _:
            return enveloped(world, call, plain)


def _people(knobs: Knobs, alert: HeldAlert) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if knobs.assignee_key is not None and (alert.assignee is not None or knobs.unassigned_as == "null"):
        told[knobs.assignee_key] = _person(alert.assignee, as_object=knobs.assignee_as == "object")
    if knobs.resolution_key is not None and alert.resolution is not None:
        told[knobs.resolution_key] = alert.resolution
    return told


def _person(email: str | None, *, as_object: bool) -> Any:
    if email is None or not as_object:
        return email
    name = email.partition("@")[0]
    return {"id": f"usr_{name}", "email": email, "name": name.capitalize()}


def _extras(knobs: Knobs, alert: HeldAlert) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    if knobs.events_key is not None:
        extras[knobs.events_key] = alert.related_events
    if knobs.timeline.key is not None:
        entries = [_entry(knobs, each) for each in alert.timeline]
        extras[knobs.timeline.key] = entries[::-1] if knobs.timeline.newest_first else entries
    if knobs.comments == "list":
        extras["comments"] = alert.comments
    return extras


def _entry(knobs: Knobs, entry: Any) -> Any:
    if not isinstance(entry, Entry):
        return entry
    shape = knobs.timeline
    told: dict[str, Any] = {shape.time: entry.at, shape.kind: entry.kind}
    if entry.by is not None:
        told[shape.actor] = _person(entry.by, as_object=shape.actor_as == "object")
    if entry.text is not None and knobs.comments != "nowhere":
        told[shape.text] = entry.text
    return told
