"""The console on a remote profile: it never waits, tells what it knows, and loses no decision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.backends.contract import Waiting
from alerttui.domain.alert import Actor, Event, Person
from alerttui.domain.change import Edit
from alerttui.domain.pending import Stage
from alerttui.domain.vocabulary import AlertId
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.waiting import Listed, WaitingScreen
from tests.triage.mirror.remote import ME, OTHER, Clock, FakeRemote, remote_alert
from tests.tui.driver import MEDIUM, NARROW, running
from tests.tui.mirrored_console import mirrored_console
from tests.tui.picture import ExpectPicture

MINUTE_MS = 60_000


def a_remote(count: int = 12) -> FakeRemote:
    """A remote with open alerts."""
    remote = FakeRemote(Clock())
    remote.fill(count, open_first=count, step_ms=7 * MINUTE_MS)
    return remote


async def test_the_first_alerts_come_by_themselves(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 11")
        assert len(console.ids()) == 12
        await console.until(lambda: "as of 10:51:02Z" in console.top_text)


async def test_names_that_come_with_the_first_reading_are_shown_without_a_new_start(tmp_path: Path) -> None:
    remote = a_remote()
    remote.change("r-0", assignee=Actor("u-bob"))
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 11")
        await console.until(lambda: "Bob" in console.screen_text() and "u-bob" not in console.screen_text())


async def test_a_change_is_shown_at_once_and_then_told_as_done(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.press("s", "r")
        await console.until_sent()
        assert console.remote.alerts[AlertId("r-0")].status == "RESOLVED"
        await console.until(lambda: "queued" not in console.note)
        assert console.note.startswith("status Resolved: Remote alert 0")


async def test_what_a_change_did_is_told_as_the_system_answered_it(tmp_path: Path) -> None:
    remote = a_remote(3)
    remote.refuse = lambda edit: "It is locked." if edit.alert_id == "r-1" else ""
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 2")
        await console.press("T", "s", "r", "y")
        await console.until_sent()
        await console.press("!")
        panel = console.screen_text()
        assert "queued" not in panel
        assert "2 changed, 1 refused" in panel
        assert "It is locked." in panel


@pytest.mark.parametrize("size", [NARROW, MEDIUM], ids=str)
async def test_without_a_connection_decisions_wait(
    tmp_path: Path, size: tuple[int, int], expect_picture: ExpectPicture
) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db", size=size) as console:
        await console.until_shown("Remote alert 0")
        console.remote.is_down = True
        await console.press("s", "r")
        await console.press("n")
        await console.type("seen it")
        await console.press("ctrl+s")
        await console.until_shown("offline since")
        await console.until(lambda: console.mirrored.running.state.counts.queued == 2)
        await console.settle()
        assert "2 unsent w" in console.status_text
        assert console.screen.desk.drafts.get(AlertId("r-1")) == ""
        await console.press("4")
        assert "not sent yet" in console.screen_text()
        await console.until_counted("Open", 11)
        await expect_picture(console, f"offline-{size[0]}x{size[1]}")
        console.come_online()
        await console.until_sent()
        assert [each.body for each in console.remote.comments_of[AlertId("r-1")]] == ["seen it"]
        await console.until(lambda: "offline" not in console.top_text)


@pytest.mark.parametrize(("key", "status"), [("s", "TRIAGED"), ("o", "RESOLVED")])
async def test_what_somebody_else_changed_first_is_decided(
    tmp_path: Path, key: str, status: str, expect_picture: ExpectPicture
) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db", size=NARROW) as console:
        await console.press_offline("s", "r")
        console.remote.change("r-0", status="TRIAGED", by=OTHER)
        console.come_online()
        await console.do("list.refresh")
        await console.until(lambda: console.mirrored.running.state.counts.held == 1)
        await console.until_shown("1 to decide w")
        assert "somebody else was first: status is now TRIAGED, changed by Bob" in console.note
        assert console.stored("r-0").status == "TRIAGED"
        await console.press("w")
        assert console.dialog == "WaitingScreen"
        if key == "s":
            await console.until_counted("Open", 12)
            await console.until_shown("as of 10:51:12Z")
            await expect_picture(console, "to-decide-80x24")
        await console.press(key)
        await console.until(lambda: not console.mirrored.running.state.counts)
        assert console.remote.alerts[AlertId("r-0")].status == status
        await console.until(lambda: console.stored("r-0").status == status)


async def test_what_was_never_sent_is_given_up(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db") as console:
        await console.press_offline("s", "r")
        await console.press("w", "d")
        await console.until(lambda: not console.mirrored.running.state.counts)
        assert console.stored("r-0").status == "OPEN"
        assert not console.has_dialog


async def test_all_that_was_never_sent_is_given_up_at_once(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db") as console:
        await console.press_offline("v", "G", "v", "s", "r")
        await console.press("w")
        assert "all that is unsent" in console.screen_text()
        await console.press("D")
        await console.until(lambda: not console.mirrored.running.state.counts)
        assert {console.stored(each).status for each in console.ids()} == {"OPEN"}
        await console.until(lambda: console.note == "12 given up.")


async def test_what_waits_follows_what_is_sent_meanwhile(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db") as console:
        await console.press_offline("v", "j", "j", "v", "s", "r")
        await console.press("w", "j")
        assert "3 unsent" in console.screen_text()
        console.come_online()
        await console.until(lambda: "Nothing waits any more" in console.screen_text())
        assert "settled" in console.screen_text()
        assert "r-1  status Resolved" in console.screen_text(), "the cursor's edit stays until it is left"
        assert "unsent" not in console.screen_text()
        await console.press("d", "D", "o", "S")
        assert console.dialog == "WaitingScreen"
        await console.press("escape")
        assert not console.has_dialog
        assert {console.remote.alerts[AlertId(f"r-{each}")].status for each in range(3)} == {"RESOLVED"}


async def test_the_cursor_stays_on_what_waits_under_it(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db") as console:
        await console.press_offline("v", "j", "j", "v", "s", "r")
        await console.press("w", "j")
        first = console.mirrored.store.pending()[0]
        assert first.alert_id == "r-0"
        await console.mirrored.running.drop([first.key])
        await console.until(lambda: "2 unsent" in console.screen_text())
        await console.press("d")
        await console.until(lambda: console.note == "1 given up.")
        assert console.stored("r-1").status == "OPEN"
        assert console.stored("r-2").status == "RESOLVED"


async def test_what_is_held_meanwhile_is_decided_where_it_waits(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db") as console:
        await console.press_offline("s", "r")
        await console.press("w")
        console.remote.change("r-0", status="TRIAGED", by=OTHER)
        console.come_online()
        await console.until(lambda: "1 to decide" in console.screen_text())
        assert "send mine" in console.screen_text()
        await console.press("o")
        await console.until(lambda: not console.mirrored.running.state.counts)
        assert console.remote.alerts[AlertId("r-0")].status == "RESOLVED"


async def test_a_change_is_told_as_done_while_an_older_one_waits_to_be_decided(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db") as console:
        await console.press_offline("s", "r")
        console.remote.change("r-0", status="TRIAGED", by=OTHER)
        console.come_online()
        await console.until(lambda: console.mirrored.running.state.counts.held == 1)
        await console.press("j", "s", "t")
        await console.until(lambda: console.remote.alerts[AlertId("r-2")].status == "TRIAGED")
        await console.until(
            lambda: console.note.startswith("status Triaged") and "queued" not in console.note
        )
        assert console.mirrored.running.state.counts.held == 1


async def test_what_is_on_its_way_is_not_said_to_wait_its_turn(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db") as console:
        await console.press_offline("s", "r")
        edit = replace(console.mirrored.store.pending()[0], reason="")
        assert WaitingScreen(Listed([edit])).told(0)[1].plain == "Waits its turn."
        on_its_way = replace(edit, stage=Stage.SENDING)
        assert "may have it already" in WaitingScreen(Listed([on_its_way])).told(0)[1].plain


async def test_a_refusal_is_told_and_shown(tmp_path: Path) -> None:
    remote = a_remote()

    def refuse(edit: Edit) -> str:
        return "The fake keeps this one open."

    remote.refuse = refuse
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.press("s", "r")
        await console.until(lambda: "The fake keeps this one open." in console.note)
        assert console.note.startswith("Remote alert 0: status Resolved: ")
        assert console.stored("r-0").status == "OPEN"


async def test_the_server_asks_to_wait_and_the_time_is_counted_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alerttui.tui.screens import mirroring

    monkeypatch.setattr(mirroring, "COUNTDOWN_S", 0.01)
    async with mirrored_console(a_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        clock = console.remote.clock
        console.mirrored.running.note_wait(Waiting(clock.now_ms + 23_000, "The fake asks to wait"))
        await console.until_shown("The fake asks to wait 23 s")
        clock.now_ms += 1_000
        await console.until_shown("The fake asks to wait 22 s")
        console.mirrored.running.note_wait(None)
        await console.until(lambda: "asks to wait" not in console.top_text)


async def test_events_are_read_when_their_pane_shows_and_beyond_the_first_page(tmp_path: Path) -> None:
    remote = a_remote(2)
    remote.events_of[AlertId("r-0")] = [
        Event(sequence=number, body=f'{{"number": {number}}}') for number in range(60)
    ]
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.press("3")
        await console.until(lambda: len(console.screen.reading.showing.events.loaded) == 25)
        await console.press("G")
        await console.until(lambda: len(console.screen.reading.showing.events.loaded) == 50)
        await console.press("G")
        await console.until(lambda: len(console.screen.reading.showing.events.loaded) == 60)


async def test_old_changes_are_asked_about_before_they_are_sent(tmp_path: Path) -> None:
    remote = a_remote()
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        remote.is_down = True
        await console.press("s", "r")
        await console.until_shown("1 unsent")
    remote.is_down = False
    remote.clock.now_ms += 2 * 60 * MINUTE_MS
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until(lambda: console.has_dialog)
        assert "1 unsent from 2h ago. Send now?" in console.screen_text()
        assert remote.asked["apply"] == 0
        await console.press("y")
        await console.until_sent()
        assert remote.alerts[AlertId("r-0")].status == "RESOLVED"


async def test_leaving_sends_what_can_be_sent(tmp_path: Path) -> None:
    remote = a_remote()
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.burst("s", "r", "q")
        await console.until(lambda: not console.app.is_running)
    assert remote.alerts[AlertId("r-0")].status == "RESOLVED"


async def test_taking_needs_to_know_who_i_am_to_the_system(tmp_path: Path) -> None:
    remote = a_remote()
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.press("a")
        await console.until_sent()
        assignee = remote.alerts[AlertId("r-0")].assignee
        assert assignee is not None
        assert assignee.id == ME.id


async def test_in_a_local_store_nothing_waits() -> None:
    async with running() as console:
        await console.do("change.pending")
        assert console.note == "In a local store every change is made at once: nothing waits."


async def test_what_was_read_and_is_empty_is_not_waited_for_any_longer(tmp_path: Path) -> None:
    async with mirrored_console(a_remote(), tmp_path / "m.db", size=NARROW) as console:
        await console.until_shown("Remote alert 0")
        await console.press("4")
        await console.until_shown("No comments yet.")
        await console.press("3")
        await console.until_shown("No events came with this alert.")


async def test_people_who_come_later_are_called_by_their_names(tmp_path: Path) -> None:
    remote = FakeRemote(Clock(), people_known=(Person("u-7f", "", "Eve Adams"),))
    remote.put(remote_alert(0, assignee=Actor("u-7f")))
    async with mirrored_console(remote, tmp_path / "m.db", size=MEDIUM) as console:
        await console.until(lambda: "Eve Adams" in console.pane_text("detail"))


async def test_what_was_read_and_is_not_listed_yet_is_not_told_as_no_match(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Queue, "_look", lambda queue: None)
        async with mirrored_console(a_remote(), tmp_path / "m.db", query="is:open") as console:
            await console.until(lambda: "as of 10:51:02Z" in console.top_text)
            console.screen.queue.tell()
            await console.settle()
            assert "No alert matches" not in console.screen_text()
            patch.undo()
            console.screen.queue._look()
            await console.until_shown("Remote alert 11")


async def test_the_panes_say_anew_why_there_is_nothing_once_alerts_were_read(tmp_path: Path) -> None:
    remote = a_remote()
    remote.is_down = True
    async with mirrored_console(remote, tmp_path / "m.db", query="is:closed severity:low") as console:
        await console.until_shown("No alert of this profile was read yet.")
        await console.until_offline()
        console.come_online()
        await console.until(lambda: "No alert matches this filter." in console.pane_text("detail"))
