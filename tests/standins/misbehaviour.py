"""Faults of the connection: what comes late, cut, endlessly or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field
from typing import Literal

from tests.standins.faults import JSON_HEADERS, Exchange, Fault, Proper
from tests.standins.wire import Headers, answer, head

LIST_PAGE = b'{"results": [{"id": "a1", "type": "RULE", "status": "OPEN", "title": "An alert"}]}'


@dataclass
class Reply(Fault):
    """A whole answer, in order on the wire, whatever it says."""

    status: int = 200
    body: bytes = LIST_PAGE
    headers: Headers = JSON_HEADERS
    then_close: bool = False
    """The connection ends right behind the answer, unannounced: a reused one is found dead."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.send(answer(self.status, self.headers, self.body))
        if self.then_close:
            await exchange.close()


@dataclass
class Raw(Fault):
    """These bytes, then the end of the connection."""

    data: bytes

    async def play(self, exchange: Exchange) -> None:
        await exchange.send(self.data)
        await exchange.close()


@dataclass
class Trickle(Fault):
    """A right answer whose body comes one byte at a time."""

    body: bytes = LIST_PAGE
    seconds: float = 1.0
    """Between two bytes."""
    head_too: bool = False
    """The head comes byte by byte as well."""

    async def play(self, exchange: Exchange) -> None:
        top = head(200, [*JSON_HEADERS, ("Content-Length", str(len(self.body)))])
        if not self.head_too:
            await exchange.send(top)
        for byte in top + self.body if self.head_too else self.body:
            await asyncio.sleep(self.seconds)
            await exchange.send(bytes([byte]))


@dataclass
class CutBody(Fault):
    """Fewer bytes than promised, then the end of the connection."""

    body: bytes = LIST_PAGE
    keep: int = 20
    chunked: bool = False
    """Promised by chunks, the last of which never comes, not by a length."""

    async def play(self, exchange: Exchange) -> None:
        kept = self.body[: self.keep]
        if self.chunked:
            top = head(200, [*JSON_HEADERS, ("Transfer-Encoding", "chunked")])
            await exchange.send(top + b"%x\r\n%s\r\n" % (len(kept), kept))
        else:
            await exchange.send(head(200, [*JSON_HEADERS, ("Content-Length", str(len(self.body)))]) + kept)
        await exchange.close()


class CloseAtOnce(Fault):
    """The connection ends before any byte."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.close()


@dataclass
class Reset(Fault):
    """The connection is reset before any byte, or after the head of an answer."""

    after_head: bool = False

    async def play(self, exchange: Exchange) -> None:
        if self.after_head:
            await exchange.send(head(200, [*JSON_HEADERS, ("Content-Length", "100")]))
            await asyncio.sleep(0.02)
        exchange.reset()


@dataclass
class Silence(Fault):
    """No answer, until the client leaves or the server stops; with `after_head`, no body."""

    after_head: bool = False

    async def play(self, exchange: Exchange) -> None:
        if self.after_head:
            await exchange.send(head(200, [*JSON_HEADERS, ("Content-Length", "100")]))
        with contextlib.suppress(ConnectionError):
            await exchange.reader.read()
        exchange.request.client_left = True
        await exchange.close()


@dataclass
class Held(Fault):
    """Another step, or the proper answer, once a test has called `release`; also from another thread."""

    fault: Fault = field(default_factory=Proper)
    reached: threading.Event = field(default_factory=threading.Event)
    """Set when the request is there."""
    _released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        self._released.set()

    async def play(self, exchange: Exchange) -> None:
        self.reached.set()
        while not self._released.is_set():
            await asyncio.sleep(0.005)
        await self.fault.play(exchange)


@dataclass
class Delayed(Fault):
    """Another step after a while."""

    seconds: float
    fault: Fault

    async def play(self, exchange: Exchange) -> None:
        await asyncio.sleep(self.seconds)
        await self.fault.play(exchange)


@dataclass
class Flood(Fault):
    """A valid JSON text of `size` bytes or some more, streamed; `Received.sent` tells how much was taken."""

    size: int
    framing: Literal["length", "chunked", "close"] = "length"
    status: int = 200

    async def play(self, exchange: Exchange) -> None:
        block = b'"' + b"a" * 65_532 + b'",'
        blocks = -(-self.size // len(block))
        pieces = [b'{"results": [', *[block] * blocks, b'"end"]}']
        chunked = self.framing == "chunked"
        how = {
            "length": [("Content-Length", str(sum(map(len, pieces))))],
            "chunked": [("Transfer-Encoding", "chunked")],
            "close": [("Connection", "close")],
        }[self.framing]
        await exchange.send(head(self.status, [*JSON_HEADERS, *how]))
        for piece in pieces:
            await exchange.send(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            await exchange.send(b"0\r\n\r\n")
        if self.framing == "close":
            await exchange.close()


@dataclass
class Redirect(Fault):
    """Sends the client elsewhere: to an address, a path, or (None) to where it already is."""

    to: str | None = None
    status: int = 307

    async def play(self, exchange: Exchange) -> None:
        location = exchange.request.target if self.to is None else self.to
        await exchange.send(answer(self.status, [("Location", location)], b""))
