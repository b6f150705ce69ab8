"""The bars around the list and the panes: they are told what to show, and repaint only what differs."""

from __future__ import annotations

from dataclasses import dataclass, field

from alerttui.tui.render.bars import KeyLine, StatusLine, key_line_pieces, status_pieces
from alerttui.tui.render.top_line import TopLine, top_pieces
from alerttui.tui.screens import telling
from alerttui.tui.screens.arrangement import Arrangement
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.mirroring import Mirroring
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading
from alerttui.tui.screens.viewing import Viewing
from alerttui.tui.widgets.bar import Bar
from alerttui.tui.widgets.divider import TabBar
from alerttui.tui.widgets.filter_bar import FilterBar


@dataclass(slots=True)
class Bars:
    """Top line, tabs, status line and hints, and whom they ask."""

    desk: Desk
    queue: Queue
    viewing: Viewing
    reading: Reading
    mirroring: Mirroring
    arrangement: Arrangement
    filter_bar: FilterBar
    tabs: TabBar
    top: Bar[TopLine] = field(init=False)
    status: Bar[StatusLine] = field(init=False)
    hints: Bar[KeyLine] = field(init=False)

    def __post_init__(self) -> None:
        self.top = Bar(TopLine(profile=self.desk.session.profile), top_pieces, id="top")
        self.status = Bar(StatusLine(), status_pieces, id="status")
        self.hints = Bar(KeyLine(), key_line_pieces, id="hints")

    def tell(self) -> None:
        """Bring every bar up to date; one that tells the same is not repainted."""
        self.top.value = telling.top(self.desk, self.queue, self.viewing, self.mirroring)
        self.tabs.value = telling.tabs(self.desk, self.arrangement, self.reading)
        self.status.value = telling.status(self.desk, self.queue, self.mirroring)
        self.tell_hints()

    def tell_hints(self) -> None:
        """Bring the line of keys up to date."""
        editing, status = self.filter_bar.is_editing, self.status.value
        self.hints.value = telling.keys(self.desk, self.arrangement.focused, status, is_editing=editing)
