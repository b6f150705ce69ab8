"""The console: it composes list, panes and bars, gives keys to actions, and follows what the widgets tell."""

from __future__ import annotations

import asyncio
from functools import partial
from inspect import iscoroutinefunction
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.events import DescendantFocus, Key, Resize
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from alerttui.domain.query import AlertQuery
from alerttui.triage.actions import BY_ID, Action
from alerttui.triage.command_search import Command
from alerttui.triage.session import Session
from alerttui.tui.dialogs.menu import confirm
from alerttui.tui.render.views_line import TO_VIEW
from alerttui.tui.screens.commanding import Commanding
from alerttui.tui.screens.desk import CHANGES, WARN, ConsoleSettings, Keys, Pace, Said
from alerttui.tui.screens.first_start import FirstStart
from alerttui.tui.screens.mirroring import MirrorChanged
from alerttui.tui.screens.navigation import Arranged
from alerttui.tui.screens.parts import make_parts
from alerttui.tui.screens.queue import QueueChanged, StoreChanged
from alerttui.tui.screens.reading import AlertOpened
from alerttui.tui.screens.routing import routes
from alerttui.tui.screens.switching import Switching, SwitchTo
from alerttui.tui.screens.too_small import TooSmall
from alerttui.tui.widgets.bar import ActionWanted
from alerttui.tui.widgets.divider import Dragged
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.filter_bar import FilterBar
from alerttui.tui.widgets.line_view import LineView

QUIT_LOOKS: Final = 500
QUIT_LOOK_S: Final = 0.02
"""How often quitting looks whether the last change is made."""


