"""How the console looks: each size, pane, dialog, state and theme; what it does is asserted first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from textual.widgets import Input, TextArea

from alerttui.backends.registry import open_local
from alerttui.config.macro_file import Macro
from alerttui.config.profile_choice import ProfileChoice
from alerttui.demo import DEMO_ME, demo_people, generate
from alerttui.triage.actions import Pane
from alerttui.tui.screens.desk import ConsoleSettings
from alerttui.tui.theme import DARK, PREFIX, SHIPPED
from tests.alerts import NOW_MS, an_alert
from tests.tui.driver import MEDIUM, NARROW, WIDE, Console, running
from tests.tui.picture import PICTURES, ExpectPicture
from tests.tui.test_states import break_reading, held, look

SIZES: Final = {"80x24": NARROW, "120x40": MEDIUM, "200x50": WIDE}

DIALOGS: Final[Mapping[str, tuple[str, str]]] = {
    "alert.status": ("status", "MenuScreen"),
    "alert.close": ("close", "CloseScreen"),
    "alert.quality": ("quality", "MenuScreen"),
    "alert.assign": ("assign", "PersonScreen"),
    "alert.tags": ("tags", "TagsScreen"),
    "alert.comment": ("comment", "ComposerScreen"),
    "alert.macro": ("macro", "MenuScreen"),
    "alert.links": ("links", "LinkQuestion"),
    "alert.outside": ("pager", "MenuScreen"),
    "alert.export": ("export", "MenuScreen"),
    "value.copy": ("copy", "MenuScreen"),
    "value.pivot": ("pivot", "MenuScreen"),
    "view.menu": ("views", "ViewMenu"),
    "console.palette": ("palette", "PaletteScreen"),
    "console.profile": ("profile", "ProfileScreen"),
    "console.theme": ("theme", "ThemeScreen"),
    "console.help": ("help", "HelpScreen"),
}
"""Actions that open a dialog: its picture's name, and the name of its class."""

SETTINGS: Final = ConsoleSettings(
    macros=(
        Macro(name="known scanner", key="f", status="CLOSED", verdict="false_positive", comment="Known."),
        Macro(name="to tier 2", key="2", assignee="mara.lindholm", tags=("tier-2",)),
    ),
    profiles=(
        ProfileChoice(name="demo", backend="sqlite", where="alerts.db", is_active=True),
        ProfileChoice(name="lab", backend="sqlite", where="lab.db"),
        ProfileChoice(
            name="prod",
            backend="panther",
            where="api.acme.example",
            refusal="this version cannot reach it yet",
        ),
    ),
)


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
    is_ascii: bool = False,
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
        settings=SETTINGS,
        is_ascii=is_ascii,
    ) as console:
        yield console


async def expect_at_each_size(console: Console, expect_picture: ExpectPicture, name: str) -> None:
    """The same at every size, the terminal being made larger."""
    for label, size in SIZES.items():
        await console.resize(*size)
        await expect_picture(console, f"{name}-{label}")


async def test_the_console(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW) as console:
        await console.press("j", "j", "j")
        assert console.opened() == console.cursor
        await expect_at_each_size(console, expect_picture, "console")


@pytest.mark.parametrize("theme", SHIPPED)
async def test_each_theme(theme: str, expect_picture: ExpectPicture) -> None:
    async with demo(MEDIUM, theme=PREFIX + theme) as console:
        await console.press("j", "j", "j", "space", "space", "s")
        assert "Status of 2 marked" in console.screen_text()
        await expect_picture(console, f"theme-{theme}")


async def test_the_signs_of_ascii(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW, is_ascii=True) as console:
        await console.press("j", "j", "j", "space")
        await expect_picture(console, "ascii-80x24")


@pytest.mark.parametrize("pane", Pane, ids=lambda pane: pane.value)
async def test_a_pane_alone(pane: Pane, expect_picture: ExpectPicture) -> None:
    async with demo(NARROW, query="is:commented") as console:
        await console.do(f"pane.{pane.value}", "pane.full")
        assert console.focused is pane
        await expect_at_each_size(console, expect_picture, f"pane-{pane.value}")


@pytest.mark.parametrize("action", DIALOGS)
async def test_a_dialog(action: str, expect_picture: ExpectPicture) -> None:
    name, dialog = DIALOGS[action]
    async with demo(NARROW) as console:
        await console.press("j")
        await console.do(action)
        assert console.dialog == dialog
        await expect_at_each_size(console, expect_picture, f"dialog-{name}")


@pytest.mark.parametrize("action", DIALOGS)
async def test_nothing_blinks_in_a_dialog(action: str) -> None:
    async with running([an_alert()], size=NARROW) as console:
        await console.do(action)
        assert not [each for each in console.app.screen.query(Input) if each.cursor_blink]
        assert not [each for each in console.app.screen.query(TextArea) if each.cursor_blink]


