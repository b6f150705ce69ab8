"""The store as a Panther-compatible REST API: which operation answers which request."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from alerttui.backends.contract import Backend
from alerttui.backends.store import AlertStore
from alerttui.domain.errors import AlertTuiError
from alerttui.server.alerts import Alerts
from alerttui.server.answers import json_answer
from alerttui.server.auth import Authentication, Tokens
from alerttui.server.comments import Comments
from alerttui.server.errors import Boundary, answer_http, answer_ours
from alerttui.server.openapi import document
from alerttui.server.people import People
from alerttui.server.service import Service
from alerttui.server.tags import Tags

Operation: TypeAlias = Callable[[Request], Awaitable[Response]]

_HANDLERS: Final = {HTTPException: answer_http, AlertTuiError: answer_ours}


def create_app(
    store: AlertStore,
    backend: Backend,
    *,
    tokens: Tokens,
    read_only: bool = False,
    clock: Callable[[], int] | None = None,
) -> Starlette:
    """The app over an open store; the clock gives milliseconds since 1970."""
    service = Service(store, backend, clock or _now_ms, read_only=read_only)
    app = Starlette(
        routes=_routes(service),
        middleware=[
            Middleware(Boundary),
            Middleware(RawPaths),
            Middleware(ExceptionMiddleware, handlers=_HANDLERS),
            Middleware(Authentication, tokens=tokens),
        ],
        exception_handlers=_HANDLERS,
    )
    app.router.redirect_slashes = False
    return app


def _routes(service: Service) -> list[Route]:
    alerts, comments = Alerts(service), Comments(service)
    people, tags = People(service), Tags(service)
    return [
        _route("/alerts", GET=alerts.listed, PATCH=alerts.bulk_patch),
        _route("/alerts/{id}", GET=alerts.get, PATCH=alerts.patch),
        _route("/alerts/{id}/events", GET=alerts.events),
        _route("/alert-comments", GET=comments.listed, POST=comments.create),
        _route("/alert-comments/{id}", GET=comments.get, POST=comments.edit),
        _route("/alert-context-tags", GET=tags.listed, POST=tags.refuse),
        _route("/alert-context-tags/{id}", PATCH=tags.refuse, DELETE=tags.refuse),
        _route("/users", GET=people.listed),
        _route("/users/{id}", GET=people.get),
        _route("/api-tokens/self", GET=people.own_token),
        _route("/openapi.json", GET=_describe),
    ]


def _route(path: str, **operations: Operation) -> Route:
    """One route a path, so that a refused method is told all that there are."""

    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await operations[method](request)

    return Route(path, answer, methods=list(operations))


async def _describe(request: Request) -> Response:
    """GET /openapi.json."""
    return json_answer(document())


class RawPaths:
    """Routes by the path as it was sent: an id may contain a slash, percent-encoded."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the raw path in the place of the decoded one."""
        raw: bytes = scope.get("raw_path") or b""
        if scope["type"] == "http":
            scope.setdefault("state", {})  # shared with the layers around
        if raw:
            scope = {**scope, "path": raw.partition(b"?")[0].decode("latin-1")}
        await self._app(scope, receive, send)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
