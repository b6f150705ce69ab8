"""The desk: what the parts of the console share. Screens decide; the desk lets them speak and work."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.worker import Worker

from alerttui.domain.errors import AlertTuiError
from alerttui.domain.showable import shown
from alerttui.triage.drafts import Drafts
from alerttui.triage.keymap import DEFAULT_KEYMAP, Keymap
from alerttui.triage.session import Session
from alerttui.triage.views import ViewBook
from alerttui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from alerttui.config.macro_file import Macro
    from alerttui.config.profile_choice import ProfileChoice

LOG: Final = logging.getLogger("alerttui")

CHANGES: Final = "change"
"""The group of work that changes alerts: quitting waits for it."""

HELD_KEY_S: Final = 0.25
"""Terminals repeat a held key 10 to 30 times a second; nobody presses one on purpose that fast."""

NOTE: Final = ""
GOOD: Final = "$text-success"
BAD: Final = "bold $text-error"
WARN: Final = "$text-warning"

Work = Callable[[], Coroutine[Any, Any, None]]
"""Work beside the keys; made only when it starts, so that replaced work leaves nothing behind."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """What the user set that the console follows."""

    auto_advance: bool = True
    """After a closing change, go to the next open alert."""
    confirm_above: int = 25
    """More alerts than this at once are asked about."""
    drafts_folder: Path | None = None
    """Where unsent comments are kept; None keeps them in memory."""
    banner_word: str = ""
    """A word that stands out beside the profile's name all the time, such as PROD."""
    banner_colour: str = ""
    """Its colour by the word of the configuration; empty for the theme's own."""
    is_in_clear: bool = False
    """True if alerts and token cross a network without encryption, which is said all the time."""
    keymap: Keymap = DEFAULT_KEYMAP
    """Which keys each action has."""
    state_folder: Path | None = None
    """Where the last place, the history of filters and copies are kept; None keeps nothing."""
    config_folder: Path | None = None
    """Where own views and themes are; None has none."""
    first_view: str = ""
    """The view that the console starts with; empty where it starts with a filter."""
    views: ViewBook = field(default_factory=ViewBook)
    """Every view by name."""
    macros: tuple[Macro, ...] = ()
    """The analyst's own sets of changes."""
    profiles: tuple[ProfileChoice, ...] = ()
    """Where else one can go."""
    clipboard: str = "auto"
    """Where copies go: auto, osc52, native or file."""
    has_colours: bool = True
    """False where NO_COLOR forbids them."""
    product_note: str = ""
    """What to say first: where the alerts come from."""

    @property
    def themes_folder(self) -> Path | None:
        """Where the analyst's own themes are."""
        return self.config_folder / "themes" if self.config_folder else None


class Keys(Protocol):
    """What is known of the keys that are on their way."""

    @property
    def is_held(self) -> bool:
        """True if the latest key is a repeat of one that is held down."""
        ...

    def drop(self) -> None:
        """Forget the keys that wait behind one that came to nothing."""
        ...


class Said(Message):
    """The desk has something new to say."""


@dataclass(eq=False, slots=True)
class Press:
    """The work of one key: until it asks something, or is done, the keys after it wait."""

    worker: Worker[None] | None = None
    holds_keys: bool = True

    @property
    def is_open(self) -> bool:
        """True while a dialog may still come up that the next keys are meant for."""
        return self.holds_keys and (self.worker is None or not self.worker.is_finished)


_PRESS: Final[ContextVar[Press | None]] = ContextVar("press", default=None)
"""Of which key the work that runs is; None for work that no key began."""


