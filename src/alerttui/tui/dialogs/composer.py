"""The composer: a comment over as many lines as it needs; what is written survives esc."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import TextArea

from alerttui.domain.errors import AlertTuiError
from alerttui.domain.showable import shown
from alerttui.tui.dialogs.menu import Dialog
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM, ERROR
from alerttui.tui.render.text import content
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.text_fields import TextField


class ComposerScreen(Dialog[str]):
    """Write a comment; ctrl+s sends, ctrl+e goes to the editor, esc keeps it as a draft.

    The answer is the text to send; with `stays_here` a local note, which is kept and never sent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "send", show=False, priority=True),
        Binding("ctrl+e", "edit_outside", "editor", show=False, priority=True),
    ]

    def __init__(
        self, title: str, draft: str, *, keep: Callable[[str], None], stored_as: str, stays_here: bool = False
    ) -> None:
        super().__init__(title)
        self._draft = draft
        self._keep = keep
        self._stored_as = stored_as
        self._stays_here = stays_here
        self._is_problem_told = False

    def compose(self) -> ComposeResult:
        """Title, the text, the keys."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield TextField(self._draft, id="comment")
            keys = DocumentView(id="composer-keys")
            keys.can_focus = False
            keys.show(lambda _: [*self._promise(), DocLine(self._keys())])
            yield keys

    def on_mount(self) -> None:
        """Go on where the draft ends."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    def _promise(self) -> list[DocLine]:
        """Above the keys, where what is written stays."""
        if not self._stays_here:
            return []
        return [DocLine(Content.styled("This note stays on this machine and is never sent.", "$warning"))]

    def _keys(self) -> Content:
        send, back = Content.styled("ctrl+s", "bold $accent"), Content.styled("esc", "bold $accent")
        editor = Content.styled("ctrl+e", "bold $accent")
        stored = content(f"stored as {self._stored_as}", DIM)
        verb = content(" keep it  " if self._stays_here else " send  ")
        keys = send + verb + editor + Content(" editor  ") + back
        return keys + Content(" keep as draft  ") + stored

    @on(TextArea.Changed)
    def keep_draft(self, event: TextArea.Changed) -> None:
        """Every keystroke is kept, so that no crash loses it."""
        self._keep(event.text_area.text)
        if self._is_problem_told:
            self._tell("")

    def action_edit_outside(self) -> None:
        """Go on writing in the analyst's own editor; what comes back is kept at once."""
        from alerttui.tui.outside_program import edit

        area = self.query_one(TextArea)
        try:
            edited = edit(self.app, area.text, f"comment{self._ending()}", self._keep)
        except AlertTuiError as error:
            self._tell(str(error))
            return
        area.text = shown(edited, multiline=True)
        area.move_cursor(area.document.end)
        self._tell("")

    def _ending(self) -> str:
        """How the file's name ends, so that the editor knows the format."""
        return {"markdown": ".md", "html": ".html"}.get(self._stored_as, ".txt")

    def _tell(self, problem: str) -> None:
        """Say what went wrong in place of the keys; without a problem, the keys."""
        self._is_problem_told = bool(problem)
        line = content(problem, ERROR) if problem else self._keys()
        lines = [*self._promise(), DocLine(line)]
        self.query_one("#composer-keys", DocumentView).show(lambda _: lines)

    def action_send(self) -> None:
        """Send, or keep, what is written, if anything is."""
        text = self.query_one(TextArea).text
        if text.strip():
            self.dismiss(text.rstrip())
        else:
            verb = "keep" if self._stays_here else "send"
            self._tell(f"There is nothing to {verb} yet; esc leaves.")
