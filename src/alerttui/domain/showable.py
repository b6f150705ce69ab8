"""Text from outside made fit to be shown: what would act, hide or reorder becomes a visible mark."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from alerttui.domain.defanged import defang as defang
from alerttui.domain.defanged import host_of as host_of
from alerttui.domain.emoji_text import EMOJI_SEQUENCE, NEWER_EMOJI

MAX_COMBINING: Final = 8
"""So many combining marks may sit on one letter (no living script needs more); further ones are revealed."""

TAB_SPACES: Final = "    "
"""A tab in a text of several lines; stops would need a column, which only a renderer knows."""

TAB_MARK: Final = "⇥"
NEWLINE_MARK: Final = "␤"
NO_BREAK_SPACE_MARK: Final = "⍽"
"""A no-break space is common in French logs, so it gets a mark of one cell; other odd spaces do not."""

# Patterns are texts: `re` compiles each (in 1 ms) and keeps it when the first odd text needs it.
_MARK: Final = "<U\\+[0-9A-F]{4,6}>|[\u2400-\u2421␤⇥⍽]"

# Letters and signs that never need a second look, for speed; every other character is judged one by one.
_SURELY_SAFE: Final = (
    "\x20-\x7e\xa1-\xac\xae-\u02ff\u0388-\u038a\u038e-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u052f"
    "\u05d0-\u05ea\u0620-\u064a\u0904-\u0939\u0e01-\u0e30\u0e40-\u0e46\u1e00-\u1eff\u2010-\u2027\u2030-\u205e"
    "\u20a0-\u20bf\u2190-\u23ff\u2500-\u27ff\u2801-\u28ff\u3001-\u3029\u3041-\u3096\u30a0-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9ffc\uac00-\ud7a3\uff01-\uff9f"
)
_ASCII_SUSPECT: Final = re.compile("\r\n|[\x00-\x1f\x7f]")
_PRINTABLE_ASCII: Final = bytes(range(0x20, 0x7F))

# Drawn as nothing although Unicode calls them letters, marks or symbols.
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc\U00016fe4\U0001d159"
)
_SELECTOR: Final = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
# Arabic, Syriac, N'Ko, the Indic scripts, Myanmar, Khmer, Mongolian: there, joiners choose letter forms.
_JOINING_SCRIPT: Final = (
    "[\u0620-\u074f\u0750-\u07ff\u0860-\u0dff\u1000-\u109f"
    "\u1780-\u17ff\u1820-\u18aa\ufb50-\ufdff\ufe70-\ufefc]"
)
_JOINERS: Final = "\u200c\u200d"
_MONGOLIAN_SELECTORS: Final = "\u180b\u180c\u180d\u180f"
_WIDE_SCRIPT: Final = (
    "[\u3001-\u3029\u3041-\u3096\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9ffc\uac00-\ud7a3\uff01-\uff5e]"
)
_JAMO_VOWEL_OR_FINAL: Final = "[\u1161-\u11ff\ud7b0-\ud7fb]"
_HANGUL: Final = "[\u1100-\u115e\ua960-\ua97c\uac00-\ud7a3\u1161-\u11ff\ud7b0-\ud7fb]"


def shown(text: str, *, multiline: bool = False) -> str:
    """The text as it may reach a terminal: nothing swallowed, nothing executed; idempotent.

    Controls become control pictures, other dangers `<U+202E>`; letters of any script and emoji stay.
    """
    if is_plain(text, multiline=multiline):
        return text
    if text.isascii():
        return _ASCII_SUSPECT.sub(lambda match: _control(match.group(), multiline), text)
    return _Revealer(text, multiline).reveal()


def is_plain(text: str, *, multiline: bool = False) -> bool:
    """Whether the text is harmless ASCII, which needs no work; False means only that it must be looked at."""
    if not text.isascii():
        return False
    if not multiline:
        return text.isprintable()
    return not text.encode("ascii").translate(None, _PRINTABLE_ASCII).strip(b"\n")


def marks(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of a *shown* text that are reveal marks, so that a view can paint them as a warning."""
    if text.isascii() and "<U+" not in text:
        return ()
    spans: list[tuple[int, int]] = []
    for match in re.finditer(_MARK, text):
        start, end = match.span()
        if spans and spans[-1][1] == start:
            start = spans.pop()[0]
        spans.append((start, end))
    return tuple(spans)


