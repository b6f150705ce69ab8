"""Pivots: from a value in the list or in a pane to a filter on it."""

from __future__ import annotations

from alerttui.domain.query_text import parse, print_query
from alerttui.domain.vocabulary import Severity
from alerttui.tui.screens.pivoting import Pivoting
from tests.alerts import ANA, an_alert
from tests.tui.driver import NARROW, Console, running
from tests.tui.test_hostile import ATTACKS

ALERTS = [
    an_alert("a-0", "brute force", age_min=1, tags=("vip", "scanner"), rule="Auth.Brute", assignee=ANA),
    an_alert("a-1", "port scan", age_min=5, tags=("scanner",), rule="Net.Scan", severity=Severity.HIGH),
    an_alert("a-2", "odd login", age_min=200, rule="Auth.Brute", context='{"ip":"10.0.0.9"}'),
    an_alert("a-3", "old login", age_min=210, status="RESOLVED", rule="Auth.Brute"),
]


def applied(console: Console) -> str:
    return console.screen.filter_bar.text


async def go_to_line(console: Console, pane: str, text: str) -> None:
    """Put the cursor of a pane on the line with this text."""
    await console.do(f"pane.{pane}")
    lines = console.pane_text(pane).splitlines()
    view = console.screen.focused
    line = next(number for number, each in enumerate(lines) if text in each)
    view.move_to(line)  # type: ignore[union-attr]  # the pane's view
    await console.settle()


async def test_the_values_of_the_row_are_offered_in_the_list() -> None:
    async with running(ALERTS, query="is:open", size=NARROW) as console:
        await console.do("value.pivot")
        screen = console.screen_text()
        words = " ".join(screen.split())
        for said in ("rule Auth.Brute", "severity MEDIUM", "status OPEN", "tag vip", "assignee ana"):
            assert said in words
        await console.press("r")
        screen = console.screen_text()
        assert "rule: Auth.Brute" in screen
        assert "is:open rule:Auth.Brute" in screen
        await console.press("o")
        assert applied(console) == "is:open rule:Auth.Brute"
        assert console.ids() == ["a-0", "a-2"]


async def test_each_way_says_what_it_would_list() -> None:
    async with running(ALERTS, query="is:open", size=NARROW) as console:
        await console.press("p", "r")
        lines = [line.split() for line in console.lines()]
        assert [words[-3:] for words in lines if words[:1] == ["o"]] == [["2", "is:open", "rule:Auth.Brute"]]
        assert [words[-3:] for words in lines if words[:1] == ["n"]] == [["1", "is:open", "-rule:Auth.Brute"]]
        assert [words[-2:] for words in lines if words[:1] == ["w"]] == [["3", "rule:Auth.Brute"]]
        assert [words[-4] for words in lines if words[:1] == ["t"]] == ["2"]


async def test_not_this_leaves_the_value_out_and_back_comes_back() -> None:
    async with running(ALERTS, query="is:open") as console:
        await console.press("p", "r", "n")
        assert applied(console) == "is:open -rule:Auth.Brute"
        assert console.ids() == ["a-1"]
        assert "- goes back" in console.note
        await console.do("view.last")
        assert applied(console) == "is:open"
        assert console.cursor == "a-0"  # where it was


async def test_a_burst_of_keys_pivots() -> None:
    async with running(ALERTS, query="is:open") as console:
        await console.burst("p", "r", "w")
        assert applied(console) == "rule:Auth.Brute"
        assert not console.has_dialog


async def test_around_this_time_is_a_quarter_of_an_hour_to_either_side() -> None:
    async with running(ALERTS, query="is:open created>1d") as console:
        await console.press("p", "r", "t")
        assert applied(console) == "is:open created>=2026-11-20T10:35:02Z created<=2026-11-20T11:05:02Z"
        assert console.ids() == ["a-0", "a-1"]


async def test_a_value_of_a_pane_is_a_term_of_its_field() -> None:
    async with running(ALERTS, query="is:open severity:medium") as console:
        await go_to_line(console, "detail", "Rule")
        await console.do("value.pivot")
        await console.press("o")
        assert applied(console) == "is:open severity:medium rule:Auth.Brute"


async def test_a_value_without_a_field_is_searched_as_text() -> None:
    async with running(ALERTS) as console:
        await console.press("j", "j")
        await go_to_line(console, "detail", "10.0.0.9")
        await console.do("value.pivot")
        await console.press("o")
        assert applied(console) == "10.0.0.9"
        assert console.ids() == ["a-2"]


async def test_what_is_not_exact_is_said_and_can_be_edited() -> None:
    alerts = [an_alert("a-0", "title " + "".join(ATTACKS), rule="a\x1b[31mb\u202e" + "x" * 300)]
    async with running(alerts, size=NARROW) as console:
        await console.press("p", "r")
        assert "Not exact: a value of 308 characters is found by its beginning." in console.screen_text()
        await console.press("o")
        assert console.ids() == ["a-0"]
        assert parse(applied(console)) == console.screen.queue.query
        await console.do("filter.edit")
        await console.press("enter")
        assert console.ids() == ["a-0"]
        assert print_query(console.screen.queue.query) == applied(console)


async def test_a_whole_event_is_opened_before_one_of_its_values_is_taken() -> None:
    events = ['{"host":"web-1","user":"kim"}', '{"host":"web-2","user":"kim"}']
    async with running([an_alert(events=events)], size=NARROW) as console:
        await console.do("pane.events", "value.pivot")
        assert not console.has_dialog
        assert console.note == "More than one value: enter opens it, p takes the one under the cursor."
        await console.press("enter", "j", "p")
        assert "web-1" in console.screen_text()
        assert console.has_dialog


async def test_copying_is_offered_where_there_is_something_to_copy_through() -> None:
    copied: list[str] = []

    async def copy(text: str) -> None:
        copied.append(text)

    async with running(ALERTS) as console:
        parts = console.screen.parts
        pivoting = Pivoting(parts.desk, parts.pointing, parts.filtering, parts.queue, copy)
        console.screen._handlers["value.pivot"] = pivoting.pivot
        await console.press("p", "r", "c")
        assert copied == ["Auth.Brute"]
        assert applied(console) == ""


async def test_nothing_under_the_cursor_is_said() -> None:
    async with running([an_alert()], query="tag:nobody-has-this") as console:
        await console.do("value.pivot")
        assert console.note == "There is no value under the cursor."
        assert not console.has_dialog


async def test_backing_out_changes_nothing() -> None:
    async with running(ALERTS, query="is:open") as console:
        await console.press("p", "esc")
        await console.press("p", "r", "esc")
        assert applied(console) == "is:open"
        assert not console.has_dialog


async def test_many_values_scroll_on_a_small_screen() -> None:
    tags = [f"tag-{number:02}" for number in range(20)]
    async with running([an_alert("a-0", tags=tags)], size=(60, 15)) as console:
        await console.do("value.pivot")
        await console.burst(*["down"] * 20)
        assert "tag-16" in console.screen_text()
        await console.press("enter", "o")
        assert applied(console) == "tag:tag-16"
