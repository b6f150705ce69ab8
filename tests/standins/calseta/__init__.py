"""A stand-in of Calseta's REST API, as its server answers.

It holds alerts with their activity, findings, indicators, rules and runbooks, and API keys; a wrong
request gets the server's own error. There are no comments, no users and no change of several alerts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.types import Receive, Scope, Send

from tests.standins.calseta.app import Desk
from tests.standins.calseta.hands import (
    ANALYST_SCOPES,
    EXPIRED_KEY,
    KEY,
    OTHER_PREFIX,
    READ_KEY,
    Hands,
    alert_id,
)
from tests.standins.calseta.knobs import Knobs
from tests.standins.calseta.words import ALERTS_READ, ENRICHMENTS_READ
from tests.standins.calseta.world import World
from tests.standins.clock import wall_clock
from tests.standins.recorded import Recorded

__all__ = [
    "ANALYST_SCOPES",
    "EXPIRED_KEY",
    "KEY",
    "OTHER_PREFIX",
    "READ_KEY",
    "CalsetaStandIn",
    "Knobs",
    "Recorded",
    "alert_id",
]


class CalsetaStandIn(Hands):
    """An ASGI application. It starts with a good key, one that only reads, and one that has expired."""

    def __init__(self, *, now: Callable[[], datetime] = wall_clock, knobs: Knobs | None = None) -> None:
        world = World(now, knobs or Knobs())
        super().__init__(world, Desk(world))
        self._application = self.desk.application()
        self.add_key()
        self.add_key(READ_KEY, (ALERTS_READ, ENRICHMENTS_READ))
        self.add_key(EXPIRED_KEY, expires_at=now() - timedelta(seconds=1))

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
