"""GET and POST /alert-comments and /alert-comments/{id}."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.panther.paging import Key, Paging, rows_of
from tests.standins.panther.reading import held
from tests.standins.panther.refusals import bad_request, not_found
from tests.standins.panther.world import Call, HeldComment, World

FORMATS = ("PLAIN_TEXT", "HTML")
FIELDS = ("alertId", "body", "format")
COMMENT_PAGES = Paging(default=25, largest=50)


def list_comments(world: World, call: Call) -> Response:
    """An alert that is unknown has no comments: the document declares no 404 here."""
    if world.knobs.refuse_unknown_parameters:
        call.query.only(("alert-id", "cursor", "limit"))
    alert_id = call.query.one("alert-id")
    if alert_id is None:
        raise bad_request('"alert-id" is missing from query string')
    rows: list[tuple[Key, Any]] = []
    for comment_id, comment in world.comments.items():
        if comment.fields.get("alertId") != alert_id:
            continue
        if comment.hidden_reads > 0:
            comment.hidden_reads -= 1
            continue
        rows.append(((comment_id,), shown(world, comment)))
    if world.knobs.comment_order == "newest":
        rows.reverse()
    elif world.knobs.comment_order == "mixed":
        rows.sort(key=lambda row: hashlib.sha256(str(row[0][0]).encode()).digest())
    found, rest = COMMENT_PAGES.answer(call.query, world.knobs, f"comments of {alert_id}", rows_of(rows))
    return JSONResponse({"results": found, **rest})


def create_comment(world: World, call: Call) -> Response:
    given = _given(world, call)
    held(world, given["alertId"])
    comment = write_comment(world, given, call.actor)
    comment.hidden_reads = world.knobs.comment_lag_reads
    return JSONResponse(shown(world, comment), world.knobs.comment_status)


def get_comment(world: World, call: Call) -> Response:
    return JSONResponse(shown(world, _held_comment(world, call.parts[1])))


def update_comment(world: World, call: Call) -> Response:
    comment = _held_comment(world, call.parts[1])
    given = _given(world, call)
    if given["alertId"] != comment.fields.get("alertId"):
        raise bad_request("a comment cannot move to another alert")
    comment.fields |= given | {"updatedAt": world.now_text(), "updatedBy": call.actor}
    return JSONResponse(shown(world, comment))


def write_comment(world: World, given: dict[str, Any], actor: Any) -> HeldComment:
    """Holds a comment; `given` may name its id and anything else."""
    made = {
        "id": f"comment-{world.next_number('comment'):04d}",
        "createdAt": world.now_text(),
        "createdBy": actor,
    }
    comment = HeldComment(made | given)
    world.comments[comment.fields["id"]] = comment
    return comment


def shown(world: World, comment: HeldComment) -> dict[str, Any]:
    actors = {
        name: world.actor(comment.fields[name])
        for name in ("createdBy", "updatedBy")
        if name in comment.fields
    }
    return comment.fields | actors


def _held_comment(world: World, comment_id: str) -> HeldComment:
    comment = world.comments.get(comment_id)
    if comment is None:
        raise not_found("comment", comment_id)
    return comment


def _given(world: World, call: Call) -> dict[str, Any]:
    body = call.json_object()
    for name in FIELDS:
        if name not in body:
            raise bad_request(f'"{name}" is missing from body')
        if not isinstance(body[name], str):
            raise bad_request(f"invalid type for body.{name}, must be a string")
    if world.knobs.refuse_unknown_fields and (unknown := sorted(set(body) - set(FIELDS))):
        raise bad_request(f"unknown field {unknown[0]!r} in body")
    if body["format"] not in FORMATS:
        raise bad_request(
            f'value of body.format must be one of "PLAIN_TEXT", "HTML" but got {body["format"]!r}'
        )
    longest = world.knobs.longest_comment
    if longest is not None and len(body["body"]) > longest:
        raise bad_request(f"length of body.body must be lesser or equal than {longest}")
    return {name: body[name] for name in FIELDS}
