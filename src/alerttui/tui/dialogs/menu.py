"""Menus: one letter picks. They lie on the bottom lines, so the list stays in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen

from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.line_view import LineView

Answer = TypeVar("Answer")

PANEL_SHARE: Final = 80
"""How much of the screen a panel takes at most, in percent; the style sheet says the same."""

FRAME_LINES: Final = 2
"""Lines of a panel for its rule and its title."""

MIN_OPTIONS: Final = 3

LAYOUTS_BEFORE_PAINT: Final = 3
"""The first layout tells the views their width, the second follows the lines that they then have."""


@dataclass(frozen=True, slots=True)
class Option(Generic[Answer]):
    """One line of a menu."""

    key: str
    """The letter that picks it; empty where only the cursor does."""
    label: str
    value: Answer
    note: str = ""
    """Said dimly beside the label: "now", or what it leads to."""


class Dialog(ModalScreen[Answer]):
    """A panel on the bottom lines with a title; esc backs out of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back_out", "back", show=False),
        Binding("ctrl+l", "app.redraw", "redraw", show=False),
    ]

    def __init__(self, title: str) -> None:
        super().__init__(classes="dialog")
        self._title = title
        self._layouts_to_come = LAYOUTS_BEFORE_PAINT

    def on_mount(self) -> None:
        """Until the lines are laid out, nothing of the panel is painted."""
        self.call_after_refresh(self._note_layout)

    def _note_layout(self) -> None:
        self._layouts_to_come -= 1
        if self._layouts_to_come:
            self.call_after_refresh(self._note_layout)
        elif self.is_current:
            self._compositor_refresh()

    def _compositor_refresh(self) -> None:
        """Paint, but no panel that still grows; Textual has no public way to say so."""
        if not self._layouts_to_come:
            super()._compositor_refresh()

    def title_view(self) -> DocumentView:
        """The title as the first line of the panel."""
        view = DocumentView(classes="dialog-title")
        view.can_focus = False
        self._show_title(view)
        return view

    def retitle(self, title: str) -> None:
        """Another title from now on."""
        if title != self._title:
            self._title = title
            self._show_title(self.query_one(".dialog-title", DocumentView))

    def _show_title(self, view: DocumentView) -> None:
        title = content(self._title, "bold $accent")
        view.show(lambda _: [DocLine(title)])

    def panel_room(self) -> int:
        """Lines of the panel under its title."""
        return self.app.size.height * PANEL_SHARE // 100 - FRAME_LINES

    def action_back_out(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


class MenuScreen(Dialog[Answer]):
    """Options of which one letter, or the cursor and enter, picks one; `j` and `k` move unless they pick."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "pick", show=False),
        Binding("down,j,ctrl+n", "move(1)", "down", show=False),
        Binding("up,k,ctrl+p", "move(-1)", "up", show=False),
    ]

    def __init__(
        self, title: str, options: Sequence[Option[Answer]], *, above: Sequence[str] = (), cursor: int = 0
    ) -> None:
        super().__init__(title)
        self._options = options
        self._above = above
        self._first = cursor

    def compose(self) -> ComposeResult:
        """Title, what there is to know, the options."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            if self._above:
                notes = DocumentView(classes="dialog-notes")
                notes.can_focus = False
                notes.show(lambda _: [DocLine(content(line)) for line in self._above])
                notes.styles.height = len(self._above)
                yield notes
            yield self.options_view()

    def options_view(self) -> DocumentView:
        """The options, a line each."""
        options = DocumentView(id="options")
        options.show(lambda _: [self._line(option) for option in self._options])
        options.cursor = self._first
        room = max(MIN_OPTIONS, self.panel_room() - len(self._above))
        options.styles.height = min(len(self._options), room)  # beyond it they scroll with the cursor
        return options

    def on_mount(self) -> None:
        """The options have the focus."""
        self.query_one("#options", DocumentView).focus()

    def _line(self, option: Option[Answer]) -> DocLine:
        key = content(f" {option.key or ' '} ", "bold $accent")
        note = Content.styled("  ", DIM) + content(option.note, DIM) if option.note else Content("")
        return DocLine(key + Content(" ") + content(option.label) + note)

    def on_key(self, event: Key) -> None:
        """A letter of the menu picks its option.

        Not bindings: the letters belong to the options of this very menu, not to actions.
        """
        for option in self._options:
            if option.key and event.character == option.key:
                event.stop()
                self.dismiss(option.value)
                return

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self.query_one("#options", DocumentView).move_by(lines)

    def action_pick(self) -> None:
        """Take the option under the cursor."""
        self.dismiss(self._options[self.query_one("#options", DocumentView).cursor].value)

    @on(LineView.LineOpened, "#options")
    def pick_clicked(self) -> None:
        """A click on the cursor's option takes it."""
        self.action_pick()


def confirm(title: str, yes: str, *, above: Sequence[str] = ()) -> MenuScreen[bool]:
    """A question with two answers; the harmless one is where the cursor stands."""
    options = [Option("y", yes, True), Option("n", "leave everything as it is", False)]
    return MenuScreen(title, options, above=above, cursor=1)
