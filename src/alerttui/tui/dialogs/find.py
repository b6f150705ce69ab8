"""The dialog in which one types what to find; the pane shows it while one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from alerttui.tui.dialogs.menu import Dialog
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.text_fields import LineField


class FindScreen(Dialog[str]):
    """One line to type in and one that tells the matches; they lie on the last two lines of the console."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "step(1)", "next", show=False),
        Binding("up,ctrl+p", "step(-1)", "previous", show=False),
    ]

    def __init__(
        self, where: str, text: str, *, typed: Callable[[str], None], stepped: Callable[[int], None]
    ) -> None:
        super().__init__(f"Find in the {where}")
        self._text = text
        self._typed = typed
        self._stepped = stepped

    def compose(self) -> ComposeResult:
        """The needle and how often it is there."""
        panel = Vertical(classes="dialog-panel")
        panel.styles.border_top = ("none", "transparent")
        with panel:
            yield LineField(self._text, placeholder=self._title, id="needle")
            yield DocumentView(id="found")

    def on_mount(self) -> None:
        """What was looked for last is selected: typing replaces it, enter or an arrow looks for it again."""
        found = self.query_one("#found", DocumentView)
        found.can_focus = False
        found.styles.height = 1
        field = self.query_one("#needle", LineField)
        field.focus()
        field.select_all()
        self.tell("")

    def tell(self, sentence: str, style: str = DIM) -> None:
        """Say how many matches there are and which one is shown."""
        others = "" if style else "↑↓ other matches, enter keeps the place, "
        keys = content(f"{others}esc goes back", DIM)
        told = content(f"{sentence}  ", style) if sentence else content(f"{self._title}: ", DIM)
        self.query_one("#found", DocumentView).show(lambda _: [DocLine(told + keys)])

    def action_step(self, step: int) -> None:
        """Go to another match without leaving the dialog."""
        self._stepped(step)

    @on(Input.Changed, "#needle")
    def look(self, event: Input.Changed) -> None:
        """Look for what is typed so far."""
        self._typed(event.value)

    @on(Input.Submitted, "#needle")
    def keep(self, event: Input.Submitted) -> None:
        """Stay at the match."""
        self.dismiss(event.value)
