"""Navigation: which view the moving keys move in, going from pane to pane, and back one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.message import Message

from alerttui.domain.vocabulary import AlertId
from alerttui.triage.actions import Pane
from alerttui.tui.screens.arrangement import Arrangement
from alerttui.tui.screens.desk import WARN, Desk
from alerttui.tui.screens.filtering import Filtering
from alerttui.tui.screens.finding import Finding
from alerttui.tui.screens.making import Making
from alerttui.tui.screens.marking import Marking
from alerttui.tui.screens.panes import Panes
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.line_view import LineView

NOTHING_OPENS: Final = "Nothing opens on this line."


class Arranged(Message):
    """Another pane has the focus, or other panes are on screen: the bars tell it."""


@dataclass(slots=True)
class Navigation:
    """Moves the focus; changes nothing else."""

    desk: Desk
    queue: Queue
    panes: Panes
    reading: Reading
    arrangement: Arrangement
    filtering: Filtering
    marking: Marking
    making: Making
    finding: Finding

    @property
    def view(self) -> LineView:
        """The view that moving keys move in."""
        focused = self.desk.screen.focused
        return focused if isinstance(focused, LineView) else self.queue.view

    def go(self, pane: Pane) -> None:
        """Bring a pane on screen and give it the focus."""
        self.arrangement.show(pane)
        self._view_of(pane).focus()
        self.reading.pane_shown(pane)
        self._tell()

    def _view_of(self, pane: Pane) -> LineView:
        """Where its keys act: of the events in their list, unless there is but one."""
        if pane is Pane.EVENTS and self.reading.showing.events.is_single:
            return self.panes.event
        return self.panes.view_of(pane) or self.queue.view

    def step(self, panes: int) -> None:
        """Go on by so many panes, in their order."""
        self.go(self.arrangement.next_pane(panes))

    async def open(self) -> None:
        """Open what is under the cursor: the alert, the event, the related alert, the fold."""
        focused = self.desk.screen.focused
        if focused is self.queue.view:
            self.go(Pane.DETAIL)
        elif focused is self.panes.event_list:
            self.panes.event.focus()
        elif focused is self.panes.related:
            await self._open_related()
        elif isinstance(focused, DocumentView) and not focused.toggle_fold():
            self.desk.say(NOTHING_OPENS, for_now=True)

    async def _open_related(self) -> None:
        related = self.reading.related_under_cursor()
        if related is None:
            self.desk.say(NOTHING_OPENS, for_now=True)
        else:
            await self.visit(AlertId(related.id))

    async def visit(self, alert_id: AlertId) -> None:
        """Put the cursor on an alert; where it is not listed, list it alone, and the last view comes back."""
        rowid = self.desk.session.store.rowids_of([alert_id]).get(alert_id)
        if rowid is None:
            self.desk.say(f"{alert_id} is not in this store.", WARN)
        elif self.queue.listing.position(rowid) is not None:
            self.queue.go_to(rowid)
        else:
            await self.filtering.show_only(alert_id)

    def full(self) -> None:
        """Show the focused pane alone, or all panes again."""
        self.arrangement.full = not self.arrangement.full
        self.arrangement.apply()
        self._tell()

    def larger(self) -> None:
        """Give the list more room."""
        self.arrangement.grow()
        self._tell()

    def smaller(self) -> None:
        """Give the list less room."""
        self.arrangement.shrink()
        self._tell()

    async def back(self) -> None:
        """One step: the filter's input, a running change, the event, full screen, matches, pane, marks."""
        if self.filtering.bar.is_editing:
            await self.filtering.leave()
        elif not self.making.stop():
            self._back_in_panes()
        self._tell()

    def _back_in_panes(self) -> None:
        is_in_event = self.desk.screen.focused is self.panes.event
        if is_in_event and not self.reading.showing.events.is_single:
            self.panes.event_list.focus()
        elif self.arrangement.full:
            self.full()
        elif self.finding.clear():
            self.desk.say("")
        elif self.arrangement.focused is not Pane.LIST:
            self.go(Pane.LIST)
        elif not self.marking.clear():
            self.desk.say("")

    def follow_focus(self, widget: object) -> None:
        """The focused pane is what changes and help are about."""
        for pane, root in self.arrangement.widgets.items():
            if root in getattr(widget, "ancestors_with_self", ()):
                self.arrangement.focused = pane
        self._tell()

    def _tell(self) -> None:
        self.desk.screen.post_message(Arranged())
