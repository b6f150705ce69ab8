"""Empty, loading, error and stale: list and panes say which, why, and what helps; what was read stays."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key

from alerttui.backends.store import AlertStore
from alerttui.domain.errors import StoreError
from alerttui.tui.screens import making, queue, reading
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import MEDIUM, NARROW, Console, running

BROKEN = StoreError(
    "/cases/alerts.db cannot be used: disk I/O error. Check the file, its folder and their rights."
)
SIZES = [NARROW, MEDIUM, (60, 15)]


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    """Exchanges what a store does."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def failing(*_: object, **__: object) -> Any:
    """What a store does whose disk fails."""
    raise BROKEN


def break_reading(patch: pytest.MonkeyPatch, store: AlertStore) -> None:
    """From now on, the store cannot be read."""
    for name in ("first_rows", "rowids", "rows", "alert", "data_version", "count"):
        patch.setattr(store, name, failing)


def held(patch: pytest.MonkeyPatch, store: AlertStore, name: str) -> threading.Event:
    """From now on, this read waits for the event."""
    go = threading.Event()
    read: Callable[..., Any] = getattr(store, name)

    def waiting(*args: Any, **kwargs: Any) -> Any:
        assert go.wait(20)
        return read(*args, **kwargs)

    patch.setattr(store, name, waiting)
    return go


async def shown(console: Console, words: str) -> None:
    """Wait for words that come while work is under way."""
    await console.sees(lambda: words in console.screen_text())


async def look(console: Console) -> None:
    """Have the console look at its store, as it does each second."""
    console.screen.desk.attempt(console.screen.queue._look, "watch")
    await console.settle()


# -- empty


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_filter_that_nothing_matches_is_named_with_the_keys_that_help(size: tuple[int, int]) -> None:
    async with running(some_alerts(3), size=size, query="tag:nobody severity:critical") as console:
        assert "No alert matches tag:nobody severity:critical" in console.screen_text()
        assert "/ edits the filter, 0 clears it." in console.screen_text()
        await console.press("0")
        assert "No alert matches" not in console.screen_text()
        assert "Alert number 0" in console.screen_text()


async def test_an_alert_without_events_or_comments_says_so() -> None:
    async with running(some_alerts(1), size=MEDIUM) as console:
        assert "No events came with this alert." in console.pane_text("event-list")
        await console.press("4")
        assert "No comments yet." in console.pane_text("comments")
        await console.press("h")
        assert "Nothing was changed on this alert yet." in console.pane_text("history")


# -- loading


