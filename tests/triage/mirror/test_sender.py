"""The sender: each change arrives once, in order, and everybody is told what came of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from alerttui.domain.alert import Actor
from alerttui.domain.change import Change, Edit, OnProgress, Outcome, OutcomeState
from alerttui.domain.errors import Unreachable
from alerttui.domain.patch import CLEAR, AlertPatch, Set, TagEdit
from alerttui.domain.pending import Decision, Stage
from alerttui.domain.vocabulary import AlertId, Quality
from alerttui.triage.mirror.comment_sender import plain
from alerttui.triage.mirror.running import Running
from alerttui.triage.mirror.state import MirrorState
from tests.triage.mirror.conftest import Mirrored, OpenMirrored
from tests.triage.mirror.remote import CAPABILITIES, ME, OTHER, Clock, FakeRemote

RESOLVE = AlertPatch(status=Set("RESOLVED"))
TRIAGE = AlertPatch(status=Set("TRIAGED"))
R0, R1, R2 = AlertId("r-0"), AlertId("r-1"), AlertId("r-2")


@pytest.fixture
async def one(mirrored: OpenMirrored) -> Mirrored:
    """A mirror of 40 open alerts, a minute old."""
    remote = FakeRemote(Clock())
    remote.fill(40, open_first=40)
    opened = mirrored(remote)
    await opened.sync_for(1)
    remote.asked.clear()
    return opened


def server(one: Mirrored, alert_id: str) -> str:
    """The status that the server has."""
    return one.remote.alerts[AlertId(alert_id)].status


def shown(one: Mirrored, alert_id: str) -> str:
    """The status that is shown."""
    return one.store.alert(AlertId(alert_id)).status


def left(one: Mirrored) -> tuple[int, int]:
    """How much is queued, and how much is held."""
    counts = one.store.pending_counts()
    return counts.queued, counts.held


async def test_a_change_is_shown_at_once_and_asks_nothing(one: Mirrored) -> None:
    result = await one.session.change([R0], RESOLVE)
    assert [each.state for each in result.outcomes] == [OutcomeState.QUEUED]
    assert shown(one, "r-0") == "RESOLVED"
    assert server(one, "r-0") == "OPEN"
    assert sum(one.remote.asked.values()) == 0
    await one.send()
    assert server(one, "r-0") == "RESOLVED"
    assert shown(one, "r-0") == "RESOLVED"
    assert left(one) == (0, 0)
    assert [each.state for each in one.store.outcomes(result.change.id)] == [OutcomeState.CONFIRMED]


async def test_what_was_seen_before_a_change_was_queued_does_not_hide_it(
    one: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sync and the sender look at once; whoever reads first may come to tell last."""
    has_seen, may_tell = threading.Event(), threading.Event()
    seen = Running._seen

    def seen_slowly(running: Running) -> MirrorState:
        state = seen(running)
        if not has_seen.is_set():
            has_seen.set()
            assert may_tell.wait(20)
        return state

    monkeypatch.setattr(Running, "_seen", seen_slowly)
    early = asyncio.create_task(one.running.look())
    await asyncio.to_thread(has_seen.wait, 20)
    await one.session.change([R0], RESOLVE)
    late = asyncio.create_task(one.running.look())
    await asyncio.wait({late}, timeout=0.2)
    may_tell.set()
    await asyncio.gather(early, late)
    assert one.running.state.counts.queued == 1


async def test_two_hundred_changes_made_offline_arrive_once_each(mirrored: OpenMirrored) -> None:
    remote = FakeRemote(Clock())
    remote.fill(200, open_first=200)
    one = mirrored(remote)
    await one.sync_for(1)
    remote.is_down = True
    for number in range(200):
        await one.session.change([AlertId(f"r-{number}")], RESOLVE)
    with pytest.raises(Unreachable):
        await one.send()
    assert left(one) == (200, 0)
    remote.is_down = False
    await one.send()
    assert left(one) == (0, 0)
    assert sorted(alert_id for alert_id, _ in remote.writes) == sorted(remote.alerts)
    assert {each.status for each in remote.alerts.values()} == {"RESOLVED"}


