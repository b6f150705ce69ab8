"""Stray sequences: what a terminal sends and Textual does not know arrives letter by letter, as if typed.

`ESC [ 193 z` becomes `[ 1 9 3 z`, and a terminal's late answer to a question becomes a whole word. Nobody
types that fast: such a run is swallowed before its letters act.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from textual.events import Key

GAP_S: Final = 0.025
"""Keys of one sequence arrive together; two keys that are pressed lie further apart."""

_PARAMETERS: Final = frozenset("0123456789;:<=>?")
_STRING_STARTS: Final = frozenset("]PX_^")
"""What follows ESC in an OSC, DCS, SOS, APC or PM; Textual makes a caret or alt of the ESC, or nothing."""

_ALT_STARTS: Final = frozenset({"alt+P", "alt+X", "alt+underscore", "alt+right_square_bracket"})


class Timers(Protocol):
    """What is needed of the app."""

    def set_timer(self, delay: float, callback: Callable[[], None]) -> object:
        """Call back once, after so many seconds."""


class StraySequences:
    """Passes keys on, but for runs that are the remains of a sequence."""

    def __init__(self, app: Timers, pass_on: Callable[[Key], None]) -> None:
        self._app = app
        self._pass_on = pass_on
        self._held: list[Key] = []
        """Keys that may be the beginning of a sequence."""
        self._is_string = False
        self._last_s = 0.0
        self.is_late = False
        """True while keys are passed on that were held back until nothing more came."""

    @property
    def is_holding(self) -> bool:
        """True while a key waits to turn out to be one."""
        return bool(self._held)

    def take(self, event: Key) -> None:
        """One key from the terminal."""
        if self._held and event.time - self._last_s > GAP_S:
            self._end()
        self._last_s = event.time
        if self._is_string:
            if event.character == "\\" or event.key == "ctrl+g":
                self._drop()
        elif self._held:
            self._go_on(event)
        elif event.character in ("[", "^", "]") or event.key in _ALT_STARTS:
            self._held.append(event)
            self._app.set_timer(GAP_S * 2, self._end_if_quiet)
        else:
            self._pass_on(event)

    def _go_on(self, event: Key) -> None:
        character = event.character or ""
        first = self._held[0]
        if first.character == "^" and character in _STRING_STARTS:
            self._is_string = True
            return
        if first.key in _ALT_STARTS or (first.character == "]" and character.isdigit()):
            self._is_string = True
            return
        if first.character == "[" and character in _PARAMETERS:
            self._held.append(event)
            return
        if first.character == "[" and len(character) == 1 and "@" <= character <= "~" and character != "[":
            self._drop()
            return
        self._end()
        self.take(event)

    def _end_if_quiet(self) -> None:
        if self._held:
            self.is_late = True
            self._end()
            self.is_late = False

    def _end(self) -> None:
        """It was no sequence after all: what was held back is passed on; a string that broke off is not."""
        held, was_string = self._held, self._is_string
        self._drop()
        if not was_string:
            for event in held:
                self._pass_on(event)

    def _drop(self) -> None:
        self._held = []
        self._is_string = False