def codepoint(character: str) -> str:
    """The mark that names a character, such as `<U+202E>`."""
    return f"<U+{ord(character):04X}>"


@cache
def _suspect() -> re.Pattern[str]:
    """What must be judged; compiled (in 9 ms) only when the first text comes that is not ASCII."""
    return re.compile(f"{EMOJI_SEQUENCE}|\r\n|\u3000+|[^{_SURELY_SAFE}]")


def _control(token: str, multiline: bool) -> str:
    """What stands for a control character, or for CR LF."""
    if token == "\r\n":
        return "\n" if multiline else "␍" + NEWLINE_MARK
    if token == "\n":
        return "\n" if multiline else NEWLINE_MARK
    if token == "\t":
        return TAB_SPACES if multiline else TAB_MARK
    if token == "\x7f":
        return "␡"
    return chr(0x2400 + ord(token)) if token < "\x20" else codepoint(token)


def _is_kept(character: str) -> bool:
    """Whether a character stays wherever it stands: it has a glyph of its own and obeys nothing."""
    if character in _INVISIBLE:
        return False
    return character.isprintable() or character in NEWER_EMOJI


class _Revealer:
    """One walk over the suspects of a text, remembering what stands before each of them."""

    def __init__(self, text: str, multiline: bool) -> None:
        self._text = text
        self._multiline = multiline
        self._before = ""
        """The kept character just before, or nothing after a mark and at the start of a line."""
        self._combining = 0
        """How many combining marks the letter before carries already."""

    def reveal(self) -> str:
        text = self._text
        pieces: list[str] = []
        done = 0
        for match in _suspect().finditer(text):
            start, end = match.span()
            if start > done:
                pieces.append(text[done:start])
                self._before, self._combining = text[start - 1], 0
            pieces.append(self._judge(match.group(), text[end : end + 1]))
            done = end
        pieces.append(text[done:])
        return "".join(pieces)

    def _judge(self, token: str, after: str) -> str:
        first = token[0]
        if first < "\x20" or "\x7f" <= first < "\xa0":
            return self._mark(_control(token, self._multiline))
        if first == "\u3000":
            return self._ideographic_spaces(token, after)
        if len(token) > 1:  # an emoji sequence; its first character may be one that nobody has assigned
            return self._keep(token) if _is_kept(first) else self._mark("".join(map(codepoint, token)))
        if first in _JOINERS:
            return self._keep(first) if self._joins(after) else self._mark(codepoint(first))
        if first in _MONGOLIAN_SELECTORS:
            follows = "\u1820" <= self._before <= "\u18aa"
            return self._keep(first) if follows else self._mark(codepoint(first))
        if first == "\xa0":
            return self._mark(NO_BREAK_SPACE_MARK)
        if re.match(_SELECTOR, first) or not _is_kept(first):
            return self._mark(codepoint(first))
        if unicodedata.category(first) in ("Mn", "Me") or re.match(_JAMO_VOWEL_OR_FINAL, first):
            return self._combine(first)
        return self._keep(first)

    def _keep(self, token: str) -> str:
        self._before, self._combining = token[-1], 0
        return token

    def _mark(self, mark: str) -> str:
        self._before, self._combining = "", 0
        return mark

    def _combine(self, character: str) -> str:
        """A mark belongs on a letter; on nothing, on a reveal mark or in a heap it is revealed."""
        has_base = bool(self._before)
        if re.match(_JAMO_VOWEL_OR_FINAL, character):
            has_base = bool(re.match(_HANGUL, self._before))
        if not has_base or self._combining >= MAX_COMBINING:
            return self._mark(codepoint(character))
        self._before = character
        self._combining += 1
        return character

    def _joins(self, after: str) -> bool:
        return bool(
            re.match(_JOINING_SCRIPT, self._before)
            and re.match(_JOINING_SCRIPT, after)
            and after.isalpha()
            and _is_kept(after)
        )

    def _ideographic_spaces(self, spaces: str, after: str) -> str:
        """Ordinary beside Chinese, Japanese and Korean text; anywhere else a disguise of a space."""
        if re.match(_WIDE_SCRIPT, self._before) or re.match(_WIDE_SCRIPT, after):
            return self._keep(spaces)
        return self._mark("".join(map(codepoint, spaces)))
