"""The top line: product, profile, view or views on the left; what waits and how fresh it is on the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from alerttui.domain.moments import format_moment
from alerttui.tui.render.pieces import Piece, sides, whole
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, crop
from alerttui.tui.render.views_line import ViewTab, view_pieces

BANNERS: Final = {
    "": "bold $background on $banner-background",
    "red": "bold $background on $banner-red",
    "orange": "bold $background on $banner-orange",
    "yellow": "bold $background on $banner-yellow",
    "green": "bold $background on $banner-green",
    "blue": "bold $background on $banner-blue",
    "purple": "bold $background on $banner-purple",
}
"""By the word that the configuration has for a banner's colour; without one the theme's own."""


@dataclass(frozen=True, slots=True)
class TopLine:
    """What the first line tells."""

    profile: str
    banner: str = ""
    """A word that stands out beside the profile's name, such as PROD."""
    banner_colour: str = ""
    """One of the words of `BANNERS`; the profile's name has it where there is no banner."""
    is_in_clear: bool = False
    """True if everything crosses a network without encryption."""
    views: tuple[ViewTab, ...] = ()
    """The views, the one that is listed among them; `view` tells where there are none."""
    view: str = ""
    shown_count: int = 0
    total: int | None = None
    """How many alerts the listing has; None while it is being counted."""
    is_slow: bool = False
    """True where counting them takes longer than a moment."""
    waiting: int = 0
    waiting_grave: str = ""
    """How many of those are grave, in words."""
    gone: int = 0
    as_of_ms: int | None = None
    connection: str = ""
    """What there is to say of a remote system, in a few words; empty while all is well."""
    is_connection_trouble: bool = False
    connection_action: str = ""
    """What a click on that does; empty for nothing."""
    stale_since_ms: int | None = None
    """Since when the store cannot be read; None while it can."""
    read_only: bool = False
    refresh_key: str = "R"


MIDDLE_CELLS: Final = 24
"""Room that the view should have before anything else keeps its long form."""

ANY_ROOM: Final = 10_000
"""More cells than any line of views takes."""

PROFILE_CELLS: Final = (10, 5)
"""What is left of a long profile name where there is little room, and where there is least."""


def top_pieces(top: TopLine, width: int) -> list[Piece]:
    """The line in pieces; what waits and how fresh it is stay longest, the product goes first."""
    wanted = min(sum(piece.content.cell_length for piece in _middle(top, ANY_ROOM)), MIDDLE_CELLS)
    left: list[Piece] = []
    right: list[Piece] = []
    room = width
    for terseness in range(MOST_TERSE + 1):
        left, right = _left(top, terseness), _right(top, terseness)
        room = width - sum(piece.content.cell_length for piece in (*left, *right)) - 1
        if room >= wanted:
            break
    return sides([*left, *_middle(top, room)], right, width)


MOST_TERSE: Final = 6
"""Steps in which the line is shortened: product, word for refresh, gone ones, profile, clock, grave ones."""


def _left(top: TopLine, terseness: int) -> list[Piece]:
    pieces = [] if terseness >= 1 else [Piece(Content.assemble(("alerttui", "bold $accent"), "  "))]
    profile = content(top.profile)
    if terseness >= 4:
        profile = crop(profile, PROFILE_CELLS[terseness >= MOST_TERSE])
    if top.banner_colour and not top.banner:
        line = Content.styled(" ", BANNERS[top.banner_colour]) + profile.stylize(BANNERS[top.banner_colour])
        line += Content.styled(" ", BANNERS[top.banner_colour])
    else:
        line = Content(" ") + profile + Content(" ")
    if top.banner:
        line += content(f" {top.banner} ", BANNERS[top.banner_colour])
    if top.is_in_clear:
        line += Content.assemble(" ", ("plain http", "bold $text-warning"))
    if top.read_only:
        line += Content.assemble(" ", ("read-only", "$warning"))
    return [*pieces, Piece(line + Content(" " if terseness >= 1 else "  "))]


def _middle(top: TopLine, room: int) -> list[Piece]:
    slow = Content.styled(" reading…", DIM) if top.is_slow else Content("")
    if top.views:
        return [*view_pieces(top.views, room - slow.cell_length), Piece(slow)]
    count = f"{top.total:,}" if top.total is not None else f"{top.shown_count:,}+"
    return [Piece(content(top.view, "bold") + content(f" {count}") + slow)]


def _right(top: TopLine, terseness: int) -> list[Piece]:
    parts = []
    if top.waiting:
        grave = f" ({top.waiting_grave})" if top.waiting_grave and terseness < MOST_TERSE else ""
        parts.append(Piece(content(f"▲ {top.waiting:,} new{grave}", "$warning"), "list.refresh"))
    if top.gone:
        words = "gone" if terseness >= 3 else "no longer matches" if top.gone == 1 else "no longer match"
        parts.append(Piece(content(f"{top.gone:,} {words}", DIM), "list.refresh"))
    if parts:
        key = content(top.refresh_key, "bold")
        parts.append(Piece(key if terseness >= 2 else key + Content.styled(" refresh", DIM), "list.refresh"))
    if top.connection:
        style = "bold $warning" if top.is_connection_trouble else DIM
        parts.append(Piece(content(top.connection, style), top.connection_action))
    if not top.connection or terseness < MOST_TERSE:
        parts.append(Piece(_freshness(top, is_short=terseness >= 5)))
    spaced = [Piece(piece.content + Content("  "), piece.action_id) for piece in parts[:-1]]
    return [*spaced, parts[-1]]


def _freshness(top: TopLine, *, is_short: bool) -> Content:
    if top.stale_since_ms is not None:
        word = "stale" if is_short else "stale since"
        return content(f"{word} {_clock(top.stale_since_ms)}", "bold $warning")
    if top.as_of_ms is None:
        return Content("")
    return content(_clock(top.as_of_ms) if is_short else f"as of {_clock(top.as_of_ms)}", DIM)


def _clock(moment_ms: int) -> str:
    return f"{format_moment(moment_ms)[11:19]}Z"


def top_line(top: TopLine, width: int) -> Content:
    """The top line."""
    return whole(top_pieces(top, width), width)
