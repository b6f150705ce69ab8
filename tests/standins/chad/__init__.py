"""A stand-in of CHAD's REST API and live stream, as its server has them or as its documents describe them.

It holds alerts, comments, users, tokens and API keys; a wrong request gets the server's own error.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.types import Receive, Scope, Send

from tests.standins.chad.app import Desk
from tests.standins.chad.hands import (
    ADMIN,
    ANALYST,
    DOCUMENTED_EXPIRED_KEY,
    DOCUMENTED_KEY,
    DOCUMENTED_UNREADING_KEY,
    EXPIRED_KEY,
    KEY,
    PASSWORD,
    SECOND_ANALYST,
    VIEWER,
    Hands,
    alert_id,
)
from tests.standins.chad.knobs import Form, Knobs
from tests.standins.chad.stream import Stream
from tests.standins.chad.world import World
from tests.standins.clock import wall_clock
from tests.standins.recorded import Noted

__all__ = [
    "ADMIN",
    "ANALYST",
    "DOCUMENTED_EXPIRED_KEY",
    "DOCUMENTED_KEY",
    "DOCUMENTED_UNREADING_KEY",
    "EXPIRED_KEY",
    "KEY",
    "PASSWORD",
    "SECOND_ANALYST",
    "VIEWER",
    "ChadStandIn",
    "Form",
    "Knobs",
    "Noted",
    "alert_id",
]


class ChadStandIn(Hands):
    """An ASGI application. It starts with two analysts, a viewer, an admin, and the keys of its form."""

    def __init__(
        self,
        form: Form = "current",
        *,
        now: Callable[[], datetime] = wall_clock,
        knobs: Knobs | None = None,
        base_path: str = "",
    ) -> None:
        world = World(form, now, knobs or Knobs())
        super().__init__(world, Desk(world, Stream(world), base_path.rstrip("/")))
        self._application = self.desk.application()
        people = {ANALYST: "analyst", SECOND_ANALYST: "analyst", VIEWER: "viewer", ADMIN: "admin"}
        for email, role in people.items():
            self.add_user(email, role)
        if form == "current":
            self.add_key(KEY)
            self.add_key(EXPIRED_KEY, expires_at=now())
        else:
            self.add_key(DOCUMENTED_KEY)
            self.add_key(DOCUMENTED_EXPIRED_KEY, expires_at=now())
            self.add_key(DOCUMENTED_UNREADING_KEY, reads=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)

    @property
    def form(self) -> Form:
        return self.world.form

    @property
    def key(self) -> str:
        """An API key that works in this form."""
        return KEY if self.form == "current" else DOCUMENTED_KEY

    @property
    def requests(self) -> list[Noted]:
        """Every request so far, in the order of arrival, without the handshakes of the stream."""
        return self.desk.requests

    def of(self, operation: str) -> list[Noted]:
        """The requests of one operation."""
        return [record for record in self.requests if record.operation == operation]

    def forget_requests(self) -> None:
        self.requests.clear()
