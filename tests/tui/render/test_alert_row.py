"""A row of the list drops columns in order of least use, and its title keeps its room."""

from __future__ import annotations

import pytest
from rich.style import Style

from alerttui.backends.registry import open_local
from alerttui.domain.listing import AlertRow
from alerttui.domain.query import EVERYTHING, QueryContext
from alerttui.domain.vocabulary import Severity
from alerttui.tui.render.alert_row import RowContext, RowLook, RowState, alert_strip, columns
from tests.alerts import BOB, NOW_MS, an_alert

PLAIN = Style()
LOOK = RowLook(PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, dict.fromkeys(Severity, PLAIN))
CONTEXT = RowContext(LOOK, NOW_MS, lambda _: "Triaged", lambda person: person)
TITLE = "Sign-in from a country that nobody of us has ever been to, 中文, at night"


@pytest.fixture(scope="module")
def row() -> AlertRow:
    """A row with everything in it."""
    store, _ = open_local(None)
    store.add([an_alert(title=TITLE, status="TRIAGED", assignee=BOB, events=["{}", "{}", "{}"])])
    (only,) = store.first_rows(EVERYTHING, QueryContext(now_ms=NOW_MS, me=""), 1)
    store.close()
    return only


def text(row: AlertRow, width: int) -> str:
    """The row as it is drawn."""
    strip = alert_strip(row, width, RowState(), CONTEXT)
    assert strip.cell_length == width
    return strip.text


@pytest.mark.parametrize("width", [1, 2, 5, 10, 15, 20, 22, 23, 27, 34, 43, 59, 69, 80, 99, 120, 200])
def test_a_row_is_exactly_as_wide_as_asked(row: AlertRow, width: int) -> None:
    text(row, width)


@pytest.mark.parametrize("width", range(26, 201))
def test_the_title_keeps_twenty_cells(row: AlertRow, width: int) -> None:
    assert TITLE[:15] in text(row, width)


def test_columns_go_in_the_order_of_least_use(row: AlertRow) -> None:
    assert [name for name in ("×3", "bob", "Triaged", "MED", "1h") if name in text(row, 120)] == [
        "×3", "bob", "Triaged", "MED", "1h",
    ]  # fmt: skip
    gone = []
    for width in range(120, 22, -1):
        shows = columns(width)
        for name in ("count", "assignee", "status", "severity_word", "age"):
            if not getattr(shows, name) and name not in gone:
                gone.append(name)
    assert gone == ["count", "assignee", "status", "severity_word", "age"]
    assert "●" in text(row, 10), "the severity is told by its glyph at any width"


@pytest.mark.parametrize(
    ("word", "badge"),
    [
        ("Pending", "? PEND "), ("new", "? NEW  "), ("", "? ???? "), ("7.5", "? ???? "), ("中文", "? ???? "),
        ("\x1b[31m", "? ???? "),
    ],
)  # fmt: skip
def test_a_severity_that_is_not_rated_says_the_word_of_its_product(
    row: AlertRow, word: str, badge: str
) -> None:
    unrated = row._replace(severity=int(Severity.UNKNOWN), severity_word=word)
    assert text(unrated, 80).strip().startswith(badge)
