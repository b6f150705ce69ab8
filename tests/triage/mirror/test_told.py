"""What only some systems tell: their own history, related alerts, a stream; and what closing needs there."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from alerttui.backends.mirror import Part
from alerttui.domain.alert import Actor, RelatedAlert
from alerttui.domain.capabilities import FieldRule
from alerttui.domain.change import HistoryEntry, OutcomeState
from alerttui.domain.errors import Invalid, NotFound, NotSupported, Unavailable
from alerttui.domain.listing import Statistics
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import EVERYTHING, QueryContext
from alerttui.domain.vocabulary import AlertId, Verdict, VerdictWord
from alerttui.triage.mirror import listening
from alerttui.triage.mirror.listening import Listener
from tests.triage.mirror.conftest import Mirrored, OpenMirrored
from tests.triage.mirror.remote import CAPABILITIES, Clock, FakeRemote

R0 = AlertId("r-0")
TELLING = replace(CAPABILITIES, history_refusal="", related_refusal="", live_refusal="")
LINE = HistoryEntry(
    at_ms=1_000, by=Actor("key-1", "api-token"), field="severity", before="LOW", after="HIGH", through="fake"
)
RELATED = RelatedAlert(id="r-7", title="Remote alert 7", reason="shares 10.0.0.1")
VERDICTS = (
    VerdictWord("benign", "Benign", Verdict.BENIGN, "b"),
    VerdictWord("bad", "Bad", Verdict.TRUE_POSITIVE, "t"),
)
STRICT = replace(
    CAPABILITIES,
    fields={**CAPABILITIES.fields, "verdict": FieldRule(clear_refusal="A verdict cannot be cleared.")},
    verdicts=VERDICTS,
    verdict_required=True,
    actions_refusal="",
)


@pytest.fixture
async def one(mirrored: OpenMirrored) -> Mirrored:
    """A mirror of ten alerts of a system that tells more than others."""
    remote = FakeRemote(Clock(), capabilities=TELLING)
    remote.fill(10, open_first=5)
    remote.history_of[R0] = [LINE]
    remote.related_to[R0] = [RELATED]
    found = mirrored(remote)
    await found.sync_for(1)
    return found


async def strict(mirrored: OpenMirrored) -> Mirrored:
    """A mirror of ten alerts of a system that closes with a verdict only."""
    remote = FakeRemote(Clock(), capabilities=STRICT)
    remote.fill(10, open_first=5)
    found = mirrored(remote)
    await found.sync_for(1)
    return found


async def test_history_and_related_alerts_are_read_when_their_panes_show(one: Mirrored) -> None:
    assert list(await one.mirror.history(R0)) == []
    await one.mirror.read(R0, [Part.HISTORY, Part.RELATED])
    assert list(await one.mirror.history(R0)) == [LINE]
    assert next(iter(await one.mirror.related(R0))) == RELATED
    cases = await one.session.related(await one.mirror.alert(R0), lambda: True)
    assert [each.related for each in cases.told] == [RELATED]
    await one.mirror.read(R0, [Part.HISTORY, Part.RELATED])
    assert (one.remote.asked["history"], one.remote.asked["related"]) == (1, 1)  # fresh for a while


async def test_the_systems_own_figures_are_asked_for_only_at_a_wish(mirrored: OpenMirrored) -> None:
    capabilities = replace(CAPABILITIES, statistics_refusal="")
    figures = Statistics(total=1_234, told={"mean time to resolve": "2h 15m"})
    counting = mirrored(FakeRemote(Clock(), capabilities=capabilities, figures=figures))
    counting.remote.fill(3)
    await counting.sync_for(1)
    here = await counting.mirror.statistics(EVERYTHING, QueryContext(now_ms=counting.clock()))
    assert (here.total, here.told, counting.remote.asked["statistics"]) == (3, {}, 0)
    assert counting.mirror.figures_refusal == ""
    assert await counting.mirror.figures() == figures
    assert counting.remote.asked["statistics"] == 1


async def test_a_system_without_figures_of_its_own_refuses_in_its_words(mirrored: OpenMirrored) -> None:
    quiet = mirrored()
    assert quiet.mirror.capabilities.statistics_refusal == ""
    assert quiet.mirror.figures_refusal == "The fake does not count."
    with pytest.raises(NotSupported, match=r"^The fake does not count\.$"):
        await quiet.mirror.figures()
    assert quiet.remote.asked["statistics"] == 0


async def test_figures_that_cannot_be_read_are_told_as_a_lost_connection(mirrored: OpenMirrored) -> None:
    capabilities = replace(CAPABILITIES, statistics_refusal="")
    lost = mirrored(FakeRemote(Clock(), capabilities=capabilities, is_down=True))
    with pytest.raises(Unavailable, match="The fake is down"):
        await lost.mirror.figures()
    assert lost.running.link.trouble == "The fake is down."


async def test_a_system_that_does_not_tell_is_not_asked(mirrored: OpenMirrored) -> None:
    quiet = mirrored()
    quiet.remote.fill(3)
    await quiet.sync_for(1)
    await quiet.mirror.read(R0, [Part.HISTORY, Part.RELATED])
    assert (quiet.remote.asked["history"], quiet.remote.asked["related"]) == (0, 0)


async def test_what_is_announced_is_looked_for_at_once(
    one: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "GATHER_S", 0.0)
    looked = asyncio.Event()
    listener = Listener(one.running.link, one.running.turn, looked.set)
    task = asyncio.create_task(listener.listen())
    one.remote.announced.put_nowait(R0)
    await asyncio.wait_for(looked.wait(), 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_system_without_a_stream_is_left_in_peace(
    mirrored: OpenMirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "GATHER_S", 0.0)
    quiet = mirrored()
    await quiet.sync_for(0.1)
    await Listener(quiet.running.link, quiet.running.turn, pytest.fail).listen()


async def test_closing_without_a_verdict_is_refused_before_it_is_journalled(mirrored: OpenMirrored) -> None:
    strict_one = await strict(mirrored)
    with pytest.raises(Invalid, match="closing needs a verdict"):
        await strict_one.session.change([R0], AlertPatch(status=Set("RESOLVED")))
    assert strict_one.store.pending() == []


async def test_a_verdict_that_the_alert_has_already_is_said_again_while_closing(
    mirrored: OpenMirrored,
) -> None:
    strict_one = await strict(mirrored)
    close = AlertPatch(status=Set("RESOLVED"), verdict=Set("bad"))
    for patch in (close, AlertPatch(status=Set("OPEN")), close):
        await strict_one.session.change([R0], patch)
        await strict_one.send()
    assert [patch for _, patch in strict_one.remote.writes] == [close, AlertPatch(status=Set("OPEN")), close]


async def test_undo_leaves_the_verdict_that_cannot_be_cleared_and_redo_says_it_again(
    mirrored: OpenMirrored,
) -> None:
    strict_one = await strict(mirrored)
    close = AlertPatch(status=Set("RESOLVED"), verdict=Set("bad"))
    await strict_one.session.change([R0], close)
    await strict_one.send()
    plan = await strict_one.session.foresee_undo()
    assert plan is not None
    assert plan.kept == ("the verdict stays: A verdict cannot be cleared.",)
    undone = await strict_one.session.undo()
    assert undone is not None
    assert undone.note == "the verdict stays: A verdict cannot be cleared"
    await strict_one.send()
    assert strict_one.remote.alerts[R0].status == "OPEN"
    await strict_one.session.redo()
    await strict_one.send()
    assert strict_one.remote.writes[-1] == (R0, close)


async def test_a_queued_verdict_is_taken_back_whole_and_made_again_whole(mirrored: OpenMirrored) -> None:
    strict_one = await strict(mirrored)
    close = AlertPatch(status=Set("RESOLVED"), verdict=Set("bad"))
    await strict_one.session.change([R0], close)
    await strict_one.session.undo()
    assert strict_one.store.pending() == []
    await strict_one.session.redo()
    await strict_one.send()
    assert strict_one.remote.writes == [(R0, close)]


async def test_where_a_system_knows_no_history_of_an_alert_the_rest_of_it_is_read(
    one: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def missing(alert_id: AlertId) -> list[HistoryEntry]:
        raise NotFound([alert_id])

    monkeypatch.setattr(one.remote, "history", missing)
    await one.mirror.read(R0, [Part.HISTORY, Part.EVENTS])
    assert list(await one.mirror.history(R0)) == []
    assert one.store.part(R0, Part.EVENTS) is not None


async def test_actions_taken_travel_with_the_closing(mirrored: OpenMirrored) -> None:
    strict_one = await strict(mirrored)
    close = AlertPatch(status=Set("RESOLVED"), verdict=Set("bad"))
    actions = ("Blocked 10.0.0.1", "Reset the password")
    result = await strict_one.session.change([R0], close, actions=actions)
    assert result.outcomes[0].state is OutcomeState.QUEUED
    await strict_one.send()
    assert strict_one.remote.changes_seen[-1].actions == actions
    assert strict_one.store.journal(1)[0].change.actions == actions


@pytest.mark.parametrize("actions", [("a\nb",), (" ",)])
async def test_an_action_is_one_line(mirrored: OpenMirrored, actions: tuple[str, ...]) -> None:
    strict_one = await strict(mirrored)
    close = AlertPatch(status=Set("RESOLVED"), verdict=Set("bad"))
    with pytest.raises(Invalid, match="one action a line"):
        await strict_one.session.change([R0], close, actions=actions)


async def test_actions_are_refused_where_nothing_is_closed_or_nobody_takes_them(
    mirrored: OpenMirrored, one: Mirrored
) -> None:
    with pytest.raises(NotSupported, match="takes no list of actions"):
        await one.session.change([R0], AlertPatch(status=Set("RESOLVED")), actions=("a",))
