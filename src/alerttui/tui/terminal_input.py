"""What comes from the terminal, made safe before Textual reads it: pastes, odd bytes, odd keys.

Textual types the rest of a paste as keys once it meets an escape in it, and ends on a byte that is not UTF-8
and on key reports of the kitty protocol with more in them than it asked for. It has no public place to put
this, so the names that its driver uses are exchanged; a test tells when they are gone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from encodings import utf_8
from functools import partial
from typing import TYPE_CHECKING, Final

from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.keys import Keys
from textual.message import Message

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PASTE_BEGINS: Final = "\x1b[200~"
PASTE_ENDS: Final = "\x1b[201~"
_REST_OF_BEGIN: Final = PASTE_BEGINS[1:]
SHOWN_ESCAPE: Final = "\u241b"
"""What an escape within a paste becomes: visible, and harmless."""


class PasteFilter:
    """Replaces the escapes within bracketed pastes; a mark may come in pieces."""

    def __init__(self) -> None:
        self._is_pasting = False
        self._held = ""
        """The beginning of what may be a mark."""
        self._escape_passed = False
        """True if the last thing passed on was an escape: it may turn out to begin a paste."""

    def filter(self, data: str) -> str:
        """The data with harmless pastes."""
        data, self._held = self._held + data, ""
        out: list[str] = []
        if self._escape_passed and _REST_OF_BEGIN.startswith(data[: len(_REST_OF_BEGIN)]):
            if len(data) < len(_REST_OF_BEGIN):
                self._held = data
                return ""
            self._is_pasting = True
            out.append(_REST_OF_BEGIN)
            data = data[len(_REST_OF_BEGIN) :]
        while data:
            mark = PASTE_ENDS if self._is_pasting else PASTE_BEGINS
            place = data.find(mark)
            if place < 0:
                data, self._held = self._split(data, mark)
                out.append(self._harmless(data))
                break
            out.append(self._harmless(data[:place]) + mark)
            data = data[place + len(mark) :]
            self._is_pasting = not self._is_pasting
        passed = "".join(out)
        self._escape_passed = passed.endswith("\x1b")
        return passed

    def _split(self, data: str, mark: str) -> tuple[str, str]:
        """The data without its end where that may begin a mark; a lone escape is the key, unless pasted."""
        shortest = 1 if self._is_pasting else 2
        for length in range(len(mark) - 1, shortest - 1, -1):
            if data.endswith(mark[:length]):
                return data[:-length], data[-length:]
        return data, ""

    def _harmless(self, data: str) -> str:
        return data.replace("\x1b", SHOWN_ESCAPE) if self._is_pasting else data


_KEY_REPORT: Final = re.compile(r"\x1b\[(\d+)(?::[\d:]*)?;(\d*)(?::(\d*))?((?:;[\d:]*)?[~A-Zu])")
"""A key of the kitty protocol: its code and alternate codes, modifiers and kind of event, its text."""

_RELEASED: Final = "3"


def plain_report(sequence: str) -> str:
    """A key report without what Textual cannot read; empty for a key that was let go of."""
    report = _KEY_REPORT.fullmatch(sequence)
    if report is None:
        return sequence
    code, modifiers, kind, rest = report.groups()
    return "" if kind == _RELEASED else f"\x1b[{code};{modifiers}{rest}"


def with_capital(key: Key) -> Key:
    """shift+j is J: terminals that report shift by itself name the key, and not what it types."""
    *modifiers, last = key.key.split("+")
    if "shift" not in modifiers or len(last) != 1 or not last.isalpha() or "ctrl" in modifiers:
        return key
    others = [modifier for modifier in modifiers if modifier != "shift"]
    return Key("+".join([*others, last.upper()]), None if others else last.upper())


_MERGED: Final = frozenset(f"\x1b{character}" for character in "0123456789-=bf")
"""What Textual takes for other keys: signs that a Mac types with option, and moves by a word."""


def with_alt(key: Key) -> Key:
    """alt+slash is not slash: Textual leaves alt away with what is neither letter nor digit."""
    return key if key.key.startswith("alt+") else Key(f"alt+{key.key}", key.character)


class SafeParser(XTermParser):
    """Textual's parser behind the filter, with keys that it can read."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pastes = PasteFilter()

    def feed(self, data: str) -> Iterable[Message]:
        """Messages of the data; empty data ends the input."""
        harmless = self._pastes.filter(data) if data else data
        if harmless or not data:
            yield from super().feed(harmless)

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        """The keys of a sequence; one that nobody can read is told as a key to ignore."""
        if sequence in _MERGED:
            sequence, alt = sequence[1], True
        try:
            plain = plain_report(sequence)
            keys = list(super()._sequence_to_key_events(plain, alt)) if plain else []
        except (ValueError, OverflowError):
            plain, keys = "", []
        if not plain:
            keys = [Key(Keys.Ignore, sequence)]
        return [with_alt(with_capital(key)) if alt else with_capital(key) for key in keys]


def make_input_safe() -> None:
    """From now on, the terminal's driver reads through the filter and takes any byte."""
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver

    exchanged = vars(linux_driver)
    exchanged["XTermParser"] = SafeParser
    exchanged["getincrementaldecoder"] = _tolerant_decoder


def _tolerant_decoder(_: str) -> partial[_Decoder]:
    """Textual's call for a decoder, with one that replaces what it cannot read."""
    return partial(_Decoder, errors="replace")


class _Decoder(utf_8.IncrementalDecoder):
    """Tells the end of the terminal, which Textual would go on reading without a pause."""

    def decode(self, data: ReadableBuffer, final: bool = False) -> str:
        """The text; raises EOFError where there is nothing more to come."""
        if not bytes(data) and not final:
            raise EOFError("the terminal is gone")
        return super().decode(data, final)
