"""The console: it composes the panes, routes every action to its part, and keeps the bars true."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.events import DescendantFocus, Key, Resize
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from alerttui.domain.query import AlertQuery
from alerttui.domain.query_text import print_query
from alerttui.triage.actions import ACTIONS, BY_ID, Pane
from alerttui.triage.listing import Listing
from alerttui.triage.marks import Marks
from alerttui.triage.session import Session
from alerttui.tui.render.bars import StatusLine, Tab, TopLine, hint_line, status_line, tab_line, top_line
from alerttui.tui.render.facts import Words
from alerttui.tui.render.filter_line import filter_line
from alerttui.tui.screens import telling
from alerttui.tui.screens.aiming import Aiming
from alerttui.tui.screens.arrangement import Arrangement
from alerttui.tui.screens.decisions import Decisions
from alerttui.tui.screens.desk import CHANGES, WARN, ConsoleSettings, Desk, Pace, Said
from alerttui.tui.screens.filtering import Filtering
from alerttui.tui.screens.help import HelpScreen
from alerttui.tui.screens.making import Making
from alerttui.tui.screens.marking import Marking
from alerttui.tui.screens.menu import confirm
from alerttui.tui.screens.queue import Queue, QueueChanged, StoreChanged
from alerttui.tui.screens.reading import AlertOpened, Panes, Reading
from alerttui.tui.widgets.alert_list import AlertList
from alerttui.tui.widgets.bar import Bar
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.filter_bar import FilterBar
from alerttui.tui.widgets.line_view import LineView

Handler = Callable[[], Any]
"""What an action does: at once, or, where it is a coroutine function, as work beside the keys."""

BOUND: Final = frozenset(key for action in ACTIONS for key in action.keys)
"""Every key of an action."""

QUIT_LOOKS: Final = 500
QUIT_LOOK_S: Final = 0.02
"""How often quitting looks whether the last change is made."""


class ConsoleScreen(Screen[None]):
    """List, panes and bars."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Without the repaint of the whole screen by which Textual follows every change of focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"act('{action.id}')", action.label, show=False, id=action.id)
        for action in ACTIONS
        for key in action.keys
    ]

    def __init__(
        self,
        session: Session,
        query: AlertQuery,
        settings: ConsoleSettings,
        *,
        drop_keys: Callable[[], None],
    ) -> None:
        super().__init__()
        self.session = session
        self.desk = Desk(self, session, settings, drop_keys)
        marks = Marks()
        listing = Listing(session.store, query, session.query_context())
        view = AlertList(
            listing,
            clock=session.clock,
            status_label=lambda word: session.capabilities.status(word).short,
            person_label=self.desk.person_label,
            marked=marks,
            id="list",
        )
        self.queue = Queue(self.desk, view, marks, listing, session.clock())
        words = Words(session.capabilities.status, session.capabilities.verdict, self.desk.person_label)
        self.panes = Panes(
            DocumentView(id="detail"),
            DocumentView(id="event-list"),
            DocumentView(id="event"),
            DocumentView(id="comments"),
            DocumentView(id="history"),
        )
        self.reading = Reading(self.desk, self.panes, words)
        self.making = Making(self.desk, self.queue, self.reading.again)
        self.marking = Marking(self.desk, self.queue)
        self._pace = Pace()
        self._has_begun = False
        self._top: Bar[TopLine] = Bar(TopLine(profile=session.profile), top_line, id="top")
        self._tabs: Bar[tuple[Tab, ...]] = Bar((), tab_line, id="tabs")
        self._status: Bar[StatusLine] = Bar(StatusLine(), status_line, id="status")
        self._hints: Bar[tuple[tuple[str, str, bool], ...]] = Bar((), hint_line, id="hints")
        self.filter_bar = FilterBar(print_query(query), filter_line, id="filter")
        self.filtering = Filtering(self.desk, self.queue, self.filter_bar, self.reading)
        events = Vertical(self.panes.event_list, self.panes.event, id="events")
        lower = Horizontal(events, self.panes.comments, self.panes.history, id="lower")
        self._right = Container(self.panes.detail, self._tabs, lower, id="panes")
        self.arrangement = Arrangement(
            self,
            {
                Pane.LIST: view,
                Pane.DETAIL: self.panes.detail,
                Pane.EVENTS: events,
                Pane.COMMENTS: self.panes.comments,
                Pane.HISTORY: self.panes.history,
            },
            lower,
            self._tabs,
        )
        aiming = Aiming(self.desk, self.queue, self.reading, self.arrangement)
        self.decisions = Decisions(self.desk, self.making, aiming.take)
        self._handlers = self._all_handlers()

    def compose(self) -> ComposeResult:
        """Bars above and below, the list and the panes between them."""
        yield self._top
        yield self.filter_bar
        yield Container(self.queue.view, self._right, id="body")
        yield self._status
        yield self._hints

    def on_mount(self) -> None:
        """The list first; panes and the rest of the ids after the first frame."""
        self.arrangement.resize(self.app.size)
        self.reading.show_placeholders()
        self.queue.view.focus()
        self._tell_all()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.queue.begin()
        self.desk.run(self._first_read, "people")
        if self.desk.settings.product_note:
            self.desk.say(self.desk.settings.product_note)

    async def _first_read(self) -> None:
        self._has_begun = True
        await self.reading.learn_people()
        plan = None if self.session.refusal() else await self.session.foresee_undo()
        self.desk.can_undo = plan is not None
        self.queue.view.rows_changed()
        self.reading.follow(self.queue.view.row_under_cursor)

    @property
    def is_settled(self) -> bool:
        """True if nothing is under way that will still change the screen."""
        return self._has_begun and not self.reading.is_waiting and not self.desk.is_busy

    # -- actions

    async def action_act(self, action_id: str) -> None:
        """Do one action of the registry, or say why not."""
        action = BY_ID[action_id]
        if self.filter_bar.is_editing and action_id != "back":
            return
        refusal = self._refusal(action_id)
        if refusal:
            self.desk.say(refusal, WARN)
            return
        if self._pace.is_repeat(action_id) and action.acts_at_press and not self.app.is_headless:
            return
        handler = self._handlers[action_id]
        if iscoroutinefunction(handler):
            self.desk.run(handler, CHANGES if action.changes else action.label)
        else:
            self.desk.attempt(handler, action.label)

    def _refusal(self, action_id: str) -> str:
        action = BY_ID[action_id]
        if self.arrangement.focused not in action.panes:
            return f"{action.key} ({action.label}) works in the {action.panes[0].value}: 1 goes there."
        refusal = self.session.refusal() if action.changes else ""
        return refusal or action.refusal(self.session.capabilities)

    def _all_handlers(self) -> dict[str, Handler]:
        decisions, marking = self.decisions, self.marking
        handlers: dict[str, Handler] = {
            "move.down": lambda: self._view().move_by(1),
            "move.up": lambda: self._view().move_by(-1),
            "move.top": lambda: self._view().move_to(0),
            "move.bottom": lambda: self._view().move_to(self._view().line_count() - 1),
            "move.half-down": lambda: self._view().scroll_page(0.5),
            "move.half-up": lambda: self._view().scroll_page(-0.5),
            "move.page-down": lambda: self._view().scroll_page(1),
            "move.page-up": lambda: self._view().scroll_page(-1),
            "alert.next": lambda: self.queue.view.move_by(1),
            "alert.previous": lambda: self.queue.view.move_by(-1),
            "pane.next": lambda: self._go(self.arrangement.next_pane(1)),
            "pane.previous": lambda: self._go(self.arrangement.next_pane(-1)),
            "pane.open": self._open,
            "pane.full": self._full,
            "back": self._back,
            "alert.take": partial(decisions.on_aim, decisions.take),
            "alert.assign": partial(decisions.on_aim, decisions.assign),
            "alert.status": partial(decisions.on_aim, decisions.status),
            "alert.close": partial(decisions.on_aim, decisions.close),
            "alert.quality": partial(decisions.on_aim, decisions.quality),
            "alert.tags": partial(decisions.on_aim, decisions.tags),
            "alert.comment": partial(decisions.on_aim, decisions.comment),
            "alert.repeat": decisions.repeat,
            "change.undo": self.making.undo,
            "change.redo": self.making.redo,
            "mark.toggle": marking.toggle,
            "mark.range": marking.range,
            "mark.invert": marking.invert,
            "mark.all": marking.all,
            "filter.edit": self.filtering.edit,
            "filter.clear": self.filtering.clear,
            "list.refresh": self.queue.let_in,
            "console.help": self._help,
            "console.quit": self.quit,
        }
        for pane in Pane:
            handlers[f"pane.{pane.value}"] = partial(self._go, pane)
        return handlers

    # -- panes

    def _view(self) -> LineView:
        """The view that moving keys move in."""
        if isinstance(self.focused, LineView):
            return self.focused
        return self.queue.view

    def _go(self, pane: Pane) -> None:
        self.arrangement.show(pane)
        views: dict[Pane, LineView] = {
            Pane.LIST: self.queue.view,
            Pane.DETAIL: self.panes.detail,
            Pane.EVENTS: self.panes.event_list,
            Pane.COMMENTS: self.panes.comments,
            Pane.HISTORY: self.panes.history,
        }
        views[pane].focus()
        self._tell_all()

    def _open(self) -> None:
        focused = self.focused
        if focused is self.queue.view:
            self._go(Pane.DETAIL)
        elif focused is self.panes.event_list:
            self.panes.event.focus()
        elif isinstance(focused, DocumentView):
            focused.toggle_fold()

    def _full(self) -> None:
        self.arrangement.full = not self.arrangement.full
        self.arrangement.apply()
        self._tell_all()

    async def _back(self) -> None:
        """One step: the filter's input, full screen, the event, marks, the pane."""
        if self.filter_bar.is_editing:
            await self.filtering.leave()
        elif self.focused is self.panes.event:
            self.panes.event_list.focus()
        elif self.arrangement.full:
            self._full()
        elif self.arrangement.focused is not Pane.LIST:
            self._go(Pane.LIST)
        elif not self.marking.clear():
            self.desk.say("")
        self._tell_all()

    async def quit(self) -> None:
        """Leave once every change that was asked for is made; an open question is left unanswered."""
        while isinstance(self.app.screen, ModalScreen):
            await self.app.screen.dismiss(None)
        for _ in range(QUIT_LOOKS):
            if not self.desk.is_changing:
                break
            await asyncio.sleep(QUIT_LOOK_S)
        else:
            self.desk.say("A change is still being made; q again in a moment.", WARN)
            return
        unsent = 0 if self.desk.drafts.are_kept else self.desk.drafts.count()
        if unsent:
            question = confirm(f"Unsent comments would be lost: {unsent:,}. Leave?", "leave, and lose them")
            if not await self.desk.ask(question):
                return
        self.app.exit()

    def _help(self) -> None:
        self.app.push_screen(HelpScreen(self.session, self.arrangement.focused))

    def on_key(self, event: Key) -> None:
        """A key that does nothing here says so; one of an action goes its way."""
        if event.is_printable and event.key not in BOUND and not self.filter_bar.is_editing:
            self.desk.say(f"{event.character} does nothing here; ? shows the keys.")

    # -- what the widgets tell

    @on(LineView.CursorMoved, "#list")
    def follow_cursor(self) -> None:
        """The panes follow the list."""
        self.desk.attempt(lambda: self.reading.follow(self.queue.view.row_under_cursor), "list")

    @on(QueueChanged)
    def follow_queue(self) -> None:
        """A refresh may put another alert under the cursor."""
        self.desk.attempt(self._follow_queue, "list")

    def _follow_queue(self) -> None:
        row = self.queue.view.row_under_cursor
        if (row.rowid if row else None) != self.reading.wanted_rowid:
            self.reading.follow(row)

    @on(LineView.CursorMoved, "#event-list")
    def follow_event(self, event: LineView.CursorMoved) -> None:
        """The event follows its list."""
        self.reading.show_event(event.line)

    @on(LineView.LineOpened)
    def open_clicked(self) -> None:
        """A click on the cursor's line does what enter does."""
        self._open()

    @on(DocumentView.FoldToggled)
    def toggle_fold(self, event: DocumentView.FoldToggled) -> None:
        """A fold opens or closes."""
        self.reading.toggle_fold(event.view, event.key)

    @on(DescendantFocus)
    def note_focus(self, event: DescendantFocus) -> None:
        """The focused pane is what changes and help are about."""
        for pane, widget in self.arrangement.widgets.items():
            if widget in event.widget.ancestors_with_self:
                self.arrangement.focused = pane
        self._tell_hints()

    @on(FilterBar.Submitted)
    def apply_filter(self, event: FilterBar.Submitted) -> None:
        """Enter in the filter."""
        self.desk.run(partial(self.filtering.submit, event.text), "filter")

    @on(FilterBar.Typed)
    def check_filter(self, event: FilterBar.Typed) -> None:
        """Every keystroke in the filter."""
        self.desk.attempt(partial(self.filtering.check, event.text, event.position), "filter")
        self._tell_hints()

    @on(FilterBar.CompletionWanted)
    def complete_filter(self, event: FilterBar.CompletionWanted) -> None:
        """Tab in the filter."""
        self.desk.attempt(partial(self.filtering.complete, event.text, event.position), "completion")

    def on_resize(self, event: Resize) -> None:
        """Another size, perhaps another layout."""
        self.arrangement.resize(event.size)
        self._tell_all()

    # -- the bars

    @on(StoreChanged)
    def read_again(self) -> None:
        """The panes see what others write."""
        self.reading.again()

    @on(QueueChanged)
    @on(AlertOpened)
    @on(Said)
    def _tell_all(self) -> None:
        """Bring every bar up to date; one that tells the same is not repainted."""
        self._top.value = telling.top(self.desk, self.queue)
        self._tabs.value = telling.tabs(self.arrangement, self.reading)
        self._status.value = telling.status(self.desk, self.queue)
        self._tell_hints()

    def _tell_hints(self) -> None:
        editing = self.filter_bar.is_editing
        self._hints.value = telling.hints(self.desk, self.arrangement.focused, is_editing=editing)