class Desk:
    """The session, the settings, and a way to say things, to ask, and to run work beside the keys."""

    def __init__(
        self,
        screen: Screen[None],
        session: Session,
        settings: ConsoleSettings,
        keys: Keys,
    ) -> None:
        self.screen = screen
        self.session = session
        self.settings = settings
        self.keys = keys
        self.drafts = Drafts(settings.drafts_folder, session.profile)
        self.people: dict[str, str] = {}
        """What people are called, by their ids."""
        self._asking = 0
        self._presses: set[Press] = set()
        self.is_moving_on = False
        """True from a move of the cursor by alerttui itself until its alert is on screen."""
        self.can_undo = False
        """True once something was changed here that undo would take back."""
        self.can_redo = False
        """True while the latest change is an undo."""
        self.change_note = ("", "")
        """What was said of the latest change: beside it stands the way back."""
        self._is_for_now = False
        self.note = ("", "")
        """The latest thing that was said, and its style."""
        self.is_note_new = False
        """True until the next key: a sentence that is too long for the status line goes on below it."""

    @property
    def keymap(self) -> Keymap:
        """Which keys each action has: sentences name keys by it."""
        return self.settings.keymap

    def say(self, text: str, style: str = NOTE, *, for_now: bool = False) -> None:
        """Put one sentence on the status line; it stays until the next, or, `for_now`, until the next key."""
        self.note, self._is_for_now, self.is_note_new = (shown(text), style), for_now, True
        self.screen.post_message(Said())

    def forget_passing_note(self) -> None:
        """A key was pressed: what was said about the one before is over."""
        if self._is_for_now:
            self.say("")
        elif self.is_note_new:
            self.is_note_new = False
            self.screen.post_message(Said())

    @property
    def is_busy(self) -> bool:
        """True while work runs beside the keys, unless it waits for an answer from the analyst."""
        return sum(not worker.is_finished for worker in self.screen.app.workers) > self._asking

    @property
    def is_opening(self) -> bool:
        """True while the work of a key may still open a dialog, or the dialog is not up yet."""
        top = self.screen.app.screen
        if top is not self.screen:
            return not top.is_running or top.focused is None
        self._presses = {press for press in self._presses if press.is_open}
        return self.is_moving_on or bool(self._presses)

    @property
    def is_free(self) -> bool:
        """True while no dialog is up and nothing is being typed: a question may come by itself."""
        focused = self.screen.focused
        return self.screen.app.screen is self.screen and isinstance(focused, LineView)

    @property
    def is_changing(self) -> bool:
        """True while a change is being made, or its question is open."""
        return any(worker.group == CHANGES and not worker.is_finished for worker in self.screen.app.workers)

    def person_label(self, person_id: str) -> str:
        """The name behind a user id, or the id itself."""
        return self.people.get(person_id, person_id)

    async def ask(self, question: ModalScreen[Answer], *, is_foreseen: bool = True) -> Answer | None:
        """Show a question and wait for its answer; None if the analyst backed out.

        Keys that were typed ahead do not answer one that nobody could foresee.
        """
        if not is_foreseen:
            self.keys.drop()
        self._asking += 1
        self.let_keys_go()
        try:
            answer = await self.screen.app.push_screen_wait(question)
        finally:
            self._asking -= 1
        press = _PRESS.get()
        if press is not None and answer is not None:
            press.holds_keys = True
            self._presses.add(press)
        return answer

    def let_keys_go(self) -> None:
        """From here on the work of this key goes on beside the keys that follow."""
        press = _PRESS.get()
        if press is not None:
            press.holds_keys = False

    def run(self, work: Work, group: str, *, exclusive: bool = False, of_key: bool = False) -> None:
        """Do work beside the keys; what goes wrong in it is said, and never ends the console.

        Keys wait for work `of_key` until it asks something, lets them go, or is done.
        """
        press = Press() if of_key else None
        if press is not None:
            self._presses.add(press)
        guarded: Work = partial(self._guarded, work, group, press)
        worker: Worker[None] = self.screen.run_worker(guarded, group=group, exclusive=exclusive)
        if press is not None:
            press.worker = worker

    def attempt(self, act: Callable[[], None], what: str) -> None:
        """Do something at once; what goes wrong in it is said, and never ends the console."""
        try:
            act()
        except AlertTuiError as error:
            self._tell_trouble(error, what)
        except Exception:  # a handler is as much a boundary as a worker
            self._tell_failure(what)

    def _tell_trouble(self, error: AlertTuiError, what: str) -> None:
        LOG.warning("%s: %s", what, shown(str(error)))
        self.say(str(error), BAD)

    def _tell_failure(self, what: str) -> None:
        LOG.exception("%s failed", what)
        self.say(f"Something failed in {what}; nothing more was changed. The log has the details.", BAD)

    async def _guarded(self, work: Work, group: str, press: Press | None) -> None:
        _PRESS.set(press)
        try:
            await work()
        except AlertTuiError as error:
            self._tell_trouble(error, group)
        except Exception:  # the worker boundary: nothing that fails behind it may end the console
            self._tell_failure(group)


class Pace:
    """Tells a held-down key from one pressed anew, so that it does not run on into the next alert."""

    def __init__(self) -> None:
        self._last = ("", 0.0)

    def is_repeat(self, action_id: str) -> bool:
        """True if the same key came so soon before, with no other between, that it must be held down."""
        (before, then), now = self._last, time.monotonic()
        self._last = (action_id, now)
        return before == action_id and now - then < HELD_KEY_S
