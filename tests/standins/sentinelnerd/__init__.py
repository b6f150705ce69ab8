"""A stand-in of SentinelNerd's Alerts API, written from its published pages.

It holds alerts with their timelines, and API keys; a wrong request gets the vendor's error. Much of the API
is not documented: knobs choose among the shapes that it may have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.types import Receive, Scope, Send

from tests.standins.clock import Clock, wall_clock
from tests.standins.recorded import Recorded
from tests.standins.sentinelnerd.app import Desk
from tests.standins.sentinelnerd.hands import (
    ADMIN_KEY,
    ANALYST,
    EXPIRED_KEY,
    KEY,
    READ_ONLY_KEY,
    SANDBOX_KEY,
    SECOND_ANALYST,
    Hands,
    alert_id,
)
from tests.standins.sentinelnerd.knobs import BulkShape, ErrorForm, Knobs, TimelineShape
from tests.standins.sentinelnerd.world import ADMIN, ALERTS_READ, ALERTS_WRITE, EVENTS_READ, World

__all__ = [
    "ADMIN",
    "ADMIN_KEY",
    "ALERTS_READ",
    "ALERTS_WRITE",
    "ANALYST",
    "EVENTS_READ",
    "EXPIRED_KEY",
    "KEY",
    "READ_ONLY_KEY",
    "SANDBOX_KEY",
    "SECOND_ANALYST",
    "BulkShape",
    "Clock",
    "ErrorForm",
    "Knobs",
    "Recorded",
    "SentinelNerdStandIn",
    "TimelineShape",
    "alert_id",
]


class SentinelNerdStandIn(Hands):
    """An ASGI application. It starts without alerts, with a live and a sandbox key that read and write,
    one that only reads, one of an administrator, and one that has expired."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = wall_clock,
        knobs: Knobs | None = None,
        base_path: str = "/v1",
    ) -> None:
        world = World(now, knobs or Knobs())
        super().__init__(world, Desk(world, base_path.rstrip("/")))
        self._application = self.desk.application()
        self.add_key()
        self.add_key(SANDBOX_KEY)
        self.add_key(READ_ONLY_KEY, [ALERTS_READ])
        self.add_key(ADMIN_KEY, [ADMIN])
        self.add_key(EXPIRED_KEY, expires_at=datetime(2020, 1, 1, tzinfo=UTC))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)

    @property
    def requests(self) -> list[Recorded]:
        """Every request so far, in the order of arrival."""
        return self.desk.requests

    @property
    def counts(self) -> Counter[str]:
        """How often each operation was called."""
        return Counter(record.operation for record in self.requests)

    @property
    def most_at_once(self) -> int:
        return self.desk.most_at_once

    def of(self, operation: str) -> list[Recorded]:
        """The requests of one operation."""
        return [record for record in self.requests if record.operation == operation]

    def forget_requests(self) -> None:
        self.requests.clear()
        self.desk.most_at_once = 0
