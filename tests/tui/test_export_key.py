"""Exporting from the console: the listing as it stands, into a new private file, whole or not at all."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.triage.export import ExportFailed, write_new_file
from alerttui.tui.screens import exporting
from alerttui.tui.screens.exporting import Progress, file_problem, slug, told
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import NARROW, Console, running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def choose(console: Console, what: str, kind: str) -> None:
    """Up to the name of the file."""
    await console.do("alert.export")
    await console.press(what)
    await console.press(kind)


def ids_in(file: Path) -> list[str]:
    return [json.loads(line)["id"] for line in file.read_text().splitlines()]


async def test_the_listing_goes_into_a_private_file_with_the_proposed_name(folder: Path) -> None:
    async with running(some_alerts(3), query="status:open", size=NARROW) as console:
        await choose(console, "l", "j")
        assert "alerttui-status-open-2026-11-20.jsonl" in console.screen_text()
        await console.press("enter")
        file = folder / "alerttui-status-open-2026-11-20.jsonl"
        assert ids_in(file) == ["a-0", "a-1", "a-2"]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert console.note == f"exported 3 alerts to {file}"
        assert list(folder.iterdir()) == [file]


async def test_keys_in_a_burst_reach_the_questions_of_the_export(folder: Path) -> None:
    async with running(some_alerts(2)) as console:
        await console.burst("x", "l", "c", "enter")
        assert (folder / "alerttui-all-2026-11-20.csv").exists()
        assert not console.has_dialog


async def test_this_alert_is_the_one_under_the_cursor(folder: Path) -> None:
    async with running(some_alerts(3)) as console:
        await console.do("move.down")
        await choose(console, "a", "j")
        await console.press("enter")
        assert ids_in(folder / "alerttui-a-1-2026-11-20.jsonl") == ["a-1"]


async def test_the_marked_ones_are_written_wherever_they_are_listed(folder: Path) -> None:
    async with running(some_alerts(3)) as console:
        await console.do("mark.toggle", "move.down", "mark.toggle")
        await choose(console, "m", "j")
        await console.press("enter")
        assert ids_in(folder / "alerttui-marked-2026-11-20.jsonl") == ["a-0", "a-2"]


async def test_the_listing_is_written_as_shown_and_not_as_it_would_be_by_now(folder: Path) -> None:
    async with running(some_alerts(2), query="status:open") as console:
        console.store.add([an_alert("later", age_min=1)])
        await choose(console, "l", "j")
        await console.press("enter")
        assert ids_in(folder / "alerttui-status-open-2026-11-20.jsonl") == ["a-0", "a-1"]


async def test_nothing_is_overwritten_and_the_dialog_stays(folder: Path) -> None:
    mine = folder / "alerttui-all-2026-11-20.csv"
    mine.write_text("mine")
    async with running(some_alerts(2)) as console:
        await choose(console, "l", "c")
        assert "is there already, and nothing is overwritten" in console.screen_text()
        await console.press("enter")
        assert console.dialog == "FileNameScreen"
        await console.type("2")
        await console.press("enter")
        assert not console.has_dialog
        assert mine.read_text() == "mine"
        assert (folder / "alerttui-all-2026-11-20.csv2").read_text().startswith("id,title")


async def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = folder / "mine.csv"
    monkeypatch.setattr(exporting, "file_problem", lambda typed: "")
    async with running(some_alerts(2)) as console:
        await choose(console, "l", "c")
        await console.press("ctrl+u")
        await console.type("mine.csv")
        mine.write_text("mine")
        await console.press("enter")
        assert console.note == f"{mine} is there already, and nothing is overwritten."
        assert mine.read_text() == "mine"
        assert list(folder.iterdir()) == [mine]


def test_where_there_are_no_hard_links_nothing_is_overwritten_either(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    write_new_file(folder / "new", [b"a", b"b"])
    assert (folder / "new").read_bytes() == b"ab"
    with pytest.raises(ExportFailed, match="is there already"):
        write_new_file(folder / "new", [b"c"])
    assert [each.name for each in folder.iterdir()] == ["new"]
    assert (folder / "new").read_bytes() == b"ab"


async def test_what_is_to_be_imported_again_comes_oldest_first_unless_the_filter_sorts(folder: Path) -> None:
    alerts = [replace(each, raw=each.alert.id.encode()) for each in some_alerts(3)]
    async with running(alerts) as console:
        await choose(console, "l", "r")
        await console.press("enter")
        assert (folder / "alerttui-all-2026-11-20.raw").read_bytes() == b"a-2\na-1\na-0\n"
    async with running(alerts, query="sort:title") as console:
        await choose(console, "l", "r")
        await console.press("enter")
        assert (folder / "alerttui-sort-title-2026-11-20.raw").read_bytes() == b"a-0\na-1\na-2\n"


async def test_alerts_that_came_from_no_record_are_counted(folder: Path) -> None:
    async with running(some_alerts(2)) as console:
        await choose(console, "l", "r")
        await console.press("enter")
        assert console.note.startswith("exported 0 alerts to ")
        assert console.note.endswith("; 2 came from no record and are not in it")


async def test_a_folder_that_cannot_be_written_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(target: Path, chunks: Iterable[bytes]) -> None:
        raise ExportFailed(f"{target} was not written: No space left on device.")

    monkeypatch.setattr(exporting, "write_new_file", refuse)
    async with running(some_alerts(1)) as console:
        await choose(console, "l", "c")
        await console.press("enter")
        assert console.note.endswith("was not written: No space left on device.")


async def test_a_long_export_says_how_far_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PROGRESS_S", 0.01)
    go_on = threading.Event()
    said: list[str] = []

    def slow(target: Path, chunks: Iterable[bytes]) -> None:
        for _ in chunks:
            go_on.wait(5)

    monkeypatch.setattr(exporting, "write_new_file", slow)
    async with running(some_alerts(2)) as console:
        say = console.screen.desk.say

        def listen(text: str, style: str = "") -> None:
            said.append(text)
            go_on.set()
            say(text, style)

        monkeypatch.setattr(console.screen.desk, "say", listen)
        await choose(console, "l", "c")
        await console.press("enter")
        assert said[0] == "exporting: 0 of 2"
        assert said[-1].startswith("exported 2 alerts to ")


async def test_an_empty_listing_has_nothing_to_export() -> None:
    async with running([]) as console:
        await console.do("alert.export")
        assert not console.has_dialog
        assert console.note == "There is no alert to export here."


async def test_esc_at_any_question_writes_nothing(folder: Path) -> None:
    async with running(some_alerts(1)) as console:
        for keys in (["esc"], ["l", "esc"], ["l", "c", "esc"]):
            await console.do("alert.export")
            for key in keys:
                await console.press(key)
            assert not console.has_dialog
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "type the name of a file"),
        ("  ", "type the name of a file"),
        ("new.csv", ""),
        ("sub", "is a folder"),
        ("none/new.csv", "there is no folder"),
        ("there.csv", "is there already"),
        ("dangling", "is there already"),
        ("~nobody-of-this-name/x.csv", "there is no folder"),
    ],
)
def test_a_name_that_cannot_be_used_says_why(folder: Path, typed: str, problem: str) -> None:
    (folder / "sub").mkdir()
    (folder / "there.csv").touch()
    (folder / "dangling").symlink_to(folder / "nowhere")
    assert problem in file_problem(typed)
    assert bool(problem) == bool(file_problem(typed))


def test_a_file_name_is_proposed_without_what_shells_read() -> None:
    assert slug('status:open "a b" -tag:../../x') == "status-open-a-b-tag-x"
    assert slug("$(reboot)") == "reboot"
    assert len(slug("x" * 500)) == 40


def test_alerts_that_went_meanwhile_are_counted() -> None:
    sentence = told(Progress(written=1, empty=1), 3, Path("/x/y.csv"))
    assert sentence == (
        "exported 1 alert to /x/y.csv; 1 came from no record and are not in it; 1 are no longer in the store"
    )
