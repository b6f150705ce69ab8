"""Views: going from one to the next, their counts, and making views of filters."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerttui.config.view_file import ViewFile
from alerttui.domain.query_text import parse
from alerttui.triage.last_place import LastPlace, read_last_place
from alerttui.triage.views import ViewBook
from alerttui.tui.screens import viewing
from alerttui.tui.screens.desk import ConsoleSettings
from alerttui.tui.screens.viewing import Viewing
from tests.alerts import ANA, an_alert, some_alerts
from tests.tui.driver import NARROW, Console, running

ALERTS = [
    an_alert("a-0", "brute force", age_min=1, tags=("vip",), assignee=ANA),
    an_alert("a-1", "port scan", age_min=2),
    an_alert("a-2", "odd login", age_min=3, status="TRIAGED", tags=("vip",)),
    an_alert("a-3", "old login", age_min=4, status="RESOLVED"),
]


def views_of(console: Console) -> Viewing:
    """The console's views."""
    return console.screen.parts.viewing


def told(views: Viewing) -> list[str]:
    """The views as the top line tells them, the active one in brackets."""
    words = [f"{tab.name} {tab.count}" for tab in views.tabs()]
    return [f"[{word}]" if tab.active else word for word, tab in zip(words, views.tabs(), strict=True)]


async def test_next_and_previous_go_through_the_views_and_around() -> None:
    async with running(ALERTS, query="is:open") as console:
        views = views_of(console)
        await console.do("view.next")
        assert console.screen.filter_bar.text == "is:open is:mine"
        assert console.ids() == ["a-0"]
        assert told(views) == ["Open 3", "[Mine 1]", "Unassigned 2", "Critical 0", "Closed 24h 0"]
        await console.do("view.previous", "view.previous")
        assert console.screen.filter_bar.text == "is:closed closed>24h sort:-closed"
        await console.do("view.next")
        assert told(views)[0] == "[Open 3]"


async def test_the_cursor_keeps_its_alert_and_marks_stay() -> None:
    async with running(ALERTS, query="is:open") as console:
        await console.press("j", "space")
        assert console.cursor == "a-2"
        await console.press("V", "3")
        assert console.ids() == ["a-1", "a-2"]
        assert console.cursor == "a-2"
        assert console.marked() == {"a-1"}


async def test_last_goes_back_to_the_view_or_filter_before_and_forth() -> None:
    async with running(ALERTS, query="is:open") as console:
        await console.do("view.last")
        assert "no other view" in console.note
        await console.do("filter.edit")
        await console.type("tag:vip")
        await console.press("enter")
        await console.do("view.next", "view.last")
        assert console.screen.filter_bar.text == "is:open tag:vip"
        await console.do("view.last")
        assert console.screen.filter_bar.text == "is:open is:mine"


async def test_a_filter_that_narrows_the_view_is_told_with_a_star() -> None:
    async with running(ALERTS, query="is:open") as console:
        views = views_of(console)
        await console.do("view.next", "view.previous", "filter.edit")
        await console.type("port")
        await console.press("enter")
        assert told(views)[0] == "[Open* 1]"
        await console.do("view.next")
        assert told(views)[1] == "[Mine 1]"


async def test_a_filter_that_is_no_view_stands_before_the_views() -> None:
    async with running(ALERTS, query="port") as console:
        views = views_of(console)
        assert told(views)[:2] == ["[(filter) 1]", "Open 3"]
        await console.do("filter.clear")
        assert told(views)[0] == "[all alerts 4]"
        await console.do("view.next")
        assert told(views)[0] == "[Open 3]"


async def test_counts_follow_what_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewing, "COUNT_EVERY_S", 0.0)
    monkeypatch.setattr(viewing, "COUNT_SHARE", 0)
    async with running(ALERTS, query="is:open") as console:
        views = views_of(console)
        console.store.add(some_alerts(5, first=10))
        views.follow()
        await console.settle()
        assert told(views)[2] == "Unassigned 7"


async def test_views_are_not_counted_at_every_write() -> None:
    async with running(ALERTS, query="is:open") as console:
        views = views_of(console)
        console.store.add(some_alerts(5, first=10))
        views.follow()
        await console.settle()
        assert told(views)[2] == "Unassigned 2"


