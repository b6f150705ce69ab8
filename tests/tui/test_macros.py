"""Macros: a letter, a preview, and the letter again; one change with one undo."""

from __future__ import annotations

from dataclasses import replace

from alerttui.config.macro_file import Macro
from alerttui.domain.patch import TagEdit
from alerttui.domain.vocabulary import Quality
from alerttui.tui.screens.desk import ConsoleSettings
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import NARROW, running

SCANNER = Macro(
    name="scanner", key="f", status="CLOSED", verdict="false_positive", quality="NOISE",
    tag_edit=TagEdit(("scanner",), ("new",)), comment="our own scanner",
)  # fmt: skip
MINE = Macro(name="mine", key="i", assignee="me", status="TRIAGED")
WITH = ConsoleSettings(macros=(SCANNER, MINE))


async def test_three_keys_close_with_a_reason_and_the_next_open_alert_comes() -> None:
    async with running(some_alerts(3), settings=WITH) as console:
        await console.press("m", "f", "f")
        alert = console.stored("a-0")
        assert (alert.status, alert.verdict, alert.tags) == ("CLOSED", "false_positive", ("scanner",))
        assert alert.quality is Quality.NOISE
        assert console.comments("a-0") == ["our own scanner"]
        assert console.note == "macro scanner: Alert number 0"
        assert console.cursor == "a-1"
        assert len(console.store.journal()) == 1


async def test_a_macro_may_say_words_as_the_console_shows_them() -> None:
    shown = Macro(name="shown", key="f", status="closed (invalid)", verdict="False positive")
    async with running(some_alerts(2), settings=ConsoleSettings(macros=(shown,))) as console:
        await console.press("m", "f", "f")
        alert = console.stored("a-0")
        assert (alert.status, alert.verdict) == ("CLOSED", "false_positive")


async def test_a_macro_is_undone_as_one_and_repeated_by_the_repeat_key() -> None:
    async with running(some_alerts(3), settings=WITH) as console:
        await console.press("m", "f", "enter")
        await console.do("alert.repeat")
        assert console.stored("a-1").verdict == "false_positive"
        await console.do("change.undo", "change.undo")
        for alert_id in ("a-0", "a-1"):
            alert = console.stored(alert_id)
            assert (alert.status, alert.verdict, alert.tags, alert.quality) == ("OPEN", "", (), None)


async def test_the_menu_names_each_macro_and_the_preview_what_the_alert_gets() -> None:
    async with running([an_alert(tags=["new", "x"])], settings=WITH, size=NARROW) as console:
        await console.do("alert.macro")
        text = console.screen_text()
        assert "Macro on Alert a-1" in text
        assert " f  scanner  status CLOSED, quality NOISE, verdict false_positive, +scanner" in text
        assert " i  mine  status TRIAGED, assignee me" in text
        await console.press("f")
        text = console.screen_text()
        assert "scanner on Alert a-1" in text
        assert "status Open → Closed (invalid)" in text
        assert "tags new, x → x, scanner" in text
        assert "comment: our own scanner" in text
        assert "leave everything as it is  esc does it too" in text
        await console.press("esc")
        assert console.store.journal() == []


async def test_the_preview_of_many_counts_what_would_become_of_them() -> None:
    full = tuple(f"t{number}" for number in range(10))
    alerts = [an_alert("a-0", age_min=1), an_alert("a-1", age_min=2, tags=full), an_alert("a-2", age_min=3)]
    async with running(alerts, settings=WITH, size=NARROW) as console:
        await console.press("g", "v", "G", "v", "m", "f")
        text = console.screen_text()
        assert "scanner on 3 marked" in text
        assert "tag +scanner" in text
        assert "2 will change, 1 refused (an alert keeps at most 10 tags; remove one first)" in text
        assert "of these 3 MEDIUM" in text
        await console.press("f")
        assert [console.stored(each).status for each in console.ids()] == ["CLOSED", "OPEN", "CLOSED"]


async def test_more_than_a_few_are_asked_about_after_the_preview_too() -> None:
    settings = replace(WITH, confirm_above=2)
    async with running(some_alerts(3), settings=settings) as console:
        await console.press("g", "v", "G", "v", "m", "i", "i")
        assert "Change 3 alerts: macro mine?" in console.screen_text()
        await console.press("i")
        assert console.store.journal() == []
        await console.press("y")
        assert {console.stored(each).status for each in console.ids()} == {"TRIAGED"}


async def test_a_macro_that_this_connection_cannot_do_is_refused_with_its_name_and_the_reason() -> None:
    wrong = Macro(name="wrong", key="w", status="DONE")
    async with running(some_alerts(1), settings=ConsoleSettings(macros=(wrong,))) as console:
        await console.press("m", "w")
        assert not console.has_dialog
        assert console.note.startswith("Macro wrong: status: 'DONE' is refused: one of OPEN")


async def test_without_macros_the_menu_says_how_to_write_one() -> None:
    async with running(some_alerts(1), size=NARROW) as console:
        await console.do("alert.macro")
        text = console.screen_text()
        assert "[macros.scanner]" in text
        assert 'key = "f"' in text
        await console.press("enter")
        assert not console.has_dialog
        assert console.store.journal() == []