class ConsoleScreen(Screen[None]):
    """List, panes and bars."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Without the repaint of the whole screen by which Textual follows every change of focus."""

    def __init__(
        self,
        session: Session,
        query: AlertQuery,
        settings: ConsoleSettings,
        *,
        keys: Keys,
    ) -> None:
        super().__init__()
        self.session = session
        self.parts = make_parts(self, session, query, settings, keys)
        self.desk = self.parts.desk
        self.queue = self.parts.queue
        self.reading = self.parts.reading
        self.arrangement = self.parts.arrangement
        self.filtering = self.parts.filtering
        self.filter_bar = self.parts.filter_bar
        self._pace = Pace()
        self._too_small = TooSmall(self.desk)
        self._first_start = FirstStart(self.desk, self.queue, self.reading)
        self._has_begun = False
        self._switching = Switching(self.desk, settings.profiles, self.quit)
        self._commanding = Commanding(self.desk, self.act, self.refusal, self._other_commands)
        self._handlers = {
            **routes(self.parts),
            "console.help": self._help,
            "console.palette": self._commanding.open,
            "console.profile": self._switching.choose,
            "console.quit": self.quit,
        }

    def compose(self) -> ComposeResult:
        """Bars above and below, the list and the panes between them."""
        bars = self.parts.bars
        yield bars.top
        yield self.filter_bar
        yield Container(self.queue.view, self.parts.divider, self.parts.right, id="body")
        yield bars.status
        yield bars.hints

    def on_mount(self) -> None:
        """The list first; panes and the rest of the ids after the first frame."""
        self.arrangement.resize(self.app.size)
        self.reading.show_placeholders()
        self.queue.view.focus()
        self._tell_all()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.queue.begin()
        self.parts.viewing.begin(self.desk.settings.first_view)
        self.parts.mirroring.begin()
        self.parts.mirroring.follow_query()
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

    # -- keys and actions

    def on_key(self, event: Key) -> None:
        """A key of an action does it; one that does nothing here says so."""
        action_id = self.desk.keymap.action_at(event.key)
        if self.filter_bar.is_editing and action_id != "back":
            return
        if self._first_start.take(event.key):
            event.stop()
        elif action_id:
            event.stop()
            self.act(action_id)
        elif event.is_printable:
            helps = self.desk.keymap.label("console.help")
            self.desk.say(f"{event.character} does nothing here; {helps} shows the keys.", for_now=True)

    def act(self, action_id: str) -> None:
        """Do one action of the registry, or say why not."""
        action = BY_ID[action_id]
        self.desk.forget_passing_note()
        refusal = self.refusal(action)
        if refusal:
            self.desk.say(refusal, WARN, for_now=True)
            return
        if self._is_held(action):
            key = self.desk.keymap.label(action_id)
            self.desk.say(
                f"{key} came too fast or is held down: only the first one acted.", WARN, for_now=True
            )
            return
        handler = self._handlers[action_id]
        if iscoroutinefunction(handler):
            self.desk.run(handler, CHANGES if action.changes else action.label, of_key=True)
        else:
            self.desk.attempt(handler, action.label)

    def _is_held(self, action: Action) -> bool:
        """True if the key is held down on a change: it must not run on into the next alert."""
        is_repeat = self._pace.is_repeat(action.id) and action.acts_at_press
        return (is_repeat or (action.changes and self.desk.keys.is_held)) and not self.app.is_headless

    def refusal(self, action: Action) -> str:
        """Why an action cannot be done now, in the focused pane; empty if it can."""
        keymap = self.desk.keymap
        if self.arrangement.focused not in action.panes:
            pane = action.panes[0].value
            return (
                f"{keymap.label(action.id)} ({action.label}) works in the {pane}: "
                f"{keymap.label(f'pane.{pane}')} goes there."
            )
        lost = self.queue.staleness.refusal if action.changes else ""
        return self.session.refusal_of(action) or lost

    async def quit(self, result: SwitchTo | None = None) -> None:
        """Leave once every change that was asked for is made; an open question is left unanswered."""
        while isinstance(self.app.screen, ModalScreen):
            await self.app.screen.dismiss(None)
        for _ in range(QUIT_LOOKS):
            if not self.desk.is_changing:
                break
            await asyncio.sleep(QUIT_LOOK_S)
        else:
            key = self.desk.keymap.label("console.quit")
            self.desk.say(f"A change is still being made; {key} again in a moment.", WARN)
            return
        unsent = self.desk.drafts.unwritten()
        if unsent:
            question = confirm(f"Unsent comments would be lost: {unsent:,}. Leave?", "leave, and lose them")
            if not await self.desk.ask(question, is_foreseen=False):
                return
        self.parts.kept_shares.write_now()
        await self.parts.mirroring.end()
        self.app.exit(result)

    def _other_commands(self) -> list[Command]:
        """Views, themes and profiles, for the palette."""
        from alerttui.tui.screens.named_commands import theme_commands, view_commands

        views = view_commands(self.desk, self.parts.viewing)
        return [*views, *theme_commands(self.desk), *self._switching.commands()]

    def _help(self) -> None:
        from alerttui.tui.dialogs.help import HelpScreen

        self.app.push_screen(HelpScreen(self.session, self.desk.keymap, self.arrangement.focused))

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
        self.reading.retell_ages()
        self.parts.viewing.follow()
        self.parts.mirroring.follow_query()

    @on(LineView.CursorMoved, "#event-list")
    def follow_event(self, event: LineView.CursorMoved) -> None:
        """The event follows its list."""
        self.reading.show_event(event.line)

    @on(LineView.LineOpened)
    def open_clicked(self) -> None:
        """A click on the cursor's line does what enter does."""
        self.act("pane.open")

    @on(DocumentView.FoldToggled)
    def toggle_fold(self, event: DocumentView.FoldToggled) -> None:
        """A fold opens or closes."""
        self.reading.toggle_fold(event.view, event.key)

    @on(DescendantFocus)
    def note_focus(self, event: DescendantFocus) -> None:
        """The focused pane is what changes and help are about."""
        self.parts.navigation.follow_focus(event.widget)

    @on(FilterBar.Submitted)
    def apply_filter(self, event: FilterBar.Submitted) -> None:
        """Enter in the filter."""
        self.desk.run(partial(self.filtering.submit, event.text), "filter", of_key=True)

    @on(FilterBar.Typed)
    def check_filter(self, event: FilterBar.Typed) -> None:
        """Every keystroke in the filter."""
        self.desk.attempt(partial(self.filtering.check, event.text, event.position), "filter")
        self.parts.bars.tell_hints()

    @on(FilterBar.CompletionWanted)
    def complete_filter(self, event: FilterBar.CompletionWanted) -> None:
        """Tab in the filter."""
        self.desk.attempt(partial(self.filtering.complete, event.text, event.position), "completion")

    @on(StoreChanged)
    def read_again(self) -> None:
        """The panes and the views see what others write."""
        self.reading.again()
        self.parts.viewing.follow()
        self.desk.run(self._learn_names, "names", exclusive=True)

    async def _learn_names(self) -> None:
        """The names behind user ids may have come after the alerts: a mirror's first reading brings both."""
        if await self.reading.learn_people():
            self.queue.view.rows_changed()

    @on(ActionWanted)
    def act_clicked(self, event: ActionWanted) -> None:
        """A click on a bar does what its key does; one on a view goes there."""
        if event.action_id.startswith(TO_VIEW):
            self.parts.viewing.go_named(event.action_id.removeprefix(TO_VIEW))
        else:
            self.act(event.action_id)

    @on(Dragged)
    def drag_divider(self, event: Dragged) -> None:
        """The divider follows the mouse."""
        self.arrangement.drag_to(event.place.x, event.place.y)

    @on(AlertOpened)
    @on(Arranged)
    def attend_alert(self) -> None:
        """A remote system has more of the alert in view than its list told."""
        self.desk.attempt(self.parts.mirroring.follow_alert, "mirror")

    @on(AlertOpened)
    def offer_ways_to_begin(self) -> None:
        """A store without alerts offers how to come by some."""
        self.desk.attempt(self._first_start.look, "first start")

    @on(QueueChanged)
    @on(AlertOpened)
    @on(Said)
    @on(MirrorChanged)
    @on(Arranged)
    def _tell_all(self) -> None:
        self.parts.bars.tell()

    def on_unmount(self) -> None:
        """Nothing of the console outlives it."""
        self.parts.mirroring.abandon()

    def on_resize(self, event: Resize) -> None:
        """Another size, perhaps another layout."""
        self.arrangement.resize(event.size)
        self._too_small.follow(event.size)
        self._tell_all()
