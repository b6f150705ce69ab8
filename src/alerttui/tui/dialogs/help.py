"""The help: the keys of the focused pane, from the registry, each with why it cannot act where it cannot."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from alerttui.triage.actions import ACTIONS, Action, Pane
from alerttui.triage.keymap import Keymap
from alerttui.triage.session import Session
from alerttui.tui.dialogs.reading_panel import ReadingPanel
from alerttui.tui.render.document import DocLine, blank, heading
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.text import content, wrap
from alerttui.tui.widgets.document_view import DocumentView

KEY_CELLS = 14


class HelpScreen(ReadingPanel[None]):
    """A scrollable list of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark", "back_out", "back", show=False)]

    def __init__(self, session: Session, keymap: Keymap, pane: Pane) -> None:
        super().__init__(f"Keys in the {pane.value}   (esc closes)")
        self.add_class("help")
        self._session = session
        self._keymap = keymap
        self._pane = pane

    def compose(self) -> ComposeResult:
        """Title and keys."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            lines = DocumentView(id="lines")
            lines.show(self._lines)
            yield lines

    def _lines(self, width: int) -> list[DocLine]:
        lines: list[DocLine] = []
        group = None
        for action in ACTIONS:
            if self._pane not in action.panes:
                continue
            if action.group is not group:
                group = action.group
                lines += [blank(), heading(group.value)] if lines else [heading(group.value)]
            lines += self._action_lines(action.named_for(self._session.capabilities), width)
        return lines

    def _action_lines(self, action: Action, width: int) -> list[DocLine]:
        keys = " ".join(self._keymap.labels(action.id)) or "-"
        why = self._session.refusal_of(action)
        style = DIM if why else ""
        text = content(action.help, style) + (content(f"  {why}", "$warning") if why else Content(""))
        head = content(keys.ljust(KEY_CELLS), DIM if why else "bold $accent")
        wrapped = wrap(text, max(10, width - KEY_CELLS))
        return [
            DocLine((head if index == 0 else Content(" " * KEY_CELLS)) + part, value=action.help)
            for index, part in enumerate(wrapped)
        ]
