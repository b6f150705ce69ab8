"""The bars fit their width, keep what matters longest, and know what stands under a click."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.config.schema import BANNER_COLOURS
from alerttui.tui.render.bars import (
    Hint,
    KeyLine,
    StatusLine,
    Tab,
    hint_line,
    hint_pieces,
    key_line_pieces,
    status_line,
    status_pieces,
    tab_line,
    tab_pieces,
)
from alerttui.tui.render.pieces import action_at, whole
from alerttui.tui.render.text import ELLIPSIS
from alerttui.tui.render.top_line import TopLine, top_line, top_pieces
from alerttui.tui.render.views_line import ViewTab
from tests.alerts import NOW_MS

TABS = (
    Tab("2", "Detail", action_id="pane.detail"),
    Tab("3", "Events", 12, active=True, action_id="pane.events"),
    Tab("4", "Comments", 0, action_id="pane.comments"),
    Tab("h", "History", 3, action_id="pane.history"),
    Tab("i", "Indicators", 14, action_id="pane.indicators"),
    Tab("r", "Related", 2, action_id="pane.related"),
)
HINTS = tuple(Hint(key, f"verb {key}", True, f"act.{key}") for key in "abcdefghijkl")
VIEWS = (ViewTab("open", 200, active=True), ViewTab("mine", 12), ViewTab("unassigned", 140))
BUSY = TopLine(
    "production-eu",
    banner="PROD",
    views=VIEWS,
    waiting=12,
    waiting_grave="3 high+",
    gone=4,
    as_of_ms=NOW_MS,
    read_only=True,
)
WIDTHS = [20, 40, 59, 60, 70, 80, 100, 160, 200]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_bar_is_wider_than_its_line(width: int) -> None:
    status = StatusLine(marked=3, marked_hidden=2, range_open=True, note="n" * 300, undo=True)
    for line in (
        top_line(BUSY, width),
        tab_line(TABS, width),
        hint_line(HINTS, width),
        status_line(status, width),
    ):
        assert line.cell_length <= width


@pytest.mark.parametrize("width", range(60, 201, 7))
def test_what_waits_and_how_fresh_it_is_are_never_left_out(width: int) -> None:
    line = top_line(BUSY, width).plain
    assert "▲ 12 new" in line
    assert line.endswith("10:51:02Z")
    assert "PROD" in line
    assert "read-only" in line


def test_the_product_goes_first() -> None:
    width = next(width for width in range(200, 60, -1) if "alerttui" not in top_line(BUSY, width).plain)
    line = top_line(BUSY, width).plain
    for kept in ("production-eu", "refresh", "no longer match", "(3 high+)", "as of", "open 200"):
        assert kept in line


@pytest.mark.parametrize("colour", BANNER_COLOURS)
def test_a_banner_has_the_colour_of_its_profile(colour: str) -> None:
    with_word = top_line(TopLine("prod", banner="PROD", banner_colour=colour), 80)
    styled = [with_word.plain[span.start : span.end] for span in with_word.spans if colour in str(span.style)]
    assert styled == [" PROD "]
    without = top_line(TopLine("prod", banner_colour=colour), 80)
    assert without.plain.startswith("alerttui   prod ")
    assert any(f"banner-{colour}" in str(span.style) for span in without.spans)


def test_a_way_without_encryption_is_said_all_the_time() -> None:
    for width in range(60, 201, 20):
        line = top_line(replace(BUSY, is_in_clear=True), width).plain
        assert "plain http" in line


def test_a_store_that_cannot_be_read_is_said_to_be_stale_in_place_of_the_clock() -> None:
    line = top_line(TopLine("local", view="alerts", as_of_ms=0, stale_since_ms=NOW_MS), 80).plain
    assert line.endswith("stale since 10:51:02Z")
    assert "as of" not in line


def test_reading_that_takes_long_is_said_beside_the_count() -> None:
    assert (
        "100+ reading…" in top_line(TopLine("local", view="alerts", shown_count=100, is_slow=True), 80).plain
    )


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (90, "2 Detail 3 Events 12 4 Comments 0 h History 3 i Indicators 14 r Related 2"),
        (70, "2 Detail 3 Events 12 4 Comments 0 h History 3 i Ind 14 r Rel 2"),
        (60, "2 Det 3 Events 12 4 Com 0 h Hist 3 i Ind 14 r Rel 2"),
        (49, "2 De 3 Events 12 4 Co 0 h Hi 3 i In 14 r Re 2"),
    ],
)
def test_tabs_keep_their_names_as_far_as_there_is_room(width: int, shown: str) -> None:
    assert " ".join(tab_line(TABS, width).plain.split()) == shown


@pytest.mark.parametrize("width", [49, 60, 90])
def test_a_click_on_a_tab_goes_to_its_pane(width: int) -> None:
    pieces = tab_pieces(TABS, width)
    line = tab_line(TABS, width).plain
    assert action_at(pieces, line.index("3 Ev")) == "pane.events"
    assert action_at(pieces, line.index("r Re")) == "pane.related"
    assert action_at(pieces, line.index("2 De") + 3) == "pane.detail"
    assert action_at(pieces, width) == ""


def test_a_click_on_a_key_that_is_shown_does_its_action_and_one_between_none() -> None:
    line = hint_line(HINTS, 60).plain
    assert action_at(hint_pieces(HINTS, 60), line.index("b verb")) == "act.b"
    assert action_at(hint_pieces(HINTS, 60), line.index("l verb")) == "act.l"
    assert action_at(status_pieces(StatusLine(total=3, undo=True), 60), 59) == "change.undo"
    assert action_at(status_pieces(StatusLine(total=3, undo=True), 60), 30) == ""
    top = top_pieces(BUSY, 160)
    assert action_at(top, top_line(BUSY, 160).plain.index("12 new")) == "list.refresh"
    assert action_at(top, 0) == ""


def test_a_note_that_is_not_about_a_change_takes_the_room_of_undo() -> None:
    status = StatusLine(position=1, total=9, note="n" * 65, undo=True, keeps_undo=False)
    assert status_line(status, 80).plain.endswith("n" * 65)
    assert status_line(replace(status, note="n" * 50), 80).plain.endswith("z undo")
    assert status_line(replace(status, keeps_undo=True), 80).plain.endswith("z undo")


def test_after_an_undo_the_line_offers_redo() -> None:
    pieces = status_pieces(StatusLine(note="undo: closed", redo=True), 80)
    assert (pieces[-1].content.plain, pieces[-1].action_id) == ("Z redo", "change.redo")


LONG = StatusLine(position=1, total=9, note="It stays closed because " + "so " * 20 + "it is.", goes_on=True)


def test_a_sentence_too_long_for_the_status_line_goes_on_in_the_line_of_keys() -> None:
    first = status_line(LONG, 80).plain
    rest = whole(key_line_pieces(KeyLine(HINTS, LONG), 80), 80).plain
    assert ELLIPSIS not in first + rest
    assert f"{first.removeprefix('1 of 9  ').rstrip()} {rest}".startswith(LONG.note)
    assert action_at(key_line_pieces(KeyLine(HINTS, LONG), 80), 79) == HINTS[-1].action_id


def test_a_sentence_that_fits_or_has_been_read_leaves_the_keys_alone() -> None:
    for status in (replace(LONG, note="short"), replace(LONG, goes_on=False), None):
        assert key_line_pieces(KeyLine(HINTS, status), 80) == hint_pieces(HINTS, 80)
    assert status_line(replace(LONG, goes_on=False), 80).plain.endswith(ELLIPSIS)


@pytest.mark.parametrize("width", [1, 9, 20, 60])
def test_a_sentence_that_goes_on_keeps_to_the_width(width: int) -> None:
    for note in ("word " * 99, "n" * 300, "数" * 99):
        status = replace(LONG, note=note)
        assert status_line(status, width).cell_length <= width
        assert whole(key_line_pieces(KeyLine(HINTS, status), width), width).cell_length <= width
