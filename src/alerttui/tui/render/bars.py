"""The one-line bars: top line, tabs, status line, hints; each one `Content` that fits its width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from alerttui.domain.moments import format_moment
from alerttui.tui.render.document import joined
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, crop


@dataclass(frozen=True, slots=True)
class TopLine:
    """What the first line tells."""

    profile: str
    banner: str = ""
    """A word that stands out beside the profile's name, such as PROD."""
    view: str = ""
    shown_count: int = 0
    total: int | None = None
    """How many alerts the listing has; None while it is being counted."""
    waiting: int = 0
    waiting_grave: str = ""
    """How many of those are grave, in words."""
    gone: int = 0
    as_of_ms: int | None = None
    read_only: bool = False


def top_line(top: TopLine, width: int) -> Content:
    """Product, profile, view with its count on the left; what waits and how fresh it is on the right."""
    left = Content.assemble(("alerttui", "bold $accent"), "  ") + content(f" {top.profile} ")
    if top.banner:
        left += content(f" {top.banner} ", "bold $background on $banner-background")
    if top.read_only:
        left += Content.assemble(" ", ("read-only", "$warning"))
    count = f"{top.total:,}" if top.total is not None else f"{top.shown_count:,}+"
    left += Content("  ") + content(top.view, "bold") + content(f" {count}")
    news = []
    if top.waiting:
        grave = f" ({top.waiting_grave})" if top.waiting_grave else ""
        news.append(content(f"▲ {top.waiting:,} new{grave}", "$warning"))
    if top.gone:
        news.append(Content.styled(f"{top.gone:,} no longer match", DIM))
    if news:
        news.append(Content.styled("R", "bold") + Content.styled(" refresh", DIM))
    clock = "" if top.as_of_ms is None else f"as of {format_moment(top.as_of_ms)[11:19]}Z"
    right = joined([*news, content(clock, DIM)], "  ")
    return sides(left, right, width)


def sides(left: Content, right: Content, width: int) -> Content:
    """Two contents at the two ends of a line; the left one gives way."""
    room = width - right.cell_length - 1
    if room < 10:
        return crop(left, width)
    left = crop(left, room)
    return left + Content(" " * (width - left.cell_length - right.cell_length)) + right


@dataclass(frozen=True, slots=True)
class Tab:
    """One pane's name on the line of tabs."""

    key: str
    label: str
    count: int | None = None
    active: bool = False
    """The pane that is on screen under the tabs."""


def tab_line(tabs: Sequence[Tab], width: int) -> Content:
    """The panes that share the room below, the visible one set off."""
    parts = []
    for tab in tabs:
        count = f" {tab.count:,}" if tab.count is not None else ""
        style = "bold $foreground on $cursor-background" if tab.active else DIM
        parts.append(content(f" {tab.key} {tab.label}{count} ", style))
    return crop(Content("").join(parts), width)


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


def status_line(status: StatusLine, width: int) -> Content:
    """Marks and what a change would act on, the last change and its undo."""
    if status.marked:
        aim = Content.styled(f"✓ {status.marked:,} marked", "bold $accent")
        if status.marked_hidden:
            aim += Content.styled(f" ({status.marked_hidden:,} not in this list)", "$warning")
    elif status.total:
        aim = Content.styled(f"{status.position:,} of {status.total:,}", DIM)
    else:
        aim = Content("")
    if status.range_open:
        aim += Content.styled("  range: v ends it", "$accent")
    right = Content.styled("z", "bold $accent") + Content.styled(" undo", DIM) if status.undo else Content("")
    room = width - aim.cell_length - right.cell_length - 4
    note = crop(content(status.note, status.note_style), max(0, room))
    left = aim + Content("  ") + note if len(aim) else note
    return sides(left, right, width) if len(right) else crop(left, width)


def hint_line(hints: Sequence[tuple[str, str, bool]], width: int) -> Content:
    """Keys with their verbs, as many as fit, and the last one always; one that cannot act is dim."""
    if not hints:
        return Content("")
    last = _hint(*hints[-1])
    line = Content("")
    for hint in hints[:-1]:
        drawn = _hint(*hint)
        if line.cell_length + drawn.cell_length + last.cell_length > width:
            break
        line += drawn
    return crop(line + last, width)


def _hint(key: str, label: str, is_enabled: bool) -> Content:
    key_style, label_style = ("bold $accent", "$foreground") if is_enabled else (DIM, DIM)
    return content(key, key_style) + Content(" ") + content(label, label_style) + Content("  ")
