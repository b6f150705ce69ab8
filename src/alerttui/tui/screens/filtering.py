"""Filtering: from the text in the filter bar to another listing, with what is wrong said while typing."""

from __future__ import annotations

from dataclasses import dataclass, field

from alerttui.domain.errors import QueryError
from alerttui.domain.query import EVERYTHING, AlertQuery
from alerttui.domain.query_text import parse, print_query
from alerttui.tui.screens.completing import Completer
from alerttui.tui.screens.desk import BAD, Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading
from alerttui.tui.widgets.filter_bar import FilterBar


@dataclass(slots=True)
class Filtering:
    """The filter keys, and what the filter bar tells."""

    desk: Desk
    queue: Queue
    bar: FilterBar
    reading: Reading
    _earlier: list[str] = field(default_factory=list)
    _completer: Completer | None = None
    _cleared: str = ""
    """The filter that "clear" took away; pressed again, it brings it back."""

    async def edit(self) -> None:
        """Open the filter for typing."""
        self.bar.remember(self._earlier)
        self._completer = Completer(self.desk.session)
        await self.bar.edit()
        self.desk.say("enter applies, tab completes, up and down: earlier filters, esc leaves it as it was")

    async def leave(self) -> None:
        """Close the input, the filter stays as it was."""
        await self.bar.end()
        self.queue.view.focus()
        self.desk.say("")

    async def clear(self) -> None:
        """Show every alert; pressed again, bring the filter back."""
        if self.bar.text:
            self._cleared = self.bar.text
            await self._apply(EVERYTHING)
            self.desk.say(f"0 again brings back: {self._cleared}")
        elif self._cleared:
            await self._apply(parse(self._cleared))

    async def submit(self, text: str) -> None:
        """Take what was typed, unless it does not parse: then say why and stay."""
        try:
            query = parse(text)
        except QueryError as error:
            self._say_error(error)
            return
        await self.bar.end()
        await self._apply(query)
        self.queue.view.focus()

    async def _apply(self, query: AlertQuery) -> None:
        text = print_query(query)
        before = self.bar.text
        if before != text:
            self._earlier.append(before)
        self.bar.text = text
        self.queue.show(query)
        self.reading.follow(self.queue.view.row_under_cursor)
        self.desk.say("")

    def check(self, text: str, position: int) -> None:
        """Say what is wrong with what is typed so far, or what could come next."""
        try:
            parse(text)
        except QueryError as error:
            if error.end >= len(text.rstrip()):
                self.desk.say(self._said(text, position) or error.reason)
            else:
                self._say_error(error)
            return
        self.desk.say(self._said(text, position))

    def complete(self, text: str, position: int) -> None:
        """Put a completion in; values come from the alerts at hand."""
        replaced = self._completer.completed(text, position) if self._completer else None
        if replaced is not None:
            self.bar.replace(*replaced)

    def _said(self, text: str, position: int) -> str:
        return self._completer.said(text, position) if self._completer else ""

    def _say_error(self, error: QueryError) -> None:
        place = error.text[error.start : error.end]
        self.desk.say(f"{place}: {error.reason}" if place else error.reason, BAD)
