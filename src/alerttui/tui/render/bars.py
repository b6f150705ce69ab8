"""The one-line bars: tabs, status line, hints; each one is pieces that fit its width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from textual.content import Content

from alerttui.tui.render.pieces import Piece, fitted, sides, whole
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import MIN_WRAP_CELLS, content, crop, wrap


@dataclass(frozen=True, slots=True)
class Tab:
    """One pane's name on the line of tabs."""

    key: str
    label: str
    count: int | None = None
    active: bool = False
    """The pane that is on screen under the tabs."""
    action_id: str = ""
    """The action that goes there."""


SHORT_LABELS: Final = {
    "Detail": ("Det", "De"),
    "Events": ("Ev", "Ev"),
    "Comments": ("Com", "Co"),
    "History": ("Hist", "Hi"),
    "Indicators": ("Ind", "In"),
    "Related": ("Rel", "Re"),
}
"""What a tab is called where there is little room, and where there is less."""

WAY_BACK_CELLS: Final = 10
"""What undo and its margins take of the status line."""

_LOOSE: Final = " "
_TIGHT: Final = ""


def tab_pieces(tabs: Sequence[Tab], width: int) -> list[Piece]:
    """The panes that share the room below, the visible one set off; names get short from the last on."""
    pieces: list[Piece] = []
    for shortness, margin in _manners(tabs):
        pieces = [_tab(tab, each, margin) for tab, each in zip(tabs, shortness, strict=True)]
        if sum(piece.content.cell_length for piece in pieces) <= width:
            break
    return fitted(pieces, width)


def _manners(tabs: Sequence[Tab]) -> Iterator[tuple[list[int], str]]:
    """How short each name is, and the margin before it: from the longest line to the shortest."""
    others = [index for index, tab in enumerate(tabs) if not tab.active]
    short = [0] * len(tabs)
    yield short, _LOOSE
    for index in reversed(others):
        short[index] = 1
        yield short, _LOOSE
    yield short, _TIGHT
    yield [2 if index in others else 0 for index in range(len(tabs))], _TIGHT
    yield [2 if index in others else 1 for index in range(len(tabs))], _TIGHT


def _tab(tab: Tab, shortness: int, margin: str) -> Piece:
    label = (
        SHORT_LABELS.get(tab.label, (tab.label[:4], tab.label[:2]))[shortness - 1] if shortness else tab.label
    )
    count = f" {tab.count:,}" if tab.count is not None else ""
    style = "bold $foreground on $cursor-background" if tab.active else DIM
    return Piece(content(f"{margin}{tab.key} {label}{count} ", style), tab.action_id)


def tab_line(tabs: Sequence[Tab], width: int) -> Content:
    """The line of tabs."""
    return whole(tab_pieces(tabs, width), width)


@dataclass(frozen=True, slots=True)
class StatusLine:
    """What the status line tells; `note` is the latest thing that happened."""

    marked: int = 0
    marked_hidden: int = 0
    range_open: bool = False
    position: int = 0
    total: int = 0
    note: str = ""
    note_style: str = ""
    undo: bool = False
    undo_key: str = "z"
    range_key: str = "v"
    redo: bool = False
    redo_key: str = "Z"
    unsent: int = 0
    """Edits and comments that have not reached the remote system."""
    held: int = 0
    """Those that wait for the analyst."""
    pending_key: str = "w"
    keeps_undo: bool = True
    """False where the note is not about a change: the way back gives way to a longer one."""
    goes_on: bool = False
    """True where a note that is too long goes on in the line of keys."""


def status_pieces(status: StatusLine, width: int) -> list[Piece]:
    """Marks and what a change would act on, the last change and its undo."""
    aim = _aim(status)
    note, _ = _parted(status, width)
    left = Piece(aim + Content("  ") + note if len(aim) else note)
    right = _right(status, width)
    return sides([left], right, width) if right else fitted([left], width)


def _right(status: StatusLine, width: int) -> list[Piece]:
    """The way back, unless a longer note needs its place; what is to be decided stays in any case."""
    needed = _aim(status).cell_length + content(status.note).cell_length + WAY_BACK_CELLS
    if status.keeps_undo or needed <= width:
        return _way_back(status)
    return _unsent(status) if status.held else []


