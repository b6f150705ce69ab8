"""What a stand-in notes of every request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request


@dataclass(kw_only=True)
class Noted:
    """One request as it came, and how it was answered."""

    operation: str
    """Its name among the operations; "unknown" where there is none."""
    method: str
    path: str
    """Below the base path."""
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes
    status: int = 0
    """0 until the answer is known."""

    @property
    def json(self) -> Any:
        """The JSON body; None when there is none."""
        return json.loads(self.body) if self.body else None

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]


@dataclass(kw_only=True)
class Recorded(Noted):
    """A request without its key, and with its address as sent: the path is still percent-encoded."""

    raw_query: str
    has_key: bool


def record_of(request: Request, operation: str, path: str, body: bytes, key_header: str) -> Recorded:
    """A request without an answer yet; `key_header` is the lower-case name of what holds its key."""
    raw_query = request.scope["query_string"].decode("ascii", "replace")
    return Recorded(
        operation=operation,
        method=request.method,
        path=path,
        query=parse_qsl(raw_query, keep_blank_values=True),
        raw_query=raw_query,
        headers={name: value for name, value in request.headers.items() if name != key_header},
        has_key=key_header in request.headers,
        body=body,
    )
