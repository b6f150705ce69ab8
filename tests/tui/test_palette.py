"""The command palette: finds every action, says its key, and does it as the key would have."""

from __future__ import annotations

import pytest

from alerttui.triage.actions import ACTIONS, Group
from alerttui.triage.command_search import Command
from alerttui.tui.dialogs.palette import CommandList, command_line
from alerttui.tui.screens.commanding import ORDER, Commanding
from tests.alerts import some_alerts
from tests.tui.driver import NARROW, Console, running


def commands_shown(console: Console) -> list[str]:
    """The lines of commands that are in the palette's view, without their mark."""
    view = console.app.screen.query_one("#commands", CommandList)
    return [command_line(match, is_chosen=False).plain[2:] for match in view.found[:10]]


def about(console: Console) -> str:
    """The line below the commands."""
    lines = console.app.screen.query_one("#about-command")._lines  # type: ignore[attr-defined]  # a document
    return str(lines[0].content.plain)


def test_the_palette_knows_the_place_of_every_group() -> None:
    assert set(ORDER) == set(Group)


@pytest.mark.parametrize("key", [":", "ctrl+p"])
async def test_the_palette_lists_actions_with_their_keys(key: str) -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.press(key)
        assert console.dialog == "PaletteScreen"
        assert commands_shown(console)[0].split()[:2] == ["take", "a"]
        assert len(console.app.screen.query_one("#commands", CommandList).found) >= len(ACTIONS) - 1
        await console.press("esc")
        assert not console.has_dialog


async def test_typing_narrows_and_enter_does_it_on_what_the_cursor_is_on() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.press("j", ":")
        await console.type("tak")
        assert commands_shown(console)[0].startswith("take")
        await console.press("enter")
        assert not console.has_dialog
        assignee = console.stored("a-1").assignee
        assert assignee is not None
        assert assignee.id == "ana"
        assert console.stored("a-0").assignee is None


async def test_a_command_acts_in_the_pane_that_had_the_focus() -> None:
    async with running(some_alerts(3)) as console:
        await console.press("2", ":")
        await console.type("next pane")
        await console.press("enter")
        await console.do("pane.detail", "alert.next")
        await console.press(":")
        await console.type("mark range")
        assert "works in the list" in commands_shown(console)[0]


async def test_what_cannot_be_done_says_why_and_is_not_done() -> None:
    async with running(some_alerts(3), size=NARROW, read_only=True) as console:
        await console.press(":")
        await console.type("close")
        await console.press("enter")
        assert console.dialog == "PaletteScreen"
        assert about(console).startswith("The profile") or "read" in about(console)
        assert console.stored("a-0").status == "OPEN"


async def test_keys_that_follow_enter_reach_the_question_of_the_command() -> None:
    async with running(some_alerts(3)) as console:
        await console.burst(":", *"status", "enter", "t")
        assert not console.has_dialog
        assert console.stored("a-0").status == "TRIAGED"


async def test_what_was_done_last_comes_first() -> None:
    async with running(some_alerts(3)) as console:
        await console.burst(":", *"undo", "enter")
        await console.burst(":", *"half page up", "enter")
        await console.press(":")
        shown = [line.split("  ")[0] for line in commands_shown(console)]
        assert shown[:3] == ["half page up", "undo", "take"]


async def test_the_cursor_moves_among_the_commands_and_enter_takes_the_one_it_is_on() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.press(":")
        await console.type("pane")
        await console.press("down", "ctrl+n", "ctrl+p", "up", "down")
        second = commands_shown(console)[1]
        assert len([line for line in console.lines()[10:] if line.startswith(" ▌")]) == 1
        assert about(console) in second or second.split("…")[0].split("  ")[-1].strip() in about(console)
        await console.press("pagedown", "pageup")
        await console.press("enter")
        assert not console.has_dialog


async def test_nothing_found_is_said_and_enter_does_nothing() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.press(":")
        await console.type("zzzz")
        assert "No command is called so" in console.screen_text()
        await console.press("enter")
        assert console.dialog == "PaletteScreen"


async def test_views_themes_and_profiles_are_commands_too_and_work_runs_beside_the_keys() -> None:
    done: list[str] = []

    async def go() -> None:
        done.append("gone")

    others = [
        Command(id="theme:light", label="theme: light", run=lambda: done.append("light")),
        Command(id="profile:\x1b[31m", label="profile: \x1b[31mred", run=go),
    ]
    async with running(some_alerts(3), size=NARROW) as console:
        screen = console.screen
        Commanding(screen.desk, screen.act, screen.refusal, lambda: others).open()
        await console.settle()
        await console.type("light")
        await console.press("enter")
        Commanding(screen.desk, screen.act, screen.refusal, lambda: others).open()
        await console.settle()
        await console.type("mred")
        assert commands_shown(console)[0].startswith("profile: ␛[31mred")
        await console.press("enter")
        assert done == ["light", "gone"]
