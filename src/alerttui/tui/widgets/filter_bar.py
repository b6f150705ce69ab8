"""The filter: one line that shows it, and becomes an input with a list of candidates while it is edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message

from alerttui.tui.render.candidates import Offers, beginning_with
from alerttui.tui.widgets.bar import Bar
from alerttui.tui.widgets.candidate_list import CandidateList

if TYPE_CHECKING:
    from textual.widgets import Input

    from alerttui.tui.widgets.text_fields import LineField


class FilterBar(Horizontal):
    """Shows the filter; `edit` opens it for typing. What is typed means nothing here: the screen decides."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("ctrl+up", "earlier(-1)", "earlier", show=False),
        Binding("ctrl+down", "earlier(1)", "later", show=False),
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
        self._bar: Bar[str] = Bar(text, draw, action_id="filter.edit", id="filter-text")
        self._candidates: CandidateList | None = None
        self._history: list[str] = []
        self._earlier: list[str] = []
        """The earlier filters that begin with what was typed, and last what was typed."""
        self._place = 0
        self._opened_with = ""
        self._put: str | None = None
        """The text that was put in by us: it is not typed, so nothing is offered for it."""

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
        self._history = [text for text in dict.fromkeys(texts) if text and text != self.text]

    @property
    def is_editing(self) -> bool:
        """True while the input is open."""
        return bool(self.query("#filter-input"))

    async def edit(self) -> None:
        """Open the input with the filter in force."""
        from alerttui.tui.render.filter_line import styled_spans
        from alerttui.tui.widgets.text_fields import LineField

        if self.is_editing:
            return
        start = f"{self.text} " if self.text else ""
        field = LineField(start, id="filter-input", spans=partial(styled_spans, is_typed=True))
        self._opened_with = self._put = field.value
        self._earlier, self._place = [], 0
        self._candidates = CandidateList(id="filter-candidates")
        self.add_class("-editing")
        await self.mount(field, self._candidates)
        field.focus()
        field.cursor_position = len(field.value)

    async def end(self) -> None:
        """Close the input without a word."""
        self.remove_class("-editing")
        self._candidates = None
        await self.query("#filter-input, #filter-candidates").remove()

    # -- candidates

    def offer(self, offers: Offers) -> None:
        """Show what could come next, or nothing."""
        if self._candidates is not None:
            self._candidates.show(offers)

    @property
    def is_offering(self) -> bool:
        """True while candidates lie over the alerts."""
        return self._candidates is not None and self._candidates.is_open

    def stop_offering(self) -> None:
        """Take the candidates away until something is typed."""
        if self._candidates is not None:
            self._candidates.close()

    @property
    def typed(self) -> tuple[str, int]:
        """What stands in the input, and where its cursor is."""
        field = self._field()
        return field.value, field.cursor_position

    def replace(self, text: str, position: int) -> None:
        """Put a text into the open input, as if it were typed."""
        self._field().put(text, position)

    def _field(self) -> LineField:
        from alerttui.tui.widgets.text_fields import LineField

        return self.query_one("#filter-input", LineField)

    def action_complete(self) -> None:
        """Take the marked candidate, or the first; where none are shown, ask for them."""
        if not self.is_editing:
            return
        candidates = self._candidates
        if candidates is not None and candidates.is_open and candidates.offers.are_for(*self.typed):
            self._take(candidates.marked or 0)
        else:
            self.post_message(self.CompletionWanted(*self.typed))

    def _take(self, position: int) -> None:
        if self._candidates is None:
            return
        offers = self._candidates.offers
        word = offers.items[position].text
        text, _ = self.typed
        self.replace(text[: offers.start] + word + text[offers.end :], offers.start + len(word))

    @on(CandidateList.Picked)
    def take_clicked(self, event: CandidateList.Picked) -> None:
        """A click on a candidate takes it."""
        event.stop()
        self._take(event.position)

    # -- up and down

    def action_move(self, step: int) -> None:
        """Down goes into the candidates and up back out of them; further up are earlier filters."""
        candidates = self._candidates
        if candidates is None:
            return
        is_marked = candidates.is_open and candidates.marked is not None
        is_within_earlier = bool(self._earlier) and self._place < len(self._earlier) - 1
        if is_marked or (step > 0 and not is_within_earlier):
            if candidates.is_open:
                candidates.move(step)
            else:
                self.post_message(self.CompletionWanted(*self.typed))
        else:
            self.action_earlier(step)

    def action_earlier(self, step: int) -> None:
        """Go through the earlier filters that begin with what was typed."""
        if not self.is_editing:
            return
        text, _ = self.typed
        if not self._earlier:
            is_typed = text != self._opened_with
            self._earlier = [*beginning_with(self._history, text if is_typed else ""), text]
            self._place = len(self._earlier) - 1
        self._place = max(0, min(self._place + step, len(self._earlier) - 1))
        earlier = self._earlier[self._place]
        if earlier != text:
            self.stop_offering()
            self.replace(earlier, len(earlier))
            self._put = self._field().value

    # -- the input

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what is typed."""
        event.stop()
        if event.value == self._put:
            return
        self._put = None
        self._earlier = []
        self.post_message(self.Typed(event.value, event.input.cursor_position))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Tell that enter was pressed; a marked candidate is taken first, a field waits for its value."""
        event.stop()
        candidates = self._candidates
        word = candidates.word if candidates is not None else None
        if candidates is not None and word is not None and candidates.offers.are_for(*self.typed):
            self._take(candidates.marked or 0)
            if word.endswith((":", "=", "<", ">")):
                return
        self.post_message(self.Submitted(self.typed[0].strip()))
