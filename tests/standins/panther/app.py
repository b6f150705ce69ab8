"""The application: who may call what, and the record of every call."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from tests.standins.panther import changing, comments, people, reading, tags
from tests.standins.panther.query import Query
from tests.standins.panther.refusals import Refused, forbidden, unauthorized
from tests.standins.panther.world import ALERT_MODIFY, ALERT_READ, USER_READ, Call, Token, World
from tests.standins.recorded import Recorded, record_of

KEY_HEADER = "x-api-key"
Handler = Callable[[World, Call], Response]


@dataclass(frozen=True)
class Operation:
    """One call of the document: its name, the permission it needs, and what carries it out."""

    name: str
    permission: str | None
    handler: Handler


OPERATIONS: dict[tuple[str, ...], dict[str, Operation]] = {
    ("alerts",): {
        "GET": Operation("list_alerts", ALERT_READ, reading.list_alerts),
        "PATCH": Operation("patch_alerts", ALERT_MODIFY, changing.patch_alerts),
    },
    ("alerts", "*"): {
        "GET": Operation("get_alert", ALERT_READ, reading.get_alert),
        "PATCH": Operation("patch_alert", ALERT_MODIFY, changing.patch_alert),
    },
    ("alerts", "*", "events"): {"GET": Operation("list_events", ALERT_READ, reading.list_events)},
    ("alert-comments",): {
        "GET": Operation("list_comments", ALERT_READ, comments.list_comments),
        "POST": Operation("create_comment", ALERT_MODIFY, comments.create_comment),
    },
    ("alert-comments", "*"): {
        "GET": Operation("get_comment", ALERT_READ, comments.get_comment),
        "POST": Operation("update_comment", ALERT_MODIFY, comments.update_comment),
    },
    ("users",): {"GET": Operation("list_users", USER_READ, people.list_users)},
    ("users", "*"): {"GET": Operation("get_user", USER_READ, people.get_user)},
    ("alert-context-tags",): {
        "GET": Operation("list_tags", ALERT_READ, tags.list_tags),
        "POST": Operation("create_tag", ALERT_MODIFY, tags.create_tag),
    },
    ("api-tokens", "self"): {"GET": Operation("token_self", None, people.token_self)},
}


@dataclass
class Desk:
    """Takes requests in for one world. `base_path` is where a self-hosted deployment would answer."""

    world: World
    base_path: str = ""
    requests: list[Recorded] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    most_at_once: int = 0
    """The largest number of calls that were under way at the same time."""
    _at_once: int = 0
    all_methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/{rest:path}", self.take, methods=list(self.all_methods))])

    async def take(self, request: Request) -> Response:
        body = await request.body()
        parts, operation = self._find(request)
        name = "unknown" if operation is None else operation.name
        record = record_of(request, name, _raw_path(request.scope), body, KEY_HEADER)
        self.requests.append(record)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            delays = self.world.knobs.delays
            if delay := delays.get(record.operation, delays.get("*", 0.0)):
                await asyncio.sleep(delay)
            with self.lock:
                response = self._answer(record, parts, operation, request.headers.get(KEY_HEADER))
        finally:
            self._at_once -= 1
        record.status = response.status_code
        return response

    def _answer(
        self, record: Recorded, parts: list[str], operation: Operation | None, key: str | None
    ) -> Response:
        try:
            token = self._token(key)
            if operation is None:
                return _nothing_here(self._place(parts))
            if operation.permission is not None and operation.permission not in token.permissions:
                raise forbidden()
            query = Query(record.query)
            call = Call(parts, query, record.raw_query, record.headers, record.body, token)
            return operation.handler(self.world, call)
        except Refused as refused:
            return JSONResponse(refused.body, refused.status)

    def _token(self, key: str | None) -> Token:
        token = self.world.tokens.get(key or "")
        if token is None or not token.works(self.world.now()):
            raise unauthorized()
        return token

    def _find(self, request: Request) -> tuple[list[str], Operation | None]:
        parts = _parts(request.scope, self.base_path)
        place = self._place(parts)
        return parts, None if place is None else place.get(request.method)

    def _place(self, parts: list[str]) -> dict[str, Operation] | None:
        for pattern, operations in OPERATIONS.items():
            if len(pattern) == len(parts) and all(
                part == want or (want == "*" and part) for want, part in zip(pattern, parts, strict=True)
            ):
                return operations
        return None


def _nothing_here(place: dict[str, Operation] | None) -> Response:
    if place is None:
        return JSONResponse({"message": "Not Found"}, 404)
    return JSONResponse({"message": "Method Not Allowed"}, 405, {"Allow": ", ".join(place)})


def _raw_path(scope: Scope) -> str:
    raw = scope.get("raw_path")
    return (raw if isinstance(raw, bytes) else scope["path"].encode()).decode("ascii", "replace")


def _parts(scope: Scope, base_path: str) -> list[str]:
    """The path below the base, divided before it is decoded: an id may hold an encoded slash."""
    path = _raw_path(scope)
    if not path.startswith(f"{base_path}/"):
        return []
    return [unquote(part) for part in path.removeprefix(f"{base_path}/").split("/")]
