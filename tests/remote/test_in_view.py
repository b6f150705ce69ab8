"""What is read for the alert in view: its faults are told, and hold up nothing else."""

from __future__ import annotations

import pytest

from alerttui.backends.contract import Waiting
from alerttui.backends.mirror import Part
from alerttui.cli.mirrored import Waits
from alerttui.domain.vocabulary import AlertId
from tests.remote.conftest import OpenStage
from tests.standins import wrong_answers as wrong
from tests.standins.faults import Always, FaultServer
from tests.standins.panther import PantherStandIn
from tests.triage.mirror.remote import Clock


async def test_events_without_an_answer_are_asked_for_again_and_new_alerts_come_meanwhile(
    stage: OpenStage, standin: PantherStandIn, clock: Clock
) -> None:
    alert = AlertId(standin.add_alert("a-1", events=[{"n": 1}]))
    async with FaultServer(app=standin) as server:
        mirrored = stage(server.url)
        await mirrored.sync_for(2)
        server.add("GET", "/alerts/a-1/events", Always(wrong.error(500, text="disk on fire")))
        mirrored.mirror.attend(alert, [Part.EVENTS])
        standin.add_alert("a-2")
        await mirrored.sync_for(0.05)
        assert "Could not read the events of alert a-1" in mirrored.state.trouble
        await mirrored.sync_for(3)
        assert mirrored.store.alert(AlertId("a-2")).id == "a-2"
        tries = [each for each in server.requests if each.path.endswith("/events")]
        assert len(tries) <= 8
        server.behave()
        mirrored.mirror.attend(alert, [Part.EVENTS])
        await mirrored.sync_for(2)
        assert [each.body for each in mirrored.store.events(alert, None, 5).results] == ['{"n":1}']
        assert mirrored.state.trouble == ""


@pytest.mark.parametrize("status", [400, 403])
async def test_an_alert_that_may_not_be_read_is_told_and_the_next_one_is_read(
    status: int, stage: OpenStage, standin: PantherStandIn
) -> None:
    first, second = (AlertId(standin.add_alert(each, runbook="whole")) for each in ("a-1", "a-2"))
    async with FaultServer(app=standin) as server:
        mirrored = stage(server.url)
        await mirrored.sync_for(2)
        server.add("GET", "/alerts/a-1", Always(wrong.error(status, text="not for you")))
        mirrored.mirror.attend(first, [Part.FULL])
        await mirrored.sync_for(0.5)
        assert f"({status}): not for you" in mirrored.state.trouble
        assert mirrored.state.is_connected
        mirrored.mirror.attend(second, [Part.FULL])
        await mirrored.sync_for(0.5)
        assert mirrored.state.trouble == ""
        assert mirrored.store.part(second, Part.FULL) is not None


async def test_a_command_says_why_it_waits(
    stage: OpenStage, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    mirrored = stage("http://127.0.0.1:1")
    mirrored.running.on_state.append(Waits(mirrored.mirror).told)
    mirrored.running.note_wait(Waiting(clock.now_ms + 2_000, "Panther does not answer"))
    mirrored.running.note_wait(None)
    assert capsys.readouterr().err == ""
    mirrored.running.note_wait(Waiting(clock.now_ms + 30_000, "Panther asks to wait"))
    assert capsys.readouterr().err == "Panther asks to wait: trying again in 30 s.\n"
