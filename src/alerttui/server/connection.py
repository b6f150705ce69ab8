"""One client's connection, which may not dawdle: uvicorn waits for a request, and for a reader, for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_S: Final = 15.0
"""So long may a whole request take to arrive, from the connection or from its first byte."""
READING_S: Final = 15.0
"""So long may a client leave our answer unread before it is let go."""
LAST_REQUEST_S: Final = 3.0
"""So long may a request still take to arrive once the server ends; less than its running ones have."""


class BoundedConnection(H11Protocol):
    """An HTTP/1.1 connection that ends when its client sends or reads too slowly."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base
        """Begin, and expect a request."""
        super().connection_made(transport)
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

    @property
    def _is_arriving(self) -> bool:
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _give_up(self) -> None:
        if self._is_arriving:
            self.transport.abort()


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
