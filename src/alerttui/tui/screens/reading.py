"""Reading: which alert is open, and what the analyst does within it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from textual.message import Message
from textual.timer import Timer

from alerttui.domain.alert import RelatedAlert
from alerttui.domain.errors import AlertTuiError, NotFound
from alerttui.domain.listing import AlertRow
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.actions import Pane
from alerttui.triage.session import OpenAlert
from alerttui.tui.render.document import FoldKey
from alerttui.tui.render.facts import Words
from alerttui.tui.render.style_names import ERROR
from alerttui.tui.screens.desk import WARN, Desk
from alerttui.tui.screens.panes import Panes as Panes
from alerttui.tui.screens.showing import Showing
from alerttui.tui.widgets.document_view import DocumentView

EMPTY_STORE: Final = (
    "This store has no alerts yet. `alerttui import FILE` brings some in; `alerttui demo` shows made-up ones."
)

EMPTY_MIRROR: Final = "No alert of this profile was read yet."

SLOW_S: Final = 0.4
"""Reading that takes longer than this is said, so that nobody takes the alert before for this one."""

REST_S: Final = 0.08
"""How long the cursor rests before the panes follow it."""


class AlertOpened(Message):
    """The panes show another alert, or show it anew: counts changed."""


@dataclass(slots=True)
class Reading:
    """Follows the cursor of the list, after a moment of rest."""

    desk: Desk
    panes: Panes
    words: Words
    ages_as_of: Callable[[], int] | None = None
    """The moment as of which the list tells ages; without one, the session's clock."""
    open: OpenAlert | None = None
    row: AlertRow | None = None
    """The row that the panes show, as it was when they were opened."""
    is_waiting: bool = False
    """True while the cursor's rest is being waited for."""
    showing: Showing = field(init=False)
    _wanted: AlertRow | None = None
    """The alert that is open, or that is being read."""
    _timer: Timer | None = None
    _generation: int = 0

    def __post_init__(self) -> None:
        clock = self.ages_as_of or self.desk.session.clock
        self.showing = Showing(self.desk, self.panes, self.words, clock)
        self.showing.digging.when_dug = self._tell

    @property
    def wanted_rowid(self) -> int | None:
        """The alert that is open, or will be once the cursor rests."""
        return self._wanted.rowid if self._wanted else None

    @property
    def alert_id(self) -> AlertId | None:
        """The id of the alert that the panes show."""
        return self.open.alert.id if self.open else None

    # -- which alert is open

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
        say_slow = partial(self._show_slow, generation)
        slow = None if keep_place else self.desk.screen.set_timer(SLOW_S, say_slow)
        try:
            opened = await self.desk.session.open(row.id)
        except NotFound:
            if generation == self._generation:
                refresh = self.desk.keymap.label("list.refresh")
                self._show_problem(f"This alert is no longer in the store. {refresh} refreshes the list.")
            return
        except AlertTuiError as error:
            if generation == self._generation and self.alert_id != row.id:
                self._show_problem(f"This alert could not be read: {error} Go on and come back to try again.")
            raise
        finally:
            if slow is not None:
                slow.stop()
        if generation != self._generation:
            return
        same = keep_place and self.alert_id == opened.alert.id
        if same and opened == self.open and self.showing.says_what_is_unread:
            self.showing.retell_draft()
            return
        self.row, self.open = row, opened
        self.showing.show(opened, keep_place=same)
        self._tell()

    def _tell(self) -> None:
        self.desk.screen.post_message(AlertOpened())

    # -- where there is no alert

    def _show_slow(self, generation: int) -> None:
        if generation == self._generation:
            self.open, self.row = None, None
            self.showing.show_sentence("Reading this alert…")
            self._tell()

    def _show_nothing(self) -> None:
        self.open, self.row = None, None
        self.showing.show_sentence(self._nothing())
        self._tell()

    def _nothing(self) -> str:
        """Why there is no alert to show, and what to do."""
        session, keymap = self.desk.session, self.desk.keymap
        if session.store.count(EVERYTHING, session.query_context()):
            edit, clear = keymap.label("filter.edit"), keymap.label("filter.clear")
            return f"No alert matches this filter. {edit} edits it, {clear} clears it."
        return EMPTY_STORE if session.mirror is None else EMPTY_MIRROR

    def _show_problem(self, sentence: str) -> None:
        self.open, self.row = None, None
        self.showing.show_sentence(sentence, ERROR)
        self._tell()

    def show_placeholders(self) -> None:
        """What the panes say before the first alert is read."""
        self.showing.show_placeholders()

    # -- within the alert

    @property
    def counts(self) -> Mapping[Pane, int]:
        """How many entries each pane holds, as far as it is known."""
        if self.open is None:
            return {}
        events, comments = self.open.events, self.open.comments
        found = {
            Pane.EVENTS: len(events.results) if events.total is None else events.total,
            Pane.COMMENTS: comments.total or len(comments.results),
        }
        unread = self.showing.why_unread
        return {
            **{pane: count for pane, count in found.items() if count or not unread(pane.value)},
            Pane.HISTORY: len(self.open.history),
            **self.showing.digging.counts,
        }

    def pane_shown(self, pane: Pane) -> None:
        """A pane has come on screen: what it shows may have to be worked out now."""
        view = self.panes.view_of(pane)
        if view is not None:
            view.came_into_view()

    def show_event(self, position: int) -> None:
        """Show one event in full; beyond the last one, load more."""
        self.showing.events.show_one(position)

    def related_under_cursor(self) -> RelatedAlert | None:
        """The related alert that the cursor is on."""
        return self.showing.digging.related_under_cursor()

    def toggle_fold(self, view: DocumentView, key: FoldKey) -> None:
        """Open or close a fold, keeping the place."""
        self.showing.toggle_fold(view, key)

    def toggle_all_folds(self) -> None:
        """Fold every part of the focused pane's JSON, or unfold it."""
        view = self.desk.screen.focused
        if not isinstance(view, DocumentView) or not self.showing.toggle_all_folds(view):
            self.desk.say("Nothing folds here: only nested JSON in the detail and the events does.", WARN)

    def retell_ages(self) -> None:
        """The list told its ages anew: the detail follows."""
        self.showing.retell_ages()

    async def learn_people(self) -> bool:
        """Learn the names behind user ids, and use them in the panes; True if that is news."""
        people = await asyncio.to_thread(self.desk.session.store.people, "", 1000)
        before, self.desk.people = self.desk.people, {person.id: person for person in people}
        is_news = self.desk.people != before
        if is_news and self.open is not None:
            self.showing.show(self.open, keep_place=True)
        return is_news
