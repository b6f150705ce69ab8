"""HTTP/1.1 by hand: just enough to read any request and to write any answer, also a wrong one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

Headers = Sequence[tuple[str, str]]


@dataclass
class Received:
    """One request as it came."""

    method: str
    target: str
    """Path and query as sent."""
    headers: list[tuple[str, str]]
    body: bytes
    played: str = ""
    """What was answered: the name of a fault, or of where the answer came from."""
    sent: int = 0
    """Bytes written in answer."""
    client_left: bool = False
    """The client ended the connection while it was kept waiting."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


async def read_request(reader: asyncio.StreamReader) -> Received | None:
    """The next request of a connection; None at its end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    request = Received(method, target, headers, b"")
    if "chunked" in (request.header("transfer-encoding") or "").lower():
        request.body = await _read_chunks(reader)
    else:
        request.body = await reader.readexactly(int(request.header("content-length") or 0))
    return request


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).partition(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    while (await reader.readline()).strip():
        pass
    return body


def head(status: int, headers: Headers) -> bytes:
    """A status line and headers, exactly these, encoded as they stand."""
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("utf-8")


def answer(status: int, headers: Headers, body: bytes) -> bytes:
    """A whole answer of the right length."""
    if status == 204:
        return head(status, headers)
    return head(status, [*headers, ("Content-Length", str(len(body)))]) + body
