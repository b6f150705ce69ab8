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

from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content
from alerttui.tui.screens.menu import Dialog
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.text_fields import TextField


class ComposerScreen(Dialog[str]):
    """Write a comment; ctrl+s sends, esc keeps it as a draft. The answer is the text to send."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "send", show=False, priority=True),
    ]

    def __init__(self, title: str, draft: str, *, keep: Callable[[str], None], stored_as: str) -> None:
        super().__init__(title)
        self._draft = draft
        self._keep = keep
        self._stored_as = stored_as

    def compose(self) -> ComposeResult:
        """Title, the text, the keys."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield TextField(self._draft, id="comment")
            keys = DocumentView(id="composer-keys")
            keys.can_focus = False
            keys.show(lambda _: [DocLine(self._keys())])
            yield keys

    def on_mount(self) -> None:
        """Go on where the draft ends."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    def _keys(self) -> Content:
        send, back = Content.styled("ctrl+s", "bold $accent"), Content.styled("esc", "bold $accent")
        stored = content(f"stored as {self._stored_as}", DIM)
        return send + Content(" send  ") + back + Content(" keep as draft  ") + stored

    @on(TextArea.Changed)
    def keep_draft(self, event: TextArea.Changed) -> None:
        """Every keystroke is kept, so that no crash loses it."""
        self._keep(event.text_area.text)

    def action_send(self) -> None:
        """Send what is written, if anything is."""
        text = self.query_one(TextArea).text
        if text.strip():
            self.dismiss(text.rstrip())