async def test_a_view_that_does_not_parse_says_why_and_changes_nothing() -> None:
    async with running(
        ALERTS, query="is:open", settings=ConsoleSettings(views=ViewBook({"Broken": "severity:purple"}))
    ) as console:
        await console.do("view.previous")
        assert "Broken" in console.note
        assert "purple" in console.note
        assert console.screen.filter_bar.text == "is:open"


# -- the menu


async def test_a_digit_goes_to_its_view_also_in_a_burst() -> None:
    async with running(ALERTS, query="is:open", size=NARROW) as console:
        await console.burst("V", "3")
        assert console.screen.filter_bar.text == "is:open is:unassigned"
        assert not console.has_dialog


async def test_the_menu_shows_each_view_with_count_filter_and_origin() -> None:
    async with running(
        ALERTS, query="is:open", size=NARROW, settings=ConsoleSettings(views=ViewBook({"Vip": "tag:vip"}))
    ) as console:
        await console.do("view.menu")
        lines = console.lines()
        (vip,) = [line for line in lines if " Vip " in line]
        assert vip.split() == ["6", "Vip", "2", "tag:vip", "configuration"]
        assert "keep this filter" in console.screen_text()
        await console.press("k", "k", "enter")
        assert console.screen.filter_bar.text == "is:open"


async def test_typing_narrows_the_menu() -> None:
    async with running(
        ALERTS, query="is:open", size=NARROW, settings=ConsoleSettings(views=ViewBook({"Vip": "tag:vip"}))
    ) as console:
        await console.do("view.menu")
        await console.press("/")
        await console.type("vip")
        assert "Unassigned" not in "\n".join(console.lines()[12:])
        await console.press("enter")
        assert console.screen.filter_bar.text == "tag:vip"
        await console.do("view.menu")
        await console.press("/")
        await console.type("zzz")
        assert "no view matches" in console.screen_text()
        await console.press("enter", "esc")
        assert console.has_dialog
        assert "Unassigned" in "\n".join(console.lines()[12:])
        await console.press("esc")
        assert not console.has_dialog


async def test_the_present_filter_is_kept_as_a_view(tmp_path: Path) -> None:
    book = ViewBook({}, ViewFile(tmp_path / "views.toml"))
    async with running(ALERTS, query="tag:vip", size=NARROW, settings=ConsoleSettings(views=book)) as console:
        views = views_of(console)
        await console.do("view.menu")
        await console.press("s", "enter")
        assert "A view needs a name." in console.screen_text()
        await console.type("mine")
        await console.press("backspace", "backspace", "backspace", "backspace")
        await console.type("Vips")
        await console.press("enter")
        assert "Vips is a view now; V lists the views." in console.note
        assert ViewFile(tmp_path / "views.toml").read() == {"Vips": "tag:vip"}
        assert told(views)[-1] == "[Vips 2]"
        await console.do("view.menu")
        await console.press("s")
        await console.type("vips")
        await console.press("enter")
        assert "There is a view Vips already" in console.screen_text()
        await console.press("esc")
        assert not console.has_dialog


async def test_the_name_of_a_built_in_view_is_asked_about() -> None:
    async with running(ALERTS, query="tag:vip", size=NARROW) as console:
        views = views_of(console)
        for answer, filters in (("n", "is:open"), ("y", "tag:vip")):
            await console.do("view.menu")
            await console.press("s")
            await console.type("Open")
            await console.press("enter")
            assert "Open is built in (is:open). Replace it?" in console.screen_text()
            await console.press(answer)
            assert views.book.views[0].text == filters


async def test_an_own_view_is_renamed_changed_and_removed() -> None:
    book = ViewBook()
    book.add("Vips", parse("tag:vip"))
    async with running(ALERTS, query="tag:vip", size=NARROW, settings=ConsoleSettings(views=book)) as console:
        views = views_of(console)
        await console.do("view.menu")
        await console.press("r")
        await console.type(" now")
        await console.press("enter")
        assert console.note == "Vips is now called Vips now."
        await console.do("filter.edit")
        await console.type("is:open")
        await console.press("enter")
        assert told(views)[-1] == "[Vips now* 2]"
        await console.do("view.menu")
        await console.press("c")
        assert console.note == "Vips now lists tag:vip is:open now; before: tag:vip"
        assert told(views)[-1] == "[Vips now 2]"
        await console.do("view.menu")
        await console.press("d")
        assert "Remove the view Vips now (tag:vip is:open)?" in console.screen_text()
        await console.press("y")
        assert console.note == "Vips now is removed."
        assert told(views)[0] == "[(filter) 2]"


