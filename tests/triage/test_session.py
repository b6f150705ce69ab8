"""A session: every change is journalled, told apart per alert, and can be taken back.

Every test runs over a local profile and over a mirrored one, where what was asked for is sent before its
outcome is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import Invalid, NotFound, NotSupported, ReadOnly
from alerttui.domain.patch import CLEAR, KEEP, AlertPatch, Set, TagEdit
from alerttui.domain.vocabulary import AlertId, Quality
from alerttui.triage.session import Session
from tests.alerts import BOB, an_alert, some_alerts
from tests.triage.conftest import Open
from tests.triage.either import Mirrors, needs, settled

FIRST, SECOND, THIRD = AlertId("a-0"), AlertId("a-1"), AlertId("a-2")
RESOLVE = AlertPatch(status=Set("RESOLVED"))
TEN = tuple(f"tag{number}" for number in range(10))


@pytest.fixture(params=["local", "mirrored"])
def open_session(request: pytest.FixtureRequest, open_session: Open, tmp_path: Path) -> Iterator[Open]:
    """Sessions on local stores, or on mirrors."""
    if request.param == "local":
        yield open_session
        return
    mirrors = Mirrors(tmp_path)
    yield mirrors.start
    for each in mirrors.opened:
        each.close()


def statuses(session: Session, *ids: AlertId) -> list[str]:
    """The statuses in the store."""
    return [session.store.alert(each).status for each in ids]


async def test_a_change_of_many_has_one_outcome_each_in_the_order_asked(open_session: Open) -> None:
    session = open_session([*some_alerts(2), an_alert("a-2", status="RESOLVED")])
    result = await settled(
        session, await session.change([THIRD, AlertId("nope"), FIRST], RESOLVE, label="close")
    )
    assert [(each.alert_id, each.state) for each in result.outcomes] == [
        (THIRD, OutcomeState.UNCHANGED), ("nope", OutcomeState.MISSING), (FIRST, OutcomeState.CONFIRMED),
    ]  # fmt: skip
    assert [each.alert_id for each in result.failed] == ["nope"]
    assert [each.alert_id for each in result.changed] == [FIRST]
    assert result.summary() == "close: 1 changed, 1 already so, 1 missing"
    assert statuses(session, FIRST, SECOND) == ["RESOLVED", "OPEN"]


async def test_an_id_named_twice_is_changed_once(open_session: Open) -> None:
    session = open_session(some_alerts(1))
    result = await settled(session, await session.change([FIRST, FIRST], RESOLVE))
    assert len(result.outcomes) == 1
    assert len(session.store.history(FIRST)) == 1


async def test_a_preview_tells_the_same_and_writes_nothing(open_session: Open) -> None:
    session = open_session([an_alert("a-0"), an_alert("a-1", status="RESOLVED"), an_alert("a-2", tags=TEN)])
    before = session.store.data_version()
    ids = [THIRD, SECOND, FIRST, AlertId("nope")]
    foreseen = await session.preview(ids, RESOLVE, tags=TagEdit(add=("eleventh",)))
    assert session.store.data_version() == before
    assert session.store.journal() == []
    result = await settled(session, await session.change(ids, RESOLVE, tags=TagEdit(add=("eleventh",))))
    assert [(each.alert_id, each.state) for each in foreseen] == [
        (each.alert_id, each.state) for each in result.outcomes
    ]


async def test_an_empty_change_is_refused(open_session: Open) -> None:
    session = open_session(some_alerts(1))
    with pytest.raises(Invalid, match="nothing to change"):
        await session.change([FIRST], AlertPatch())
    with pytest.raises(Invalid, match="nothing to change"):
        await session.preview([FIRST], AlertPatch())


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        (AlertPatch(status=Set("PURPLE")), "one of OPEN, TRIAGED"),
        (AlertPatch(verdict=Set("maybe")), "one of true_positive"),
        (AlertPatch(tags=Set(("Not OK",))), "tags may use"),
        (AlertPatch(tags=Set((*TEN, "more"))), "at most 10 tags"),
    ],
)
async def test_a_bad_value_is_refused_before_anything_is_written(
    open_session: Open, patch: AlertPatch, words: str
) -> None:
    session = open_session(some_alerts(2))
    needs(session, patch)
    with pytest.raises(Invalid, match=words):
        await session.change([FIRST, SECOND], patch)
    assert session.store.journal() == []


async def test_what_the_backend_cannot_change_is_refused_with_its_reason(open_session: Open) -> None:
    session = open_session(some_alerts(1))
    with pytest.raises(NotSupported, match=re.escape(session.capabilities.refusal("severity"))):
        await session.change([FIRST], AlertPatch(severity=Set("LOW")))


async def test_tags_are_added_to_and_removed_from_each_alerts_own(open_session: Open) -> None:
    session = open_session([an_alert("a-0", tags=("x", "old")), an_alert("a-1")])
    await settled(
        session,
        await session.change([FIRST, SECOND], AlertPatch(), tags=TagEdit(add=("new",), remove=("old",))),
    )
    assert session.store.alert(FIRST).tags == ("x", "new")
    assert session.store.alert(SECOND).tags == ("new",)


async def test_the_eleventh_tag_is_refused_for_its_alert_alone(open_session: Open) -> None:
    session = open_session([an_alert("a-0", tags=TEN), an_alert("a-1")])
    result = await settled(
        session, await session.change([FIRST, SECOND], AlertPatch(), tags=TagEdit(add=("eleventh",)))
    )
    assert [each.state for each in result.outcomes] == [OutcomeState.REFUSED, OutcomeState.CONFIRMED]
    assert "at most 10 tags" in result.outcomes[0].reason


async def test_a_bad_tag_is_refused_for_all(open_session: Open) -> None:
    session = open_session(some_alerts(2))
    with pytest.raises(Invalid):
        await settled(
            session, await session.change([FIRST, SECOND], AlertPatch(), tags=TagEdit(add=("Bad Tag",)))
        )
    assert session.store.journal() == []


async def test_a_comment_goes_to_every_alert_of_the_change(open_session: Open) -> None:
    session = open_session(some_alerts(2))
    result = await settled(session, await session.change([FIRST, SECOND], RESOLVE, comment="why"))
    assert [each.comment_added for each in result.outcomes] == [True, True]
    for alert_id in (FIRST, SECOND):
        assert [each.body for each in session.store.comments(alert_id).results] == ["why"]


@pytest.mark.parametrize("body", ["", "  \n", "x" * 10_001])
async def test_a_comment_without_words_or_too_long_is_refused(open_session: Open, body: str) -> None:
    session = open_session(some_alerts(1))
    with pytest.raises(Invalid):
        await session.change([FIRST], AlertPatch(), comment=body)
    assert session.store.comments(FIRST).results == []


async def test_a_comment_on_nothing_is_not_found(open_session: Open) -> None:
    session = open_session(some_alerts(1))
    result = await settled(session, await session.change([AlertId("nope")], AlertPatch(), comment="words"))
    assert [each.state for each in result.outcomes] == [OutcomeState.MISSING]
    with pytest.raises(NotFound):
        await session.open(AlertId("nope"))


async def test_opening_gives_everything_that_the_panes_show(open_session: Open) -> None:
    session = open_session([an_alert("a-0", events=["{}", "x"], comments=["hello"])])
    await settled(session, await session.change([FIRST], RESOLVE))
    opened = await session.open(FIRST)
    assert (opened.alert.id, opened.events.total, opened.comments.total) == (FIRST, 2, 1)
    assert [each.field for each in opened.history if each.through] == ["status"]


async def test_taking_assigns_and_activates_and_leaves_closed_alerts(open_session: Open) -> None:
    session = open_session(
        [an_alert("a-0"), an_alert("a-1", status="CLOSED"), an_alert("a-2", status="TRIAGED", assignee=BOB)]
    )
    plan = await session.take([FIRST, SECOND, THIRD, AlertId("nope"), FIRST])
    assert [(each.alert_id, each.patch) for each in plan.edits] == [
        (FIRST, AlertPatch(assignee=Set("ana"), status=Set("TRIAGED"))),
        (THIRD, AlertPatch(assignee=Set("ana"), status=KEEP)),
    ]
    assert (plan.closed, plan.taken_from, plan.missing) == ((SECOND,), ((THIRD, "bob"),), ("nope",))
    await settled(session, await session.change_each(plan.edits, label="taken"))
    assert statuses(session, FIRST, SECOND, THIRD) == ["TRIAGED", "CLOSED", "TRIAGED"]


async def test_taking_needs_to_know_who_i_am(open_session: Open) -> None:
    session = open_session(some_alerts(1), me=None)
    with pytest.raises(NotSupported, match="set me"):
        await session.take([FIRST])


async def test_an_alert_whose_id_holds_nul_can_be_taken(open_session: Open) -> None:
    odd = AlertId("a\x00b")
    session = open_session([an_alert(odd)])
    assert (await session.take([odd])).missing == ()


async def test_undo_and_redo_walk_over_changes_one_by_one(open_session: Open) -> None:
    session = open_session(some_alerts(2))
    await settled(session, await session.change([FIRST, SECOND], RESOLVE, label="close"))
    await settled(
        session, await session.change([FIRST], AlertPatch(quality=Set(Quality.NOISE)), label="rate")
    )
    assert (await settled(session, await session.undo())).change.label == "undo: rate"
    assert (await settled(session, await session.undo())).change.label == "undo: close"
    assert await session.undo() is None
    assert statuses(session, FIRST, SECOND) == ["OPEN", "OPEN"]
    assert (await settled(session, await session.redo())).change.label == "redo: close"
    assert (await settled(session, await session.redo())).change.label == "redo: rate"
    assert await session.redo() is None
    assert statuses(session, FIRST, SECOND) == ["RESOLVED", "RESOLVED"]
    assert session.store.alert(FIRST).quality is Quality.NOISE


async def test_undo_takes_back_only_what_the_change_really_changed(open_session: Open) -> None:
    session = open_session([an_alert("a-0"), an_alert("a-1", status="RESOLVED")])
    await settled(session, await session.change([FIRST, SECOND], RESOLVE))
    result = await settled(session, await session.undo())
    assert [each.alert_id for each in result.outcomes] == [FIRST]
    assert statuses(session, FIRST, SECOND) == ["OPEN", "RESOLVED"]


async def test_undo_works_across_a_restart(open_session: Open, tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    first = open_session(some_alerts(2), path=path)
    await settled(first, await first.change([FIRST, SECOND], RESOLVE))
    again = open_session(path=path)
    await settled(again, await again.undo())
    assert statuses(again, FIRST, SECOND) == ["OPEN", "OPEN"]


async def test_undo_leaves_what_a_colleague_changed_since_unless_told_to_overwrite(
    open_session: Open, tmp_path: Path
) -> None:
    path = tmp_path / "alerts.db"
    ana, bob = open_session(some_alerts(2), path=path), open_session(path=path, me=BOB)
    await settled(ana, await ana.change([FIRST, SECOND], AlertPatch(status=Set("TRIAGED"))))
    await settled(bob, await bob.change([SECOND], RESOLVE))
    foreseen = await ana.foresee_undo()
    assert foreseen is not None
    assert [each.state for each in foreseen.outcomes] == [OutcomeState.CONFIRMED, OutcomeState.CONFLICT]
    result = await settled(ana, await ana.undo())
    assert [each.state for each in result.outcomes] == [OutcomeState.CONFIRMED, OutcomeState.CONFLICT]
    assert statuses(ana, FIRST, SECOND) == ["OPEN", "RESOLVED"]


async def test_undo_can_overwrite_what_a_colleague_changed_since(open_session: Open, tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    ana, bob = open_session(some_alerts(2), path=path), open_session(path=path, me=BOB)
    await settled(ana, await ana.change([FIRST], AlertPatch(status=Set("TRIAGED"))))
    await settled(bob, await bob.change([FIRST], RESOLVE))
    await settled(ana, await ana.undo(overwrite=True))
    assert statuses(ana, FIRST) == ["OPEN"]


async def test_a_colleagues_change_of_another_field_is_no_conflict(
    open_session: Open, tmp_path: Path
) -> None:
    path = tmp_path / "alerts.db"
    ana, bob = open_session(some_alerts(1), path=path), open_session(path=path, me=BOB)
    await settled(ana, await ana.change([FIRST], AlertPatch(status=Set("TRIAGED"))))
    await settled(bob, await bob.change([FIRST], AlertPatch(quality=Set(Quality.USEFUL))))
    await settled(ana, await ana.undo())
    assert statuses(ana, FIRST) == ["OPEN"]
    assert ana.store.alert(FIRST).quality is Quality.USEFUL


async def test_nothing_to_undo_is_foreseen_as_none(open_session: Open) -> None:
    session = open_session(some_alerts(1))
    assert await session.foresee_undo() is None
    assert await session.foresee_redo() is None


async def test_a_cleared_assignee_comes_back_with_undo(open_session: Open) -> None:
    session = open_session([an_alert("a-0", assignee=BOB)])
    await settled(session, await session.change([FIRST], AlertPatch(assignee=CLEAR)))
    assert session.store.alert(FIRST).assignee is None
    await settled(session, await session.undo())
    assert session.store.alert(FIRST).assignee == BOB


async def test_a_read_only_session_changes_nothing_by_any_way(open_session: Open) -> None:
    session = open_session(some_alerts(1), read_only=True)
    assert "read-only" in session.refusal()
    for work in (
        session.change([FIRST], RESOLVE),
        session.change_each([], label="x"),
        session.preview([FIRST], RESOLVE),
        session.change([FIRST], AlertPatch(), comment="words"),
        session.take([FIRST]),
        session.undo(),
        session.redo(),
        session.foresee_undo(),
        session.foresee_redo(),
    ):
        with pytest.raises(ReadOnly, match="read-only"):
            await work
    assert session.store.journal() == []


async def test_without_a_name_changes_are_made_by_unknown(open_session: Open) -> None:
    session = open_session(some_alerts(1), me=None)
    await settled(session, await session.change([FIRST], RESOLVE))
    assert session.store.history(FIRST)[0].by.id == "unknown"
    assert session.query_context().me == ""
