"""What could come next in a filter, drawn into any room."""

from __future__ import annotations

import pytest

from alerttui.tui.render.candidates import (
    Offer,
    Offers,
    beginning_with,
    candidate_lines,
    first_in_sight,
    line_count,
)
from alerttui.tui.render.filter_line import filter_line, is_unfinished, styled_spans


def plain(
    offers: Offers, marked: int | None = None, first: int = 0, width: int = 60, rows: int = 8
) -> list[str]:
    return [line.plain.rstrip() for line in candidate_lines(offers, marked, first, width, rows)]


def test_words_counts_and_help_stand_in_columns() -> None:
    offers = Offers(
        items=(Offer("scanner", "", 1_200), Offer("me", "whoever I am", 3), Offer("none", "without"))
    )
    assert plain(offers, marked=1) == [
        "  scanner  1,200",
        "▌ me           3  whoever I am",
        "  none            without",
    ]


def test_more_than_fit_are_counted_and_a_problem_comes_first() -> None:
    items = tuple(Offer(f"word{number}") for number in range(30))
    assert plain(Offers(items=items), first=5, rows=3) == [
        "  word5", "  word6", "  word7", "  6 to 8 of 30",
    ]  # fmt: skip
    assert plain(Offers(items=items[:2], problem="no such field"), rows=3)[-1] == "  no such field"
    assert plain(Offers(is_counting=True)) == ["  counting…"]
    assert plain(Offers()) == []


@pytest.mark.parametrize("width", [1, 8, 20, 60, 200])
def test_no_line_is_wider_than_the_room(width: int) -> None:
    items = (Offer("x" * 300, "y" * 300, 10**9), Offer("日本語" * 40), Offer("a\x1b[31mb", "help", 0))
    lines = candidate_lines(Offers(items=items, problem="z" * 300), 0, 0, width, 8)
    assert len(lines) == line_count(Offers(items=items, problem="z"), 8) == 4
    for line in lines:
        assert line.cell_length <= width
        assert "\x1b" not in line.plain


def test_the_marked_one_stays_in_sight_and_the_list_moves_as_little_as_possible() -> None:
    assert first_in_sight(None, 7, 8) == 0
    assert first_in_sight(3, 0, 8) == 0
    assert first_in_sight(8, 0, 8) == 1
    assert first_in_sight(5, 3, 8) == 3
    assert first_in_sight(2, 3, 8) == 2


def test_a_typed_beginning_narrows_earlier_filters() -> None:
    texts = ["is:open", "tag:a", "IS:mine", "is:"]
    assert beginning_with(texts, "is:") == ["is:open", "IS:mine"]
    assert beginning_with(texts, "") == texts


def styles(text: str) -> dict[str, str]:
    return {text[start:end]: style for start, end, style in styled_spans(text, is_typed=True)}


@pytest.mark.parametrize("text", ["is:open tag:", "severity:hi", "-status:OPEN,", "severity>=", "sort:-sev"])
def test_what_is_only_unfinished_is_not_painted_as_an_error(text: str) -> None:
    assert not any("underline" in style for style in styles(text).values())
    assert is_unfinished(text, len(text))


@pytest.mark.parametrize("text", ["severity:purple", "severity:hi x", "nofield:x", "tag: x", "status>3"])
def test_what_does_not_parse_is_underlined(text: str) -> None:
    assert any("underline" in style for style in styles(text).values())


def test_every_character_of_a_filter_is_drawn() -> None:
    text = '-tag:a,"b c" severity>=high free sort:-created'
    assert filter_line(text, 200).plain == f"/ {text}"
