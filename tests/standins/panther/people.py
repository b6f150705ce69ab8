"""GET /users, /users/{id} and /api-tokens/self."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.panther.paging import Key, Paging, rows_of
from tests.standins.panther.query import Query
from tests.standins.panther.refusals import Refused, not_found
from tests.standins.panther.times import written
from tests.standins.panther.world import Call, World

USER_PAGES = Paging(default=60, largest=60)
PARAMETERS = ("cursor", "limit", "contains", "email", "id", "ids", "include-deactivated", "status")


def list_users(world: World, call: Call) -> Response:
    if world.knobs.refuse_unknown_parameters:
        call.query.only(PARAMETERS)
    chosen = _chosen(world.users, call.query)
    rows: list[tuple[Key, Any]] = [((place,), user) for place, user in chosen]
    found, rest = USER_PAGES.answer(call.query, world.knobs, "users", rows_of(rows))
    return JSONResponse({"results": found, **rest})


def get_user(world: World, call: Call) -> Response:
    for user in world.users:
        if user.get("id") == call.parts[1]:
            return JSONResponse(user)
    raise not_found("user", call.parts[1])


def token_self(world: World, call: Call) -> Response:
    status = world.knobs.self_status
    if status != 200:
        raise Refused(status, {"error": "forbidden"} if status == 403 else {"message": "not available"})
    token = call.token
    answer: dict[str, Any] = {"id": token.id, "name": token.name, "permissions": list(token.permissions)}
    if token.created_by:
        answer["createdBy"] = world.actor(token.created_by)
    if token.expires_at is not None:
        answer["expiresAt"] = written(token.expires_at)
    return JSONResponse(answer)


def _chosen(users: list[dict[str, Any]], query: Query) -> list[tuple[int, dict[str, Any]]]:
    """An e-mail address overrides every other parameter."""
    email = query.one("email")
    contains = (query.one("contains") or "").casefold()
    ids = query.many("id") | frozenset((query.one("ids") or "").split(",")) - {""}
    status = query.one("status")
    deactivated = query.truth("include-deactivated") or False

    def wanted(user: dict[str, Any]) -> bool:
        if email is not None:
            return bool(user.get("email") == email)
        words = (str(user.get(name) or "") for name in ("givenName", "familyName", "email"))
        return (
            (deactivated or user.get("enabled") is not False)
            and (not ids or user.get("id") in ids)
            and (status is None or user.get("status") == status)
            and contains in " ".join(words).casefold()
        )

    return [(place, user) for place, user in enumerate(users) if wanted(user)]
