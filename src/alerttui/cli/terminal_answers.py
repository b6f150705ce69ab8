"""Questions that a terminal answers by itself: what it is and what it can; asked with a time-out."""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final

PATIENCE_S: Final = 0.2
"""How long an answer is waited for; a terminal at the other end of a slow line may need more."""

QUESTIONS: Final = "\x1b[?2026$p\x1b[?u\x1b[>0q\x1b[c"
"""Synchronized output, kitty's keys, the name; and what every terminal answers, so that it is the last."""

WIPE: Final = "\r\x1b[K"
"""Takes away what a terminal shows of a question that it does not understand."""

_SYNCHRONIZED: Final = re.compile(rb"\x1b\[\?2026;(\d)\$y")
_KITTY_KEYS: Final = re.compile(rb"\x1b\[\?\d+u")
_NAME: Final = re.compile(rb"\x1bP>\|([\x20-\x7e]{1,60})\x1b\\")
_LAST: Final = re.compile(rb"\x1b\[\?[\d;]*c")


class Support(Enum):
    """Whether a terminal can do something."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Nobody was asked, or nobody answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a terminal says of itself."""

    synchronized: Support = Support.UNKNOWN
    """Whether it can show a repaint at once."""
    kitty_keys: Support = Support.UNKNOWN
    """Whether it tells apart keys that others send alike, as tab and ctrl+i."""
    name: str = ""
    came: bool = False
    """True if it answered at all."""


def read_answers(received: bytes) -> Answers:
    """What the answers mean; a terminal that answers the last question only, cannot do the others."""
    if not _LAST.search(received):
        return Answers()
    synchronized, name = _SYNCHRONIZED.search(received), _NAME.search(received)
    is_known = synchronized is not None and synchronized[1] in (b"1", b"2", b"3")
    return Answers(
        synchronized=Support.YES if is_known else Support.NO,
        kitty_keys=Support.YES if _KITTY_KEYS.search(received) else Support.NO,
        name=name[1].decode("ascii") if name else "",
        came=True,
    )


def ask_terminal(descriptor: int, patience_s: float = PATIENCE_S) -> Answers:
    """Ask the terminal; it is left as it was, whatever it does."""
    from alerttui.cli.raw_terminal import raw_terminal

    received, deadline_s = b"", time.monotonic() + patience_s
    with suppress(EOFError), raw_terminal(descriptor, enter=QUESTIONS, leave=WIPE) as terminal:
        while not _LAST.search(received):
            left_s = deadline_s - time.monotonic()
            fresh = terminal.read(left_s) if left_s > 0 else b""
            if not fresh:
                break
            received += fresh
    return read_answers(received)


def askable_terminal(term_program: str) -> int | None:
    """A descriptor of the terminal where it can be asked; None where there is none, or another reads it.

    What stdout is piped into may read the terminal too, as pagers do. Apple's Terminal shows the questions.
    """
    if term_program == "Apple_Terminal" or not sys.stdin.isatty():
        return None
    if not sys.stdout.isatty() and not stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode):
        return None
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError:
        return None
    if os.tcgetpgrp(descriptor) != os.getpgrp():  # in the background one would be stopped
        os.close(descriptor)
        return None
    return descriptor
