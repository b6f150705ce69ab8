"""A row of the alert list as a strip: few style runs, so that a repaint costs few bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from alerttui.domain.listing import AlertRow
from alerttui.domain.moments import format_age
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import Phase, Severity

SEVERITY_GLYPHS: Final = {
    Severity.CRITICAL: "◆",
    Severity.HIGH: "▲",
    Severity.MEDIUM: "●",
    Severity.LOW: "■",
    Severity.INFO: "·",
    Severity.UNKNOWN: "?",
}
"""One cell each, and each of another shape: severity is never told by colour alone."""

SEVERITY_SHORT: Final = {
    Severity.CRITICAL: "CRIT",
    Severity.HIGH: "HIGH",
    Severity.MEDIUM: "MED ",
    Severity.LOW: "LOW ",
    Severity.INFO: "INFO",
    Severity.UNKNOWN: "????",
}
"""Four cells each."""

STATUS_CELLS: Final = 8
AGE_CELLS: Final = 4
ASSIGNEE_CELLS: Final = 9
COUNT_CELLS: Final = 6
TITLE_CELLS: Final = 20
"""The title keeps so many cells, whatever else must go."""

GUTTER_CELLS: Final = 2
BADGE_CELLS: Final = 7
"""Glyph and word of the severity; the glyph alone takes two."""

FIXED_CELLS: Final = GUTTER_CELLS + BADGE_CELLS + STATUS_CELLS + 1 + AGE_CELLS + 1


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns a row of some width has beside its title, in the order in which they go."""

    count: bool
    assignee: bool
    status: bool
    severity_word: bool
    age: bool


@lru_cache(maxsize=64)
def columns(width: int) -> Columns:
    """The columns that leave the title enough of so many cells."""
    without_status = FIXED_CELLS - STATUS_CELLS - 1
    without_word = without_status - (BADGE_CELLS - 2)
    return Columns(
        count=width >= 99,
        assignee=width >= 69,
        status=width >= FIXED_CELLS + TITLE_CELLS,
        severity_word=width >= without_status + TITLE_CELLS,
        age=width >= without_word + TITLE_CELLS,
    )


@dataclass(frozen=True, slots=True)
class RowLook:
    """The styles of a list in the present theme."""

    base: Style
    open: Style
    active: Style
    closed: Style
    gone: Style
    cursor: Style
    """Laid over everything else on the cursor's row."""
    cursor_blurred: Style
    mark: Style
    severities: Mapping[Severity, Style]


@dataclass(frozen=True, slots=True)
class RowState:
    """What the list knows of a row beside its values."""

    cursor: bool = False
    focused: bool = True
    marked: bool = False
    gone: bool = False
    pending: bool = False


@dataclass(frozen=True, slots=True)
class RowContext:
    """What the rows of one list have in common."""

    look: RowLook
    now_ms: int
    status_label: Callable[[str], str]
    """The short form of a status word."""
    person_label: Callable[[str], str]
    """The short name of an assignee's id."""


def alert_strip(row: AlertRow, width: int, state: RowState, context: RowContext) -> Strip:
    """The row, exactly `width` cells wide."""
    look = context.look
    severity = Severity(row.severity) if 0 <= row.severity <= Severity.CRITICAL else Severity.UNKNOWN
    text_style = _text_style(row, state, look)
    severity_style = look.gone if state.gone else look.base + look.severities[severity]
    gutter, gutter_style = _gutter(state, look)
    shows = columns(width)
    badge = f"{SEVERITY_GLYPHS[severity]} {_severity_short(severity, row.severity_word)} "
    if not shows.severity_word:
        badge = badge[:2]
    if gutter.isspace():  # an empty gutter of its own style would cost 45 bytes a row
        segments = [Segment(gutter + badge, severity_style)]
    else:
        segments = [Segment(gutter, gutter_style), Segment(badge, severity_style)]
    segments.append(Segment(_rest(row, width - GUTTER_CELLS - len(badge), shows, context), text_style))
    if state.cursor:
        over = look.cursor if state.focused else look.cursor_blurred
        segments = [Segment(text, style + over if style else over) for text, style, _ in segments]
    if width < FIXED_CELLS:
        return Strip(segments).adjust_cell_length(width, look.base)
    return Strip(segments, width)


def _severity_short(severity: Severity, word: str) -> str:
    """Four cells; of one that is not rated the beginning of the product's word, where that is plain."""
    if severity or not (word.isascii() and word.isalpha()):
        return SEVERITY_SHORT[severity]
    return shown(word[:4].upper()).ljust(4)


def _gutter(state: RowState, look: RowLook) -> tuple[str, Style]:
    first = "✓" if state.marked else "▌" if state.cursor else " "
    second = "…" if state.pending else "▌" if state.marked and state.cursor else " "
    return first + second, look.base + look.mark


def _text_style(row: AlertRow, state: RowState, look: RowLook) -> Style:
    if state.gone:
        return look.gone
    if row.phase == Phase.CLOSED:
        return look.closed
    return look.active if row.phase == Phase.ACTIVE else look.open


def _rest(row: AlertRow, width: int, shows: Columns, context: RowContext) -> str:
    head = tail = ""
    if shows.status:
        head = fit(shown(context.status_label(row.status)), STATUS_CELLS) + " "
    if shows.age:
        head += format_age(context.now_ms - row.created_ms).rjust(AGE_CELLS - 1) + "  "
    if shows.assignee and row.assignee_id:
        tail = " " + fit(shown(context.person_label(row.assignee_id)), ASSIGNEE_CELLS)
    if shows.count and row.event_count is not None and row.event_count > 1:
        tail = " " + _count(row.event_count) + tail
    title = fit(shown(row.title), max(0, width - cell_len(head) - cell_len(tail)))
    return head + title + tail


def _count(event_count: int) -> str:
    text = f"×{event_count}" if event_count < 100_000 else "×99k+"
    return text.rjust(COUNT_CELLS)


def fit(text: str, cells: int) -> str:
    """The text in exactly this many cells, with an ellipsis where it was too long."""
    if text.isascii() and len(text) <= cells:
        return text.ljust(cells)
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    return set_cell_size(text, cells - 1) + "…" if cells > 0 else ""
