"""What processes do that are killed while they do it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from alerttui.domain.patch import AlertPatch, Set, TagEdit
from alerttui.domain.vocabulary import AlertId, Quality
from alerttui.triage.mirror.points import Point
from tests.triage.mirror.console import Console, killing_at

RESOLVE: Final = AlertPatch(status=Set("RESOLVED"))
WHY: Final = "closed after a look at the host"


def change_until(url: str, file: Path, ids: Sequence[AlertId], point: Point, number: int) -> None:
    """Resolve the alerts with a comment and send it, as far as a point."""

    async def work() -> None:
        async with Console(url, file, killing_at(point, number)) as console:
            console.running.turn.take()
            await console.know(ids)
            await console.session.change(ids, RESOLVE, comment=WHY)
            await console.running.send()

    asyncio.run(work())


def stream(url: str, file: Path, ids: Sequence[AlertId], seed: int, acknowledged: Path) -> None:
    """Change alerts at random, sync and send meanwhile, until killed; note what was told as journalled."""

    async def work() -> None:
        chance = random.Random(seed)
        async with Console(url, file) as console:
            console.running.turn.take()
            await console.running.sync.step()
            with acknowledged.open("a", encoding="utf-8", buffering=1) as log:
                number = 0
                while True:
                    number += 1
                    result = await _change(console, chance, ids, f"{seed}-{number}")
                    log.write(f"{result}\n")
                    await _go_on(console, chance)

    asyncio.run(work())


async def _change(console: Console, chance: random.Random, ids: Sequence[AlertId], name: str) -> str:
    """One change of one alert or of a few; gives its id."""
    chosen = chance.sample(list(ids), chance.choice((1, 1, 2, 5)))
    comment = f"comment {name}" if chance.random() < 0.4 else ""
    tags = TagEdit(add=(f"t{name}",)) if chance.random() < 0.3 else None
    patch = AlertPatch(status=Set(chance.choice(("OPEN", "TRIAGED", "RESOLVED", "CLOSED"))))
    if chance.random() < 0.3:
        patch = AlertPatch(quality=Set(chance.choice((Quality.USEFUL, Quality.NOISE))))
    result = await console.session.change(chosen, patch, tags=tags, comment=comment)
    return result.change.id


async def _go_on(console: Console, chance: random.Random) -> None:
    """Beside the keys: a list is read while changes are sent, or nothing is done yet."""
    if chance.random() < 0.6:
        console.running.sync.newest.hurry()
        await asyncio.gather(console.running.sync.step(), console.running.send())


def share(url: str, file: Path, ids: Sequence[AlertId], talk: Connection) -> None:
    """Run on a mirror that another process has too; change what is asked for, and tell when it is settled."""

    async def work() -> None:
        async with Console(url, file) as console:
            running = asyncio.create_task(console.running.run())
            await console.running.link.made()
            await console.know(ids)
            while (word := await asyncio.to_thread(talk.recv)) != "end":
                await _answer(console, ids, word, talk)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(work())


async def _answer(console: Console, ids: Sequence[AlertId], word: str, talk: Connection) -> None:
    if word == "turn":
        talk.send(console.running.turn.is_mine)
    elif word == "settle":
        while await asyncio.to_thread(console.store.pending_counts):
            if talk.poll():  # it is to end, or who asked is gone
                return
            await asyncio.sleep(0.02)
        talk.send(console.running.turn.is_mine)
    else:
        for alert_id in ids:
            await console.session.change([alert_id], AlertPatch(status=Set(word)))
        talk.send(len(ids))
