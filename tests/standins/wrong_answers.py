"""Answers that arrive in order and are wrong in what they say."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.standins.faults import JSON_HEADERS, Exchange, Fault
from tests.standins.misbehaviour import LIST_PAGE, Raw, Reply
from tests.standins.wire import answer, head

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>"
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


@dataclass
class Pages(Fault):
    """A page of a list, another for each time it is played: pages(0), pages(1) and so on."""

    make: Callable[[int], Any]
    played: int = field(default=0, init=False)

    async def play(self, exchange: Exchange) -> None:
        page = self.make(self.played)
        self.played += 1
        await exchange.send(answer(200, JSON_HEADERS, json.dumps(page).encode()))


def row(number: int) -> dict[str, Any]:
    """The least an alert may have, and a title."""
    return {"id": f"row-{number}", "type": "RULE", "status": "OPEN", "title": f"Row {number}"}


def same_next(rows: int = 2) -> Pages:
    """New rows each time, and the same cursor for the next."""
    return Pages(lambda page: {"results": [row(page * rows + each) for each in range(rows)], "next": "again"})


def alternating_next() -> Pages:
    """Two cursors that lead to each other."""
    return Pages(lambda page: {"results": [row(page)], "next": f"cursor-{page % 2}"})


def repeated_page(rows: int = 2) -> Pages:
    """The same rows each time under a new cursor."""
    return Pages(lambda page: {"results": [row(each) for each in range(rows)], "next": f"cursor-{page}"})


def empty_forever() -> Pages:
    """No rows, and each time another cursor."""
    return Pages(lambda page: {"results": [], "next": f"cursor-{page}"})


def limit_ignored(rows: int = 500) -> Pages:
    """More rows on a page than any limit allows."""
    return Pages(lambda page: {"results": [row(page * rows + each) for each in range(rows)]})


def json_reply(value: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode())


def html_page(status: int = 200) -> Reply:
    """A page of a sign-in wall, or with 502 of a gateway."""
    body = BAD_GATEWAY if status >= 500 else HTML
    return Reply(status, body, (("Content-Type", "text/html; charset=utf-8"),))


BROKEN_JSON: dict[str, bytes] = {
    "truncated": LIST_PAGE[:30],
    "nothing": b"",
    "space": b"  \n",
    "two_values": LIST_PAGE + LIST_PAGE,
    "bare_word": b"OK",
    "not_a_number": b'{"results": [NaN, Infinity]}',
    "single_quotes": b"{'results': []}",
    "byte_order_mark": b"\xef\xbb\xbf" + LIST_PAGE,
    "not_utf8": b'{"results": [{"id": "a\xff\xfe", "type": "RULE", "status": "OPEN"}]}',
    "utf16": LIST_PAGE.decode().encode("utf-16"),
    "lone_surrogate": b'{"results": [{"id": "a\\ud800", "type": "RULE", "status": "OPEN"}]}',
    "huge_number": b'{"results": [{"id": "a", "type": "RULE", "status": "OPEN", "eventCount": 1e999}]}',
    "long_digits": b'{"results": [], "next": ' + b"9" * 5000 + b"}",
    "duplicate_keys": b'{"results": [], "results": [{"id": "a", "type": "RULE", "status": "OPEN"}]}',
}
"""Bodies that a careless decoder stumbles over; the last four are JSON by the letter."""

WRONG_SHAPES: dict[str, Any] = {
    "list": [],
    "null": None,
    "text": "results",
    "number": 5,
    "no_results": {},
    "null_results": {"results": None},
    "object_results": {"results": {"id": "a"}},
    "text_rows": {"results": ["a", "b"]},
    "null_rows": {"results": [None, {"id": "a", "type": "RULE", "status": "OPEN"}]},
    "rows_without_id": {"results": [{"type": "RULE", "status": "OPEN"}]},
    "number_id": {"results": [{"id": 7, "type": "RULE", "status": "OPEN"}]},
    "object_title": {"results": [{"id": "a", "type": [], "status": {}, "title": {"a": 1}, "severity": 3}]},
    "object_next": {"results": [], "next": {"cursor": 1}},
    "number_next": {"results": [], "next": 17},
}
"""JSON that is no page of a list."""


def broken_json(form: str) -> Reply:
    return Reply(200, BROKEN_JSON[form])


def wrong_shape(form: str) -> Reply:
    return json_reply(WRONG_SHAPES[form])


def nested_json(depth: int = 100_000, *, opening: bytes = b"[", closing: bytes = b"]") -> Reply:
    """Arrays in arrays, deeper than a recursive decoder can go."""
    return Reply(200, b'{"results": ' + opening * depth + closing * depth + b"}")


RETRY_AFTER: dict[str, str] = {
    "seconds": "2",
    "zero": "0",
    "fraction": "1.5",
    "nonsense": "soon, please",
    "nothing": "",
    "negative": "-30",
    "huge": "99999999999999999999",
    "a_year": "31536000",
    "old_date": "Wed, 21 Oct 2015 07:28:00 GMT",
    "bad_date": "Wed, 99 Foo 2015 07:28:00 GMT",
}


def too_many(retry_after: str | None = "1", status: int = 429) -> Reply:
    """429 with a Retry-After as it stands, or (None) without one."""
    wait = [] if retry_after is None else [("Retry-After", retry_after)]
    return Reply(status, b'{"message": "Too Many Requests"}', [*JSON_HEADERS, *wait])


def http_date(seconds: float, now: datetime | None = None) -> str:
    """The date so many seconds from now, for Retry-After."""
    moment = (now or datetime.now(UTC)).astimezone(UTC) + timedelta(seconds=seconds)
    return format_datetime(moment.replace(microsecond=0), usegmt=True)


ERROR_SHAPES: dict[str, Callable[[str], tuple[str, bytes]]] = {
    "message": lambda text: _json({"message": text}),
    "error": lambda text: _json({"error": text}),
    "error_message": lambda text: _json({"error": {"message": text, "code": 7}}),
    "errors": lambda text: _json({"errors": [{"message": text}, {"message": "and more"}]}),
    "errors_text": lambda text: _json({"errors": [text]}),
    "detail": lambda text: _json({"detail": text}),
    "text": lambda text: ("text/plain; charset=utf-8", text.encode()),
    "html": lambda text: ("text/html", f"<html><body><h1>{text}</h1></body></html>".encode()),
    "long_text": lambda text: ("text/plain", (text + " " + "x" * 100_000).encode()),
    "nothing": lambda text: ("application/json", b""),
    "null": lambda text: _json(None),
    "list": lambda text: _json([text]),
    "quoted": lambda text: _json(text),
    "null_message": lambda text: _json({"message": None}),
    "number_message": lambda text: _json({"message": 42}),
    "object_message": lambda text: _json({"message": {"text": text}}),
    "empty_object": lambda text: _json({}),
    "broken": lambda text: ("application/json", b'{"message": "' + text.encode()),
    "not_utf8": lambda text: ("text/plain", b"\xff\xfe " + text.encode()),
}
"""Every form in which an error was seen or may come."""

ERROR_STATUSES = (400, 401, 403, 404, 409, 413, 414, 429, 500, 502, 503, 504)


def error(status: int, shape: str = "message", text: str = "it was refused") -> Reply:
    """An error answer, its text in one of ERROR_SHAPES."""
    kind, body = ERROR_SHAPES[shape](text)
    return Reply(status, body, (("Content-Type", kind),))


def _json(value: Any) -> tuple[str, bytes]:
    return "application/json", json.dumps(value).encode()


def gzip_bomb(size: int = 50_000_000, layers: int = 1) -> Reply:
    """A small body that unpacks to a valid list of `size` bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * 1_000_000
    parts = [packer.compress(b'{"results": [')]
    parts += [packer.compress(block) for _ in range(size // len(block))]
    parts += [packer.compress(b"]}"), packer.flush()]
    body = b"".join(parts)
    for _ in range(layers - 1):
        body = gzip.compress(body)
    return Reply(200, body, [*JSON_HEADERS, ("Content-Encoding", ", ".join(["gzip"] * layers))])


def not_gzip() -> Reply:
    """A body that is not what its Content-Encoding says."""
    return Reply(200, LIST_PAGE, [*JSON_HEADERS, ("Content-Encoding", "gzip")])


def wrong_length(by: int) -> Raw:
    """A Content-Length that is `by` bytes off; the connection ends behind the body."""
    return Raw(head(200, [*JSON_HEADERS, ("Content-Length", str(len(LIST_PAGE) + by))]) + LIST_PAGE)


def with_headers(*pairs: tuple[str, str]) -> Reply:
    """A right answer with these headers as well, of names that may already be there or come twice."""
    return Reply(200, LIST_PAGE, [*JSON_HEADERS, *pairs])


def not_http() -> Raw:
    """Something that speaks another protocol."""
    return Raw(b"SSH-2.0-OpenSSH_9.6\r\n")
