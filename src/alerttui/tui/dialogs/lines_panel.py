"""A panel with a list, all that is known of the line under its cursor, and the keys that matter there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from alerttui.tui.dialogs.menu import Answer
from alerttui.tui.dialogs.reading_panel import ReadingPanel, show_keys
from alerttui.tui.render.document import DocLine, LazyLines
from alerttui.tui.render.text import crop, wrap
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.line_view import LineView

TOLD_LINES: Final = 3
"""Lines under the list for the whole of what is known of the line under the cursor."""


class LinesPanel(ReadingPanel[Answer]):
    """The list has the focus; subclasses say its lines, what is told of one, and the keys."""

    def __init__(self, title: str, count: int) -> None:
        super().__init__(title)
        self._count = count

    def lines(self, width: int) -> LazyLines:
        """The lines of the list."""
        raise NotImplementedError

    def told(self, at: int) -> tuple[Content, Content]:
        """All that is known of a line: its name, and the rest in as many lines as there is room for."""
        raise NotImplementedError

    def keys(self, at: int) -> Sequence[tuple[str, str]]:
        """The keys that matter on a line, and what they do."""
        raise NotImplementedError

    @property
    def at(self) -> int:
        """The line under the cursor."""
        return min(self.body.cursor, self._count - 1)

    def compose(self) -> ComposeResult:
        """Title, the list, all of one line, the keys."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            listed = DocumentView(id="lines")
            listed.show(self.lines)
            yield listed
            told = DocumentView(id="lines-told")
            told.can_focus = False
            told.styles.height = TOLD_LINES
            yield told
            yield self.keys_view()

    def show_anew(self, title: str, count: int, at: int) -> None:
        """Other lines from now on, with the cursor on one of them."""
        self.retitle(title)
        self._count = count
        self._fit()
        self.body.show(self.lines, keep_place=True)
        self.body.move_to(at)
        self._tell()

    def on_mount(self) -> None:
        """As high as its list, and told of its first line."""
        self._fit()
        self._tell()

    def on_resize(self) -> None:
        """The list takes what room there is."""
        self._fit()

    def _fit(self) -> None:
        room = max(1, self.panel_room() - TOLD_LINES - 1)  # and the keys
        self.body.styles.height = max(1, min(self._count, room))

    @on(LineView.CursorMoved, "#lines")
    def tell_moved(self) -> None:
        """The lines below follow the cursor."""
        self._tell()

    def _tell(self) -> None:
        head, rest = self.told(self.at)
        self.query_one("#lines-told", DocumentView).show(
            lambda width: [
                DocLine(each) for each in (crop(head, width), *wrap(rest, width)[: TOLD_LINES - 1])
            ]
        )
        show_keys(self.query_one("#lines-keys", DocumentView), self.keys(self.at))

    @on(LineView.LineOpened, "#lines")
    def go_clicked(self) -> None:
        """A click on the cursor's line does what enter does."""
        self.action_go()

    def action_go(self) -> None:
        """What enter does."""
