"""What the console makes of the bytes that a terminal sends: which key, and what it does in the list."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.events import Key, MouseEvent, Paste
from textual.message import Message

from alerttui.triage.actions import BY_ID, Pane
from alerttui.triage.key_names import key_label
from alerttui.triage.keymap import Keymap
from alerttui.tui.key_gate import unmerged
from alerttui.tui.stray_sequences import StraySequences
from alerttui.tui.terminal_input import SafeParser

QUIET_S: Final = 0.15
"""After so long without a byte, what came is all there is: longer than the parser waits behind esc."""

ENTER_MODES: Final = "\x1b[>25u\x1b[?2004h"
"""What the console asks of a terminal: kitty's reports of all keys, with their text; pastes in brackets."""

LEAVE_MODES: Final = "\x1b[?2004l\x1b[<u"

_SAME: Final = {
    b"\t": "tab and ctrl+i are one key to a terminal",
    b"\r": "enter and ctrl+m are one key to a terminal",
    b"\n": "ctrl+j; some terminals send it for ctrl+enter or shift+enter",
    b"\x08": "backspace and ctrl+h are one key to a terminal",
    b"\x1b": "esc and ctrl+[ are one key to a terminal",
    b"\x00": "ctrl+space and ctrl+@ are one key to a terminal",
}
"""What keys share their bytes with."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Bytes that came together, and what became of them."""

    raw: bytes
    key: str
    """The key as people write it; empty where it is none."""
    does: str
    """What the console does at it, in the list."""
    note: str = ""
    """What to know about it."""


class KeyTester:
    """Reads bytes as the console does: through its parser, and its guard against stray sequences."""

    def __init__(self, keymap: Keymap) -> None:
        self._keymap = keymap
        self._parser = SafeParser()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._timers = _Timers()
        self._passed: list[Key] = []
        self._stray = StraySequences(self._timers, self._passed.append)
        self._raw = b""
        """Bytes that have led to nothing yet."""
        self._was_key = False
        """True if the parser made keys of them."""

    def feed(self, data: bytes) -> list[Heard]:
        """What became of bytes, each key with its own; some may need the next bytes, or quiet, to be told."""
        heard: list[Heard] = []
        for byte in data:
            one = bytes([byte])
            self._raw += one
            text = self._decoder.decode(one)
            if text:
                heard += self._told(self._parser.feed(text))
        return heard

    def quiet(self) -> list[Heard]:
        """What becomes of bytes behind which nothing comes."""
        heard = self._told(self._parser.tick())
        self._timers.ring()
        heard += self._keys()
        if self._raw:
            what = (
                "swallowed: nobody knows this sequence" if self._was_key else "nothing: alerttui ignores it"
            )
            heard.append(Heard(self._raw, "", what))
            self._forget()
        return heard

    def _told(self, messages: Iterable[Message]) -> list[Heard]:
        heard: list[Heard] = []
        for message in messages:
            if isinstance(message, Key):
                self._was_key = True
                self._stray.take(message)
                heard += self._keys()
            else:
                heard.append(Heard(self._raw, "", _what_else(message)))
                self._forget()
        return heard

    def _keys(self) -> list[Heard]:
        """The keys that were passed on; the bytes are told with the first."""
        if self._stray.is_holding:
            return []
        events, self._passed[:] = list(self._passed), []
        heard = []
        for event in events:
            keys = unmerged(event)
            for key in keys:
                heard.append(self._heard(key, is_merged=len(keys) > 1))
                self._forget()
        return heard

    def _heard(self, event: Key, *, is_merged: bool) -> Heard:
        key = key_label(event.key)
        note = _SAME.get(self._raw, "")
        if is_merged and event.key == "escape":
            note = "alt and a key arrive as esc, key; so do the two where tmux waits long"
        return Heard(self._raw, key, self._what(event), note)

    def _what(self, event: Key) -> str:
        """What the key does in the list."""
        action_id = self._keymap.action_at(event.key)
        if not action_id:
            return "nothing in the list; typed in a field" if event.is_printable else "nothing"
        action = BY_ID[action_id]
        if Pane.LIST not in action.panes:
            return f"{action.label} ({action_id}), in the {action.panes[0].value}"
        return f"{action.label} ({action_id})"

    def _forget(self) -> None:
        self._raw, self._was_key = b"", False


class _Timers:
    """Timers that go off when it is quiet."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[], None]] = []

    def set_timer(self, delay: float, callback: Callable[[], None]) -> object:
        """Call back at the next quiet, which comes after any delay that is asked for."""
        self._callbacks.append(callback)
        return callback

    def ring(self) -> None:
        """It is quiet now."""
        callbacks, self._callbacks[:] = list(self._callbacks), []
        for callback in callbacks:
            callback()


def _what_else(message: Message) -> str:
    if isinstance(message, Paste):
        return f"a paste of {len(message.text):,} characters"
    if isinstance(message, MouseEvent):
        return "the mouse"
    return "a report of the terminal, no key"


def caret_form(raw: bytes) -> str:
    """Bytes as people write them: ^[[A for esc [ A; what is no ASCII as hex."""
    return "".join(_caret(byte) for byte in raw)


def _caret(byte: int) -> str:
    if byte < 0x20:
        return f"^{chr(byte + 0x40)}"
    if byte == 0x7F:
        return "^?"
    return chr(byte) if byte < 0x7F else f"\\x{byte:02x}"


def ends(last: Sequence[Heard]) -> bool:
    """True if the last two keys are the ones by which one leaves: q q, or ctrl+c ctrl+c."""
    keys = [each.key for each in last[-2:]]
    return keys in (["q", "q"], ["ctrl+c", "ctrl+c"])
