"""The application: who may call what, how often, and the record of every call."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.standins.calseta import changing, measures, passing, reading
from tests.standins.calseta.inputs import Inputs
from tests.standins.calseta.refusals import (
    Refused,
    forbidden,
    gateway_page,
    internal_error,
    nothing_here,
    rate_limited,
    too_large,
    unauthorized,
)
from tests.standins.calseta.words import (
    ADMIN,
    AGENTS_READ,
    AGENTS_WRITE,
    ALERTS_READ,
    ALERTS_WRITE,
    ENRICHMENTS_READ,
)
from tests.standins.calseta.world import Call, Key, World
from tests.standins.recorded import Recorded, record_of

PER_MINUTE, INGEST_PER_MINUTE, ENRICH_PER_MINUTE = 600, 100, 60
LARGEST_BODY, LARGEST_INGEST = 10 * 1024 * 1024, 5 * 1024 * 1024


@dataclass(frozen=True)
class Operation:
    """One route: its name, the scope it needs, what carries it out, and how often a key may call it."""

    name: str
    scope: str
    handler: Callable[[Call], Response]
    per_minute: int = PER_MINUTE


OPERATIONS: dict[tuple[str, ...], dict[str, Operation]] = {
    ("alerts",): {
        "GET": Operation("list_alerts", ALERTS_READ, reading.list_alerts),
        "POST": Operation("ingest", ALERTS_WRITE, passing.ingest, INGEST_PER_MINUTE),
    },
    ("alerts", "*"): {
        "GET": Operation("get_alert", ALERTS_READ, reading.get_alert),
        "PATCH": Operation("patch_alert", ALERTS_WRITE, changing.patch_alert),
        "DELETE": Operation("delete_alert", ALERTS_WRITE, changing.delete_alert),
    },
    ("alerts", "*", "activity"): {"GET": Operation("list_activity", ALERTS_READ, reading.list_activity)},
    ("alerts", "*", "findings"): {
        "GET": Operation("list_findings", ALERTS_READ, reading.list_findings),
        "POST": Operation("add_finding", ALERTS_WRITE, changing.add_finding),
    },
    ("alerts", "*", "indicators"): {
        "GET": Operation("list_indicators", ALERTS_READ, reading.list_indicators),
        "POST": Operation("add_indicators", ALERTS_WRITE, changing.add_indicators),
    },
    ("alerts", "*", "relationship-graph"): {
        "GET": Operation("relationship_graph", ALERTS_READ, reading.relationship_graph)
    },
    ("alerts", "*", "context"): {"GET": Operation("list_context", ALERTS_READ, reading.list_context)},
    ("alerts", "*", "enrich"): {"POST": Operation("enrich", ALERTS_WRITE, passing.enrich, ENRICH_PER_MINUTE)},
    ("alerts", "*", "trigger-agents"): {
        "POST": Operation("trigger_agents", AGENTS_WRITE, passing.trigger_agents)
    },
    ("alerts", "*", "dispatch-agent"): {
        "POST": Operation("dispatch_agent", AGENTS_WRITE, passing.dispatch_agent)
    },
    ("ingest", "*"): {"POST": Operation("ingest_from", ALERTS_WRITE, passing.ingest_from, INGEST_PER_MINUTE)},
    ("indicators", "*"): {
        "GET": Operation("get_indicator", ENRICHMENTS_READ, reading.get_indicator),
        "PATCH": Operation("patch_indicator", ALERTS_WRITE, changing.patch_indicator),
    },
    ("metrics", "alerts"): {"GET": Operation("alert_metrics", ALERTS_READ, measures.alert_metrics)},
    ("metrics", "summary"): {"GET": Operation("summary_metrics", ALERTS_READ, measures.summary_metrics)},
    ("detection-rules",): {"GET": Operation("list_rules", ALERTS_READ, reading.list_rules)},
    ("detection-rules", "*"): {"GET": Operation("get_rule", ALERTS_READ, reading.get_rule)},
    ("sources",): {"GET": Operation("list_sources", ALERTS_READ, reading.list_sources)},
    ("agents",): {"GET": Operation("list_agents", AGENTS_READ, reading.list_agents)},
    ("api-keys",): {"GET": Operation("list_keys", ADMIN, reading.list_keys)},
}


@dataclass
class Desk:
    """Takes requests in for one world."""

    world: World
    requests: list[Recorded] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    most_at_once: int = 0
    """The largest number of calls that were under way at the same time."""
    windows: dict[tuple[str, str], tuple[datetime, int]] = field(default_factory=dict)
    """By operation and prefix of a key: when its minute began, and the calls since."""
    _at_once: int = 0
    all_methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/{rest:path}", self.take, methods=list(self.all_methods))])

    async def take(self, request: Request) -> Response:
        body = await request.body()
        parts = [unquote(part) for part in _path(request).split("/")[1:]]
        place = _place(parts) or {}
        operation = place.get(request.method)
        name = "unknown" if operation is None else operation.name
        record = record_of(request, name, _path(request), body, "authorization")
        self.requests.append(record)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            delays = self.world.knobs.delays
            if delay := delays.get(record.operation, delays.get("*", 0.0)):
                await asyncio.sleep(delay)
            with self.lock:
                response = self._answer(request, record, parts, operation)
        finally:
            self._at_once -= 1
        record.status = response.status_code
        if response.status_code != 500:
            number = self.world.next_uuid("request")
            response.headers["X-Request-ID"] = request.headers.get("x-request-id", number)
        return response

    def _answer(
        self, request: Request, record: Recorded, parts: list[str], operation: Operation | None
    ) -> Response:
        try:
            outage = self.world.knobs.outage
            if outage is not None:
                return internal_error().response() if outage == 500 else gateway_page(outage)
            _check_size(record)
            if operation is None:
                return _without_operation(request, record, parts)
            key = self._key(request.headers.get("authorization", ""))
            if not key.may(operation.scope):
                raise forbidden(operation.scope)
            self._count(operation, key)
            inputs = Inputs(record.query, record.headers, record.body)
            return operation.handler(Call(self.world, parts, inputs, key))
        except Refused as refused:
            return refused.response()

    def _key(self, header: str) -> Key:
        if not header.startswith("Bearer "):
            raise unauthorized("Missing or invalid Authorization header. Expected: Bearer cai_...")
        sent = header.removeprefix("Bearer ")
        if not sent.startswith("cai_") or len(sent) < 8:
            raise unauthorized("Invalid API key format.")
        key = self.world.keys.get(sent)
        if key is None:
            raise unauthorized("Invalid API key.")
        if key.expires_at is not None and self.world.now() > key.expires_at:
            raise unauthorized("API key has expired.", "KEY_EXPIRED")
        return key

    def _count(self, operation: Operation, key: Key) -> None:
        """Each operation has a bucket for each key, which empties a minute after its first call."""
        bucket, now = (operation.name, key.prefix), self.world.now()
        began, calls = self.windows.get(bucket, (now, 0))
        if now - began >= timedelta(minutes=1):
            began, calls = now, 0
        knobs = self.world.knobs
        most = knobs.per_minute.get(operation.name, knobs.per_minute.get("*", operation.per_minute))
        if calls >= most:
            raise rate_limited(knobs.retry_after)
        self.windows[bucket] = (began, calls + 1)


def _without_operation(request: Request, record: Recorded, parts: list[str]) -> Response:
    """Health without a key, the way from a path with a slash too many, or nothing."""
    if parts == ["health"] and request.method == "GET":
        return JSONResponse({"status": "ok"})
    if len(parts) > 1 and not parts[-1] and _place(parts[:-1]) is not None:
        query = f"?{record.raw_query}" if record.raw_query else ""
        host = request.headers.get("host", "localhost")
        return RedirectResponse(f"{request.url.scheme}://{host}{record.path.rstrip('/')}{query}", 307)
    raise nothing_here()


def _check_size(record: Recorded) -> None:
    taking_in = record.path == "/v1/alerts" or record.path.startswith("/v1/ingest/")
    if len(record.body) > (LARGEST_INGEST if taking_in else LARGEST_BODY):
        raise too_large()


def _path(request: Request) -> str:
    """As sent: still percent-encoded."""
    raw = request.scope.get("raw_path")
    return (raw if isinstance(raw, bytes) else request.scope["path"].encode()).decode("ascii", "replace")


def _place(parts: list[str]) -> dict[str, Operation] | None:
    """What a path offers, by method."""
    if parts[:1] != ["v1"]:
        return None
    for pattern, operations in OPERATIONS.items():
        if len(pattern) == len(parts) - 1 and all(
            part == want or (want == "*" and part) for want, part in zip(pattern, parts[1:], strict=True)
        ):
            return operations
    return None
