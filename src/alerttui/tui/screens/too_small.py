"""Too small: below some size the console says so in one sentence, and comes back as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.events import Key, Resize
from textual.geometry import Size
from textual.screen import ModalScreen

from alerttui.tui.render.document import DocLine
from alerttui.tui.render.text import content, wrap
from alerttui.tui.screens.desk import Desk
from alerttui.tui.widgets.document_view import DocumentView

MIN_SIZE: Final = Size(60, 15)
"""Below it, list and panes are no longer legible."""


def is_too_small(size: Size) -> bool:
    """True where the console does not fit."""
    return size.width < MIN_SIZE.width or size.height < MIN_SIZE.height


def sentence(size: Size) -> str:
    """What is said instead of the console."""
    return f"alerttui needs {MIN_SIZE.width}x{MIN_SIZE.height}; this is {size.width}x{size.height}."


@dataclass(slots=True)
class TooSmall:
    """Covers the console, with any dialog, while it does not fit."""

    desk: Desk

    def follow(self, size: Size) -> None:
        """The terminal has another size."""
        app = self.desk.screen.app
        covers = [screen for screen in app.screen_stack if isinstance(screen, TooSmallScreen)]
        if is_too_small(size) and not covers:
            app.push_screen(TooSmallScreen(self.desk))
        for cover in covers:
            cover.follow(size)


class TooSmallScreen(ModalScreen[None]):
    """One sentence; every key but that to quit does nothing."""

    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(classes="too-small")
        self._desk = desk
        self._view = DocumentView(id="too-small")
        self._shown = Size()

    def compose(self) -> ComposeResult:
        """The sentence."""
        yield self._view

    def on_mount(self) -> None:
        """The sentence has the focus, so that no key goes anywhere else."""
        self._view.focus()
        self.follow(self.app.size)

    def on_resize(self, event: Resize) -> None:
        """Another size: another sentence, or the console again."""
        self.follow(event.size)

    def on_screen_resume(self) -> None:
        """A dialog that came up meanwhile is gone."""
        self.follow(self.app.size)

    def follow(self, size: Size) -> None:
        """Say this size, or give the screen back if it is large enough and nothing lies above."""
        if is_too_small(size):
            if size != self._shown:
                self._shown = size
                words = content(sentence(size))
                self._view.show(lambda width: [DocLine(line) for line in wrap(words, width)])
        elif self.is_current and self.is_running:
            self.dismiss(None)

    def on_key(self, event: Key) -> None:
        """Quitting is all that a key can do here."""
        event.stop()
        if self._desk.keymap.action_at(event.key) == "console.quit":
            self.app.call_later(self.app.run_action, "quit")
