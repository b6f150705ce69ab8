"""The application: who may call what, and the record of every call."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from email.utils import format_datetime
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from tests.standins.recorded import Recorded, record_of
from tests.standins.sentinelnerd import changing, reading
from tests.standins.sentinelnerd.asked import Query
from tests.standins.sentinelnerd.refusals import Refused
from tests.standins.sentinelnerd.world import ALERTS_READ, ALERTS_WRITE, EVENTS_READ, Call, Key, World

Handler = Callable[[World, Call], Response]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Operation:
    """One call: its name, the scope it needs, and what carries it out."""

    name: str
    scope: str
    handler: Handler


OPERATIONS: dict[tuple[str, ...], tuple[str, Operation]] = {
    ("alerts",): ("GET", Operation("list_alerts", ALERTS_READ, reading.list_alerts)),
    ("alerts", "stats"): ("GET", Operation("stats", ALERTS_READ, reading.stats)),
    ("alerts", "bulk"): ("POST", Operation("bulk", ALERTS_WRITE, changing.bulk)),
    ("alerts", "*"): ("GET", Operation("get_alert", ALERTS_READ, reading.get_alert)),
    ("alerts", "*", "acknowledge"): (
        "POST",
        Operation("acknowledge", ALERTS_WRITE, changing.acknowledge),
    ),
    ("alerts", "*", "resolve"): ("POST", Operation("resolve", ALERTS_WRITE, changing.resolve)),
    ("alerts", "*", "comments"): ("POST", Operation("comment", ALERTS_WRITE, changing.comment)),
    ("events",): ("GET", Operation("list_events", EVENTS_READ, reading.list_events)),
}
"""What answers a path; the first that fits and has the method, so no alert may be named stats or bulk."""
UNKNOWN = Operation("unknown", "", reading.nothing_here)


@dataclass
class Desk:
    """Takes requests in for one world."""

    world: World
    base_path: str
    requests: list[Recorded] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    most_at_once: int = 0
    """The largest number of calls that were under way at the same time."""
    _at_once: int = 0

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/{rest:path}", self.take, methods=list(METHODS))])

    async def take(self, request: Request) -> Response:
        body = await request.body()
        parts = _parts(request.scope, self.base_path)
        operation = _found(request.method, parts)
        record = record_of(request, operation.name, _raw_path(request.scope), body, "authorization")
        self.requests.append(record)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            delays = self.world.knobs.delays
            if delay := delays.get(record.operation, delays.get("*", 0.0)):
                await asyncio.sleep(delay)
            with self.lock:
                response = self._answer(record, parts, operation, request.headers.get("authorization", ""))
        finally:
            self._at_once -= 1
        record.status = response.status_code
        return response

    def _answer(self, record: Recorded, parts: list[str], operation: Operation, credential: str) -> Response:
        world, knobs = self.world, self.world.knobs
        request_id = f"req_{world.next_number('request'):06}"
        try:
            if knobs.outage is not None:
                raise Refused(knobs.outage, "the service is temporarily unavailable")
            key = self._key(credential)
            self._count()
            scope = knobs.scopes.get(operation.name, operation.scope)
            if scope and not key.may(scope):
                raise Refused(403, f"this API key lacks the scope {scope}")
            query = Query(record.query, knobs.repeated, knobs.invalid_status)
            call = Call(parts, query, record.headers, record.body, key, request_id)
            return operation.handler(world, call)
        except Refused as refused:
            return refused.response(knobs.error_form, request_id)

    def _key(self, credential: str) -> Key:
        kind, _, text = credential.partition(" ")
        key = self.world.keys.get(text.strip()) if kind.lower() == "bearer" else None
        if key is None or not key.works(self.world.now()):
            raise Refused(401, "missing, invalid or expired API key")
        return key

    def _count(self) -> None:
        """Holds the call against the rate limit."""
        world, knobs, now = self.world, self.world.knobs, self.world.now()
        if knobs.rate_limit is None:
            return
        end = (
            None if world.window_start is None else world.window_start + timedelta(seconds=knobs.rate_seconds)
        )
        if end is None or now >= end:
            world.window_start, world.calls_in_window = now, 0
            end = now + timedelta(seconds=knobs.rate_seconds)
        if world.calls_in_window >= knobs.rate_limit:
            forms = {
                "seconds": {"Retry-After": str(math.ceil((end - now).total_seconds()))},
                "date": {"Retry-After": format_datetime(end.astimezone(UTC), usegmt=True)},
            }
            raise Refused(429, "rate limit exceeded", headers=forms.get(knobs.retry_after))
        world.calls_in_window += 1


def _found(method: str, parts: list[str]) -> Operation:
    for pattern, (wanted, operation) in OPERATIONS.items():
        if (
            method == wanted
            and len(pattern) == len(parts)
            and all(part == want or (want == "*" and part) for want, part in zip(pattern, parts, strict=True))
        ):
            return operation
    return UNKNOWN


def _raw_path(scope: Scope) -> str:
    raw = scope.get("raw_path")
    return (raw if isinstance(raw, bytes) else scope["path"].encode()).decode("ascii", "replace")


def _parts(scope: Scope, base_path: str) -> list[str]:
    """The path below the base, divided before it is decoded: an id may hold an encoded slash."""
    path = _raw_path(scope)
    if not path.startswith(f"{base_path}/"):
        return []
    return [unquote(part) for part in path.removeprefix(f"{base_path}/").split("/")]
