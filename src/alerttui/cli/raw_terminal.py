"""The terminal as the console has it: every key comes at once and as it is; put back however one leaves."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

READ_BYTES: Final = 4_096

EXIT_BY_SIGNAL: Final = 128
"""As a shell reports a program that a signal ended: 128 and its number."""


class RawTerminal:
    """Reads the bytes that a terminal sends, and writes to it."""

    def __init__(self, descriptor: int, *, had_flow_control: bool) -> None:
        self.descriptor = descriptor
        self.had_flow_control = had_flow_control
        """True if ctrl+s stops the terminal outside of the console."""

    def read(self, timeout_s: float | None) -> bytes:
        """What came; empty where nothing came in time. Raises `EOFError` where the terminal is gone."""
        ready, _, _ = select.select([self.descriptor], [], [], timeout_s)
        if not ready:
            return b""
        try:
            data = os.read(self.descriptor, READ_BYTES)
        except OSError as error:
            raise EOFError from error
        if not data:
            raise EOFError
        return data

    def write(self, text: str) -> None:
        """Write to the terminal."""
        os.write(self.descriptor, text.encode())


@contextmanager
def raw_terminal(descriptor: int, *, enter: str = "", leave: str = "") -> Iterator[RawTerminal]:
    """The terminal in raw mode, with sequences written on the way in and on the way out.

    SIGTERM and SIGHUP end the program by way of here, so that the terminal is always put back.
    """
    import termios

    before = termios.tcgetattr(descriptor)
    raw = termios.tcgetattr(descriptor)
    raw[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    handlers = {each: signal.signal(each, _leave) for each in (signal.SIGTERM, signal.SIGHUP)}
    terminal = RawTerminal(descriptor, had_flow_control=bool(before[0] & termios.IXON))
    try:
        termios.tcsetattr(descriptor, termios.TCSANOW, raw)
        terminal.write(enter)
        yield terminal
    finally:
        try:
            terminal.write(leave)
            termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
        except OSError:  # the terminal is gone, and with it what there was to put back
            pass
        except termios.error:
            pass
        for each, handler in handlers.items():
            signal.signal(each, handler)


def _leave(number: int, _: FrameType | None) -> None:
    sys.exit(EXIT_BY_SIGNAL + number)
