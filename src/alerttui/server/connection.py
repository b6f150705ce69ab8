"""One client's connection, which may not dawdle: uvicorn waits for a request, and for a reader, for ever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from alerttui.server.errors import message_answer

CONNECTIONS: Final = 256
"""More than that at once are answered with 503."""
REQUEST_S: Final = 15.0
"""So long may a whole request take to arrive, from the connection or from its first byte."""
READING_S: Final = 15.0
"""So long may a client leave our answer unread before it is let go."""
LAST_REQUEST_S: Final = 3.0
"""So long may a request still take to arrive once the server ends; less than its running ones have."""

_LOGGER: Final = logging.getLogger("alerttui.server")


class BoundedConnection(H11Protocol):
    """An HTTP/1.1 connection that ends when its client sends or reads too slowly."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base
        """Begin, and expect a request."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            self.app = _refuse
        self._sending = _Deadline(self.loop, REQUEST_S, transport.abort)
        self._reading = _Deadline(self.loop, READING_S, transport.abort)
        self._sending.start()

    def data_received(self, data: bytes) -> None:
        """Take bytes; until the request is whole its time goes on."""
        super().data_received(data)
        if self._is_arriving:
            self._sending.start()
        else:
            self._sending.stop()

    def on_response_complete(self) -> None:
        """An answer is out: uvicorn's keep-alive waits for what may come next, until it begins."""
        self._sending.stop()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client does not read: give it some time."""
        super().pause_writing()
        self._reading.start()

    def resume_writing(self) -> None:
        """The client reads."""
        self._reading.stop()
        super().resume_writing()

    def shutdown(self) -> None:
        """The server ends: finish what runs, and wait a little for what arrives."""
        super().shutdown()
        if self._is_arriving and not self.transport.is_closing():
            self.loop.call_later(LAST_REQUEST_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._sending.stop()
        self._reading.stop()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP; uvicorn's own refusal is no JSON, and fails where an answer is out."""
        refusal = message_answer(400, msg, {"Connection": "close"})
        parts = (
            h11.Response(status_code=400, headers=refusal.raw_headers, reason=b"Bad Request"),
            h11.Data(data=bytes(refusal.body)),
            h11.EndOfMessage(),
        )
        with suppress(h11.LocalProtocolError):
            for part in parts:
                self.transport.write(self.conn.send(part))
        self.transport.close()

    @property
    def _is_arriving(self) -> bool:
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _give_up(self) -> None:
        if self._is_arriving:
            self.transport.abort()


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one connection too many."""
    _LOGGER.warning("more than %s connections: one was refused", CONNECTIONS)
    headers = {"Connection": "close", "Retry-After": "1"}
    message = f"More than {CONNECTIONS} connections are open; nothing was changed. Try again."
    await message_answer(503, message, headers)(scope, receive, send)


class _Deadline:
    """Acts when it was started and not stopped in time."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, act: Callable[[], None]) -> None:
        self._loop = loop
        self._seconds = seconds
        self._act = act
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to wait; where it waits already, its time is not prolonged."""
        if self._timer is None:
            self._timer = self._loop.call_later(self._seconds, self._act)

    def stop(self) -> None:
        """Wait no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