async def test_the_question_about_many_alerts(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW) as console:
        await console.do("mark.all", "alert.status")
        await console.press("r")
        assert "Change 44 alerts: status Resolved?" in console.screen_text()
        await expect_at_each_size(console, expect_picture, "dialog-many")


async def test_what_a_macro_would_do(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW) as console:
        await console.do("alert.macro")
        await console.press("f")
        assert "known scanner on" in console.screen_text()
        await expect_picture(console, "macro-preview")


async def test_what_the_last_change_did(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW) as console:
        await console.do("mark.toggle", "mark.toggle", "alert.quality")
        await console.press("n")
        await console.do("change.outcomes")
        assert console.dialog == "OutcomesScreen"
        await expect_at_each_size(console, expect_picture, "outcomes")


async def test_completion_in_the_filter(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW) as console:
        await console.do("filter.edit")
        await console.type("rule:")
        assert console.screen.filter_bar.is_offering
        await expect_at_each_size(console, expect_picture, "filter-completion")


async def test_a_filter_being_typed_that_does_not_parse(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW) as console:
        await console.do("filter.edit")
        await console.type("severity:purple x")
        assert "purple" in console.screen_text()
        await expect_picture(console, "filter-error")


async def test_a_text_found_in_a_pane(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW) as console:
        await console.do("pane.detail", "find.open")
        await console.type("context")
        await expect_picture(console, "find")


async def test_marks_and_a_change_with_its_undo(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW) as console:
        await console.do("alert.take", "move.down", "mark.toggle", "mark.toggle")
        assert len(console.marked()) == 2
        await expect_picture(console, "marks-80x24")


# -- empty, loading, error, stale


async def test_no_alert_at_all(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW, alerts=0, query="") as console:
        assert console.ids() == []
        await expect_at_each_size(console, expect_picture, "empty-store")


async def test_no_match_for_the_filter(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW, query="tag:nobody-has-this") as console:
        assert console.ids() == []
        await expect_picture(console, "empty-filter")


@pytest.mark.parametrize(
    "pane", [pane for pane in Pane if pane is not Pane.LIST], ids=lambda pane: pane.value
)
async def test_a_pane_without_anything_to_show(pane: Pane, expect_picture: ExpectPicture) -> None:
    async with running([an_alert("a", title="Bare", context="", events=[])], size=NARROW) as console:
        await console.do(f"pane.{pane.value}")
        await expect_picture(console, f"empty-{pane.value}")


async def test_an_alert_that_is_being_read(
    expect_picture: ExpectPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with demo(NARROW) as console:
        go = held(monkeypatch, console.store, "alert")
        console.screen.queue.view.move_by(1)
        try:
            await console.sees(lambda: "reading" in console.screen_text().lower())
            await expect_picture(console, "loading-alert", at_rest=False)
        finally:
            go.set()


@pytest.mark.parametrize("pane", [Pane.DETAIL, Pane.INDICATORS, Pane.RELATED], ids=lambda pane: pane.value)
async def test_a_store_that_cannot_be_read(
    pane: Pane, expect_picture: ExpectPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with demo(NARROW) as console:
        break_reading(monkeypatch, console.store)
        await console.press("j")
        await console.do(f"pane.{pane.value}")
        await look(console)
        assert "stale" in console.top_text
        await expect_picture(console, f"stale-{pane.value}")


async def test_alerts_that_wait_and_alerts_that_are_gone(
    tmp_path: Path, expect_picture: ExpectPicture
) -> None:
    path = tmp_path / "alerts.db"
    async with demo(NARROW, path=path, watch_s=0.02) as console:
        await console.do("alert.close")
        await console.press("enter")
        store, _ = open_local(path)
        store.add([an_alert("new", age_min=1)])
        store.close()
        await console.until(lambda: console.screen.queue.waiting.count == 1)
        assert "1 new" in console.top_text
        await expect_picture(console, "waiting-and-gone")


async def test_a_read_only_console(expect_picture: ExpectPicture) -> None:
    async with demo(NARROW, read_only=True) as console:
        await console.do("alert.close")
        assert "read-only" in console.note
        await expect_picture(console, "read-only")


async def test_a_terminal_that_is_too_small(expect_picture: ExpectPicture) -> None:
    async with demo((60, 15)) as console:
        await expect_picture(console, "console-60x15")
        await console.resize(50, 12)
        assert "alerttui needs 60x15" in console.screen_text()
        await expect_picture(console, "too-small")


def test_no_picture_fetches_anything() -> None:
    pictures = list(PICTURES.rglob("*.svg"))
    assert pictures
    for picture in pictures:
        text = picture.read_text("utf-8")
        for fetching in ("@font-face", "@import", 'href="', "url(http"):
            assert fetching not in text, f"{picture.name} has {fetching}"
