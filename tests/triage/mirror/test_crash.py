"""A crash anywhere loses no change and doubles none: each is sent once, or shown as undecided."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from alerttui.domain.change import JournalEntry, OutcomeState
from alerttui.domain.patch import AlertPatch, narrowed
from alerttui.domain.pending import PendingEdit
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.points import Point
from tests.triage.mirror.console import WITHIN_S, Console, children
from tests.triage.mirror.crashes import WHY, change_until, stream
from tests.triage.mirror.lasting import Lasting, lasting

KILLED: Final = -9

HELD_AT: Final = (Point.AFTER_COMMENT_SENDING,)
"""Where a comment may have left or not, and did not: only the analyst can tell whether to send it."""


@pytest.fixture(scope="module")
def remote() -> Iterator[Lasting]:
    """One stand-in for all crashes: each has alerts of its own."""
    with lasting() as remote:
        yield remote


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("point", list(Point), ids=lambda point: point.name.lower())
async def test_a_crash_at_a_point(remote: Lasting, tmp_path: Path, point: Point, count: int) -> None:
    ids, file = remote.add(count), tmp_path / "mirror.db"
    number = (count + 1) // 2 if "COMMENT" in point.name else 1
    child = children().Process(target=change_until, args=(remote.url, file, ids, point, number))
    child.start()
    await asyncio.to_thread(child.join, WITHIN_S)
    assert child.exitcode == KILLED
    async with Console(remote.url, file) as console:
        assert console.running.turn.take()
        entries = console.store.journal()
        await console.running.send()
        if point is Point.BEFORE_QUEUED:
            assert entries == []
            assert [remote.patches(each) for each in ids] == [0] * count
            return
        assert [each.state for each in console.store.outcomes(entries[0].change.id)] == [
            OutcomeState.CONFIRMED
        ] * count
        held = [each.alert_id for each in console.store.pending(held=True)]
        assert console.store.pending_counts().queued == 0
        assert [each.status for each in map(console.store.alert, ids)] == ["RESOLVED"] * count
    _assert_at_the_server(remote, ids, held)
    assert held == ([ids[number - 1]] if point in HELD_AT else [])


def _assert_at_the_server(remote: Lasting, ids: Sequence[AlertId], held: Sequence[AlertId]) -> None:
    for each in ids:
        assert remote.standin.alert(each)["status"] == "RESOLVED"
        assert remote.patches(each) == 1
        posts = remote.posts(each)
        assert posts == ([] if each in held else [WHY])
        assert [comment["body"] for comment in remote.standin.comments_of(each)] == posts


@pytest.mark.parametrize("seed", range(20))
async def test_a_kill_at_a_random_request(remote: Lasting, tmp_path: Path, seed: int) -> None:
    chance = random.Random(f"kill {seed}")
    ids, file, log = remote.add(30), tmp_path / "mirror.db", tmp_path / "log"
    child = children().Process(target=stream, args=(remote.url, file, ids, seed, log))
    child.start()
    assert child.pid is not None
    remote.killer.aim(child.pid, chance.randint(2, 60), is_after=chance.random() < 0.5)
    await asyncio.to_thread(child.join, WITHIN_S)
    assert child.exitcode == KILLED
    remote.killer.wait_until_idle()
    async with Console(remote.url, file) as console:
        assert console.running.turn.take()
        assert not console.store.health(whole=True).damage
        entries = list(reversed(console.store.journal(1_000)))
        assert {each.change.id for each in entries} >= set(log.read_text().split())
        await console.running.send()
        assert console.store.pending_counts().queued == 0
        made = [
            (edit.alert_id, outcome)
            for entry in map(partial(_as_it_is, console), entries)
            for edit, outcome in zip(entry.change.edits, entry.outcomes, strict=True)
        ]
        _assert_comments_at_most_once(remote, entries, console.store.pending(held=True))
    assert {outcome.state for _, outcome in made} <= {OutcomeState.CONFIRMED, OutcomeState.UNCHANGED}
    for alert_id in ids:
        ended = [outcome for changed, outcome in made if changed == alert_id]
        sent = [each for each in ended if each.state is OutcomeState.CONFIRMED]
        assert remote.patches(alert_id) == len(sent)
        wanted = AlertPatch()
        for each in ended:
            wanted = each.after.over(wanted)
        assert narrowed(remote.values(alert_id), wanted) == wanted


def _as_it_is(console: Console, entry: JournalEntry) -> JournalEntry:
    """The entry with what became of it meanwhile."""
    return replace(entry, outcomes=tuple(console.store.outcomes(entry.change.id)))


def _assert_comments_at_most_once(
    remote: Lasting, entries: Sequence[JournalEntry], held: Sequence[PendingEdit]
) -> None:
    undecided = {(each.alert_id, each.comment) for each in held}
    wanted = [
        (edit.alert_id, entry.change.comment)
        for entry in entries
        if entry.change.comment
        for edit in entry.change.edits
    ]
    for alert_id, body in wanted:
        number = remote.posts(alert_id).count(body)
        assert number == 1 or (number == 0 and (alert_id, body) in undecided)
