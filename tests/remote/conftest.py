"""A clock, a stand-in of Panther in its time, and mirrors that are closed at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.remote.stage import Stage, stand_in_at
from tests.standins.panther import PantherStandIn
from tests.triage.mirror.remote import Clock

OpenStage = Callable[..., Stage]


@pytest.fixture
def clock() -> Clock:
    """The present time: it passes only where something waits."""
    return Clock()


@pytest.fixture
def standin(clock: Clock) -> PantherStandIn:
    """A Panther that lives in that time."""
    return stand_in_at(clock)


@pytest.fixture
async def stage(tmp_path: Path, clock: Clock) -> AsyncIterator[OpenStage]:
    """`stage(url, ...)` opens a mirror; all are closed at the end."""
    opened: list[Stage] = []

    def start(url: str, **options: object) -> Stage:
        one = Stage(url, tmp_path / "mirror.db", clock, **options)  # type: ignore[arg-type]  # as Stage has them
        opened.append(one)
        return one

    yield start
    for each in opened:
        await each.close()
