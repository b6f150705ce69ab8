"""Every action, pressed in every pane: it acts, it asks, or it says why not; the console lives on."""

from __future__ import annotations

import pytest

from alerttui.backends.store import NewAlert
from alerttui.domain.query_text import parse, print_query
from alerttui.triage.actions import ACTIONS, Action, Pane
from alerttui.triage.key_names import key_label as label_of
from alerttui.tui.widgets.line_view import LineView
from tests.alerts import NOW_MS, an_alert, with_alert
from tests.tui.driver import Console, running

ALL = parse("sort:-created")
"""Every alert, by a filter that is no view."""

QUIET = {"back", "list.refresh"}
"""Actions that may find nothing to do and need not say so."""


LEAVING = {"console.quit", "console.suspend"}
"""Actions after which there is no console to look at."""


def full_alerts() -> list[NewAlert]:
    """Alerts of which every pane has several lines to show."""
    context = '{"a":1,"b":{"c":[1,2,3]},"d":"' + "x" * 300 + '"}'
    events = [f'{{"number":{number},"user":"mara"}}' for number in range(8)]
    comments = [f"comment {number}\nin two lines" for number in range(8)]
    return [
        with_alert(
            an_alert(f"a-{number}", age_min=number + 1, context=context, events=events, comments=comments),
            description="words " * 60,
            updated_ms=NOW_MS,
        )
        for number in range(30)
    ]


def looks(console: Console) -> tuple[object, ...]:
    """Everything that an action could have changed."""
    focused = console.screen.focused
    place = (focused.cursor, focused.scroll_offset) if isinstance(focused, LineView) else ()
    row = console.screen.queue.view.row_under_cursor
    return (console.screen_text(), console.dialog, console.focused, row and row.id, console.marked(), place,
            [each.change.id for each in console.store.journal()])  # fmt: skip


async def stand(console: Console, pane: Pane) -> None:
    """Close what is open, and stand in the middle of this pane."""
    for _ in range(4):
        if console.has_dialog or console.is_editing() or console.screen.arrangement.full:
            await console.press("esc")
    if console.screen.queue.query != ALL:
        console.screen.filtering.show(ALL)
        await console.settle()
    console.screen.queue.view.move_to(10)
    await console.do(f"pane.{pane.value}")
    focused = console.screen.focused
    assert isinstance(focused, LineView)
    focused.move_to(10 if pane is Pane.LIST else 3)
    console.screen.desk.say("")
    await console.settle()


def is_quiet(action: Action, pane: Pane) -> bool:
    """True where doing nothing, and saying nothing, is right."""
    if action.id == "pane.open":
        return pane is not Pane.LIST
    return action.id in QUIET or action.id == f"pane.{pane.value}"


PANES = (Pane.LIST, Pane.DETAIL, Pane.COMMENTS)
"""Panes that share the actions between them: on a real terminal the list has all, and further panes more."""


@pytest.mark.parametrize("pane", PANES)
async def test_every_action_acts_or_asks_or_says_why_not(pane: Pane) -> None:
    async with running(full_alerts(), query=print_query(ALL)) as console:
        console.screen.queue.view.move_to(10)
        await console.settle()
        await console.press(*"stsostso")
        tried = [each for each in ACTIONS if each.id not in LEAVING]
        for action in tried[PANES.index(pane) :: len(PANES)]:
            await stand(console, pane)
            before = looks(console)
            await console.do(action.id)
            assert console.app.is_running
            if not is_quiet(action, pane):
                assert looks(console) != before or console.note, action.id
            if not action.changes and not action.id.startswith("change."):
                assert looks(console)[-1] == before[-1], f"{action.id} changed an alert"


@pytest.mark.parametrize("pane", (Pane.LIST, Pane.DETAIL, Pane.COMMENTS))
async def test_q_leaves_from_every_pane(pane: Pane) -> None:
    async with running([an_alert()]) as console:
        await console.do(f"pane.{pane.value}", "console.quit")
        assert console.app._exit


def test_every_key_has_a_name_that_people_know() -> None:
    assert [label_of(key) for key in ("question_mark", "escape", "j", "ctrl+d")] == [
        "?",
        "esc",
        "j",
        "ctrl+d",
    ]
    for action in ACTIONS:
        assert action.help.endswith(".")
        assert all(len(label_of(key)) == 1 or "_" not in label_of(key) for key in action.keys), action.keys
