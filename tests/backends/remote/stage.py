"""A transport with a clock that only waiting moves, and servers that answer by script."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeAlias

import httpx

from alerttui.backends.contract import Waiting
from alerttui.backends.remote.asking import NO_BODY, Request
from alerttui.backends.remote.transport import Endpoint, Transport
from alerttui.domain.capabilities import RetrySafety

START_MS: Final = 1_790_000_000_000
TOKEN: Final = "tok-MARKER-9f3b6c"
BASE: Final = "https://api.acme.example"

Step: TypeAlias = httpx.Response | Exception
Talk: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter, bytes], Awaitable[None]]
"""Answers one request on a connection, given its head and body as they came."""


class Stage:
    """A transport over a script of answers, and what was seen of it."""

    def __init__(
        self, *steps: Step, url: str = BASE, sleeps_forever: bool = False, has_allow_list: bool = False
    ) -> None:
        self.now_ms = START_MS
        self.sent: list[httpx.Request] = []
        self.slept: list[float] = []
        self.waits: list[Waiting | None] = []
        self._steps = list(steps)
        self._sleeps_forever = sleeps_forever
        self.transport = Transport(
            endpoint=Endpoint.parse(url),
            product="Panther",
            auth=lambda: {"X-API-Key": TOKEN},
            clock=lambda: self.now_ms,
            sleep=self._sleep,
            jitter=lambda: 1.0,
            on_wait=self.waits.append,
            handler=httpx.MockTransport(self._answer),
            has_allow_list=has_allow_list,
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self._sleeps_forever:
            await asyncio.Event().wait()
        self.now_ms += round(seconds * 1000)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return httpx.Response(step.status_code, headers=step.headers, stream=httpx.ByteStream(step.content))


def get(*path: str, alert_id: str = "", permission: str = "") -> Request:
    """A request that reads."""
    return Request(
        method="GET", path=path or ("alerts",), doing="read alerts", alert_id=alert_id, permission=permission
    )


def change(
    safety: RetrySafety = RetrySafety.IDEMPOTENT, *, method: str = "PATCH", body: object = NO_BODY
) -> Request:
    """A request that changes an alert."""
    return Request(
        method=method,
        path=("alerts", "a-1"),
        body={"status": "CLOSED"} if body is NO_BODY else body,
        safety=safety,
        expected=(200, 204),
        doing="change alert a-1",
    )


def plain_transport(url: str, *, environ: Mapping[str, str] | None = None, **limits: float) -> Transport:
    """A transport over real sockets that does not wait between tries."""

    async def no_sleep(seconds: float) -> None:
        await asyncio.sleep(0)

    connect_s, read_s, total_s = (float(limits.get(name, 5)) for name in ("connect_s", "read_s", "total_s"))
    return Transport(
        endpoint=Endpoint.parse(
            url,
            connect_s=connect_s,
            read_s=read_s,
            total_s=total_s,
            max_body_bytes=int(limits.get("max_body_bytes", 100_000)),
        ),
        product="Panther",
        auth=lambda: {"X-API-Key": TOKEN},
        sleep=no_sleep,
        environ={} if environ is None else environ,
    )


class LoopbackServer:
    """What a raw server has seen."""

    def __init__(self) -> None:
        self.url = ""
        self.connections = 0
        self.requests: list[bytes] = []
        self.closed = asyncio.Event()
        """Set when the client has let go of a connection."""


@asynccontextmanager
async def serving(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[LoopbackServer]:
    """A server on loopback that hands each request to `talk`; the connection is kept until that closes it."""
    server = LoopbackServer()
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while not writer.is_closing():
                request = await _request(reader)
                server.requests.append(request)
                await talk(reader, writer, request)
                await writer.drain()
        server.closed.set()
        writer.close()
        with suppress(Exception):
            await writer.wait_closed()

    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listening.wait_closed()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    return head + await reader.readexactly(int(length[1]) if length else 0)


def ok(body: bytes = b"{}") -> bytes:
    """A whole answer with status 200."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
