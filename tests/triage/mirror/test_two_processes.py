"""Two processes on one mirror: one sends, and the other takes over when that one is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from alerttui.domain.vocabulary import AlertId
from tests.triage.mirror.console import WITHIN_S, Console, children
from tests.triage.mirror.crashes import share
from tests.triage.mirror.lasting import Lasting, lasting


@pytest.fixture
def remote() -> Iterator[Lasting]:
    """A stand-in that both talk to."""
    with lasting() as remote:
        yield remote


class Other:
    """Another console on the mirror, in a process of its own."""

    def __init__(self, remote: Lasting, file: Path, ids: Sequence[AlertId]) -> None:
        context = children()
        self._talk, there = context.Pipe()
        self.ids = ids
        self.process = context.Process(target=share, args=(remote.url, file, ids, there))
        self.process.start()
        there.close()

    async def ask(self, word: str) -> object:
        """What it answers to a word."""
        self._talk.send(word)
        assert await asyncio.to_thread(self._talk.poll, WITHIN_S), f"no answer to {word!r}"
        return self._talk.recv()

    def end(self) -> None:
        """Let it end, or end it."""
        if self.process.is_alive():
            self._talk.send("end")
            self.process.join(WITHIN_S)
        self._talk.close()
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


@contextmanager
def two(remote: Lasting, file: Path, count: int) -> Iterator[tuple[Other, Other]]:
    """Two consoles on one mirror, with so many alerts each."""
    opened: list[Other] = []
    try:
        opened.extend(Other(remote, file, remote.add(count)) for _ in range(2))
        yield opened[0], opened[1]
    finally:
        for each in opened:
            each.end()


def statuses(remote: Lasting, ids: Sequence[AlertId]) -> set[str]:
    """What these alerts have at the server."""
    return {remote.standin.alert(each)["status"] for each in ids}


COUNT: Final = 8


async def test_one_of_two_sends_what_both_ask_for(remote: Lasting, tmp_path: Path) -> None:
    with two(remote, tmp_path / "mirror.db", COUNT) as (one, other):
        await asyncio.gather(one.ask("RESOLVED"), other.ask("RESOLVED"))
        turns = await asyncio.gather(one.ask("settle"), other.ask("settle"))
        assert sorted(map(bool, turns)) == [False, True]
        ids = [*one.ids, *other.ids]
        assert statuses(remote, ids) == {"RESOLVED"}
        assert [remote.patches(each) for each in ids] == [1] * len(ids)


async def test_the_other_takes_over_when_the_one_that_sends_is_killed(
    remote: Lasting, tmp_path: Path
) -> None:
    file = tmp_path / "mirror.db"
    with two(remote, file, COUNT) as both:
        await asyncio.gather(*(each.ask("TRIAGED") for each in both))
        await asyncio.gather(*(each.ask("settle") for each in both))
        sends = [each for each in both if await each.ask("turn")]
        (sender,) = sends
        (heir,) = [each for each in both if each is not sender]
        pid = sender.process.pid
        assert pid is not None
        remote.killer.aim(pid, 10, is_after=True)
        await heir.ask("CLOSED")
        assert await heir.ask("settle")
        assert not sender.process.is_alive()
        assert statuses(remote, heir.ids) == {"CLOSED"}
        assert statuses(remote, sender.ids) == {"TRIAGED"}
        assert [remote.patches(each) for each in heir.ids] == [2] * COUNT
        assert [remote.patches(each) for each in sender.ids] == [1] * COUNT
        await heir.ask("RESOLVED")
        assert await heir.ask("settle")
        assert statuses(remote, heir.ids) == {"RESOLVED"}
    async with Console(remote.url, file) as console:
        assert not console.store.pending_counts()
