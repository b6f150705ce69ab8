"""A client that costs little itself: HTTP/1.1 over one connection, one request after the other."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Client:
    """One connection that is kept; `samples` has milliseconds by operation."""

    host: str
    port: int
    samples: dict[str, list[float]] = field(default_factory=dict)
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, operation: str, method: str, path: str, body: object = None) -> bytes:
        """Make a request, time it under the operation's name, and return the body; an error ends the run."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port, limit=1 << 22)
        reader, writer = self._streams
        data = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(data)}\r\n"
        kind = "" if body is None else "Content-Type: application/json\r\n"
        before = time.perf_counter()
        writer.write(f"{head}{kind}\r\n".encode() + data)
        answer = await reader.readuntil(b"\r\n\r\n")
        status, length = int(answer[9:12]), _length(answer)
        found = await reader.readexactly(length)
        self.samples.setdefault(operation, []).append((time.perf_counter() - before) * 1000)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {found[:200]!r}")
        return found

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0
