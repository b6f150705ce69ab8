"""Mirrors of a remote system in memory, with a clock that stands still unless something takes time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alerttui.backends.mirror import MirrorIdentity
from alerttui.backends.registry import open_mirror, open_notes, reading_from
from alerttui.triage.mirror.budget import Budget
from alerttui.triage.mirror.link import Link
from alerttui.triage.mirror.mirror import Mirror
from alerttui.triage.mirror.passes import Ground
from alerttui.triage.mirror.points import Point, nothing
from alerttui.triage.mirror.running import Running
from alerttui.triage.mirror.turn import Turn
from alerttui.triage.notes import Notes
from alerttui.triage.session import Session
from tests.triage.mirror.remote import ME, Clock, FakeRemote

WINDOW_MS = 30 * 86_400_000


class Mirrored:
    """A mirror of a fake remote, and ways to let time pass."""

    def __init__(
        self,
        remote: FakeRemote,
        path: Path,
        per_minute: int = 300,
        reach: Callable[[Point], None] = nothing,
    ) -> None:
        self.remote, self.clock = remote, remote.clock
        self.store = open_mirror(path)
        reading = reading_from(self.store)
        self.store.bind(MirrorIdentity(backend="fake", url="https://fake.example"), remote.capabilities)
        link = Link(lambda: remote, self.clock, Budget(per_minute))
        ground = Ground(self.store, link, remote.capabilities, WINDOW_MS)
        self.running = Running(ground, Turn(path), self.clock.sleep, reach)
        notes = Notes(open_notes(path.with_name("notes.db")), "fake")
        self.mirror = Mirror(self.store, reading, self.running, reach=reach, notes=notes)
        self.session = Session(
            self.store, self.mirror, me=ME, clock=self.clock, profile="fake", mirror=self.mirror
        )
        self.running.turn.take()

    async def sync_for(self, minutes: float) -> None:
        """Let so much time pass with the sync running, as its loop would."""
        until_ms = self.clock.now_ms + int(minutes * 60_000)
        while self.clock.now_ms < until_ms:
            wait_ms = max(self.running.link.wait_ms(), self.running.sync.wait_ms())
            if wait_ms > 0:
                self.clock.now_ms = min(until_ms, self.clock.now_ms + wait_ms)
                continue
            try:
                await self.running.sync.step()
            except Exception as error:  # the loop goes on; a test looks at what came of it
                self.running.link.trouble = str(error)
        await self.running.look()

    async def send(self) -> None:
        """Send what is queued."""
        await self.running.send()

    def close(self) -> None:
        """Let go of the turn and of the file."""
        self.running.turn.give_up()
        self.store.close()


OpenMirrored = Callable[..., Mirrored]


@pytest.fixture
def mirrored(tmp_path: Path) -> Iterator[OpenMirrored]:
    """`mirrored(remote, per_minute=..., path=..., reach=...)`; all are closed at the end."""
    opened: list[Mirrored] = []

    def start(
        remote: FakeRemote | None = None,
        *,
        per_minute: int = 300,
        path: Path | None = None,
        reach: Callable[[Point], None] = nothing,
    ) -> Mirrored:
        one = Mirrored(remote or FakeRemote(Clock()), path or tmp_path / "mirror.db", per_minute, reach)
        opened.append(one)
        return one

    yield start
    for each in opened:
        each.close()
