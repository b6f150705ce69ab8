"""One key at a time: a key that comes in a burst waits until the one before has done what it does.

Textual forwards every key at once to whatever has the focus then. Over a slow line several arrive
together, and the second would reach the list although the first opens the dialog it was meant for.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from textual.events import Key, Paste

from alerttui.tui.held_keys import HeldKeys
from alerttui.tui.stray_sequences import StraySequences
from alerttui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump
    from textual.timer import Timer
    from textual.widget import Widget

LONGEST_WAIT_S: Final = 2.0
"""A key waits no longer than this for the one before, whatever may have become of that."""

CLOSED_LOOK_S: Final = 0.02
"""How often it is looked whether the view that had the key is still there."""

LOOK_S: Final = 0.005
"""How often it is looked whether a dialog that was asked for is up."""

PAUSE_S: Final = 0.3
"""Letters that follow each other faster are one thought: where its first came to nothing, the rest must not
act."""

FIELD_ROUNDS: Final = 2
"""How often the way up from a text field is gone once more: enter in it is told by a message, and that may be
told on by another, which only then close the dialog or the filter that the next key is not meant for."""

WORD_MOVES: Final = {"alt+b": "ctrl+left", "alt+f": "ctrl+right"}


def unmerged(event: Key) -> tuple[Key, ...]:
    """The keys behind an event: esc and what is typed soon after arrive as one alt+key."""
    key = event.key.removeprefix("alt+")
    if key == event.key or not (event.is_printable or len(key) == 1):
        return (event,)
    return (Key("escape", "\x1b"), Key(key, event.character or key))


def word_move(event: Key) -> Key:
    """What alt+b and alt+f are where text is typed: to the word before, or behind the next."""
    key = WORD_MOVES.get(event.key)
    return event if key is None else Key(key, None)


class TypedAhead:
    """Tells the keys that were typed ahead of a moment: now, when it is made."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._began_s = self._last_s = time.monotonic()
        self._last_key = ""

    def has(self, event: Key | Paste) -> bool:
        """True for a key pressed before that moment, and for letters behind it until there is a pause.

        A key that comes twice is held down, or meant; one that types nothing is no part of a text.
        """
        key = event.key if isinstance(event, Key) else ""
        is_one_text = not isinstance(event, Key) or (event.is_printable and key != self._last_key)
        is_soon = event.time < self._last_s + self._pause_s
        self._last_s, self._last_key = max(self._last_s, event.time), key
        return event.time < self._began_s or (is_one_text and is_soon)


class KeyGate:
    """Lets keys through in their order, each when the one before has come back from the focus to the app."""

    def __init__(
        self, app: App[Any], forward: Callable[[Key | Paste], Awaitable[None]], is_opening: Callable[[], bool]
    ) -> None:
        self._app = app
        self._forward = forward
        self._is_opening = is_opening
        """True while work has begun that may still open a dialog."""
        self._waiting: deque[Key | Paste] = deque()
        self._held = HeldKeys()
        self._stray = StraySequences(app, self._accept)
        self._ahead: TypedAhead | None = None
        """The keys that are still to be dropped, if there may be any."""
        self._ticket = 0
        self._is_busy = False
        self._target: Widget | None = None
        """The view that has the key which is under way."""
        self._since_s = 0.0
        self._watch: Timer | None = None
        """Runs only while keys wait: a key that comes alone costs no timer."""

    @property
    def is_idle(self) -> bool:
        """True if every key that came has done what it does."""
        return not (self._waiting or self._stray.is_holding or (self._is_busy and not self._is_target_gone))

    @property
    def _is_target_gone(self) -> bool:
        """True if the key closed the view that had it, and so took away what would come back."""
        return self._target is None or not self._target.is_attached

    @property
    def is_held(self) -> bool:
        """True if the latest key is a repeat of one that is held down."""
        return self._held.is_held

    def drop(self) -> None:
        """Forget the keys that were typed ahead: one before them came to nothing, or to a question.

        They would act on something else. Those that are still under way are known by coming without a pause.
        """
        self._waiting.clear()
        self._ahead = TypedAhead(0.0 if self._app.is_headless else PAUSE_S)  # tests press without pauses

    async def put(self, event: Key | Paste) -> None:
        """Take a key from the terminal, or a paste, which waits like a key for the field it is meant for."""
        if self._ahead is not None:
            if self._ahead.has(event):
                return
            self._ahead = None
        if isinstance(event, Key) and isinstance(self._app.focused, LineView):
            self._stray.take(event)
        else:  # in a text field every character is text
            self._accept(event)
        if not self._is_busy:
            await self._next()

    def _accept(self, event: Key | Paste) -> None:
        if isinstance(event, Key) and not isinstance(self._app.focused, LineView):
            event = word_move(event)
        self._waiting.extend(unmerged(event) if isinstance(event, Key) else (event,))
        if self._is_busy:
            self._keep_watch()
        elif self._stray.is_late:
            self._app.call_later(self._next)

    def _keep_watch(self) -> None:
        if self._watch is None:
            self._watch = self._app.set_interval(CLOSED_LOOK_S, self._look_for_end)

    async def _next(self) -> None:
        if self._is_busy or not self._waiting:
            return
        self._is_busy = True
        self._ticket += 1
        self._target = self._app.focused or self._app.screen
        self._since_s = time.monotonic()
        key = self._waiting.popleft()
        if self._waiting:  # what was pressed as two keys may have come as one
            self._keep_watch()
        if isinstance(key, Key):
            self._held.note(key.key, key.time)
        await self._forward(key)
        self._climb(self._target, self._ticket, 0 if isinstance(self._target, LineView) else FIELD_ROUNDS)

    def _look_for_end(self) -> None:
        """Let the next key in where the one before will not come back."""
        if self._is_busy and time.monotonic() - self._since_s > LONGEST_WAIT_S:
            self._release(self._ticket)
        elif self._is_busy and self._is_target_gone:
            self._when_open(self._ticket)

    def _climb(self, pump: MessagePump, ticket: int, rounds: int) -> None:
        """Follow the key on its way up: behind it in every queue until the app has seen it."""
        if pump is self._app and rounds and not self._is_target_gone:
            self._app.call_later(self._climb, self._target, ticket, rounds - 1)
        elif pump is self._app:
            self._app.call_later(self._when_open, ticket)
        else:
            parent = pump._parent  # the way that events bubble; there is no public name for it
            pump.call_later(self._climb, parent if parent is not None else self._app, ticket, rounds)

    def _when_open(self, ticket: int) -> None:
        if ticket == self._ticket and self._is_opening():
            self._app.set_timer(LOOK_S, lambda: self._when_open(ticket))
        else:
            self._release(ticket)

    def _release(self, ticket: int) -> None:
        if ticket != self._ticket or not self._is_busy:
            return
        self._is_busy = False
        if self._waiting:
            self._app.call_later(self._next)
        elif self._watch is not None:
            self._watch.stop()
            self._watch = None