async def test_the_changes_of_one_alert_arrive_in_their_order(one: Mirrored) -> None:
    await one.session.change([R0], TRIAGE)
    await one.session.change([R0], AlertPatch(quality=Set(Quality.NOISE)))
    await one.session.change([R0], RESOLVE)
    await one.send()
    assert [patch for _, patch in one.remote.writes] == [
        TRIAGE,
        AlertPatch(quality=Set(Quality.NOISE)),
        RESOLVE,
    ]


async def test_a_bulk_change_goes_in_one_call(one: Mirrored) -> None:
    await one.session.change([AlertId(f"r-{number}") for number in range(30)], RESOLVE)
    await one.send()
    assert one.remote.asked["apply"] == 1
    assert len(one.remote.writes) == 30


async def test_a_bulk_change_goes_in_chunks_between_which_the_rest_can_be_given_up(
    mirrored: OpenMirrored,
) -> None:
    remote = FakeRemote(Clock(), capabilities=replace(CAPABILITIES, bulk_chunk=10))
    remote.fill(40, open_first=40)
    one = mirrored(remote)
    one.running.ground.known = remote.capabilities
    await one.sync_for(1)

    def give_up(operation: str) -> None:
        if operation == "apply":
            one.store.drop([each.key for each in one.store.pending() if each.stage is Stage.QUEUED])

    remote.before_answer = give_up
    result = await one.session.change([AlertId(f"r-{number}") for number in range(30)], RESOLVE)
    await one.send()
    assert remote.asked["apply"] == 1
    assert len(remote.writes) == 10
    states = [each.state for each in one.store.outcomes(result.change.id)]
    assert states.count(OutcomeState.CANCELLED) == 20
    assert left(one) == (0, 0)


async def test_old_copies_are_read_before_a_bulk_by_whatever_costs_less(one: Mirrored) -> None:
    one.clock.now_ms += 60_000
    await one.session.change([AlertId(f"r-{number}") for number in range(30)], RESOLVE)
    await one.send()
    assert (one.remote.asked["page"], one.remote.asked["alert"]) == (1, 0)
    one.clock.now_ms += 60_000
    one.remote.asked.clear()
    await one.session.change([AlertId("r-35")], RESOLVE)
    await one.send()
    assert (one.remote.asked["page"], one.remote.asked["alert"]) == (0, 1)


async def test_what_somebody_else_changed_is_held_and_shown(one: Mirrored) -> None:
    one.clock.now_ms += 60_000
    result = await one.session.change([R0, R1], RESOLVE)
    one.remote.change("r-1", status="TRIAGED", by=OTHER)
    await one.send()
    assert server(one, "r-0") == "RESOLVED"
    assert server(one, "r-1") == "TRIAGED"
    assert shown(one, "r-1") == "TRIAGED"
    assert left(one) == (0, 1)
    states = [each.state for each in one.store.outcomes(result.change.id)]
    assert states == [OutcomeState.CONFIRMED, OutcomeState.CONFLICT]
    (held,) = one.store.pending(held=True)
    assert "status is now TRIAGED, changed by Bob" in held.reason


async def test_people_are_told_by_name_in_what_a_change_is_called_and_why_it_is_held(one: Mirrored) -> None:
    one.clock.now_ms += 60_000
    result = await one.session.change([R1], AlertPatch(assignee=Set("u-ana")))
    assert result.change.label == "assignee Ana"
    one.remote.change("r-1", assignee=Actor("u-bob"), by=OTHER)
    await one.send()
    (held,) = one.store.pending(held=True)
    assert held.reason.startswith("assignee is now Bob, changed by Bob; ")


