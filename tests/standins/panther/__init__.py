"""A stand-in of Panther's REST API, written from its published API document.

It holds alerts, events, comments, users, context tags and tokens; a wrong request gets the vendor's error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from starlette.types import Receive, Scope, Send

from tests.standins.clock import Clock, wall_clock
from tests.standins.panther.app import Desk
from tests.standins.panther.hands import ANALYST, FORMER_ANALYST, SECOND_ANALYST, TOKEN, Hands, alert_id
from tests.standins.panther.knobs import Knobs
from tests.standins.panther.odd import add_odd_alerts, add_odd_comments
from tests.standins.panther.world import ALERT_MODIFY, ALERT_READ, USER_READ, World
from tests.standins.recorded import Recorded

__all__ = [
    "ALERT_MODIFY",
    "ALERT_READ",
    "ANALYST",
    "FORMER_ANALYST",
    "SECOND_ANALYST",
    "TOKEN",
    "USER_READ",
    "Clock",
    "Knobs",
    "PantherStandIn",
    "Recorded",
    "alert_id",
]


class PantherStandIn(Hands):
    """An ASGI application. It starts with two analysts, a former one, a few tags and one token."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = wall_clock,
        knobs: Knobs | None = None,
        base_path: str = "",
    ) -> None:
        world = World(now, knobs or Knobs())
        super().__init__(world, Desk(world, base_path.rstrip("/")))
        self._application = self.desk.application()
        self.add_user(ANALYST, "ada@example.com", "Ada", "Lovelace")
        self.add_user(SECOND_ANALYST, "grace@example.com", "Grace", "Hopper")
        self.add_user(FORMER_ANALYST, "alan@example.com", "Alan", "Turing", enabled=False)
        self.add_tag("false-positive", category="verdict", managed=True)
        self.add_tag("phishing")
        self.add_token()

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

    def add_odd_alerts(self) -> dict[str, str]:
        return add_odd_alerts(self)

    def add_odd_comments(self, alert_id: str) -> dict[str, str]:
        return add_odd_comments(self, alert_id)
