"""The key behind the enter that closes a dialog: it acts on the list, and is neither typed nor lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from textual.events import Key, Paste

from alerttui.domain.alert import Person
from tests.alerts import BOB, an_alert, some_alerts
from tests.tui.driver import NARROW, running
from tests.tui.test_undo import set_status

PEOPLE: Final = [Person("bob", "bob@example.com", "Bob")]

ANSWERED: Final[Mapping[str, list[str]]] = {
    "a person": ["A", *"bob", "enter"],
    "tags": ["t", *"vip ", "enter"],
    "a filter": ["/", *"is:open", "enter"],
    "a closing comment": ["c", "f", "tab", *"seen", "enter"],
    "a comment": ["n", *"seen", "ctrl+s"],
    "a status": ["s", "t"],
    "a menu by its cursor": ["s", "down", "enter"],
    "a closing": ["c", "b", "enter"],
    "the palette": [":", *"half page down", "enter"],
    "a view's name": ["V", "s", *"night", "enter"],
    "what is found": ["2", *"\\", *"Alert", "enter", "1"],
}


@pytest.mark.parametrize("name", ANSWERED)
async def test_the_key_behind_an_answer_acts_as_if_it_were_pressed_later(name: str) -> None:
    keys = ANSWERED[name]
    ends = []
    for is_burst in (False, True):
        async with running(some_alerts(9), size=NARROW, people=PEOPLE) as console:
            if is_burst:
                await console.burst(*keys, "j", "j")
            else:
                await console.press(*keys)
                await console.press("j", "j")
            assert not console.has_dialog
            changed = {each: console.stored(each) for each in console.ids()}
            ends.append((console.cursor, console.focused, console.top_text, changed))
    assert ends[0] == ends[1]


async def test_a_letter_behind_a_filter_is_not_typed_into_it() -> None:
    async with running(some_alerts(9), size=NARROW) as console:
        await console.burst("/", *"is:open", "enter", "h", "c", "b", "enter")
        assert console.stored("a-0").verdict == "benign"
        assert console.screen.filter_bar.text == "is:open"


TYPED_AHEAD: Final[Mapping[str, list[str]]] = {
    "taking over from a colleague": ["j", "a", "y"],
    "many alerts": ["T", "s", "t", "y"],
    "what a colleague changed": ["s", "t", "o"],
}


@pytest.mark.parametrize("name", TYPED_AHEAD)
async def test_a_question_that_nobody_foresaw_is_not_answered_by_keys_typed_ahead(
    tmp_path: Path, name: str
) -> None:
    alerts = [an_alert("a-0", age_min=1), an_alert("a-1", age_min=2, assignee=BOB), *some_alerts(30, first=2)]
    async with running(alerts, size=NARROW, path=tmp_path / "alerts.db") as console:
        *way, asks, answer = TYPED_AHEAD[name]
        await console.press(*way)
        if name == "what a colleague changed":
            set_status(tmp_path / "alerts.db", "a-0", "RESOLVED")
        before = console.snapshot()
        await console.burst(asks, answer)
        assert console.dialog == "MenuScreen"
        assert console.snapshot() == before
        await console.press(answer)
        assert console.snapshot() != before


async def test_a_paste_waits_for_the_dialog_that_it_is_meant_for() -> None:
    async with running(some_alerts(3), size=NARROW, people=PEOPLE) as console:
        for event in (Key("A", "A"), Paste("bob"), Key("enter", "\r")):
            console.app.post_message(event)
        await console.settle()
        assignee = console.stored("a-0").assignee
        assert assignee is not None
        assert assignee.id == "bob"


async def test_a_paste_that_was_typed_ahead_of_a_refusal_goes_nowhere() -> None:
    async with running(some_alerts(3), size=NARROW, query="tag:nobody") as console:
        for event in (Key("n", "n"), Paste("words"), Key("slash", "/")):
            console.app.post_message(event)
        await console.settle()
        assert not console.has_dialog
        assert not console.is_editing()


@pytest.mark.parametrize("merged", [("escape", "j"), ("alt+j",)], ids=["two keys", "one"])
@pytest.mark.parametrize("action", ["alert.comment", "alert.assign", "alert.tags", "console.palette"])
async def test_esc_and_a_letter_close_the_dialog_and_move(action: str, merged: tuple[str, ...]) -> None:
    async with running(some_alerts(3), query="sort:-created") as console:
        before = console.cursor
        await console.do(action)
        await console.type("ab")
        await console.burst(*merged)
        assert not console.has_dialog
        assert console.cursor != before
