"""A console on the mirror of a remote system in memory, whose clock stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from alerttui.domain.query_text import parse
from alerttui.triage.mirror import running
from alerttui.tui.app import ConsoleApp
from alerttui.tui.screens import queue, reading, viewing, waiting
from alerttui.tui.screens.desk import ConsoleSettings
from tests.triage.mirror.conftest import ConnectingEntrance, Mirrored
from tests.triage.mirror.remote import FakeRemote
from tests.tui.driver import MEDIUM, Console, make_cheap

LOOK_S = 0.01
"""How often the store and the queue are looked at: the tests wait for what comes of it."""


class MirroredConsole(Console):
    """The console, and the remote system behind its mirror."""

    mirrored: Mirrored

    @property
    def remote(self) -> FakeRemote:
        """The system that others use too."""
        return self.mirrored.remote

    @property
    def status_text(self) -> str:
        """The line above the keys."""
        return self.lines()[-2]

    async def until_shown(self, text: str) -> None:
        """Wait until a text is on screen."""
        await self.until(lambda: text in self.screen_text())

    async def until_counted(self, view: str, count: int) -> None:
        """Wait until a view is known to hold so many alerts."""
        await self.until(
            lambda: (view, count) in [(each.name, each.count) for each in self.screen.parts.viewing.tabs()]
        )

    async def until_sent(self) -> None:
        """Wait until nothing is queued."""
        await self.until(lambda: not self.mirrored.running.state.counts.queued)

    async def press_offline(self, *keys: str) -> None:
        """Lose the connection, and press keys; what they change is queued, and nothing more is tried."""
        await self.until_shown("Remote alert 0")
        self.remote.is_down = True
        await self.press(*keys)
        await self.until_offline()

    def come_online(self) -> None:
        """Ten seconds later the system can be reached again, which is tried at once."""
        self.remote.is_down = False
        self.remote.clock.now_ms += 10_000
        self.mirrored.running.link.try_now()
        self.mirrored.running.wake()

    async def until_offline(self) -> None:
        """Wait until the system was not reached, and nothing is on its way to it before the next try."""
        running = self.mirrored.running
        await self.until_shown("offline since")
        await self.until(lambda: running.link.wait_ms() > 0 and not running._sending.locked())


@asynccontextmanager
async def mirrored_console(
    remote: FakeRemote,
    path: Path,
    *,
    size: tuple[int, int] = MEDIUM,
    query: str = "",
    settings: ConsoleSettings | None = None,
    entrance: ConnectingEntrance | None = None,
) -> AsyncIterator[MirroredConsole]:
    """A console on a mirror of the remote, which begins to sync by itself."""
    mirrored = Mirrored(remote, path, entrance=entrance)
    mirrored.running.turn.give_up()
    mirrored.running.glance()
    app = ConsoleApp(mirrored.session, parse(query), settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "WATCH_S", LOOK_S)
        patch.setattr(running, "WATCH_S", LOOK_S)
        patch.setattr(waiting, "FOLLOW_S", LOOK_S)
        patch.setattr(reading, "REST_S", 0.001)
        patch.setattr(viewing, "COUNT_EVERY_S", 0.0)
        patch.setattr(viewing, "COUNT_SHARE", 0)
        make_cheap(patch)
        try:
            async with app.run_test(size=size) as pilot:
                console = MirroredConsole(app, pilot, mirrored.session)
                console.mirrored = mirrored
                await console.settle()
                yield console
        finally:
            mirrored.close()
