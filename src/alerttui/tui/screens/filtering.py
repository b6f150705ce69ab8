"""Filtering: from the text in the filter bar to another listing, with what is wrong said while typing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from alerttui.domain.errors import QueryError
from alerttui.domain.query import EVERYTHING, AlertQuery, Operator, Term
from alerttui.domain.query_text import parse, print_query
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.filter_history import FilterHistory
from alerttui.tui.screens.completing import Completer, reason_at
from alerttui.tui.screens.desk import BAD, WARN, Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading
from alerttui.tui.widgets.filter_bar import FilterBar

TERMS_TRIED: Final = 6
"""Terms that are left out one at a time to see which of them leaves nothing."""

LONGEST_TERM: Final = 30
"""Characters of a term that the status line quotes."""


@dataclass(slots=True)
class Filtering:
    """The filter keys, and what the filter bar tells."""

    desk: Desk
    queue: Queue
    bar: FilterBar
    reading: Reading
    before: AlertQuery | None = None
    """The filter before the present one; None where there was none."""
    _rowid_before: int | None = None
    """The alert that was under the cursor then."""
    _history: FilterHistory = field(init=False)
    _completer: Completer | None = None
    _cleared: AlertQuery | None = None
    """The filter that "clear" took away; pressed again, it brings it back."""
    _is_refused: bool = False
    """True while the status line says why what was entered does not parse."""

    def __post_init__(self) -> None:
        self._history = FilterHistory(self.desk.settings.state_folder)

    async def edit(self) -> None:
        """Open the filter for typing."""
        self._completer = Completer(self.desk, self.bar)
        self._is_refused = False
        await self.bar.edit()  # before anything else: the next keys are meant for it
        await asyncio.to_thread(self._history.load)
        self.bar.remember(self._history.texts)
        self.desk.say("↓ chooses what comes next, tab takes it; ↑ earlier filters")

    async def leave(self) -> None:
        """Take the candidates away; where there are none, close the input. The filter stays as it was."""
        if self._completer is not None:
            self._completer.stop()
        if self.bar.is_offering:
            self.bar.stop_offering()
            return
        await self._close()
        self.desk.say("")

    async def clear(self) -> None:
        """Show every alert; pressed again, bring the filter back."""
        if self.queue.query != EVERYTHING:
            self._cleared = self.queue.query
            self.show(EVERYTHING)
            key = self.desk.keymap.label("filter.clear")
            self.desk.say(f"{key} again brings back: {print_query(self._cleared)}")
        elif self._cleared is not None:
            self.show(self._cleared)
        else:
            self.desk.say("There is no filter to clear: every alert is listed.")

    async def submit(self, text: str) -> None:
        """Take what was typed, unless it does not parse: then say why and stay."""
        try:
            query = parse(text)
        except QueryError as error:
            self.desk.say(reason_at(error), BAD)
            self._is_refused = True
            return
        await self._close()
        self.show(query)
        self.remember(query)

    async def _close(self) -> None:
        await self.bar.end()
        self._completer = None
        self.queue.view.focus()

    # -- what is listed

    def show(self, query: AlertQuery, note: str = "", *, rowid: int | None = None) -> None:
        """List what a query asks for, and say a sentence; the cursor keeps its alert where that is listed.

        `rowid` is the alert that the cursor goes to instead.
        """
        before, row = self.queue.query, self.queue.view.row_under_cursor
        self.queue.show(query, rowid)
        if query != before:
            self.before, self._rowid_before = before, row.rowid if row else None
        self.bar.text = print_query(query)
        self.reading.follow(self.queue.view.row_under_cursor)
        self.desk.say(note)
        if not len(self.queue.listing):
            self.desk.run(partial(self._explain, query), "emptiness", exclusive=True)

    async def show_only(self, alert_id: AlertId) -> None:
        """List one alert alone."""
        self.show(AlertQuery((Term("id", Operator.HAS, (alert_id,)),)))

    def back(self) -> bool:
        """List what was listed before, which can be undone the same way; False where nothing was."""
        if self.before is None:
            return False
        self.show(self.before, rowid=self._rowid_before)
        return True

    def remember(self, query: AlertQuery) -> None:
        """Keep a filter for the arrow keys, also of later sessions."""
        text = print_query(query)
        self.desk.run(partial(asyncio.to_thread, self._history.add, text), "history")

    async def _explain(self, query: AlertQuery) -> None:
        """Say why nothing matches, and what would help."""
        sentence = await asyncio.to_thread(self._why_empty, query)
        if query == self.queue.query and not len(self.queue.listing):
            self.desk.say(sentence, WARN)

    def _why_empty(self, query: AlertQuery) -> str:
        store, context = self.desk.session.store, self.desk.session.query_context()
        if not store.count(EVERYTHING, context):
            return "There is no alert here yet: alerttui import FILE takes alerts in."
        keys = self.desk.keymap
        ways = (
            f"{keys.label('filter.edit')} edits, {keys.label('filter.clear')} clears, "
            f"{keys.label('view.last')} goes back."
        )
        if len(query.terms) < 2:
            return f"Nothing matches. {ways}"
        for term in reversed(query.terms[-TERMS_TRIED:]):
            others = tuple(other for other in query.terms if other != term)
            count = store.count(replace(query, terms=others), context)
            if count:
                left_out = print_query(AlertQuery((term,)))
                cut = left_out if len(left_out) <= LONGEST_TERM else f"{left_out[:LONGEST_TERM]}…"
                return f"Nothing matches; without {cut} {count:,} would. {ways}"
        return f"Nothing matches, nor without any one term. {ways}"

    # -- while somebody types

    def check(self, text: str, position: int) -> None:
        """Offer what could come next, and say what is wrong with what is typed so far."""
        if self._is_refused:
            self._is_refused = False
            self.desk.say("")
        if self._completer is not None and self.bar.is_editing:
            self._completer.offer(text, position)

    def complete(self, text: str, position: int) -> None:
        """Offer what could come here, although nothing was typed."""
        self.check(text, position)
