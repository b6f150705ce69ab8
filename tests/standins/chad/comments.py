"""The current form: comments. They are kept apart from the alerts, and know nothing of them."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.chad import times
from tests.standins.chad.fields import text_in
from tests.standins.chad.refusals import not_found, plain
from tests.standins.chad.world import Call, User, World

LONGEST = 10_000


def write(world: World, alert_id: str, content: str, by: User) -> dict[str, Any]:
    """Holds a comment, in the current form's names."""
    now = times.written(world.now())
    comment: dict[str, Any] = {"id": world.next_uuid("comment"), "alert_id": alert_id, "user_id": by.id}
    comment |= {"username": by.email, "content": content, "created_at": now, "updated_at": None}
    world.comments.append(comment | {"is_deleted": False})
    return world.comments[-1]


def of_alert(world: World, alert_id: str) -> list[dict[str, Any]]:
    """What is not deleted, oldest first."""
    return [each for each in world.comments if each["alert_id"] == alert_id and not each["is_deleted"]]


def list_comments(world: World, call: Call) -> Response:
    return JSONResponse(of_alert(world, call.names[0]))


def create_comment(world: World, call: Call) -> Response:
    content = text_in(call.json_object(), "content", 1, LONGEST)
    comment = write(world, call.names[0], content, call.user)
    world.note(call.user, "alert.comment_add", comment["id"], alert_id=call.names[0])
    return JSONResponse(comment, world.knobs.comment_status)


def edit_comment(world: World, call: Call) -> Response:
    content = text_in(call.json_object(), "content", 1, LONGEST)
    comment = _held(world, call)
    if comment["user_id"] != call.user.id:
        raise plain(403, "You can only edit your own comments")
    comment |= {"content": content, "updated_at": times.written(world.now())}
    world.note(call.user, "alert.comment_edit", comment["id"], alert_id=call.names[0])
    return JSONResponse(comment)


def delete_comment(world: World, call: Call) -> Response:
    comment = _held(world, call)
    comment["is_deleted"] = True
    world.note(call.user, "alert.comment_delete", comment["id"], alert_id=call.names[0])
    return JSONResponse({"message": "Comment deleted"})


def _held(world: World, call: Call) -> dict[str, Any]:
    alert_id, name = call.names
    for comment in of_alert(world, alert_id):
        if comment["id"] == name:
            return comment
    raise not_found("Comment not found")
