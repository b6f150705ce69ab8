"""The filter: one line that shows it, and becomes an input while it is edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message

from alerttui.tui.widgets.bar import Bar

if TYPE_CHECKING:
    from textual.widgets import Input

    from alerttui.tui.widgets.text_fields import LineField


class FilterBar(Horizontal):
    """Shows the filter; `edit` opens it for typing. What is typed means nothing here: the screen decides."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "earlier(-1)", "earlier", show=False),
        Binding("down", "earlier(1)", "later", show=False),
        Binding("tab", "complete", "complete", show=False),
    ]

    class Submitted(Message):
        """Enter was pressed on this text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Typed(Message):
        """The text changed while it is edited."""

        def __init__(self, text: str, position: int) -> None:
            super().__init__()
            self.text = text
            self.position = position

        def can_replace(self, message: Message) -> bool:
            """Only the latest text matters."""
            return isinstance(message, FilterBar.Typed)

    class CompletionWanted(Message):
        """Tab was pressed at this place."""

        def __init__(self, text: str, position: int) -> None:
            super().__init__()
            self.text = text
            self.position = position

    def __init__(self, text: str, draw: Callable[[str, int], Content], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._bar: Bar[str] = Bar(text, draw, id="filter-text")
        self._history: list[str] = []
        self._place = 0

    def compose(self) -> ComposeResult:
        """The line; the input comes when it is needed."""
        yield self._bar

    @property
    def text(self) -> str:
        """The filter that is in force."""
        return self._bar.value

    @text.setter
    def text(self, text: str) -> None:
        self._bar.value = text

    def remember(self, texts: Iterable[str]) -> None:
        """Earlier filters, oldest first, for the arrow keys."""
        self._history = [text for text in dict.fromkeys(texts) if text]

    @property
    def is_editing(self) -> bool:
        """True while the input is open."""
        return bool(self.query("#filter-input"))

    async def edit(self) -> None:
        """Open the input with the filter in force."""
        from alerttui.tui.widgets.text_fields import LineField

        if self.is_editing:
            return
        start = f"{self.text} " if self.text else ""
        field = LineField(start, id="filter-input")
        self._place = len(self._history)
        self.add_class("-editing")
        await self.mount(field)
        field.focus()
        field.cursor_position = len(field.value)

    async def end(self) -> None:
        """Close the input without a word."""
        self.remove_class("-editing")
        await self.query("#filter-input").remove()

    def replace(self, text: str, position: int) -> None:
        """Put a text into the open input."""
        field = self._field()
        field.put(text, position)

    def _field(self) -> LineField:
        from alerttui.tui.widgets.text_fields import LineField

        return self.query_one("#filter-input", LineField)

    def action_earlier(self, step: int) -> None:
        """Go through earlier filters."""
        if not self.is_editing or not self._history:
            return
        self._place = max(0, min(self._place + step, len(self._history)))
        text = self._history[self._place] if self._place < len(self._history) else ""
        self.replace(text, len(text))

    def action_complete(self) -> None:
        """Ask for a completion."""
        if self.is_editing:
            field = self._field()
            self.post_message(self.CompletionWanted(field.value, field.cursor_position))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what is typed."""
        event.stop()
        self.post_message(self.Typed(event.value, event.input.cursor_position))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Tell that enter was pressed."""
        event.stop()
        self.post_message(self.Submitted(event.value.strip()))
