"""The console on a product without comments: what is written about an alert stays on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from alerttui.domain.vocabulary import AlertId
from alerttui.triage.notes import notes_of
from tests.triage.mirror.remote import MUTE, Clock, FakeRemote
from tests.tui.driver import MEDIUM, NARROW, WIDE
from tests.tui.mirrored_console import MirroredConsole, mirrored_console

MINUTE_MS = 60_000


def a_mute_remote(count: int = 4) -> FakeRemote:
    """A product without comments, with open alerts."""
    remote = FakeRemote(Clock(), capabilities=MUTE)
    remote.fill(count, open_first=count, step_ms=7 * MINUTE_MS)
    return remote


def notes(console: MirroredConsole, number: int) -> list[str]:
    """The local notes on an alert."""
    return [each.body for each in notes_of(console.session.notes)(AlertId(f"r-{number}"))]


async def write(console: MirroredConsole, text: str) -> None:
    """Write a note on what is aimed at."""
    await console.press("n")
    await console.type(text)
    await console.press("ctrl+s")


@pytest.mark.parametrize("size", [NARROW, MEDIUM], ids=str)
async def test_a_note_is_kept_here_and_shown_with_its_badge(tmp_path: Path, size: tuple[int, int]) -> None:
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db", size=size) as console:
        await console.until_shown("Remote alert 0")
        await console.press("4")
        await console.until(lambda: "n writes a local note" in console.pane_text("comments"))
        assert "The fake has no comments." in console.pane_text("comments")
        await console.press("n")
        assert "Local note on Remote alert 0" in console.screen_text()
        assert "This note stays on this machine and is never sent." in console.screen_text()
        assert "ctrl+s keep it" in console.screen_text()
        await console.type("ask the owner")
        await console.press("ctrl+s")
        assert console.note == "Local note kept on this machine, never sent: Remote alert 0"
        await console.until(lambda: "ask the owner" in console.pane_text("comments"))
        assert "local note" in console.pane_text("comments")
        assert not {"add_comment", "comments", "apply"} & set(console.remote.asked)


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE], ids=str)
async def test_the_pane_is_called_by_what_is_in_it(tmp_path: Path, size: tuple[int, int]) -> None:
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db", size=size) as console:
        await console.until_shown("Remote alert 0")
        assert "4 Notes" in console.screen_text()
        assert "Comments" not in console.screen_text()
        await console.press(":")
        await console.type("pane.comments")
        assert "Go to its local notes." in console.screen_text()
        assert "Go to its comments." not in console.screen_text()


async def test_a_draft_of_a_note_is_kept_until_the_note_is(tmp_path: Path) -> None:
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.press("4", "n")
        await console.type("half a thou")
        await console.press("esc")
        assert console.note == "No note was kept; the draft is kept."
        assert "not kept yet  n goes on writing" in console.pane_text("comments")
        await console.press("n")
        await console.type("ght")
        await console.press("ctrl+s")
        assert notes(console, 0) == ["half a thought"]
        assert "not kept yet" not in console.pane_text("comments")


async def test_nothing_written_is_nothing_kept(tmp_path: Path) -> None:
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.press("n", "ctrl+s")
        assert "There is nothing to keep yet; esc leaves." in console.screen_text()


async def test_each_marked_alert_gets_the_note(tmp_path: Path) -> None:
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.do("mark.toggle", "mark.toggle")
        await write(console, "same cause")
        assert [notes(console, number) for number in range(3)] == [["same cause"], ["same cause"], []]
        assert console.note == "Local note kept on this machine, never sent: 2 alerts"
        await console.do("move.top", "alert.repeat")
        assert notes(console, 0) == ["same cause", "same cause"]


async def test_a_note_is_no_change_that_undo_takes_back_unasked(tmp_path: Path) -> None:
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.press("s", "t")
        await console.until_sent()
        await write(console, "ask the owner")
        await console.do("change.undo")
        assert "A local note cannot be taken back" in console.screen_text()
        await console.press("n")
        assert console.remote.alerts[AlertId("r-0")].status == "TRIAGED"
        await console.do("change.undo")
        await console.press("y")
        await console.until(lambda: console.remote.alerts[AlertId("r-0")].status == "OPEN")
        assert notes(console, 0) == ["ask the owner"]


async def test_closing_with_words_keeps_them_as_a_note_on_what_was_closed(tmp_path: Path) -> None:
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.do("mark.toggle", "mark.toggle", "alert.close")
        field = console.app.screen.query_one("#comment", Input)
        assert not field.disabled
        assert "tab: why, as a local note (stays here)" in console.screen_text()
        await console.press("r", "tab")
        await console.type("a scanner")
        await console.press("enter")
        await console.until_sent()
        assert [notes(console, number) for number in range(3)] == [["a scanner"], ["a scanner"], []]
        assert console.remote.alerts[AlertId("r-1")].status == "RESOLVED"
        assert console.screen.desk.drafts.get(AlertId("close r-0")) == ""
        assert "add_comment" not in console.remote.asked


async def test_closing_again_elsewhere_repeats_the_note_too(tmp_path: Path) -> None:
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.do("alert.close")
        await console.press("r", "tab")
        await console.type("a scanner")
        await console.press("enter")
        await console.until_sent()
        assert notes(console, 0) == ["a scanner"]
        await console.do("alert.repeat")
        await console.until_sent()
        assert [notes(console, number) for number in range(2)] == [["a scanner"], ["a scanner"]]


async def test_where_notes_cannot_be_kept_the_change_is_made_and_the_words_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"nonsense " * 100)
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.do("alert.close")
        await console.press("r", "tab")
        await console.type("a scanner")
        await console.press("enter")
        await console.until(lambda: console.remote.alerts[AlertId("r-0")].status == "RESOLVED")
        assert console.screen.desk.drafts.get(AlertId("close r-0")) == "a scanner"


async def test_a_damaged_file_of_notes_is_told_and_the_console_goes_on(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"nonsense " * 100)
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.until(lambda: "Local notes are not shown" in console.note)
        await console.press("4")
        assert "holds no local notes of" in console.pane_text("comments").replace("\n", " ")
        await write(console, "kept as a draft")
        assert "holds no local notes of alerttui" in console.note
        assert console.screen.desk.drafts.get(AlertId("r-0")) == "kept as a draft"
        await console.press("s", "r")
        await console.until(lambda: console.remote.alerts[AlertId("r-0")].status == "RESOLVED")


async def test_a_hostile_note_reaches_the_screen_harmless(tmp_path: Path) -> None:
    async with mirrored_console(a_mute_remote(), tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.session.add_note(
            [AlertId("r-0")], "\x1b[2J\x1b]0;owned\x07 [red]not red[/] \u202eback\udc80"
        )
        await console.press("4", "J", "K")
        await console.until(lambda: "[red]not red[/]" in console.pane_text("comments"))
        console.lines()


async def test_a_token_that_may_only_read_forbids_no_note(tmp_path: Path) -> None:
    remote = a_mute_remote()
    remote.capabilities = replace(MUTE, read_only_reason="The token may only read.")
    async with mirrored_console(remote, tmp_path / "m.db") as console:
        await console.until_shown("Remote alert 0")
        await console.press("s")
        assert console.note == "The token may only read."
        await write(console, "ask the owner")
        assert notes(console, 0) == ["ask the owner"]
