"""Two processes on one mirror: each edit is sent by one of them, and a killed one leaves a sound file."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from alerttui.backends.mirror import Coverage, Settlement
from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from alerttui.domain.change import OutcomeState
from alerttui.domain.patch import AlertPatch
from alerttui.domain.pending import Decision, EditKey, Stage
from alerttui.domain.vocabulary import AlertId
from tests.backends.mirror.telling import change, opened, outcome, server, shown, status, tell
from tests.places import ROOT

KILLED = 66
NORMAL, FULL = 1, 2
"""What `PRAGMA synchronous` says."""


def test_two_stores_begin_each_edit_once(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    stores = [opened(path), opened(path)]
    ids = [f"a-{number}" for number in range(20)]
    for each in ids:
        tell(stores[0], each)
    stores[0].enqueue(change("c-1", status("TRIAGED"), *ids))
    keys = [EditKey("c-1", position) for position in range(20)]
    with ThreadPoolExecutor(2) as pool:
        begun = list(pool.map(lambda store: [key for key in keys if store.begin_sending([key])], stores))
    assert sorted([*begun[0], *begun[1]]) == keys
    assert [each.stage for each in stores[1].pending()] == [Stage.SENDING] * 20
    for store in stores:
        store.close()


def test_the_other_process_sees_and_settles(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    one, other = opened(path), opened(path)
    tell(one)
    seen = other.data_version()
    one.enqueue(change("c-1", status("TRIAGED")))
    assert other.data_version() != seen
    key = EditKey("c-1", 0)
    assert other.begin_sending([key]) == [key]
    other.settle([Settlement(key=key, outcome=outcome(OutcomeState.CONFIRMED), at_ms=9_000)])
    assert server(one) == shown(one)
    assert one.alert(AlertId("a-1")).status == "TRIAGED"
    one.close()
    other.close()


def test_what_an_analyst_did_waits_for_the_disk_and_sync_does_not(mirror: SqliteMirrorStore) -> None:
    key = EditKey("c-1", 0)
    settlement = Settlement(key=key, outcome=outcome(OutcomeState.UNDECIDED), at_ms=9_000)
    calls: list[tuple[Callable[[], object], int]] = [
        (lambda: tell(mirror), NORMAL),
        (lambda: mirror.enqueue(change("c-1", status("TRIAGED"))), FULL),
        (lambda: tell(mirror, requested_ms=2_000), NORMAL),
        (lambda: mirror.begin_sending([key]), FULL),
        (lambda: mirror.purge(1), NORMAL),
        (lambda: mirror.settle([settlement]), FULL),
        (lambda: mirror.cover(Coverage(of="alerts", from_ms=0, to_ms=1, as_of_ms=1)), NORMAL),
        (lambda: mirror.decide([key], Decision.SEND), FULL),
        (lambda: mirror.observe_missing([], 1), FULL),
        (lambda: mirror.observe_missing([AlertId("a-9")], 1), NORMAL),
        (lambda: mirror.drop([key]), FULL),
    ]
    for call, expected in calls:
        call()
        with mirror._connections.reading() as connection:
            assert connection.execute("PRAGMA synchronous").fetchone() == (expected,)


STEPS = 12


def work(path: Path, seed: int, stop_after: int) -> None:
    """A made-up shift, ended without a word after so many calls."""
    dice = random.Random(seed)
    mirror = opened(path)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if done > stop_after:
            os._exit(KILLED)

    for number in range(3):
        tell(mirror, f"a-{number}", 1_000)
        step()
    for number in range(STEPS):
        name = f"a-{dice.randrange(3)}"
        word = dice.choice(("OPEN", "TRIAGED", "RESOLVED"))
        mirror.enqueue(change(f"c-{number}", status(word), name, comment=dice.choice(("", "why"))))
        step()
        for pending in mirror.pending(limit=2):
            if mirror.begin_sending([pending.key]):
                step()
                state = dice.choice((OutcomeState.CONFIRMED, OutcomeState.REFUSED, OutcomeState.CONFLICT))
                at_ms = 10_000 + number
                mirror.settle([Settlement(key=pending.key, outcome=outcome(state), at_ms=at_ms)])
                step()
            if mirror.begin_sending([pending.key], comments=True):
                step()
                mirror.settle_comment(pending.key, outcome(OutcomeState.CONFIRMED), None, 10_000)
                step()
        tell(mirror, name, 40_000 + number * 20_000, status=dice.choice(("OPEN", "RESOLVED")))
        step()
    os._exit(0)


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_process_leaves_a_file_that_reads_consistently(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "mirror.db"
    code = (
        "from pathlib import Path; from tests.backends.mirror.test_sharing import work; "
        f"work(Path({str(path)!r}), {seed}, {random.Random(seed).randrange(3, 50)})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode in (0, KILLED), done.stderr.decode()
    mirror = opened(path)
    health = mirror.health(whole=True)
    assert (health.damage, health.unsearchable, health.alerts) == ((), 0, 3)
    waiting = mirror.pending()
    for number in range(3):
        name = f"a-{number}"
        expected = server(mirror, name)
        for each in waiting:
            if each.alert_id == name and each.stage in (Stage.QUEUED, Stage.SENDING):
                expected = each.patch.over(expected)
        assert shown(mirror, name) == expected
        unsent = [each for each in mirror.comments(AlertId(name)).results if each.state]
        held = mirror.pending(held=True)
        stages = [
            each.comment_stage.value
            for each in [*waiting, *(row for row in held if row not in waiting)]
            if each.alert_id == name and each.comment_stage not in (Stage.NONE, Stage.SETTLED)
        ]
        told = ["held" if each.state == "waiting" else each.state for each in unsent]
        assert sorted(told) == sorted(stages)
    made = mirror.enqueue(change("after", AlertPatch(), "a-0", comment="still here"))
    assert made[0].state is OutcomeState.QUEUED
    mirror.close()
