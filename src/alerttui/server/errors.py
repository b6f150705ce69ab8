"""Errors as answers: a status and `{"message": ...}`, the only body that the document knows for them."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerttui.domain.errors import AlertTuiError, Invalid, NotFound, NotSupported, ReadOnly, Unavailable
from alerttui.server.answers import json_answer

MAX_SHOWN: Final = 80
"""Characters of a refused value that are repeated to the client."""

MAX_NAMED: Final = 100
"""Missing alerts that are named, more than clients usually send at once; of more, their number is told."""

ENDED: Final = "The server was stopped before this was finished; read again to see what was changed."

_LOGGER: Final = logging.getLogger("alerttui.server")


def message_answer(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that says why not."""
    return json_answer({"message": message}, status, headers)


async def answer_http(request: Request, error: Exception) -> Response:
    """What routing, permissions and ourselves refuse with a status of their own."""
    assert isinstance(error, HTTPException)
    by_routing = {404: "There is nothing at this path.", 405: f"{request.method} is not possible here."}
    detail = error.detail
    if detail == HTTPStatus(error.status_code).phrase:
        detail = by_routing.get(error.status_code, detail)
    return message_answer(error.status_code, detail, error.headers)


async def answer_ours(request: Request, error: Exception) -> Response:
    """What the floors below refuse."""
    assert isinstance(error, AlertTuiError)
    match error:
        case Invalid():
            return message_answer(400, _refusal(error))
        case NotFound():
            kept = "" if request.method in ("GET", "HEAD") else " Nothing was changed."
            return message_answer(404, missing(error.ids) + kept)
        case ReadOnly():
            return message_answer(403, "This server only reads; nothing was changed.")
        case NotSupported():
            return message_answer(403, str(error))
        case Unavailable():
            _LOGGER.warning("%s: the store was busy", request.method)
            busy = "The store is being written by another process; nothing was changed. Try again."
            return message_answer(503, busy, {"Retry-After": "1"})
        case _:
            _log(error)
            return message_answer(500, "The store cannot be used now; nothing was changed.")


def missing(ids: tuple[str, ...]) -> str:
    """The sentence for alerts that are not there."""
    named = ", ".join(shown(each) or "''" for each in ids[:MAX_NAMED])
    more = f" and {len(ids) - MAX_NAMED:,} more" if len(ids) > MAX_NAMED else ""
    return f"No such alert: {named}{more}."


def shown(text: str) -> str:
    """A text from a client, bounded."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


def _refusal(error: Invalid) -> str:
    value = error.value[: MAX_SHOWN + 1] if isinstance(error.value, (str, bytes)) else error.value
    given = "null" if value is None else shown(repr(value))
    return f"{shown(error.field)}: {given} is refused: {error.rule}"


class Boundary:
    """The outermost layer: what nobody foresaw is a 500 that tells nothing, and a line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer if nothing else does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            raise
        except asyncio.CancelledError:  # the server ends, and this took longer than it waits
            _LOGGER.warning("%s: not finished before the end", scope["method"])
            if not has_begun:
                await message_answer(503, ENDED)(scope, receive, send)
        except Exception as error:  # the boundary of the server: a client is told that it failed
            _log(error)
            if has_begun:
                raise
            await message_answer(500, "Something went wrong here; see the server's log.")(
                scope, receive, send
            )


def _log(error: Exception) -> None:
    """Kind and place of an error; its text may hold what alerts or clients wrote."""
    places = "".join(traceback.format_tb(error.__traceback__))
    _LOGGER.error("%s\n%s", type(error).__name__, places)
