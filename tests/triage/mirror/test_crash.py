"""A crash anywhere loses no change and doubles none: each is sent once, or shown as undecided."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from alerttui.domain.change import OutcomeState
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.points import Point
from tests.standins.panther import PantherStandIn
from tests.standins.running import serving
from tests.triage.mirror.console import WITHIN_S, Console, children
from tests.triage.mirror.crashes import WHY, change_until

KILLED: Final = -9

HELD_AT: Final = (Point.AFTER_COMMENT_SENDING,)
"""Where a comment may have left or not, and did not: only the analyst can tell whether to send it."""


class Remote:
    """A stand-in of Panther, and where it answers."""

    def __init__(self, standin: PantherStandIn, url: str) -> None:
        self.standin = standin
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


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    """One stand-in for all crashes: each has alerts of its own."""
    standin = PantherStandIn()
    with serving(standin) as url:
        yield Remote(standin, url)


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("point", list(Point), ids=lambda point: point.name.lower())
async def test_a_crash_at_a_point(remote: Remote, tmp_path: Path, point: Point, count: int) -> None:
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


def _assert_at_the_server(remote: Remote, ids: Sequence[AlertId], held: Sequence[AlertId]) -> None:
    for each in ids:
        assert remote.standin.alert(each)["status"] == "RESOLVED"
        assert remote.patches(each) == 1
        posts = remote.posts(each)
        assert posts == ([] if each in held else [WHY])
        assert [comment["body"] for comment in remote.standin.comments_of(each)] == posts
