"""Who asks: the token behind the X-API-Key of a request, and what it allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from alerttui.domain.alert import Actor
from alerttui.server.tokens import Permission, Token

HEADER: Final = "X-API-Key"

PUBLIC_PATHS: Final = frozenset({"/openapi.json"})
"""What tells nothing of the store, and so is told to anybody."""

PERMISSION_NAMES: Final = {Permission.READ: "Read Alerts", Permission.MANAGE: "Manage Alerts"}
"""The vendor's names of what a token may do."""


class Tokens(Protocol):
    """The tokens of the server."""

    @property
    def is_open(self) -> bool:
        """True if no token is asked for."""
        ...

    def find(self, key: str) -> Token | None:
        """Whose token this is."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what they may do."""

    actor: Actor
    permissions: frozenset[Permission]


ANYBODY: Final = Caller(Actor("system", "system"), frozenset(Permission))
"""Whoever asks a server without tokens."""


def caller_of(token: Token) -> Caller:
    """The caller behind a token; its id is no analyst's, so that nobody's undo takes back what it did."""
    return Caller(Actor(f"api-token:{token.name}", "api-token", token.name), token.permissions)


class Authentication:
    """Lets nobody pass without a token that the server knows."""

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the caller of a request, or raise the 401."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["caller"] = self._caller(scope)
        await self._app(scope, receive, send)

    def _caller(self, scope: Scope) -> Caller | None:
        if self._tokens.is_open:
            return ANYBODY
        if scope["path"] in PUBLIC_PATHS:
            return None
        key = Request(scope).headers.get(HEADER, "")
        token = self._tokens.find(key) if key else None
        if token is None:
            told = "The X-API-Key is not known here." if key else "The header X-API-Key is missing."
            raise HTTPException(401, told)
        scope["state"]["token"] = token
        return caller_of(token)


def allowed(request: Request, permission: Permission) -> Caller:
    """The caller, if it has the permission; else raises the 403."""
    caller: Caller = request.state.caller
    if permission not in caller.permissions:
        name = PERMISSION_NAMES[permission]
        raise HTTPException(403, f"This needs the permission {name}, which the token does not have.")
    return caller
