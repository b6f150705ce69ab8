"""The application: it wires session, screen, styles and themes, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.types import CSSPathType

from alerttui.domain.query import AlertQuery
from alerttui.resources import styles
from alerttui.triage.drafts import Drafts
from alerttui.triage.session import Session
from alerttui.tui.screens.console import ConsoleScreen
from alerttui.tui.screens.desk import ConsoleSettings
from alerttui.tui.theme import DARK, shipped_themes


class ConsoleApp(App[None]):
    """alerttui on a terminal."""

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
    ) -> None:
        super().__init__()
        self._session = session
        self._first_query = query
        self._settings = settings or ConsoleSettings()
        self.animation_level = "none"
        for each in shipped_themes():
            self.register_theme(each)
        self.theme = theme

    def get_default_screen(self) -> ConsoleScreen:
        """The console is the only screen under the dialogs."""
        return ConsoleScreen(self._session, self._first_query, self._settings)

    @property
    def unsent_drafts(self) -> int:
        """How many comments were written and not sent."""
        return Drafts(self._settings.drafts_folder, self._session.profile).count()

    @property
    def console_screen(self) -> ConsoleScreen:
        """The console under any dialog."""
        screens: Sequence[object] = self.screen_stack
        screen = screens[0]
        assert isinstance(screen, ConsoleScreen)
        return screen
