"""The application: who may call what, and the record of every call."""

from __future__ import annotations

import asyncio
import threading
import uuid
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.standins.chad import external, guard
from tests.standins.chad.accounts import bearer, known
from tests.standins.chad.operations import OPERATIONS, Operation, description
from tests.standins.chad.refusals import Refused, plain
from tests.standins.chad.stream import Stream
from tests.standins.chad.world import Call, User, World
from tests.standins.recorded import Noted

OPENAPI, STREAM = "/openapi.json", "/ws/alerts"
ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass
class Desk:
    """Takes requests in for one world. Paths are answered below `base_path` as well as without it."""

    world: World
    stream: Stream
    base_path: str = ""
    requests: list[Noted] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def application(self) -> Starlette:
        streams = dict.fromkeys((STREAM, self.base_path + STREAM)) if self.world.form == "current" else {}
        return Starlette(
            routes=[
                *(WebSocketRoute(path, self.listen) for path in streams),
                Route("/{rest:path}", self.take, methods=list(ALL_METHODS)),
            ]
        )

    async def listen(self, websocket: WebSocket) -> None:
        await self.stream.serve(websocket)

    async def take(self, request: Request) -> Response:
        body = await request.body()
        path = self._path(request)
        operation, names, allowed = self._find(request.method, path)
        record = _record(request, path, operation, body)
        self.requests.append(record)
        delays = self.world.knobs.delays
        if delay := delays.get(record.operation, delays.get("*", 0.0)):
            await asyncio.sleep(delay)
        with self.lock:
            name = str(uuid.UUID(int=self.world.next_number("request")))
            try:
                guard.check(self.world, request, path)
                response = self._answer(request, record, operation, names, allowed)
            except Refused as refused:
                if refused.request_id_at is not None:
                    refused.request_id_at["request_id"] = name
                response = JSONResponse(refused.body, refused.status, refused.headers)
            response.headers["X-Request-ID"] = name
            guard.hand_out(self.world, request, response)
        record.status = response.status_code
        return response

    def _answer(
        self,
        request: Request,
        record: Noted,
        operation: Operation | None,
        names: list[str],
        allowed: str | None,
    ) -> Response:
        if operation is not None:
            user = self._admit(request, operation)
            return operation.handler(self.world, Call(names, record.query, record.body, user))
        if record.path == OPENAPI and request.method == "GET" and self.world.knobs.openapi:
            return JSONResponse(description(self.world.form))
        if allowed is None:
            raise plain(404, "Not Found")
        raise plain(405, "Method Not Allowed", {"Allow": allowed})

    def _admit(self, request: Request, operation: Operation) -> User | None:
        if operation.access == "open":
            return None
        if operation.access == "key":
            external.admit(self.world, request.headers)
            return None
        user = known(self.world, bearer(request.headers))
        right = {"manage": "manage_alerts", "admin": "admin"}.get(operation.access)
        granted = user.role == "admin" if right == "admin" else user.permissions().get(right or "", True)
        if not granted:
            current = self.world.form == "current"
            raise plain(403, f"Permission required: {right}" if current else "Not enough permissions")
        return user

    def _path(self, request: Request) -> str:
        path: str = request.scope["path"]
        below = path.removeprefix(self.base_path)
        return below if below.startswith("/") else path

    def _find(self, method: str, path: str) -> tuple[Operation | None, list[str], str | None]:
        """The operation; where only the method is wrong, the method of the first that has the path."""
        allowed: str | None = None
        parts = path[1:].split("/")
        for operation in OPERATIONS[self.world.form]:
            names = operation.names_in(parts)
            if names is None:
                continue
            if operation.method == method:
                return operation, names, None
            allowed = allowed or operation.method
        return None, [], allowed


def _record(request: Request, path: str, operation: Operation | None, body: bytes) -> Noted:
    query = parse_qsl(request.scope["query_string"].decode("ascii", "replace"), keep_blank_values=True)
    name = "unknown" if operation is None else operation.name
    name = "openapi" if path == OPENAPI else name
    return Noted(
        operation=name,
        method=request.method,
        path=path,
        query=query,
        headers=dict(request.headers),
        body=body,
    )
