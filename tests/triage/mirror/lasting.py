"""A stand-in of Panther that outlives its clients, and kills one of them at a chosen request."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import Message, Receive, Scope, Send

from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.vocabulary import AlertId, Quality
from tests.standins.panther import PantherStandIn
from tests.standins.running import serving
from tests.triage.mirror.console import WITHIN_S


class Killer:
    """In front of the stand-in: counts requests, and kills a process before or after one was carried out."""

    def __init__(self, standin: PantherStandIn) -> None:
        self._standin = standin
        self._changed = threading.Condition()
        self._under_way = 0
        self._left = 0
        self._pid = 0
        self._is_after = False

    def aim(self, pid: int, request: int, *, is_after: bool) -> None:
        """Kill the process at its so-manieth request, before it is carried out, or before its answer."""
        self._left, self._pid, self._is_after = request, pid, is_after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._left -= 1
        is_last = self._left == 0

        async def answer(message: Message) -> None:
            if is_last and self._is_after and message["type"] == "http.response.start":
                os.kill(self._pid, signal.SIGKILL)
            await send(message)

        if is_last and not self._is_after:
            os.kill(self._pid, signal.SIGKILL)
        self._count(1)
        try:
            await self._standin(scope, receive, answer)
        finally:
            self._count(-1)

    def _count(self, by: int) -> None:
        with self._changed:
            self._under_way += by
            self._changed.notify_all()

    def wait_until_idle(self) -> None:
        """Until every request that came was carried out."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._under_way == 0, WITHIN_S)


class Lasting:
    """A stand-in of Panther, where it answers, and what it was asked."""

    def __init__(self, standin: PantherStandIn, killer: Killer, url: str) -> None:
        self.standin = standin
        self.killer = killer
        self.url = url

    def add(self, count: int) -> list[AlertId]:
        """So many new alerts."""
        return [AlertId(self.standin.add_alert()) for _ in range(count)]

    def patches(self, alert_id: str) -> int:
        """How many requests changed an alert."""
        single = [each for each in self.standin.of("patch_alert") if each.path.endswith(f"/{alert_id}")]
        many = [each for each in self.standin.of("patch_alerts") if alert_id in each.json["ids"]]
        return len(single) + len(many)

    def posts(self, alert_id: str) -> list[str]:
        """The comments that were asked for, in order."""
        return [
            each.json["body"]
            for each in self.standin.of("create_comment")
            if each.json["alertId"] == alert_id
        ]

    def values(self, alert_id: str) -> AlertPatch:
        """What an alert has now, as far as a change can touch it."""
        fields = self.standin.alert(alert_id)
        return AlertPatch(
            status=Set(fields["status"]),
            quality=Set(Quality(fields["quality"])) if fields.get("quality") else CLEAR,
            tags=Set(tuple(fields["contextTags"])) if fields.get("contextTags") else CLEAR,
        )


@contextmanager
def lasting() -> Iterator[Lasting]:
    """A stand-in on loopback until the block ends."""
    standin = PantherStandIn()
    killer = Killer(standin)
    with serving(killer) as url:
        yield Lasting(standin, killer, url)
