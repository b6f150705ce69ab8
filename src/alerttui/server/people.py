"""Users whom alerts can be assigned to, and who the caller is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alerttui.domain.alert import Person
from alerttui.domain.errors import Invalid
from alerttui.server.answers import json_answer, page_answer, user_answer
from alerttui.server.auth import Caller
from alerttui.server.cursors import cursor_for, read_cursor
from alerttui.server.errors import shown
from alerttui.server.parameters import Parameters, path_id
from alerttui.server.service import Service
from alerttui.server.tokens import Permission

PAGE: Final = 60
"""The default and the maximum of a page."""

MOST_PEOPLE: Final = 100_000
"""People that are looked through."""

_RAW_PERMISSIONS: Final = {
    Permission.READ: ("AlertRead", "UserRead"),
    Permission.MANAGE: ("AlertModify",),
}
"""The vendor's own words for what a token may do."""

_KNOWN: Final = ("cursor", "limit", "contains", "email", "id", "ids", "include-deactivated", "status")


class People:
    """The operations under /users, and /api-tokens/self."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def listed(self, request: Request) -> Response:
        """GET /users: in the order of their ids, so that a newcomer shifts nobody."""
        self._service.reader(request)
        parameters = Parameters(request, _KNOWN)
        limit = parameters.limit(PAGE, PAGE)
        status = parameters.one("status")
        if status:
            raise Invalid("status", status, "a store knows of people only whether they are deactivated")
        filter_text, is_wanted = _filter(parameters)
        cursor = parameters.one("cursor")
        after = str(read_cursor(cursor, filter_text, (str,))[0]) if cursor else ""
        people = await asyncio.to_thread(self._people)
        found = [each for each in people if is_wanted(each) and each.id > after]
        following = cursor_for(filter_text, found[limit - 1].id) if len(found) > limit else None
        return page_answer([user_answer(each) for each in found[:limit]], following)

    async def get(self, request: Request) -> Response:
        """GET /users/{id}."""
        self._service.reader(request)
        Parameters(request, ())
        wanted = path_id(request)
        for person in await asyncio.to_thread(self._people):
            if person.id == wanted:
                return json_answer(user_answer(person))
        raise HTTPException(404, f"No such user: {shown(wanted)}")

    async def own_token(self, request: Request) -> Response:
        """GET /api-tokens/self: whoever has a token may ask what it allows here."""
        Parameters(request, ())
        caller: Caller = request.state.caller
        granted = caller.permissions - ({Permission.MANAGE} if self._service.read_only else set())
        permissions = [name for each in Permission if each in granted for name in _RAW_PERMISSIONS[each]]
        actor = caller.actor
        return json_answer({"id": actor.id, "name": actor.label, "permissions": permissions})

    def _people(self) -> list[Person]:
        people = self._service.store.people(limit=MOST_PEOPLE, with_disabled=True)
        return sorted(people, key=lambda each: each.id)


def _filter(parameters: Parameters) -> tuple[str, Callable[[Person], bool]]:
    """A text that tells one filter from another, and the filter."""
    email = parameters.one("email").casefold()
    if email:
        return f"users {email!r}", lambda each: each.email.casefold() == email
    part = parameters.one("contains").casefold()
    ids = {*parameters.many("id"), *filter(None, parameters.one("ids").split(","))}
    with_disabled = parameters.flag("include-deactivated")

    def is_wanted(person: Person) -> bool:
        return (
            (person.enabled or with_disabled)
            and (not ids or person.id in ids)
            and (not part or part in person.name.casefold() or part in person.email.casefold())
        )

    return f"users {part!r} {sorted(ids)!r} {with_disabled}", is_wanted
