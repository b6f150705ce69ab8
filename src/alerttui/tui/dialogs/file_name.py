"""Naming a file: the proposed name can be changed, and a name that cannot be used says why at once."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from alerttui.tui.dialogs.menu import Dialog
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM, ERROR
from alerttui.tui.render.text import content
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.text_fields import LineField


class FileNameScreen(Dialog[str]):
    """Ask for the name of a file; the answer is what is typed."""

    def __init__(self, title: str, proposed: str, problem_of: Callable[[str], str]) -> None:
        super().__init__(title)
        self._proposed = proposed
        self._problem_of = problem_of

    def compose(self) -> ComposeResult:
        """Title, the name, what is wrong with it."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield LineField(self._proposed, placeholder="a new file, here or with its folder", id="file")
            yield DocumentView(id="file-note")

    def on_mount(self) -> None:
        """The cursor stands behind the name."""
        note = self.query_one("#file-note", DocumentView)
        note.can_focus = False
        note.styles.height = 1
        field = self.query_one("#file", LineField)
        field.focus()
        field.cursor_position = len(field.value)
        self._tell(field.value)

    @on(Input.Changed, "#file")
    def tell(self, event: Input.Changed) -> None:
        """Say whether this name can be used."""
        self._tell(event.value)

    def _tell(self, typed: str) -> None:
        problem = self._problem_of(typed)
        good = "enter writes it, readable by you only"
        line = content(problem, ERROR) if problem else content(good, DIM)
        self.query_one("#file-note", DocumentView).show(lambda _: [DocLine(line)])

    @on(Input.Submitted, "#file")
    def take(self, event: Input.Submitted) -> None:
        """Take the name, unless it cannot be used."""
        self._tell(event.value)
        if not self._problem_of(event.value):
            self.dismiss(event.value)
