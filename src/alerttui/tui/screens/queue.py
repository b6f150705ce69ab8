"""The queue: which listing is on screen, the rest of its ids, and what has happened to it since."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from textual.message import Message

from alerttui.domain.errors import AlertTuiError
from alerttui.domain.listing import AlertRow
from alerttui.domain.query import AlertQuery
from alerttui.domain.vocabulary import Phase
from alerttui.triage.listing import Listing, Refresh, Waiting
from alerttui.triage.marks import Marks
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.emptiness import empty_sentence
from alerttui.tui.screens.staleness import Staleness
from alerttui.tui.widgets.alert_list import AlertList

WATCH_S: Final = 1.0
"""How often the store is asked whether anybody wrote: one pragma, and nothing is painted if not."""

SLOW_S: Final = 0.4
"""Reading that takes longer than this is said."""

AGES_S: Final = 60.0
"""How often the ages in the list are drawn anew; the list shows no shorter step for most alerts."""

ADVANCE_LOOK: Final = 500
"""How many rows are looked at for the next open alert."""


class QueueChanged(Message):
    """Counts, freshness or waiting alerts changed: the bars tell it."""


class StoreChanged(Message):
    """Somebody, here or elsewhere, has written: what is read may be out of date."""


@dataclass(slots=True)
class Queue:
    """One query at a time, as a listing in the alert list."""

    desk: Desk
    view: AlertList
    marks: Marks
    listing: Listing
    as_of_ms: int
    data_version: int
    """Of the store, before the listing was read or compared with it."""
    waiting: Waiting = field(default_factory=Waiting)
    staleness: Staleness = field(init=False)
    is_slow: bool = False
    """True while the rest of the ids is read and that takes longer than a moment."""
    _generation: int = 0
    _is_comparing: bool = False
    _is_stale: bool = False
    """True if somebody wrote while the comparison ran."""

    def __post_init__(self) -> None:
        self.staleness = Staleness(self.desk)
        self.say_why_empty()

    def begin(self) -> None:
        """Load the rest of the ids, and watch the store from now on."""
        self.desk.attempt(self.staleness.check_file, "watch")
        self._load_rest()
        self.desk.screen.set_interval(WATCH_S, partial(self.desk.attempt, self._look, "watch"), name="watch")
        self.desk.screen.set_interval(
            AGES_S, partial(self.desk.attempt, self._tell_ages, "ages"), name="ages"
        )

    def _tell_ages(self) -> None:
        self.view.tell_ages()
        self.tell()

    # -- what is listed

    @property
    def query(self) -> AlertQuery:
        """The filter of the present listing."""
        return self.listing.query

    def show(self, query: AlertQuery, rowid: int | None = None) -> None:
        """List another query; the cursor stays on its alert, or goes to this one, where that is listed."""
        under_cursor = self.view.row_under_cursor
        self.data_version = self.desk.session.store.data_version()  # before it is read: none is overlooked
        self._start(query)
        wanted = rowid if rowid is not None else under_cursor.rowid if under_cursor else None
        position = self.listing.position(wanted) if wanted is not None else None
        self.view.show_source(self.listing, position or 0)
        self._load_rest(follow=wanted if position is None else None)
        self.view.empty_text = ""
        self.tell()

    def let_in(self) -> None:
        """Let the waiting alerts in and the gone ones go; the cursor keeps its alert or goes to the next."""
        self.desk.run(self._let_in, "refresh", exclusive=True)

    async def _let_in(self) -> None:
        refresh = await asyncio.to_thread(self.listing.newer, lambda: False)
        if refresh is not None:
            self._adopt(refresh)

    def _adopt(self, refresh: Refresh) -> None:
        stays = self.listing.nearest_staying(self.view.cursor, refresh.gone)
        self.listing.forget()
        self.listing.adopt(refresh.rowids)
        position = self.listing.position(stays) if stays is not None else 0
        self.waiting = Waiting()
        self.as_of_ms = self.desk.session.clock()
        self.view.show_source(self.listing, position or 0)
        self.tell()

    def _start(self, query: AlertQuery) -> None:
        session = self.desk.session
        self.listing = Listing(session.store, query, session.query_context())
        self._generation += 1
        self.waiting = Waiting()
        self.as_of_ms = session.clock()

    def _load_rest(self, follow: int | None = None) -> None:
        if not self.listing.complete:
            self.desk.run(partial(self._load, self._generation, follow), "listing", exclusive=True)

    async def _load(self, generation: int, follow: int | None) -> None:
        slow = self.desk.screen.set_timer(SLOW_S, partial(self._say_slow, generation))
        try:
            rowids = await asyncio.to_thread(self.listing.load, lambda: generation != self._generation)
        except AlertTuiError as error:
            self._lose(error)
            return
        finally:
            slow.stop()
            self.is_slow = False
        self._regain()
        if rowids is None or generation != self._generation:
            return
        self.listing.adopt(rowids)
        position = self.listing.position(follow) if follow is not None else None
        if position is not None and self.view.cursor == 0:
            self.view.show_source(self.listing, position)
        else:
            self.view.lines_changed()
        self.tell()

    def _say_slow(self, generation: int) -> None:
        if generation == self._generation:
            self.is_slow = True
            self.tell()

    # -- what happens meanwhile

    def _look(self) -> None:
        """Ask whether anybody wrote; if so, see off the event loop what that means for the listing."""
        try:
            self.staleness.check_file()
            version = self.desk.session.store.data_version()
        except AlertTuiError as error:
            self._lose(error)
            return
        if self.staleness.since_ms is not None and not self._is_comparing:
            self.data_version = -1  # compare: that tells whether the rows can be read, too
            self._load_rest()
        if version == self.data_version or not self.listing.complete:
            return
        self.data_version = version
        self._is_stale = True
        if not self._is_comparing:
            self._is_comparing = True
            self.desk.run(self._compare, "watch")

    async def _compare(self) -> None:
        """See what is new until nothing is; a store that is written to all the time does not starve this."""
        try:
            while self._is_stale:
                self._is_stale = False
                await self._compare_once(self._generation)
            self._regain()
        except AlertTuiError as error:
            self._lose(error)
        finally:
            self._is_comparing = False
            self.say_why_empty()

    def _lose(self, error: AlertTuiError) -> None:
        if self.staleness.lost(error):
            self.tell()

    def _regain(self) -> None:
        if self.staleness.found():
            self.view.rows_changed()
            self.tell()

    async def _compare_once(self, generation: int) -> None:
        refresh = await asyncio.to_thread(self.listing.newer, lambda: generation != self._generation)
        if refresh is None or generation != self._generation:
            return
        self.as_of_ms = self.desk.session.clock()
        waiting = self.listing.waiting(refresh)
        self.waiting = waiting
        if not len(self.listing) and len(refresh.rowids):
            self._adopt(refresh)
            self.desk.screen.post_message(StoreChanged())
            return
        turned = self.listing.gone ^ refresh.gone
        self.listing.gone = refresh.gone
        visible = self.view.visible_lines
        for line in self.listing.reread(visible.start, len(visible)):
            self.view.refresh_line(line)
        if turned:
            self.view.repaint(turned)
        self.tell()
        self.desk.screen.post_message(StoreChanged())

    def changed(self, rowids: tuple[int, ...]) -> None:
        """A change came to its end: show what the store has now."""
        self.listing.settle(rowids)
        self.view.pending = self.listing.pending
        self.view.repaint(frozenset(rowids))
        self._look()
        self.tell()

    def hidden_marks(self) -> int:
        """How many marked alerts the listing does not have; none while it is still being read."""
        listing = self.listing
        return self.marks.hidden(listing.rowids, listing.generation) if listing.complete else 0

    def tell(self) -> None:
        """Let the bars be drawn anew."""
        self.say_why_empty()
        self.desk.screen.post_message(QueueChanged())

    def say_why_empty(self) -> None:
        """Let a list without alerts say why; while the store has unseen writes, as before."""
        is_empty = not len(self.listing)
        reason = self.staleness.reason
        if is_empty and not reason and self.view.empty_text and self.is_behind():
            return
        self.view.empty_text = empty_sentence(self.desk, self.query, reason) if is_empty else ""

    def is_behind(self) -> bool:
        """True if somebody wrote since the store was compared with the listing."""
        try:
            return self._is_comparing or self.desk.session.store.data_version() != self.data_version
        except AlertTuiError:
            return False

    # -- moving on

    def go_to(self, rowid: int) -> None:
        """Put the cursor on this alert, if it is listed."""
        position = self.listing.position(rowid)
        if position is not None:
            self.view.move_to(position)

    def advance(self, done: frozenset[int]) -> bool:
        """Put the cursor on the next open alert after it, or before it; False where there is none near."""
        cursor = self.view.cursor
        after = range(cursor + 1, min(len(self.listing), cursor + 1 + ADVANCE_LOOK))
        before = range(cursor - 1, max(-1, cursor - 1 - ADVANCE_LOOK), -1)
        for position in (*after, *before):
            row = self.listing.row(position)
            if row is not None and self._is_unhandled(row) and row.rowid not in done:
                self.view.painted_cursor = None
                self.view.move_to(position)
                self.desk.is_moving_on = True
                self.desk.screen.call_after_refresh(self._moved_on)
                return True
        return False

    def _moved_on(self) -> None:
        self.desk.is_moving_on = False

    def _is_unhandled(self, row: AlertRow) -> bool:
        return row.phase != Phase.CLOSED and row.rowid not in self.listing.gone
