"""The views on the top line: the one that is listed always, the others as far as there is room around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from alerttui.tui.render.pieces import Piece
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, crop

MORE_BEFORE: Final = "‹"
MORE_AFTER: Final = "›"
ACTIVE_STYLE: Final = "bold $foreground on $cursor-background"

TO_VIEW: Final = "view:"
"""A click on a view that is not listed goes there: this and its name."""

ALL_VIEWS: Final = "view.menu"
"""A click on the listed one, or on a mark of hidden ones, offers them all."""


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A view, or the filter that is none, with its count."""

    name: str
    count: int | None = None
    """None while it is being counted."""
    active: bool = False
    is_more: bool = False
    """True where more alerts match than were counted so far."""


def view_pieces(tabs: Sequence[ViewTab], width: int) -> list[Piece]:
    """The active view set off, others around it in order, marks where some are hidden; fits the width."""
    if not tabs or width <= 0:
        return []
    active = next((position for position, tab in enumerate(tabs) if tab.active), 0)
    drawn = [_tab(tab) for tab in tabs]
    first, last = _in_sight(drawn, active, width)
    pieces = [
        Piece(drawn[at], ALL_VIEWS if tabs[at].active else f"{TO_VIEW}{tabs[at].name}")
        for at in range(first, last + 1)
    ]
    if first:
        pieces.insert(0, Piece(content(MORE_BEFORE, DIM), ALL_VIEWS))
    if last < len(drawn) - 1:
        pieces.append(Piece(content(MORE_AFTER, DIM), ALL_VIEWS))
    fits = sum(piece.content.cell_length for piece in pieces) <= width
    return pieces if fits else [Piece(crop(drawn[active], width), ALL_VIEWS)]


def views_line(tabs: Sequence[ViewTab], width: int) -> Content:
    """The views as one line."""
    return Content("").join(piece.content for piece in view_pieces(tabs, width))


def _in_sight(drawn: Sequence[Content], active: int, width: int) -> tuple[int, int]:
    """The stretch of views around the active one that fits, with room for the marks of what is hidden."""
    first = last = active
    while True:
        wider = [(first, last + 1), (first - 1, last)]
        fitting = [
            stretch
            for stretch in wider
            if stretch[0] >= 0 and stretch[1] < len(drawn) and _cells(drawn, stretch) <= width
        ]
        if not fitting:
            return first, last
        first, last = fitting[0] if (last - active) <= (active - first) else fitting[-1]


def _cells(drawn: Sequence[Content], stretch: tuple[int, int]) -> int:
    first, last = stretch
    marks = (first > 0) + (last < len(drawn) - 1)
    return sum(each.cell_length for each in drawn[first : last + 1]) + marks


def _tab(tab: ViewTab) -> Content:
    count = "" if tab.count is None else f" {tab.count:,}{'+' if tab.is_more else ''}"
    if tab.active:
        return content(f" {tab.name}{count} ", ACTIVE_STYLE)
    return Content(" ") + content(tab.name) + content(f"{count} ", DIM)