def _parted(status: StatusLine, width: int) -> tuple[Content, Content]:
    """The note as far as the status line has room for it, and what goes on below."""
    right = _right(status, width)
    taken = _aim(status).cell_length + sum(piece.content.cell_length for piece in right)
    room = max(0, width - taken - 4)
    note = content(status.note, status.note_style)
    if not status.goes_on or note.cell_length <= room or room < MIN_WRAP_CELLS:
        return crop(note, room), Content("")
    first = wrap(note, room)[0]
    rest = len(note) - len(note.plain[len(first) :].lstrip())
    return first, note[rest:]


def _way_back(status: StatusLine) -> list[Piece]:
    """What is unsent; the key that takes back the last change, or makes it again."""
    pieces = _unsent(status)
    if status.undo or status.redo:
        key, word = (status.undo_key, "undo") if status.undo else (status.redo_key, "redo")
        pieces.append(Piece(content(key, "bold $accent") + content(f" {word}", DIM), f"change.{word}"))
    return pieces


def _unsent(status: StatusLine) -> list[Piece]:
    """What has not reached the remote system, and what waits for the analyst, with the key that shows it."""
    parts = [content(f"{status.held:,} to decide ", "bold $warning")] if status.held else []
    parts += [content(f"{status.unsent:,} unsent ", DIM)] if status.unsent else []
    if not parts:
        return []
    key = content(status.pending_key, "bold $accent") + Content("  ")
    return [Piece(Content("").join([*parts, key]), "change.pending")]


def _aim(status: StatusLine) -> Content:
    if status.marked:
        aim = Content.styled(f"✓ {status.marked:,} marked", "bold $accent")
        if status.marked_hidden:
            aim += Content.styled(f" ({status.marked_hidden:,} not in this list)", "$warning")
    elif status.total:
        aim = Content.styled(f"{status.position:,} of {status.total:,}", DIM)
    else:
        aim = Content("")
    if status.range_open:
        aim += content(f"  range: {status.range_key} ends it", "$accent")
    return aim


def status_line(status: StatusLine, width: int) -> Content:
    """The status line."""
    return whole(status_pieces(status, width), width)


class Hint(NamedTuple):
    """A key that matters now."""

    key: str
    label: str
    is_enabled: bool = True
    action_id: str = ""


AnyHint = Hint | tuple[str, str, bool]


def hint_pieces(hints: Sequence[AnyHint], width: int) -> list[Piece]:
    """Keys with their verbs, as many as fit, and the last one always; one that cannot act is dim."""
    if not hints:
        return []
    last = _hint(Hint(*hints[-1]), is_last=True)
    room = width - last.content.cell_length
    pieces = []
    for hint in hints[:-1]:
        drawn = _hint(Hint(*hint))
        room -= drawn.content.cell_length
        if room < 0:
            break
        pieces.append(drawn)
    return fitted([*pieces, last], width)


def _hint(hint: Hint, *, is_last: bool = False) -> Piece:
    key_style, label_style = ("bold $accent", "$foreground") if hint.is_enabled else (DIM, DIM)
    gap = Content("" if is_last else "  ")
    drawn = content(hint.key, key_style) + Content(" ") + content(hint.label, label_style) + gap
    return Piece(drawn, hint.action_id)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """The last line: keys, or the rest of a sentence that is too long for the status line."""

    hints: tuple[Hint, ...] = ()
    status: StatusLine | None = None
    """The status line, where what it says may go on here."""


def key_line_pieces(line: KeyLine, width: int) -> list[Piece]:
    """The keys; where a sentence goes on here, its rest and only the last key."""
    _, rest = _parted(line.status, width) if line.status is not None else (None, Content(""))
    if not len(rest):
        return hint_pieces(line.hints, width)
    last = [_hint(Hint(*hint)) for hint in line.hints[-1:]]
    return sides([Piece(rest)], last, width) if last else fitted([Piece(rest)], width)


def hint_line(hints: Sequence[AnyHint], width: int) -> Content:
    """The line of keys."""
    return whole(hint_pieces(hints, width), width)
