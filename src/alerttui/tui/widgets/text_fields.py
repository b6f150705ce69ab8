"""Text fields that show foreign text harmlessly: what is pasted or put in by us passes the gate first.

Textual's own fields write control characters to the terminal as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.widgets import Input, TextArea

from alerttui.domain.showable import shown

Spans = Callable[[str], Iterable[tuple[int, int, str]]]
"""From where to where in a text which style word holds."""


class _Painter(Highlighter):
    """Colours what is typed."""

    def __init__(self, spans: Spans, style_of: Callable[[str], Style]) -> None:
        self._spans = spans
        self._style_of = style_of

    def highlight(self, text: Text) -> None:
        for start, end, style in self._spans(text.plain):
            if style:
                text.stylize(self._style_of(style), start, end)


class LineField(Input):
    """One line. Of a pasted text of several lines none is lost: they are joined by spaces."""

    def __init__(
        self, value: str = "", *, placeholder: str = "", id: str | None = None, spans: Spans | None = None
    ) -> None:
        super().__init__(
            shown(value),
            placeholder=placeholder,
            id=id,
            compact=True,
            select_on_focus=False,
            highlighter=_Painter(spans, self._rich_style_of) if spans else None,
        )
        self.cursor_blink = False

    def _rich_style_of(self, name: str) -> Style:
        return self.app.stylesheet.parse_style(name).rich_style

    def put(self, value: str, position: int | None = None) -> None:
        """Set the text, with the cursor at its end or at a position."""
        self.value = shown(value)
        self.cursor_position = len(self.value) if position is None else position

    def on_paste(self, event: Paste) -> None:
        """Put a pasted text in, shown, in one line."""
        event.prevent_default()
        event.stop()
        lines = (line.strip() for line in event.text.splitlines())
        self.insert_text_at_cursor(shown(" ".join(line for line in lines if line)))


class SecretField(LineField):
    """One line that nobody sees: it is masked, cannot be copied, and is forgotten once it was taken."""

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id)
        self.password = True

    def taken(self) -> str:
        """What was typed; the field has it no longer."""
        typed = self.value
        self.clear()
        return typed

    def on_paste(self, event: Paste) -> None:
        """Put the first line of a paste in as it is: every character counts, and none is shown."""
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(next(iter(event.text.splitlines()), ""))

    def action_copy(self) -> None:
        """Nothing: a secret is not for the clipboard."""

    def action_cut(self) -> None:
        """Nothing, for the same reason."""

    def on_unmount(self) -> None:
        """The field is gone, and what was typed with it."""
        with self.prevent(Input.Changed):
            self.clear()


class TextField(TextArea):
    """Several lines."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+j", "newline", "new line", show=False)]

    def action_newline(self) -> None:
        """What a line end in an unbracketed paste is."""
        self.insert("\n")

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(
            shown(text, multiline=True), id=id, compact=True, soft_wrap=True, tab_behavior="focus"
        )
        self.cursor_blink = False

    def on_paste(self, event: Paste) -> None:
        """Put a pasted text in, shown."""
        event.prevent_default()
        event.stop()
        start, end = self.selection
        self.replace(shown(event.text, multiline=True), start, end)
