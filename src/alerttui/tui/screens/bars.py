"""The bars around the list and the panes: they are told what to show, and repaint only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerttui.tui.render.bars import Hint, StatusLine, hint_pieces, status_pieces, tab_pieces
from alerttui.tui.render.top_line import TopLine, top_pieces
from alerttui.tui.screens import telling
from alerttui.tui.widgets.bar import Bar
from alerttui.tui.widgets.divider import TabBar

if TYPE_CHECKING:
    from alerttui.tui.screens.parts import Parts


class Bars:
    """Top line, tabs, status line and hints."""

    def __init__(self, profile: str) -> None:
        self.top: Bar[TopLine] = Bar(TopLine(profile=profile), top_pieces, id="top")
        self.tabs = TabBar((), tab_pieces, id="tabs")
        self.status: Bar[StatusLine] = Bar(StatusLine(), status_pieces, id="status")
        self.hints: Bar[tuple[Hint, ...]] = Bar((), hint_pieces, id="hints")

    def tell(self, parts: Parts) -> None:
        """Bring every bar up to date; one that tells the same is not repainted."""
        self.top.value = telling.top(parts.desk, parts.queue, parts.viewing)
        self.tabs.value = telling.tabs(parts.desk, parts.arrangement, parts.reading)
        self.status.value = telling.status(parts.desk, parts.queue)
        self.tell_hints(parts)

    def tell_hints(self, parts: Parts) -> None:
        """Bring the line of keys up to date."""
        editing = parts.filter_bar.is_editing
        self.hints.value = telling.hints(parts.desk, parts.arrangement.focused, is_editing=editing)
