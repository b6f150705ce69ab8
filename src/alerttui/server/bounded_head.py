"""A request's line and headers may not be larger than any that we answer."""

from __future__ import annotations

from typing import Final

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HEAD_BYTES: Final = 16 * 1024
"""The longest filter fits many times."""


class BoundedHead:
    """Refuses a larger one with 431; uvicorn's own bound holds only for a head that comes in pieces."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and _size(scope) > HEAD_BYTES:
            message = f"The request's address and headers are larger than {HEAD_BYTES:,} bytes."
            await JSONResponse({"message": message}, status_code=431)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _size(scope: Scope) -> int:
    line = len(scope["path"]) + len(scope["query_string"])
    return line + sum(len(name) + len(value) for name, value in scope["headers"])
