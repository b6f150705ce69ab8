"""A panel with a list, all that is known of the line under its cursor, and the keys that matter there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from alerttui.tui.dialogs.menu import Answer, Dialog
from alerttui.tui.render.document import DocLine, LazyLines
from alerttui.tui.render.text import content, crop, wrap
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.line_view import LineView

TOLD_LINES: Final = 3
"""Lines under the list for the whole of what is known of the line under the cursor."""

ROOM: Final = 0.8
"""Share of the terminal's height that the panel may take, as the style sheet has it."""


class LinesPanel(Dialog[Answer]):
    """The list has the focus; subclasses say its lines, what is told of one, and the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("g,home", "move(-1000000)", "top", show=False),
        Binding("G,end", "move(1000000)", "bottom", show=False),
        Binding("pagedown,space,ctrl+d", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "page up", show=False),
        Binding("q", "back_out", "back", show=False),
    ]

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
        return min(self.query_one("#lines", DocumentView).cursor, self._count - 1)

    def compose(self) -> ComposeResult:
        """Title, the list, all of one line, the keys."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            listed = DocumentView(id="lines")
            listed.show(self.lines)
            yield listed
            for name in ("lines-told", "lines-keys"):
                view = DocumentView(id=name)
                view.can_focus = False
                yield view

    def on_mount(self) -> None:
        """The list has the focus."""
        self._fit()
        self._tell()
        self.query_one("#lines").focus()

    def on_resize(self) -> None:
        """The list takes what room there is."""
        self._fit()

    def _fit(self) -> None:
        others = TOLD_LINES + 3  # the border, the title, the keys
        room = max(1, int(self.app.size.height * ROOM) - others)
        self.query_one("#lines").styles.height = max(1, min(self._count, room))
        self.query_one("#lines-told").styles.height = TOLD_LINES
        self.query_one("#lines-keys").styles.height = 1

    @on(LineView.CursorMoved, "#lines")
    def tell_moved(self) -> None:
        """The lines below follow the cursor."""
        self._tell()

    def _tell(self) -> None:
        head, rest = self.told(self.at)
        hints = [
            content(key, "bold $accent") + content(f" {label}")
            for key, label in (*self.keys(self.at), ("esc", "back"))
        ]
        self.query_one("#lines-told", DocumentView).show(
            lambda width: [
                DocLine(each) for each in (crop(head, width), *wrap(rest, width)[: TOLD_LINES - 1])
            ]
        )
        self.query_one("#lines-keys", DocumentView).show(
            lambda width: [DocLine(crop(Content("  ").join(hints), width))]
        )

    def action_move(self, lines: int) -> None:
        """Move by lines."""
        self.query_one("#lines", DocumentView).move_by(lines)

    def action_page(self, pages: int) -> None:
        """Move by pages."""
        self.query_one("#lines", DocumentView).scroll_page(pages)

    @on(LineView.LineOpened, "#lines")
    def go_clicked(self) -> None:
        """A click on the cursor's line does what enter does."""
        self.action_go()

    def action_go(self) -> None:
        """What enter does."""
