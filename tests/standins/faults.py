"""A server on loopback that misbehaves as it is told, request by request.

The script names, for a method and the beginning of a path, the faults to play one by one. When they are
used up, and for every other request, an ASGI application or a canned JSON value answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from tests.standins.wire import Headers, Received, answer, read_request

JSON_HEADERS: Headers = (("Content-Type", "application/json"),)
Key = tuple[str, str]
"""A method, or "*" for any, and the beginning of a path."""


class Over(Exception):
    """The connection has ended: the fault has closed it, or the client has left."""


@dataclass
class Exchange:
    """One request and the connection to answer it on."""

    server: FaultServer
    request: Received
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            raise Over from None
        self.request.sent += len(data)

    async def close(self) -> None:
        """Ends the connection in order; whatever was written is delivered."""
        with contextlib.suppress(ConnectionError):
            self.writer.close()
            await self.writer.wait_closed()
        raise Over

    def reset(self) -> None:
        """Ends the connection with a reset; what was not yet delivered is lost."""
        connection = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        raise Over


class Fault:
    """One step of a script. The connection stays open behind a fault that returns."""

    @property
    def name(self) -> str:
        return type(self).__name__

    async def play(self, exchange: Exchange) -> None:
        raise NotImplementedError


class Proper(Fault):
    """No fault: what would answer without a script answers."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.send(await exchange.server.proper_answer(exchange.request))


@dataclass
class Always(Fault):
    """A fault that is played again and again; nothing behind it in the script is reached."""

    fault: Fault

    @property
    def name(self) -> str:
        return self.fault.name

    async def play(self, exchange: Exchange) -> None:
        await self.fault.play(exchange)


@dataclass
class AfterApplying(Fault):
    """The request is carried out, and its answer is lost to a fault."""

    fault: Fault

    async def play(self, exchange: Exchange) -> None:
        await exchange.server.proper_answer(exchange.request)
        await self.fault.play(exchange)


class FaultServer:
    """Plays a script on a port of its own between entering and leaving."""

    def __init__(
        self,
        script: Mapping[Key, Sequence[Fault]] | None = None,
        *,
        app: ASGIApp | None = None,
        canned: Mapping[Key, Any] | None = None,
    ) -> None:
        self._script = {key: deque(steps) for key, steps in (script or {}).items()}
        self._app = app
        self._canned = dict(canned or {})
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[Exception] = []
        self._server: asyncio.Server | None = None
        self.requests: list[Received] = []
        self.connections = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def add(self, method: str, prefix: str, *faults: Fault) -> None:
        """Appends faults to the script."""
        self._script.setdefault((method, prefix), deque()).extend(faults)

    def behave(self) -> None:
        """Forgets the script: from the next request on nothing is wrong."""
        self._script.clear()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        if self._failures and error is None:
            raise ExceptionGroup("faults that could not be played", self._failures)

    @contextmanager
    def in_thread(self) -> Iterator[Self]:
        """The same for code without an event loop: the server runs on a thread."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="faults", daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self.__aenter__(), loop).result(10)
            try:
                yield self
            finally:
                asyncio.run_coroutine_threadsafe(self.__aexit__(None, None, None), loop).result(10)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()

    async def proper_answer(self, request: Received) -> bytes:
        """What answers a request without a fault."""
        if self._app is not None:
            return await _asked(self._app, request)
        key = _match(self._canned, request)
        if key is None:
            return answer(404, JSON_HEADERS, b'{"message": "Not Found"}')
        return answer(200, JSON_HEADERS, json.dumps(self._canned[key]).encode())

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.create_task(self._converse(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await read_request(reader)) is not None:
                fault = self._next_fault(request)
                request.played = fault.name
                self.requests.append(request)
                await fault.play(Exchange(self, request, reader, writer))
        except (Over, ConnectionError, asyncio.IncompleteReadError):
            pass
        except Exception as error:
            self._failures.append(error)
        finally:
            if self._server is not None and self._server.is_serving():
                writer.close()
            else:
                writer.transport.abort()

    def _next_fault(self, request: Received) -> Fault:
        key = _match({key: steps for key, steps in self._script.items() if steps}, request)
        if key is None:
            return Proper()
        steps = self._script[key]
        return steps[0] if isinstance(steps[0], Always) else steps.popleft()


def _match(table: Mapping[Key, Any], request: Received) -> Key | None:
    """The key with the longest beginning of the request's path; a named method goes before any."""
    fitting = [
        (len(prefix), method != "*", (method, prefix))
        for method, prefix in table
        if method in ("*", request.method) and request.path.startswith(prefix)
    ]
    return max(fitting)[2] if fitting else None


async def _asked(app: ASGIApp, request: Received) -> bytes:
    """Puts a request to an ASGI application, byte for byte, and returns its whole answer."""
    path, _, query = request.target.partition("?")
    raw = path.encode("latin-1")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": _decoded(raw),
        "raw_path": raw,
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [
            (key.lower().encode("latin-1"), value.encode("latin-1")) for key, value in request.headers
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start = next(message for message in sent if message["type"] == "http.response.start")
    body = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    headers = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in start["headers"]]
    return answer(start["status"], [pair for pair in headers if pair[0] != "content-length"], body)


def _decoded(raw: bytes) -> str:
    return unquote(raw.decode("ascii", "replace"))