async def test_a_long_list_says_that_it_is_still_being_read(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(queue, "SLOW_S", 0.01)
    async with running(some_alerts(150), size=NARROW) as console:
        go = held(patch, console.store, "rowids")
        await console.press("/")
        await console.type("severity:medium")
        console.app.post_message(Key("enter", "\r"))
        await shown(console, "reading…")
        assert "Alert number 0" in console.screen_text(), "the first rows are there at once"
        go.set()
        await console.until(lambda: "reading…" not in console.top_text)
        assert "150" in console.top_text


async def test_an_alert_that_is_read_slowly_is_not_mistaken_for_the_one_before(
    patch: pytest.MonkeyPatch,
) -> None:
    patch.setattr(reading, "SLOW_S", 0.01)
    async with running(some_alerts(3), size=MEDIUM) as console:
        go = held(patch, console.store, "alert")
        console.screen.queue.view.move_by(1)
        await shown(console, "Reading this alert…")
        assert "Alert number 0" not in console.pane_text("detail")
        go.set()
        await console.until(lambda: "Alert number 1" in console.pane_text("detail"))


# -- errors, and what is stale


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_store_that_fails_leaves_the_rows_and_says_since_when_they_are_stale(
    patch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with running(some_alerts(5), size=size) as console:
        with patch.context() as broken:
            break_reading(broken, console.store)
            await look(console)
            assert "stale since 10:51:02Z" in console.top_text
            assert "as of" not in console.top_text
            assert "Alert number 1" in console.screen_text()
            assert console.note.startswith("Stale since 10:51:02Z, R tries again.")
            assert "disk I/O error" in console.note
            await console.press("j")
            assert "disk I/O error" in " ".join(console.pane_text("detail").split())
            assert "stale since" in console.top_text
        await look(console)
        await console.until(lambda: "as of" in console.top_text)
        assert console.note == "The store can be read again; the list is brought up to date."


async def test_a_failure_is_said_once_not_each_second(patch: pytest.MonkeyPatch) -> None:
    async with running(some_alerts(5)) as console:
        break_reading(patch, console.store)
        await look(console)
        console.screen.desk.say("something else")
        await look(console)
        await look(console)
        assert console.note == "something else"


async def test_a_list_without_rows_says_why_the_store_cannot_be_read(patch: pytest.MonkeyPatch) -> None:
    async with running(some_alerts(2), query="tag:nobody") as console:
        break_reading(patch, console.store)
        await look(console)
        assert "disk I/O error" in " ".join(console.screen_text().split())


async def test_a_file_that_is_deleted_while_it_is_open_is_missed(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(3), path=path) as console:
        path.rename(tmp_path / "elsewhere.db")
        await look(console)
        assert "stale since" in console.top_text
        assert "is gone" in console.note
        (tmp_path / "elsewhere.db").rename(path)
        await look(console)
        await console.until(lambda: "as of" in console.top_text)


async def test_a_file_that_is_replaced_while_it_is_open_is_not_taken_for_it(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(3), path=path) as console:
        path.rename(tmp_path / "elsewhere.db")
        path.write_bytes((tmp_path / "elsewhere.db").read_bytes())
        await look(console)
        assert "was replaced" in console.note


async def test_a_filter_that_cannot_be_read_leaves_the_list_as_it_was(patch: pytest.MonkeyPatch) -> None:
    async with running(some_alerts(120)) as console:
        with patch.context() as broken:
            break_reading(broken, console.store)
            await console.press("0", "/")
            await console.type("severity:high")
            await console.press("enter")
            assert "Alert number 0" in console.screen_text()
        await look(console)
        await console.press("G")
        assert console.cursor == "a-119"


# -- the first start


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_store_without_alerts_offers_ways_to_begin(size: tuple[int, int]) -> None:
    async with running([], size=size) as console:
        assert "This store has no alerts yet." in console.screen_text()
        assert "import a file of alerts" in console.pane_text("detail")
        await console.press("d")
        assert "alerttui demo" in console.pane_text("detail")
        await console.press("d", "p")
        assert "[profiles.prod]" in console.pane_text("detail")
        assert "alerttui profile add prod" in console.pane_text("detail")
        await console.press("p")
        assert "Three ways to begin" in console.pane_text("detail")


async def test_the_letters_of_the_first_start_mean_nothing_else_once_there_are_alerts() -> None:
    async with running(some_alerts(2), size=NARROW) as console:
        await console.press("i")
        assert console.focused.value == "indicators"
        assert not console.has_dialog


async def test_a_file_is_imported_from_the_first_start(tmp_path: Path) -> None:
    folder = tmp_path / "folder with alerts"
    folder.mkdir()
    record = '{"id":"p-%d","title":"Panther alert %d","severity":"HIGH","status":"OPEN","type":"RULE",'
    record += '"createdAt":"2026-11-20T08:00:00Z","detection":{"id":"Some.Rule"}}'
    lines = [record % (number, number) for number in range(3)]
    (folder / "panther.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    async with running([], size=(120, 40)) as console:
        await console.press("i")
        assert console.dialog == "ImportScreen"
        await console.press("enter")
        assert "Type the path of a file" in console.screen_text()
        await console.type(f"{tmp_path}/fol")
        await console.press("tab", "tab", "enter")
        await console.until(lambda: not console.has_dialog and len(console.ids()) == 3)
        assert "3 alerts added" in console.note
        assert "Panther alert" in console.screen_text()
        assert "Three ways" not in console.screen_text()


async def test_a_file_that_is_none_is_named_in_the_dialog() -> None:
    async with running([]) as console:
        await console.press("i")
        await console.type("/nowhere/at/all")
        await console.press("enter")
        assert "There is no such file." in console.screen_text()
        await console.press("tab")
        assert "Nothing here begins like this." in console.screen_text()
        await console.press("esc")
        assert "Three ways to begin" in console.screen_text()


async def test_a_read_only_profile_imports_nothing() -> None:
    async with running([], read_only=True) as console:
        await console.press("i")
        assert not console.has_dialog
        assert console.note == "This profile is read-only: nothing is imported."


async def test_a_change_that_waits_for_another_writer_says_so(
    patch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    patch.setattr(making, "BUSY_AFTER_S", 0.01)
    path = tmp_path / "alerts.db"
    async with running(some_alerts(2), path=path) as console:
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        console.app.post_message(Key("a", "a"))
        await shown(console, "Waiting: another process is writing the store")
        blocker.execute("ROLLBACK")
        blocker.close()
        await console.until(lambda: console.stored("a-0").assignee is not None)
        assert "Waiting" not in console.note


async def test_a_long_sentence_is_read_whole_on_a_narrow_terminal_until_the_next_key() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.do("console.profile")
        said = " ".join(" ".join(console.lines()[-2:]).split())
        assert console.note in said
        assert console.hints_text.rstrip().endswith("? keys")
        await console.do("move.down")
        assert "c close" in console.hints_text
        assert console.lines()[-2].rstrip().endswith("…")


async def test_what_a_change_did_leaves_the_line_of_keys_alone() -> None:
    async with running([an_alert(title="a long title " * 9)], size=NARROW) as console:
        await console.press("s", "t")
        assert "long title" in console.note
        assert "c close" in console.hints_text
