"""The terminal's driver: it switches the mouse, and takes the terminal's end for a hang-up."""

from __future__ import annotations

import errno
import os
import select
import signal
import sys
import termios
from contextlib import suppress
from typing import IO, Any, Final

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from alerttui.tui.terminal_lines import TerminalLines

GONE: Final = frozenset({errno.EIO, errno.EBADF, errno.EPIPE, errno.ENXIO, errno.ENODEV})
"""What writing to a terminal says that is no more."""

MOUSE_PIXELS_ON: Final = "\x1b[?1016h"
MOUSE_PIXELS_OFF: Final = "\x1b[?1016l"

RESTORE: Final = (
    b"\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?2048l\x1b[<u"
    b"\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Everything that Textual switches on, off again, for an end at which it cannot do so itself."""


class TerminalFile:
    """The terminal to write to; once it is gone, what is written goes nowhere, and a hang-up is told once."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._is_gone = False

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """True while there is a terminal."""
        return self._file.isatty()

    def write(self, text: str) -> int:
        """Write, if there is anything to write to."""
        try:
            return self._file.write(text)
        except (OSError, ValueError) as error:
            self._note(error)
            return len(text)

    def flush(self) -> None:
        """Send what was written."""
        try:
            self._file.flush()
        except (OSError, ValueError) as error:
            self._note(error)

    def _note(self, error: OSError | ValueError) -> None:
        if not self._is_gone and (not isinstance(error, OSError) or error.errno in GONE):
            self._is_gone = True
            hang_up(self._file.fileno())


def hang_up(descriptor: int) -> None:
    """End as if the line had been cut; what would still be written to that terminal goes nowhere."""
    with suppress(OSError):
        terminal = os.fstat(descriptor).st_rdev
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None and os.fstat(stream.fileno()).st_rdev == terminal:
                os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    is_ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    os.kill(os.getpid(), signal.SIGTERM if is_ignored else signal.SIGHUP)


class TerminalDriver(LinuxDriver):
    """Drives the console's terminal."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file: Any = TerminalFile(self._file)
        self.lines = TerminalLines()
        """What the terminal shows."""

    def start_application_mode(self) -> None:
        """Take the terminal; whatever it shows, it is not what we wrote."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual gives it no types
        self.lines.forget()

    @property
    def has_mouse(self) -> bool:
        """True while the terminal reports the mouse to us."""
        return self._mouse

    def switch_mouse(self, *, is_on: bool) -> None:
        """Have the terminal report the mouse, or keep it for itself."""
        if is_on:
            self._mouse = True
            self._enable_mouse_support()
            if self._mouse_pixels:
                self.write(MOUSE_PIXELS_ON)
        elif self._mouse:
            if self._mouse_pixels:
                self.write(MOUSE_PIXELS_OFF)
            self._disable_mouse_support()
            self._mouse = False
        self.flush()

    def _run_input_thread(self) -> None:
        """Read until the end; where the terminal is gone, that is a hang-up and no error of ours."""
        try:
            self.run_input_thread()
        except (OSError, EOFError):
            if not self.exit_event.is_set():
                hang_up(self.fileno)

    def restore(self) -> None:
        """Leave the terminal as it was found, at once and from any thread; for an end by force."""
        descriptor = self._file.fileno()
        _, writable, _ = select.select([], [descriptor], [], 0)
        if writable:
            os.write(descriptor, RESTORE)
        if self.attrs_before is not None:
            termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
