"""The application: it wires session, screen, styles and themes, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.events import Event, Key, Paste, Resize
from textual.types import CSSPathType

from alerttui.domain.query import AlertQuery
from alerttui.resources import styles
from alerttui.triage.drafts import Drafts
from alerttui.triage.session import Session
from alerttui.tui.key_gate import KeyGate
from alerttui.tui.look import line_filters
from alerttui.tui.screens.console import ConsoleScreen
from alerttui.tui.screens.desk import LOG, ConsoleSettings
from alerttui.tui.screens.switching import SwitchTo
from alerttui.tui.signals import Signals
from alerttui.tui.terminal_driver import TerminalDriver
from alerttui.tui.terminal_input import make_input_safe
from alerttui.tui.theme import DARK, theme_named

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.filter import LineFilter
    from textual.screen import Screen


class ConsoleApp(App[SwitchTo]):
    """alerttui on a terminal; it ends with the profile to go to, if that is why it ended."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "alerttui"
    CSS_PATH: ClassVar[CSSPathType | None] = [
        Path(styles() / name) for name in ("console.tcss", "dialogs.tcss")
    ]

    def __init__(
        self,
        session: Session,
        query: AlertQuery,
        settings: ConsoleSettings | None = None,
        *,
        theme: str = DARK,
        is_ascii: bool = False,
    ) -> None:
        make_input_safe()
        super().__init__(driver_class=TerminalDriver)
        self._session = session
        self._first_query = query
        self._settings = settings or ConsoleSettings()
        self.animation_level = "none"
        self._gate = KeyGate(self, super().on_event, self._is_opening)
        self._is_ascii = is_ascii
        worn = theme_named(theme, self._settings.themes_folder)
        self.register_theme(worn)
        self.theme = worn.name

    def on_mount(self) -> None:
        """Signals end the console as quitting does; back from a stop, everything is painted anew."""
        Signals(self.console_screen.desk).install()
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Ours for terminals with few colours or signs, in place of Textual's."""
        return line_filters(self.current_theme, super().get_line_filters(), is_ascii=self._is_ascii)

    async def on_event(self, event: Event) -> None:
        """Keys and pastes go through the gate; everything else as Textual does it."""
        if isinstance(event, (Key, Paste)) and not event.is_forwarded:
            await self._gate.put(event)
        else:
            if isinstance(event, Resize):
                self.action_redraw()
            await super().on_event(event)

    def action_redraw(self) -> None:
        """Write every line anew: something else may have changed what the terminal shows."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.lines.forget()
        self.refresh()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Write only what the terminal does not show yet; Textual has no public way to say so."""
        if isinstance(self._driver, TerminalDriver):
            renderable = self._driver.lines.only_changes(renderable)
        super()._display(screen, renderable)

    async def action_quit(self) -> None:
        """Leave as the console leaves: after the last change is made."""
        self.console_screen.act("console.quit")

    def action_help_quit(self) -> None:
        """What ctrl+c says."""
        desk = self.console_screen.desk
        desk.say(f"{desk.keymap.label('console.quit')} quits; nothing is lost by it.")

    def copy_to_clipboard(self, text: str) -> None:
        """Copy what is selected in a field, as every copy goes."""
        from alerttui.tui.screens.copying import copy_text

        self._clipboard = text
        desk = self.console_screen.desk
        desk.run(partial(copy_text, desk, text), "copy")

    def _fatal_error(self) -> None:
        """End without a traceback on screen: it would show the values of variables, and so what alerts say.

        Textual has no public way to say so.
        """
        LOG.error("the console ended", exc_info=sys.exc_info())
        self._exit_renderables.clear()
        self._close_messages_no_wait()

    def get_default_screen(self) -> ConsoleScreen:
        """The console is the only screen under the dialogs."""
        return ConsoleScreen(self._session, self._first_query, self._settings, keys=self._gate)

    @property
    def is_settled(self) -> bool:
        """True if nothing is under way that will still change the screen."""
        return self._gate.is_idle and self.console_screen.is_settled

    @property
    def unsent_drafts(self) -> int:
        """How many comments were written and not sent."""
        return Drafts(self._settings.drafts_folder, self._session.profile).count()

    def _is_opening(self) -> bool:
        """True while a key may still open a dialog; a timer may ask when the console has ended."""
        return bool(self.screen_stack) and self.console_screen.desk.is_opening

    @property
    def console_screen(self) -> ConsoleScreen:
        """The console under any dialog."""
        screens: Sequence[object] = self.screen_stack
        screen = screens[0]
        assert isinstance(screen, ConsoleScreen)
        return screen
