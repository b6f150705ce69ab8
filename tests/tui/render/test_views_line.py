"""The views on one line: the active one always, others as far as there is room."""

from __future__ import annotations

import pytest

from alerttui.tui.render.views_line import ViewTab, views_line


def tabs(active: int) -> list[ViewTab]:
    names = ["Open", "Mine", "Unassigned", "Critical", "Closed 24h"]
    return [ViewTab(name, 10 * place, active=place == active) for place, name in enumerate(names)]


@pytest.mark.parametrize(
    ("active", "width", "expected"),
    [
        (0, 80, " Open 0  Mine 10  Unassigned 20  Critical 30  Closed 24h 40 "),
        (0, 30, " Open 0  Mine 10 ›"),
        (2, 40, "‹ Mine 10  Unassigned 20  Critical 30 ›"),
        (2, 28, "‹ Mine 10  Unassigned 20 ›"),
        (4, 30, "‹ Critical 30  Closed 24h 40 "),
        (2, 17, "‹ Unassigned 20 ›"),
        (2, 16, " Unassigned 20 "),
        (2, 10, " Unassign…"),
        (2, 0, ""),
    ],
)
def test_as_many_views_as_fit_stand_around_the_active_one(active: int, width: int, expected: str) -> None:
    assert views_line(tabs(active), width).plain == expected


def test_a_count_that_is_not_known_is_left_out_and_one_that_grows_is_told() -> None:
    line = views_line([ViewTab("Open", None), ViewTab("Mine", 100, active=True, is_more=True)], 40)
    assert line.plain == " Open  Mine 100+ "


def test_no_width_is_exceeded_and_the_active_view_is_always_there() -> None:
    for active in range(5):
        for width in range(1, 70):
            line = views_line(tabs(active), width)
            assert line.cell_length <= width
            assert line.plain.strip("‹› …")[:1] or width < 3


def test_names_are_shown_harmlessly() -> None:
    assert "\x1b" not in views_line([ViewTab("a\x1b[31mb", 1, active=True)], 40).plain