async def test_a_view_that_is_not_ones_own_is_not_changed_and_says_so() -> None:
    async with running(
        ALERTS, query="is:open", size=NARROW, settings=ConsoleSettings(views=ViewBook({"Vip": "tag:vip"}))
    ) as console:
        await console.do("view.menu")
        await console.press("d")
        assert "Open is built in" in console.screen_text()
        await console.press("k", "G", "down", "down", "down", "down", "down", "r")
        assert "Vip is in the configuration" in console.screen_text()
        await console.press("esc")


async def test_two_consoles_do_not_lose_each_others_views(tmp_path: Path) -> None:
    file = ViewFile(tmp_path / "views.toml")
    async with running(
        ALERTS, query="tag:vip", size=NARROW, settings=ConsoleSettings(views=ViewBook({}, file))
    ) as console:
        ViewFile(file.path).put("Theirs", "tag:t")
        await console.do("view.menu")
        assert "Theirs" in console.screen_text()
        await console.press("s")
        await console.type("Ours")
        await console.press("enter")
        assert list(file.read()) == ["Theirs", "Ours"]


async def test_a_view_of_another_console_comes_with_the_next_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing, "COUNT_EVERY_S", 0.0)
    monkeypatch.setattr(viewing, "COUNT_SHARE", 0)
    file = ViewFile(tmp_path / "views.toml")
    settings = ConsoleSettings(views=ViewBook({}, file))
    async with running(ALERTS, query="is:open", settings=settings) as console:
        ViewFile(file.path).put("Theirs", "tag:vip")
        console.store.add(some_alerts(1, first=20))
        views_of(console).follow()
        await console.settle()
        assert told(views_of(console))[-1] == "Theirs 2"
        assert "Theirs 2" in console.top_text


async def test_a_broken_file_of_views_is_told_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "views.toml").write_text("[views]\nA = 3\n")
    async with running(
        ALERTS,
        query="is:open",
        size=NARROW,
        settings=ConsoleSettings(views=ViewBook({}, ViewFile(tmp_path / "views.toml"))),
    ) as console:
        assert "line 2: views.A" in console.note
        await console.do("view.next")
        assert console.screen.filter_bar.text == "is:open is:mine"
        await console.do("view.menu")
        assert not console.has_dialog
        assert "line 2: views.A" in console.note


async def test_where_the_analyst_was_is_kept_at_every_change(tmp_path: Path) -> None:
    settings = ConsoleSettings(state_folder=tmp_path)
    async with running(ALERTS, query="is:open", settings=settings) as console:
        await console.do("view.next")
        assert read_last_place(tmp_path, "test") == LastPlace("Mine", "is:open is:mine")


async def test_a_console_that_starts_in_a_narrowed_view_can_go_back_to_it() -> None:
    settings = ConsoleSettings(first_view="Open")
    async with running(ALERTS, query="is:open tag:vip", settings=settings) as console:
        assert told(views_of(console))[0] == "[Open* 2]"
        await console.do("view.last")
        assert told(views_of(console))[0] == "[Open 3]"


async def test_many_views_scroll_on_a_small_screen() -> None:
    book = ViewBook({f"View {number:02}": f"tag:t{number}" for number in range(20)})
    async with running(
        ALERTS, query="is:open", size=(60, 15), settings=ConsoleSettings(views=book)
    ) as console:
        await console.do("view.menu")
        assert "enter go" in console.screen_text()
        assert "/ search" in console.screen_text()
        await console.burst(*["down"] * 24)
        assert "View 19" in console.screen_text()
        await console.press("enter")
        assert console.screen.filter_bar.text == "tag:t19"
        await console.do("view.menu")
        assert "View 19" in console.screen_text()
        await console.press("esc")


async def test_going_back_to_the_last_view_brings_the_cursor_back_too() -> None:
    async with running(some_alerts(6), query="sort:-created") as console:
        await console.do("move.down", "move.down", "move.down")
        before = console.cursor
        console.screen.filtering.show(parse("id:nobody"))
        await console.settle()
        await console.do("view.last")
        assert console.cursor == before
