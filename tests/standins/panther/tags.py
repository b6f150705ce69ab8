"""Context tags: their form and their catalogue."""

from __future__ import annotations

import re
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.panther.paging import Key, Paging, rows_of
from tests.standins.panther.refusals import Refused, bad_request
from tests.standins.panther.world import Call, World

TAG = re.compile(r"[a-z0-9_-]+", re.ASCII)
TAG_PAGES = Paging(default=2000, largest=2000)


def check_tag(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise bad_request(f"invalid type for {where}, must be a string")
    if not 1 <= len(value) <= 30:
        raise bad_request(f"length of {where} must be between 1 and 30 but got {len(value)}")
    if TAG.fullmatch(value) is None:
        raise bad_request(f'{where} must match the regexp "^[a-z0-9_-]+$" but got value {value!r}')
    return value


def list_tags(world: World, call: Call) -> Response:
    _catalogue(world)
    if world.knobs.refuse_unknown_parameters:
        call.query.only(("cursor", "limit", "managed"))
    managed = call.query.truth("managed")
    rows: list[tuple[Key, Any]] = [
        ((name,), tag)
        for name, tag in sorted(world.tags.items())
        if managed is None or tag["managed"] is managed
    ]
    found, rest = TAG_PAGES.answer(call.query, world.knobs, "tags", rows_of(rows))
    return JSONResponse({"results": found, **rest})


def create_tag(world: World, call: Call) -> Response:
    _catalogue(world)
    tag = check_tag(call.json_object().get("tag"), "tag")
    if tag in world.tags:
        raise Refused(409, {"message": f"context tag {tag!r} already exists"})
    world.tags[tag] = {"tag": tag, "category": "custom", "managed": False}
    return JSONResponse(world.tags[tag], 201)


def _catalogue(world: World) -> None:
    status = 404 if world.knobs.old_release else world.knobs.catalogue_status
    if status != 200:
        raise Refused(status, {"message": "Not Found" if status == 404 else "Forbidden"})
