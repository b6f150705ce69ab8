"""Marks, and the aim of a change: what is marked, else what is on screen, and never anything else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.domain.vocabulary import Severity
from alerttui.triage.actions import ACTIONS
from alerttui.tui.screens.console import ConsoleScreen
from alerttui.tui.screens.desk import ConsoleSettings, Pace
from tests.alerts import an_alert, some_alerts, with_alert
from tests.tui.driver import running


async def test_space_marks_and_goes_on_and_again_unmarks() -> None:
    async with running(some_alerts(4)) as console:
        await console.press("space", "space")
        assert console.marked() == {"a-0", "a-1"}
        assert console.cursor == "a-2"
        assert "2 marked" in console.screen_text()
        await console.press("k", "space")
        assert console.marked() == {"a-0"}


@pytest.mark.parametrize("keys", ["vjjv", "jjvkkv"])
async def test_a_range_is_marked_in_both_directions(keys: str) -> None:
    async with running(some_alerts(5)) as console:
        await console.press(*keys)
        assert console.marked() == {"a-0", "a-1", "a-2"}


async def test_a_begun_range_is_told_and_esc_gives_it_up_before_the_marks() -> None:
    async with running(some_alerts(5)) as console:
        await console.press("space", "v", "j")
        assert "range: v ends it" in console.screen_text()
        await console.press("esc")
        assert "range" not in console.lines()[-2]
        assert console.marked() == {"a-0"}
        await console.press("esc")
        assert console.marked() == set()


async def test_marks_can_be_extended_line_by_line() -> None:
    async with running(some_alerts(5)) as console:
        marking = console.screen.parts.marking
        await console.press("j")
        marking.extend(1)
        marking.extend(1)
        await console.settle()
        assert console.marked() == {"a-1", "a-2", "a-3"}
        assert console.cursor == "a-3"
        marking.extend(-1)
        assert console.marked() == {"a-1", "a-2", "a-3"}


async def test_the_asterisk_inverts() -> None:
    async with running(some_alerts(4)) as console:
        await console.press("space", "*")
        assert console.marked() == {"a-1", "a-2", "a-3"}
        await console.press("*")
        assert console.marked() == {"a-0"}


async def test_capital_t_marks_all_that_match() -> None:
    alerts = [*some_alerts(150), *some_alerts(10, status="RESOLVED", first=200)]
    async with running(alerts, query="is:open") as console:
        await console.press("T")
        assert len(console.marked()) == 150
        assert "150 marked" in console.screen_text()


async def test_marks_stay_on_their_alerts_through_filter_and_refresh() -> None:
    alerts = [
        an_alert("a-0", age_min=1),
        an_alert("b-0", "brute force", age_min=2),
        an_alert("a-1", age_min=3),
    ]
    async with running(alerts) as console:
        await console.press("space", "space", "/")
        await console.type("brute")
        await console.press("enter")
        assert console.ids() == ["b-0"]
        assert console.marked() == {"a-0", "b-0"}
        assert "2 marked (1 not in this list)" in console.screen_text()
        await console.press("0", "R")
        assert console.marked() == {"a-0", "b-0"}


async def test_a_change_takes_the_marks_and_clears_them_when_it_went_through() -> None:
    async with running(some_alerts(4)) as console:
        await console.press("space", "j", "space")
        await console.do("alert.status")
        assert "Status of 2 marked" in console.screen_text()
        await console.press("r")
        assert [console.stored(each).status for each in console.ids()] == [
            "RESOLVED",
            "OPEN",
            "RESOLVED",
            "OPEN",
        ]
        assert console.marked() == set()


async def test_from_a_pane_a_change_takes_the_alert_that_it_shows_not_the_marks() -> None:
    async with running(some_alerts(4)) as console:
        await console.press("space", "space")
        await console.do("pane.detail", "alert.status")
        assert "Status of Alert number 2" in console.screen_text()
        await console.press("t")
        assert [console.stored(each).status for each in console.ids()] == ["OPEN", "OPEN", "TRIAGED", "OPEN"]


async def test_marks_out_of_sight_are_asked_about() -> None:
    alerts = [an_alert("a-0", "brute force", age_min=1), an_alert("a-1", "port scan", age_min=2)]
    async with running(alerts) as console:
        await console.press("T", "/")
        await console.type("scan")
        await console.press("enter", "s")
        assert "1 of 2 marked are not in this list" in console.screen_text()
        await console.press("enter")
        assert not console.has_dialog
        await console.press("s", "n")
        assert not console.has_dialog
        assert console.store.journal() == []
        await console.press("s", "a")
        assert "Status of 2 marked (1 not in this list)" in console.screen_text()
        await console.press("t", "y")
        assert console.stored("a-0").status == console.stored("a-1").status == "TRIAGED"


async def test_many_alerts_are_asked_about_with_their_number_and_a_sample() -> None:
    grave = an_alert("g", "The gravest", severity=Severity.CRITICAL, age_min=500)
    async with running([*some_alerts(26), grave]) as console:
        await console.press("v", "G", "v", "s", "t")
        text = console.screen_text()
        assert "Change 27 alerts: status Triaged?" in text
        assert "of these 1 CRITICAL, 26 MEDIUM" in text
        assert "CRITICAL  The gravest" in text
        assert "and 22 more" in text
        await console.press("enter")
        assert console.store.journal() == []
        await console.press("s", "t", "y")
        assert {console.stored(each).status for each in console.ids()} == {"TRIAGED"}


async def test_words_of_several_sources_for_one_severity_are_counted_together() -> None:
    alerts = [
        with_alert(an_alert(f"a-{number}"), severity=Severity.HIGH, severity_word=word)
        for number, word in enumerate(("HIGH", "High", "high"))
    ]
    async with running(alerts) as console:
        await console.do("mark.all", "alert.status")
        await console.press("r")
        assert "of these 3 HIGH" in console.screen_text()


async def test_a_severity_that_the_source_gives_as_a_number_has_its_name_in_questions() -> None:
    numbered = [
        replace(each, alert=replace(each.alert, severity=Severity.LOW, severity_word=""))
        for each in some_alerts(3)
    ]
    async with running(numbered) as console:
        await console.press("T", "s", "t")
        assert "of these 3 LOW" in console.screen_text()
        assert "LOW       Alert number 0" in console.screen_text()
        await console.press("y", "!")
        assert "✓ LOW " in console.screen_text()
        await console.press("esc", "p")
        assert "severity  LOW" in console.screen_text()


async def test_all_that_match_are_asked_about_however_few_they_are() -> None:
    async with running(some_alerts(2)) as console:
        await console.press("T", "s", "t")
        assert "Change 2 alerts: status Triaged?" in console.screen_text()
        assert "all that matched the filter" in console.screen_text()
        await console.press("esc")
        assert console.store.journal() == []
        await console.press("esc", "*", "s", "t")
        assert "all that matched" in console.screen_text()
        await console.press("esc", "space", "k", "space")
        await console.press("s", "t")
        assert {console.stored(each).status for each in console.ids()} == {"TRIAGED"}


async def test_alerts_that_arrive_after_all_were_marked_are_not_among_them() -> None:
    async with running(some_alerts(3)) as console:
        await console.press("T")
        console.store.add(some_alerts(2, first=3))
        await console.do("list.refresh", "alert.status")
        assert "Status of 3 marked" in console.screen_text()
        await console.press("r", "y")
        assert [console.stored(f"a-{number}").status for number in range(5)] == [
            "RESOLVED", "RESOLVED", "RESOLVED", "OPEN", "OPEN",
        ]  # fmt: skip


async def test_as_many_as_the_limit_are_not_asked_about() -> None:
    async with running(some_alerts(3), settings=ConsoleSettings(confirm_above=3)) as console:
        await console.press("v", "G", "v", "s", "t")
        assert {console.stored(each).status for each in console.ids()} == {"TRIAGED"}
    async with running(some_alerts(3), settings=ConsoleSettings(confirm_above=2)) as console:
        await console.press("v", "G", "v", "s", "t")
        assert "Change 3 alerts: status Triaged?" in console.screen_text()


async def test_mark_keys_work_in_the_list_and_say_so_elsewhere() -> None:
    async with running(some_alerts(3)) as console:
        await console.press("2", "space")
        assert console.marked() == set()
        assert console.note == "space (mark) works in the list: 1 goes there."


async def test_a_change_key_that_comes_before_its_alert_was_painted_is_dropped_with_a_notice() -> None:
    async with running(some_alerts(3)) as console:
        view = console.screen.queue.view
        view.move_by(1)
        assert await console.screen.parts.decisions.take_aim() is None
        await console.settle()
        assert console.note == "The key came before its alert was on screen; nothing was changed."
        assert await console.screen.parts.decisions.take_aim() is not None


async def test_move_and_take_in_one_go_never_take_an_alert_that_was_not_seen() -> None:
    async with running(some_alerts(3)) as console:
        await console.burst("j", "a")
        seen = console.screen.queue.view.painted_cursor
        changed = [each for each in console.ids() if console.stored(each).assignee]
        assert changed in ([], [console.cursor])
        assert seen == console.row().rowid
        assert changed or "nothing was changed" in console.note


async def test_with_no_alert_at_all_every_change_is_refused_with_a_reason() -> None:
    async with running([]) as console:
        for action in ACTIONS:
            refused = action.refusal(console.session.capabilities)
            if action.changes and action.id not in ("alert.repeat", "change.undo", "change.redo"):
                console.screen.desk.say("")
                await console.do(action.id)
                assert console.note == (refused or "No alert is under the cursor; nothing was changed.")
                await console.do("pane.detail", action.id)
                assert console.note == (refused or "No alert is open here; nothing was changed.")
                await console.do("pane.list")


def test_a_held_down_key_is_told_from_one_pressed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("alerttui.tui.screens.desk.time.monotonic", lambda: now)
    pace = Pace()
    assert not pace.is_repeat("alert.take")
    now += 0.03
    assert pace.is_repeat("alert.take")
    now += 0.2
    assert pace.is_repeat("alert.take"), "the key is still held down"
    now += 0.26
    assert not pace.is_repeat("alert.take")
    now += 0.05
    assert not pace.is_repeat("change.undo")
    now += 0.05
    assert not pace.is_repeat("alert.take"), "another key came between"


async def test_a_key_that_is_held_down_says_why_it_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(some_alerts(2)) as console:
        monkeypatch.setattr(ConsoleScreen, "_is_held", lambda *_: True)
        await console.do("alert.repeat")
        assert console.note == ". came too fast or is held down: only the first one acted."
        assert console.store.journal() == []


async def test_a_read_only_session_refuses_every_change_key_with_the_reason() -> None:
    async with running(some_alerts(3), read_only=True) as console:
        before = console.snapshot()
        assert "read-only" in console.top_text
        for action in ACTIONS:
            if action.changes:
                console.screen.desk.say("")
                await console.do(action.id)
                assert console.note == "The profile test is read-only; nothing was changed."
                assert not console.has_dialog
        assert console.snapshot() == before
        await console.press("?")
        assert "read-only" in console.screen_text()


@pytest.mark.parametrize("key", ["a", "z"])
async def test_keys_typed_ahead_of_a_question_change_nothing(key: str) -> None:
    async with running(some_alerts(3)) as console:
        await console.press("u", "n")
        before = console.store.journal()
        await console.burst("A", key)
        assert console.dialog == "PersonScreen"
        assert console.store.journal() == before


async def test_keys_typed_ahead_of_a_question_open_no_second_one() -> None:
    async with running(some_alerts(3)) as console:
        await console.burst("s", "t")
        assert len(console.app.screen_stack) <= 2


async def test_keys_typed_ahead_of_the_close_dialog_choose_in_it() -> None:
    async with running(some_alerts(3)) as console:
        await console.burst("c", "b", "enter")
        assert console.stored("a-0").verdict == "benign"


async def test_severities_that_go_on_in_the_next_line_say_so() -> None:
    grades = list(Severity)[1:]
    async with running([an_alert(grade.name, severity=grade) for grade in grades]) as console:
        await console.do("mark.all", "alert.status")
        await console.press("r")
        assert "of these 1 CRITICAL, 1 HIGH, 1 MEDIUM, 1 LOW,\n" in "\n".join(
            line.strip() for line in console.lines()
        )