@pytest.mark.parametrize(("decision", "status"), [(Decision.SKIP, "TRIAGED"), (Decision.SEND, "RESOLVED")])
async def test_what_is_held_is_decided(one: Mirrored, decision: Decision, status: str) -> None:
    one.clock.now_ms += 60_000
    await one.session.change([R1], RESOLVE)
    one.remote.change("r-1", status="TRIAGED", by=OTHER)
    await one.send()
    (held,) = one.store.pending(held=True)
    assert await one.running.decide([held.key], decision) == 1
    await one.send()
    assert server(one, "r-1") == shown(one, "r-1") == status
    assert left(one) == (0, 0)


async def test_what_the_server_has_already_is_not_sent(one: Mirrored) -> None:
    one.clock.now_ms += 60_000
    await one.session.change([R0], RESOLVE)
    one.remote.change("r-0", status="RESOLVED", by=OTHER)
    await one.send()
    assert one.remote.asked["apply"] == 0
    assert left(one) == (0, 0)


async def test_a_refused_change_goes_back_to_what_the_server_has(one: Mirrored) -> None:
    def refuse(edit: Edit) -> str:
        return "The fake refuses it." if edit.alert_id == R1 else ""

    one.remote.refuse = refuse
    result = await one.session.change([R0, R1], RESOLVE, comment="why")
    await one.send()
    assert shown(one, "r-1") == "OPEN"
    outcomes = one.store.outcomes(result.change.id)
    assert [each.state for each in outcomes] == [OutcomeState.CONFIRMED, OutcomeState.REFUSED]
    assert outcomes[1].reason == "The fake refuses it."
    assert [each.comment_added for each in outcomes] == [True, False]
    assert [len(one.remote.comments_of.get(each, [])) for each in (R0, R1)] == [1, 0]


async def test_a_change_after_a_refused_one_is_no_conflict(one: Mirrored) -> None:
    one.remote.refuse = lambda edit: "No." if edit.patch == TRIAGE else ""
    await one.session.change([R0], TRIAGE)
    await one.session.change([R0], RESOLVE)
    await one.send()
    assert server(one, "r-0") == "RESOLVED"
    assert left(one) == (0, 0)


async def test_an_undo_of_what_is_still_queued_sends_nothing(one: Mirrored) -> None:
    await one.session.change([R0], RESOLVE, comment="why")
    undone = await one.session.undo()
    assert undone is not None
    assert [each.state for each in undone.outcomes] == [OutcomeState.CONFIRMED]
    assert shown(one, "r-0") == "OPEN"
    await one.send()
    assert one.remote.asked["apply"] == one.remote.asked["add_comment"] == 0
    await one.session.redo()
    await one.send()
    assert server(one, "r-0") == "RESOLVED"


async def test_an_undo_of_what_was_sent_is_sent(one: Mirrored) -> None:
    await one.session.change([R0], RESOLVE)
    await one.send()
    await one.session.undo()
    assert shown(one, "r-0") == "OPEN"
    assert server(one, "r-0") == "RESOLVED"
    await one.send()
    assert server(one, "r-0") == "OPEN"


async def test_a_late_answer_changes_nothing(one: Mirrored) -> None:
    requested_ms = one.clock()
    stale = one.remote.alerts[R0]
    one.clock.now_ms += 100
    await one.session.change([R0], RESOLVE)
    await one.send()
    from alerttui.triage.mirror.walk import take_over

    await take_over(one.store, [stale], requested_ms, source="fake")
    assert shown(one, "r-0") == "RESOLVED"


async def test_an_answer_that_lags_is_no_conflict(one: Mirrored) -> None:
    stale = one.remote.alerts[R0]
    await one.session.change([R0], RESOLVE)
    await one.send()
    from alerttui.triage.mirror.walk import take_over

    one.clock.now_ms += 5_000
    await take_over(one.store, [stale], one.clock(), source="fake")
    assert shown(one, "r-0") == "RESOLVED"
    one.clock.now_ms += 6_000
    await take_over(one.store, [stale], one.clock(), source="fake")
    assert shown(one, "r-0") == "OPEN"


