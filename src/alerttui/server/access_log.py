"""What was asked of the server, one line a request: no secret, no query, no body."""

from __future__ import annotations

import logging
import time
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerttui.domain.showable import shown
from alerttui.server.tokens import Token

ACCESS_LOGGER: Final = logging.getLogger("alerttui.server.access")

PATH_CHARACTERS: Final = 200
"""Longer paths are cut: nothing that we answer has one."""


class AccessLog:
    """Logs method, path as it was sent, status, duration and the name of the token: no space in any of them.

    The query is left out: filters hold names of people and hosts of a case.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and log what became of it; a client that went away is no error."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        before = time.perf_counter()
        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            status = 0
        finally:
            ACCESS_LOGGER.info("%s", _line(scope, status, time.perf_counter() - before))


def _line(scope: Scope, status: int, took_s: float) -> str:
    path = (scope.get("raw_path") or str(scope["path"]).encode()).partition(b"?")[0].decode("latin-1")
    cut = path if len(path) <= PATH_CHARACTERS else f"{path[:PATH_CHARACTERS]}…"
    token = scope.get("state", {}).get("token")
    who = token.name if isinstance(token, Token) else "-"
    return f"{scope['method']} {shown(cut)} {status or 'gone'} {took_s * 1000:.1f}ms {who}"
