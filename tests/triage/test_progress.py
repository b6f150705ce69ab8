"""Progress of a bulk change: told as it goes, and given up as a whole where the analyst stops it."""

from __future__ import annotations

import pytest

from alerttui.backends.sqlite import changing
from alerttui.domain.alert import Person
from alerttui.domain.errors import Stopped
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.progress import Progress
from alerttui.triage.session import Session
from tests.alerts import some_alerts
from tests.triage.conftest import Open

IDS = [AlertId(f"a-{number}") for number in range(5)]
RESOLVE = AlertPatch(status=Set("RESOLVED"))


@pytest.fixture
def open_session(open_session: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Sessions whose store tells of every edit, not ten times a second."""
    monkeypatch.setattr(changing, "PROGRESS_S", 0.0)
    return open_session


def statuses(session: Session) -> set[str]:
    return {session.store.alert(each).status for each in IDS}


async def test_a_change_tells_how_many_of_how_many_are_made(open_session: Open) -> None:
    session = open_session(some_alerts(5))
    told: list[tuple[int, int]] = []
    await session.change(IDS, RESOLVE, on_progress=Progress(lambda done, total: told.append((done, total))))
    assert told == [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


async def test_undo_redo_and_edits_of_their_own_tell_too(open_session: Open) -> None:
    session = open_session(some_alerts(5))
    told: list[int] = []
    progress = Progress(lambda done, _: told.append(done))
    plan = await session.take(IDS)
    await session.change_each(plan.edits, label="taken", on_progress=progress)
    await session.undo(on_progress=progress)
    await session.redo(on_progress=progress)
    assert told.count(5) == 3


async def test_progress_is_told_at_most_ten_times_a_second(
    open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "PROGRESS_S", 3600.0)
    session = open_session(some_alerts(5))
    told: list[int] = []
    await session.change(IDS, RESOLVE, on_progress=Progress(lambda done, _: told.append(done)))
    assert told == [0, 5]


async def test_a_stopped_change_leaves_every_alert_and_the_journal_as_they_were(open_session: Open) -> None:
    session = open_session(some_alerts(5))
    before = session.store.data_version()
    seen: list[int] = []

    def stop_after_two(done: int, _: int) -> None:
        seen.append(done)
        if done == 2:
            raise Stopped("enough")

    with pytest.raises(Stopped):
        await session.change(IDS, RESOLVE, comment="why", on_progress=stop_after_two)
    assert seen == [0, 1, 2]
    assert statuses(session) == {"OPEN"}
    assert session.store.journal() == []
    assert session.store.comments(IDS[0]).results == []
    assert session.store.data_version() == before
    assert await session.undo() is None


async def test_a_change_stopped_before_it_began_is_not_begun(open_session: Open) -> None:
    session = open_session(some_alerts(5))
    progress = Progress(lambda *_: pytest.fail("nothing was to be told"))
    progress.stop()
    with pytest.raises(Stopped, match="nothing was changed"):
        await session.change(IDS, RESOLVE, on_progress=progress)
    assert statuses(session) == {"OPEN"}


async def test_after_a_stop_the_same_session_changes_on(open_session: Open) -> None:
    session = open_session(some_alerts(5))
    progress = Progress(lambda *_: None)
    progress.stop()
    with pytest.raises(Stopped):
        await session.change(IDS, RESOLVE, on_progress=progress)
    session.store.add_person(Person("ana"))
    await session.change(IDS, RESOLVE)
    assert statuses(session) == {"RESOLVED"}
