"""Reading: the alert that is open, and what each pane shows of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from textual.message import Message
from textual.timer import Timer

from alerttui.domain.alert import Event
from alerttui.domain.errors import NotFound
from alerttui.domain.listing import AlertRow
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.session import OpenAlert
from alerttui.tui.render.detail import detail_lines
from alerttui.tui.render.document import DocLine, FoldKey
from alerttui.tui.render.event_lines import event_lines
from alerttui.tui.render.facts import Words
from alerttui.tui.render.json_document import Folds
from alerttui.tui.render.style_names import ERROR
from alerttui.tui.render.thread import comment_lines, history_lines
from alerttui.tui.screens.desk import Desk
from alerttui.tui.widgets.document_view import DocumentView

EMPTY_STORE: Final = (
    "This store has no alerts yet. `alerttui import FILE` brings some in; `alerttui demo` shows made-up ones."
)

REST_S: Final = 0.08
"""How long the cursor rests before the panes follow it."""

EVENT_OPEN_LINES: Final = 60
"""About how many lines of an event are open at first."""


RULE_LINES: Final = 1
"""The rule between the list of events and the chosen one counts as part of the list."""

LISTED_EVENTS: Final = 8
"""Events in sight at once above the chosen one; where there is little room the style sheet allows fewer."""


class AlertOpened(Message):
    """The panes show another alert, or show it anew: counts changed."""


@dataclass(frozen=True, slots=True)
class Panes:
    """The views that show the open alert."""

    detail: DocumentView
    event_list: DocumentView
    event: DocumentView
    comments: DocumentView
    history: DocumentView

    def all(self) -> tuple[DocumentView, ...]:
        """Every view."""
        return (self.detail, self.event_list, self.event, self.comments, self.history)


@dataclass(slots=True)
class Reading:
    """Follows the cursor of the list, after a moment of rest."""

    desk: Desk
    panes: Panes
    words: Words
    open: OpenAlert | None = None
    row: AlertRow | None = None
    """The row that the panes show, as it was when they were opened."""
    is_waiting: bool = False
    """True while the cursor's rest is being waited for."""
    _wanted: AlertRow | None = None
    """The alert that is open, or that is being read."""
    _timer: Timer | None = None
    _generation: int = 0
    _folds: Folds = field(default_factory=Folds)
    _event_folds: Folds = field(default_factory=lambda: Folds(EVENT_OPEN_LINES))
    _events: Sequence[Event] = ()
    _shown_event: int = -1
    _loads_more: bool = False

    @property
    def wanted_rowid(self) -> int | None:
        """The alert that is open, or will be once the cursor rests."""
        return self._wanted.rowid if self._wanted else None

    @property
    def alert_id(self) -> AlertId | None:
        """The id of the alert that the panes show."""
        return self.open.alert.id if self.open else None

    def follow(self, row: AlertRow | None) -> None:
        """Open this alert once the cursor rests."""
        self._generation += 1
        if self._timer is not None:
            self._timer.stop()
        generation = self._generation
        self.is_waiting, self._wanted = True, row
        begin = partial(self._begin, row, generation)
        self._timer = self.desk.screen.set_timer(REST_S, partial(self.desk.attempt, begin, "read"))

    def again(self) -> None:
        """Read the alert anew that is open or being opened, keeping every place."""
        if self._wanted is not None and not self.is_waiting:
            self._generation += 1
            self._begin(self._wanted, self._generation, keep_place=True)

    def _begin(self, row: AlertRow | None, generation: int, *, keep_place: bool = False) -> None:
        if generation != self._generation:
            return
        self.is_waiting = False
        self._wanted = row
        if row is None:
            self._show_nothing()
        else:
            self.desk.run(partial(self._read, row, generation, keep_place=keep_place), "read", exclusive=True)

    async def _read(self, row: AlertRow, generation: int, *, keep_place: bool) -> None:
        try:
            opened = await self.desk.session.open(row.id)
        except NotFound:
            if generation == self._generation:
                self._show_problem("This alert is no longer in the store. R refreshes the list.")
            return
        if generation != self._generation:
            return
        same = keep_place and self.alert_id == opened.alert.id
        if same and opened == self.open:
            return
        self.row = row
        first = list(opened.events.results)
        if same and self.open is not None and first == list(self._events[: len(first)]):
            # What was loaded beyond the first page stays, and with it the event in view.
            opened = replace(opened, events=replace(opened.events, next=self.open.events.next))
        else:
            self._events, self._shown_event = first, -1
        if not same:
            self._folds, self._event_folds = Folds(), Folds(EVENT_OPEN_LINES)
        self.open = opened
        self._show(keep_place=same)

    # -- what each pane shows

    def _show(self, *, keep_place: bool) -> None:
        self._show_detail(keep_place=keep_place)
        self._show_events(keep_place=keep_place)
        self._show_comments(keep_place=keep_place)
        self._show_history(keep_place=keep_place)
        self.desk.screen.post_message(AlertOpened())

    def _show_detail(self, *, keep_place: bool) -> None:
        opened, folds, now_ms = self.open, self._folds, self.desk.session.clock()
        if opened is None:
            return
        alert = opened.alert
        self.panes.detail.show(
            lambda width: detail_lines(alert, self.words, folds, now_ms, width), keep_place=keep_place
        )

    def _show_events(self, *, keep_place: bool) -> None:
        if self.open is None:
            return
        events, total = self._events, self.open.events.total
        if not events:
            self.panes.event_list.show_message("No events came with this alert.")
            self.panes.event.show(lambda _: [])
            return
        listed = min(max(len(events), total or 0), LISTED_EVENTS)
        self.panes.event_list.styles.height = listed + RULE_LINES
        self.panes.event_list.show(
            lambda width: event_lines(events, width, total=total), keep_place=keep_place
        )
        self.show_event(self.panes.event_list.cursor)

    def show_event(self, position: int) -> None:
        """Show one event in full; beyond the last one, load more."""
        if position >= len(self._events):
            self._load_more()
            return
        if position == self._shown_event:
            return
        self._shown_event = position
        event, folds = self._events[position], self._event_folds
        self.panes.event.show(lambda width: folds.lines(f"event {event.sequence}", event.body, width))

    def _load_more(self) -> None:
        if self.open is None or self.open.events.next is None or self._loads_more:
            return
        self._loads_more = True
        self.desk.run(partial(self._more, self.open.events.next, self._generation), "events", exclusive=True)

    async def _more(self, cursor: str, generation: int) -> None:
        opened = self.open
        try:
            page = await self.desk.session.more_events(opened.alert.id, cursor) if opened else None
        finally:
            self._loads_more = False
        if page is None or opened is None or generation != self._generation:
            return
        self._events = [*self._events, *page.results]
        self.open = replace(opened, events=replace(opened.events, next=page.next))
        self._show_events(keep_place=True)

    def _show_comments(self, *, keep_place: bool) -> None:
        if self.open is None:
            return
        page, person = self.open.comments, self.desk.person_label
        refusal = self.desk.session.capabilities.comments.read_refusal
        if not page.results:
            self.panes.comments.show_message(refusal or "No comments yet. n writes one.")
            return
        more = (page.total or 0) - len(page.results)
        self.panes.comments.show(
            lambda width: comment_lines(page.results, person, width, more=more), keep_place=keep_place
        )

    def _show_history(self, *, keep_place: bool) -> None:
        if self.open is None:
            return
        entries, person = self.open.history, self.desk.person_label
        refusal = self.desk.session.capabilities.history_refusal
        if not entries:
            self.panes.history.show_message(refusal or "Nothing was changed on this alert yet.")
            return
        own = self.desk.session.backend.name
        self.panes.history.show(
            lambda width: history_lines(entries, person, width, own=own), keep_place=keep_place
        )

    def _show_nothing(self) -> None:
        self.open, self.row, self._events = None, None, ()
        sentence = self._nothing()
        for view in (self.panes.detail, self.panes.event, self.panes.comments, self.panes.history):
            view.show_message(sentence)
        self.panes.event_list.show(lambda _: [])
        self.desk.screen.post_message(AlertOpened())

    def _nothing(self) -> str:
        """Why there is no alert to show, and what to do."""
        session = self.desk.session
        if session.store.count(EVERYTHING, session.query_context()):
            return "No alert matches this filter. / edits it, 0 clears it."
        return EMPTY_STORE

    def _show_problem(self, sentence: str) -> None:
        self.open, self.row, self._events = None, None, ()
        for view in self.panes.all():
            view.show_message(sentence, ERROR)
        self.desk.screen.post_message(AlertOpened())

    def show_placeholders(self) -> None:
        """What the panes say before the first alert is read."""
        empty: list[DocLine] = []
        for view in self.panes.all():
            view.show(lambda _: empty)

    def toggle_fold(self, view: DocumentView, key: FoldKey) -> None:
        """Open or close a fold, keeping the place."""
        if view is self.panes.detail:
            self._folds.toggle(key)
            self._show_detail(keep_place=True)
        elif view is self.panes.event and 0 <= self._shown_event < len(self._events):
            self._event_folds.toggle(key)
            event, folds = self._events[self._shown_event], self._event_folds
            view.show(
                lambda width: folds.lines(f"event {event.sequence}", event.body, width), keep_place=True
            )

    async def learn_people(self) -> None:
        """Learn the names behind user ids."""
        people = await asyncio.to_thread(self.desk.session.store.people, "", 1000)
        self.desk.people = {person.id: person for person in people}