async def test_a_lost_answer_is_settled_by_reading_again(one: Mirrored) -> None:
    one.remote.lose_answers = 1
    await one.session.change([R0], RESOLVE)
    with pytest.raises(Unreachable):
        await one.send()
    assert left(one) == (1, 0)
    await one.send()
    assert left(one) == (0, 0)
    assert [alert_id for alert_id, _ in one.remote.writes] == ["r-0"]


async def test_what_did_not_arrive_is_sent_again(one: Mirrored) -> None:
    await one.session.change([R0], RESOLVE)
    one.remote.is_down = True
    with pytest.raises(Unreachable):
        await one.send()
    one.remote.is_down = False
    await one.send()
    assert [alert_id for alert_id, _ in one.remote.writes] == ["r-0"]


async def test_a_comment_is_sent_once_and_shown_meanwhile(one: Mirrored) -> None:
    await one.session.change([R0], AlertPatch(), comment="looked at it")
    (waiting,) = one.store.comments(R0).results
    assert (waiting.body, waiting.state) == ("looked at it", "queued")
    await one.send()
    assert [each.body for each in one.remote.comments_of[R0]] == ["looked at it"]
    (sent,) = one.store.comments(R0).results
    assert (sent.id, sent.state) == (one.remote.comments_of[R0][0].id, "")


async def test_a_comment_whose_answer_was_lost_is_found_at_the_server(one: Mirrored) -> None:
    one.remote.lose_answers = 1
    await one.session.change([R0], AlertPatch(), comment="once")
    with pytest.raises(Unreachable):
        await one.send()
    await one.send()
    assert [each.body for each in one.remote.comments_of[R0]] == ["once"]
    assert left(one) == (0, 0)
    assert [each.state for each in one.store.comments(R0).results] == [""]


async def test_a_comment_that_may_have_arrived_and_is_not_there_is_asked_about(one: Mirrored) -> None:
    one.remote.lose_answers = 1
    await one.session.change([R0], RESOLVE, comment="once")
    one.remote.before_answer = lambda operation: (
        one.remote.comments_of.clear() if operation == "add_comment" else None
    )
    one.remote.lose_answers = 0
    original = one.remote.add_comment

    async def lost(*args: object) -> object:
        await original(*args)  # type: ignore[arg-type]
        raise Unreachable("The answer was lost.", may_have_acted=True)

    one.remote.add_comment = lost  # type: ignore[method-assign,assignment]
    with pytest.raises(Unreachable):
        await one.send()
    assert server(one, "r-0") == "RESOLVED"
    await one.send()
    assert left(one) == (0, 1)
    (held,) = one.store.pending(held=True)
    assert "no answer came" in held.reason
    one.remote.add_comment = original  # type: ignore[method-assign]
    one.remote.before_answer = lambda operation: None
    await one.running.decide([held.key], Decision.SEND)
    await one.send()
    assert [each.body for each in one.remote.comments_of[R0]] == ["once"]
    assert left(one) == (0, 0)


async def test_the_same_words_of_an_earlier_comment_are_not_taken_for_it(one: Mirrored) -> None:
    await one.session.change([R0], AlertPatch(), comment="dup")
    await one.send()
    one.remote.lose_answers = 1
    await one.session.change([R0], AlertPatch(), comment="dup")
    with pytest.raises(Unreachable):
        await one.send()
    await one.send()
    assert [each.body for each in one.remote.comments_of[R0]] == ["dup", "dup"]
    assert [each.state for each in one.store.comments(R0).results] == ["", ""]


