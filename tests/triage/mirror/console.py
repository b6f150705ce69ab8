"""A console on a mirror of Panther at a url, in this process or in one that is made to be killed."""

from __future__ import annotations

import asyncio
import os
import pkgutil
import signal
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from types import TracebackType
from typing import Final

from alerttui.backends import remote, sqlite
from alerttui.backends.contract import BackendSettings
from alerttui.backends.mirror import MirrorIdentity
from alerttui.backends.registry import connect, open_mirror, reading_from
from alerttui.domain.alert import Actor
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.budget import Budget
from alerttui.triage.mirror.link import Link
from alerttui.triage.mirror.mirror import Mirror
from alerttui.triage.mirror.passes import Ground
from alerttui.triage.mirror.points import Point, Reach, nothing
from alerttui.triage.mirror.running import Running
from alerttui.triage.mirror.turn import Turn
from alerttui.triage.mirror.walk import read_one
from alerttui.triage.session import Session
from tests.standins.panther import ANALYST, TOKEN

ME: Final = Actor(ANALYST, "user", "Ada")
WINDOW_MS: Final = 30 * 86_400_000
LOADED_LATE: Final = (sqlite, remote)
LIBRARIES: Final = ("httpx", "httpcore", "httpcore._async", "anyio._backends._asyncio", "h11", "certifi")

WITHIN_S: Final = 30.0
"""When a test gives up waiting; nothing comes near it unless it hangs."""


def children() -> ForkServerContext:
    """Where processes come from that have everything loaded: they start at once, from one without threads."""
    context = get_context("forkserver")
    lazy = [
        each.name
        for package in LOADED_LATE
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    context.set_forkserver_preload(["tests.triage.mirror.crashes", *lazy, *LIBRARIES, "pytest"])
    return context


def now_ms() -> int:
    """The time of day."""
    return time.time_ns() // 1_000_000


async def no_sleep(seconds: float) -> None:
    """Waiting brings nothing here: the stand-in shows at once what was made."""
    await asyncio.sleep(0)


class Console:
    """`async with Console(url, file)`: a session on the mirror, with its sync and its sender."""

    def __init__(self, url: str, file: Path, reach: Reach = nothing) -> None:
        settings = BackendSettings(url=url, token=TOKEN, me=ANALYST)
        known = connect("panther", settings).capabilities
        self.store = open_mirror(file)
        self.store.bind(MirrorIdentity(backend="panther", url=url), known)
        link = Link(lambda: connect("panther", settings), now_ms, Budget(100_000))
        ground = Ground(self.store, link, known, WINDOW_MS)
        self.running = Running(ground, Turn(file), no_sleep, reach)
        self.mirror = Mirror(self.store, reading_from(self.store), self.running, reach=reach)
        self.session = Session(self.store, self.mirror, me=ME, clock=now_ms, profile="test")

    async def know(self, ids: Sequence[AlertId]) -> None:
        """Read these alerts, so that they can be changed here."""
        for each in ids:
            await read_one(self.running.link, self.store, each)

    async def __aenter__(self) -> Console:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.mirror.close()


def killing_at(point: Point, number: int = 1) -> Reach:
    """What kills this very process when it comes to a point for the so-manieth time."""
    left = number

    def reach(reached: Point) -> None:
        nonlocal left
        if reached is point:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
                signal.pause()

    return reach
