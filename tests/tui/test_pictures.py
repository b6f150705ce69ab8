"""How the console looks: each size, pane, dialog and state. What it does is asserted before its picture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from alerttui.backends.registry import open_local
from alerttui.demo import DEMO_ME, demo_people, generate
from alerttui.tui.theme import DARK, LIGHT
from tests.alerts import NOW_MS, an_alert
from tests.tui.driver import MEDIUM, NARROW, WIDE, Console, running
from tests.tui.picture import PICTURES, expect_picture

SIZES = {"80x24": NARROW, "120x40": MEDIUM, "200x50": WIDE}
DIALOGS = {
    "alert.status": "MenuScreen",
    "alert.close": "CloseScreen",
    "alert.quality": "MenuScreen",
    "alert.assign": "PersonScreen",
    "alert.tags": "TagsScreen",
    "alert.comment": "ComposerScreen",
    "console.help": "HelpScreen",
}


@asynccontextmanager
async def demo(
    size: tuple[int, int],
    *,
    alerts: int = 60,
    query: str = "is:open",
    theme: str = DARK,
    path: Path | None = None,
    read_only: bool = False,
    watch_s: float = 3600.0,
) -> AsyncIterator[Console]:
    """The demo's shift at a frozen time."""
    async with running(
        generate(alerts, 1, NOW_MS),
        size=size,
        query=query,
        me=DEMO_ME,
        people=demo_people(),
        theme=theme,
        path=path,
        read_only=read_only,
        watch_s=watch_s,
    ) as console:
        yield console


@pytest.mark.parametrize("size", SIZES)
async def test_the_console(size: str, update_files: bool) -> None:
    async with demo(SIZES[size]) as console:
        await console.press("j", "j", "j")
        assert console.opened() == console.cursor
        await expect_picture(console, f"console-{size}", update_files)


@pytest.mark.parametrize("size", ["80x24", "120x40"])
async def test_the_console_in_the_light(size: str, update_files: bool) -> None:
    async with demo(SIZES[size], theme=LIGHT) as console:
        await console.press("j", "j", "j")
        await expect_picture(console, f"light-{size}", update_files)


@pytest.mark.parametrize("pane", ["list", "detail", "events", "comments", "history"])
async def test_a_pane_alone(pane: str, update_files: bool) -> None:
    async with demo(NARROW, query="is:commented") as console:
        await console.do(f"pane.{pane}", "pane.full")
        assert console.focused.value == pane
        await expect_picture(console, f"pane-{pane}", update_files)


@pytest.mark.parametrize("action", DIALOGS)
async def test_a_dialog(action: str, update_files: bool) -> None:
    async with demo(NARROW) as console:
        await console.do(action)
        assert console.dialog == DIALOGS[action]
        await expect_picture(console, f"dialog-{action.partition('.')[2]}", update_files)


@pytest.mark.parametrize("action", DIALOGS)
async def test_nothing_blinks_in_a_dialog(action: str) -> None:
    async with running([an_alert()], size=NARROW) as console:
        await console.do(action)
        assert not [each for each in console.app.screen.query(Input) if each.cursor_blink]
        assert not [each for each in console.app.screen.query(TextArea) if each.cursor_blink]


async def test_the_question_about_many_alerts(update_files: bool) -> None:
    async with demo(NARROW) as console:
        await console.do("mark.all", "alert.status")
        await console.press("r")
        assert "Change 44 alerts: status Resolved?" in console.screen_text()
        await expect_picture(console, "dialog-many", update_files)


async def test_no_alert_at_all(update_files: bool) -> None:
    async with demo(NARROW, alerts=0, query="") as console:
        assert console.ids() == []
        await expect_picture(console, "empty-store", update_files)


async def test_no_match_for_the_filter(update_files: bool) -> None:
    async with demo(NARROW, query="tag:nobody-has-this") as console:
        assert console.ids() == []
        await expect_picture(console, "empty-filter", update_files)


async def test_a_filter_being_typed_that_does_not_parse(update_files: bool) -> None:
    async with demo(NARROW) as console:
        await console.do("filter.edit")
        await console.type("severity:purple x")
        assert "purple" in console.note
        await expect_picture(console, "filter-error", update_files)


async def test_marks_and_a_change_with_its_undo(update_files: bool) -> None:
    async with demo(NARROW) as console:
        await console.do("alert.take", "move.down", "mark.toggle", "mark.toggle")
        assert len(console.marked()) == 2
        await expect_picture(console, "marks-80x24", update_files)


async def test_alerts_that_wait_and_alerts_that_are_gone(tmp_path: Path, update_files: bool) -> None:
    path = tmp_path / "alerts.db"
    async with demo(NARROW, path=path, watch_s=0.02) as console:
        await console.do("alert.close")
        await console.press("enter")
        store, _ = open_local(path)
        store.add([an_alert("new", age_min=1)])
        store.close()
        await console.until(lambda: console.screen.queue.waiting.count == 1)
        assert "1 new" in console.top_text
        assert "no longer match" in console.top_text
        await expect_picture(console, "waiting-and-gone", update_files)


async def test_a_read_only_console(update_files: bool) -> None:
    async with demo(NARROW, read_only=True) as console:
        await console.do("alert.close")
        assert "read-only" in console.note
        await expect_picture(console, "read-only", update_files)


async def test_an_alert_that_is_no_more(update_files: bool) -> None:
    async with running([an_alert()], size=NARROW) as console:
        console.screen.reading._show_problem("This alert is no longer in the store. R refreshes the list.")
        await expect_picture(console, "pane-error", update_files)


def test_no_picture_fetches_anything() -> None:
    pictures = list(PICTURES.glob("*.svg"))
    assert pictures
    for picture in pictures:
        text = picture.read_text("utf-8")
        for fetching in ("@font-face", "@import", 'href="', "url(http"):
            assert fetching not in text, f"{picture.name} has {fetching}"