async def test_tags_are_always_read_before_they_are_replaced(one: Mirrored) -> None:
    await one.session.change([R0], AlertPatch(), tags=TagEdit(add=("seen",)))
    one.remote.change("r-0", tags=("other",))
    await one.send()
    assert one.remote.alerts[R0].tags == ("other",)
    assert left(one) == (0, 1)


async def test_an_alert_that_is_gone_is_told(one: Mirrored) -> None:
    result = await one.session.change([R0], RESOLVE)
    one.remote.remove("r-0")
    one.clock.now_ms += 60_000
    await one.send()
    assert [each.state for each in one.store.outcomes(result.change.id)] == [OutcomeState.MISSING]
    assert left(one) == (0, 0)


async def test_clearing_and_setting_are_replayed(one: Mirrored) -> None:
    await one.session.change([R0], AlertPatch(assignee=Set(ME.id)))
    await one.session.change([R0], AlertPatch(assignee=CLEAR))
    assert one.store.alert(R0).assignee is None
    await one.send()
    assert one.remote.alerts[R0].assignee is None
    assert len(one.remote.writes) == 2


def test_markup_and_spaces_do_not_tell_comments_apart() -> None:
    assert plain("<p>looked &amp; closed</p>\n") == plain("looked  & closed")


async def test_what_was_made_of_a_change_that_was_refused_is_shown_at_once(
    one: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A product that assigns first, and then refuses the status."""

    async def assign_only(change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        one.remote.change("r-0", assignee=OTHER)
        one.remote.asked.clear()
        had = AlertPatch(status=Set("OPEN"), assignee=CLEAR)
        made = AlertPatch(assignee=Set(OTHER.id))
        refused = OutcomeState.REFUSED
        return [Outcome(alert_id=R0, state=refused, before=had, after=made, reason="Assigned only.")]

    monkeypatch.setattr(one.remote, "apply", assign_only)
    both = AlertPatch(status=Set("RESOLVED"), assignee=Set(OTHER.id))
    result = await one.session.change([R0], both, label="to Bob")
    await one.send()
    assert not one.remote.asked
    alert = one.store.alert(R0)
    assert (alert.status, alert.assignee and alert.assignee.id) == ("OPEN", OTHER.id)
    (outcome,) = one.store.outcomes(result.change.id)
    assert outcome.state is OutcomeState.REFUSED
    assert outcome.before == AlertPatch(status=Set("OPEN"), assignee=CLEAR)
    assert outcome.after == AlertPatch(status=Set("OPEN"), assignee=Set(OTHER.id))
    assert [(each.field, each.after, each.by.id, each.why) for each in one.store.history(R0)] == [
        ("assignee", OTHER.id, ME.id, "to Bob")
    ]


async def test_a_step_on_the_way_that_was_not_asked_for_is_ours_too(
    one: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A product that reopens an alert to have it acknowledged, and then refuses that."""

    async def reopen_only(change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        had, has = AlertPatch(status=Set("OPEN")), AlertPatch(status=Set("CLOSED"))
        refused = OutcomeState.REFUSED
        return [Outcome(alert_id=R0, state=refused, before=had, after=has, reason="On the way.")]

    monkeypatch.setattr(one.remote, "apply", reopen_only)
    await one.session.change([R0], TRIAGE, label="take")
    await one.send()
    assert shown(one, "r-0") == "CLOSED"
    assert [(each.after, each.by.id, each.why) for each in one.store.history(R0)] == [
        ("CLOSED", ME.id, "take")
    ]


async def test_a_refusal_without_anything_made_writes_no_history(one: Mirrored) -> None:
    one.remote.refuse = lambda edit: "Never."
    result = await one.session.change([R0], RESOLVE)
    await one.send()
    (outcome,) = one.store.outcomes(result.change.id)
    assert (outcome.state, outcome.before, outcome.after) == (
        OutcomeState.REFUSED, AlertPatch(status=Set("OPEN")), AlertPatch(status=Set("OPEN")),
    )  # fmt: skip
    assert one.store.history(R0) == []
