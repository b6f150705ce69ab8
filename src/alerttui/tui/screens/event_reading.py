"""Event reading: the list of an alert's events, which grows while one goes down, and the one in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from alerttui.domain.alert import Event
from alerttui.domain.errors import NotFound
from alerttui.domain.listing import Page
from alerttui.domain.vocabulary import AlertId
from alerttui.tui.render.document import Chained, FoldKey
from alerttui.tui.render.event_lines import EventLines, event_head
from alerttui.tui.render.json_document import Folds
from alerttui.tui.screens.desk import WARN, Desk
from alerttui.tui.screens.panes import Panes

EVENT_OPEN_LINES: Final = 60
"""About how many lines of an event are open at first."""

RULE_LINES: Final = 1
"""The rule between the list of events and the chosen one counts as part of the list."""

LISTED_EVENTS: Final = 8
"""Events in sight at once above the chosen one; where there is little room the style sheet allows fewer."""

MOST_LOADED_AT_ONCE: Final = 2_000
"""Going beyond the loaded events loads as many again, but no more than this."""


@dataclass(slots=True)
class EventReading:
    """Shows the events of the open alert."""

    desk: Desk
    panes: Panes
    _alert_id: AlertId | None = None
    _loaded: list[Event] = field(default_factory=list)
    _next: str | None = None
    _total: int | None = None
    _shown: int = -1
    _folds: Folds = field(default_factory=lambda: Folds(EVENT_OPEN_LINES))
    _is_loading: bool = False

    @property
    def loaded(self) -> Sequence[Event]:
        """The events that are here; the rest is still in the store."""
        return self._loaded

    @property
    def total(self) -> int | None:
        """How many there are, where it is known."""
        return self._total

    @property
    def is_single(self) -> bool:
        """Whether the alert has one event, and no other to choose."""
        return len(self._loaded) == 1 and self._next is None

    def take(self, alert_id: AlertId, page: Page[Event], *, is_same: bool) -> None:
        """Take the first page of an alert; of the same one, what was loaded beyond it stays."""
        first = list(page.results)
        if is_same and first == self._loaded[: len(first)]:
            self._total = page.total
            if len(first) == len(self._loaded):
                self._next = page.next
            return
        if not is_same:
            self._folds = Folds(EVENT_OPEN_LINES)
        self._alert_id, self._loaded, self._next, self._total = alert_id, first, page.next, page.total
        self._shown = -1

    def clear(self) -> None:
        """Forget the events: no alert is open."""
        self._alert_id, self._loaded, self._next, self._total, self._shown = None, [], None, None, -1

    def show(self, *, keep_place: bool, nothing: str = "") -> None:
        """Show the list, and the event that its cursor is on; `nothing` says why there is none."""
        total = self._total
        if not self._loaded:
            self.panes.event_list.show_message(nothing or "No events came with this alert.")
            self.panes.event.show(lambda _: [])
            return
        listed = min(max(len(self._loaded), total or 0), LISTED_EVENTS)
        self.panes.event_list.styles.height = listed + RULE_LINES
        loaded = tuple(self._loaded)
        goes_on = self._next is not None
        self.panes.event_list.show(
            lambda width: EventLines(loaded, width, total, goes_on=goes_on), keep_place=keep_place
        )
        self.show_one(self.panes.event_list.cursor)

    def show_one(self, position: int) -> None:
        """Show one event in full; beyond the last one, load more."""
        if position >= len(self._loaded):
            self._load_more()
        elif position != self._shown:
            self._shown = position
            self._show_event(keep_place=False)

    def toggle_fold(self, key: FoldKey) -> None:
        """Open or close a fold of the event in view."""
        self._folds.toggle(key)
        self._show_event(keep_place=True)

    def toggle_all_folds(self) -> bool:
        """Fold every part of the event in view, or unfold it; False if nothing in it folds."""
        is_event = 0 <= self._shown < len(self._loaded)
        if not is_event or not self._folds.toggle_all([self._section]):
            return False
        self._show_event(keep_place=True)
        return True

    def remembered_folds(self) -> Callable[[], None]:
        """What folds the event in view again as it is folded now."""
        folds, before = self._folds, self._folds.remembered()

        def put_back() -> None:
            if folds is self._folds and folds.remembered() != before:
                folds.put_back(before)
                self._show_event(keep_place=True)

        return put_back

    def unfold_to(self, key: FoldKey) -> None:
        """Open whatever hides a part of the event in view."""
        self._folds.unfold_to(key)
        self._show_event(keep_place=True)

    @property
    def _section(self) -> str:
        return f"event {self._loaded[self._shown].sequence}"

    def _show_event(self, *, keep_place: bool) -> None:
        if 0 <= self._shown < len(self._loaded):
            section, event, folds = self._section, self._loaded[self._shown], self._folds
            is_known = self._total is not None or self._next is None
            total = max(self._total or 0, len(self._loaded)) if is_known else None
            self.panes.event.show(
                lambda width: Chained(
                    [event_head(event, total, width), folds.lines(section, event.body, width)]
                ),
                keep_place=keep_place,
            )

    def _load_more(self) -> None:
        if self._alert_id is None or self._next is None or self._is_loading:
            return
        self._is_loading = True
        self.desk.run(partial(self._more, self._alert_id, self._next), "events", exclusive=True)

    async def _more(self, alert_id: AlertId, cursor: str | None) -> None:
        wanted = min(max(1, len(self._loaded)), MOST_LOADED_AT_ONCE)
        found: list[Event] = []
        total = self._total
        try:
            while cursor is not None and len(found) < wanted:
                page = await self.desk.session.more_events(alert_id, cursor)
                found += page.results
                cursor, total = page.next, page.total
        except NotFound:
            self.desk.say("This alert is no longer in the store; its further events are gone.", WARN)
        finally:
            self._is_loading = False
        if alert_id == self._alert_id and found:
            self._loaded += found
            self._next, self._total = cursor, total
            self.show(keep_place=True)
