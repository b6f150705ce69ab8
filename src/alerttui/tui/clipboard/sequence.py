"""OSC 52, by which a terminal puts a text on its clipboard, and how each multiplexer lets it through."""

from __future__ import annotations

import base64
from enum import Enum
from typing import Final

LIMIT_BYTES: Final = 74_994
"""UTF-8 bytes of text in one sequence. Several terminals drop a sequence of more than 100,000 bytes, and this
much text makes one of just that length in base64; none is known with a lower limit."""

SCREEN_CHUNK: Final = 240
"""Characters in one DCS string for GNU Screen: its oldest versions hold 256, newer ones 768, and print what
goes beyond as text."""

_ST: Final = "\x1b\\"


class Wrap(Enum):
    """How the sequence gets past what lies between alerttui and the terminal."""

    PLAIN = "plain"
    TMUX = "tmux"
    """tmux's passthrough, which its option `allow-passthrough` opens."""
    TMUX_BOTH = "tmux, both ways"
    """Passed through and plain, where tmux cannot be asked which of the two it takes."""
    SCREEN = "screen"
    """GNU Screen's passthrough, in chunks."""
    SCREEN_OR_TMUX = "screen, or tmux"
    """One of them at the near end of SSH: Screen's way, and plain if short enough for Screen to swallow."""


def clipboard_sequence(text: str, wrap: Wrap = Wrap.PLAIN) -> str:
    """What makes the terminal take a text; raises nothing, however odd the text."""
    encoded = base64.b64encode(text.encode("utf-8", "backslashreplace")).decode("ascii")
    plain = f"\x1b]52;c;{encoded}\x07"
    if wrap is Wrap.TMUX:
        return _through_tmux(plain)
    if wrap is Wrap.TMUX_BOTH:
        return _through_tmux(plain) + plain
    if wrap is Wrap.SCREEN or (wrap is Wrap.SCREEN_OR_TMUX and len(plain) > SCREEN_CHUNK):
        return _through_screen(plain)
    return _through_screen(plain) + plain if wrap is Wrap.SCREEN_OR_TMUX else plain


def size_of(text: str) -> int:
    """The bytes that count against the limit."""
    return len(text.encode("utf-8", "backslashreplace"))


def _through_tmux(sequence: str) -> str:
    """A DCS string for tmux, in which every escape stands twice."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + _ST


def _through_screen(sequence: str) -> str:
    """DCS strings whose contents Screen hands on one after the other; BEL ends the sequence within."""
    chunks = [sequence[at : at + SCREEN_CHUNK] for at in range(0, len(sequence), SCREEN_CHUNK)]
    return "".join(f"\x1bP{chunk}{_ST}" for chunk in chunks)
