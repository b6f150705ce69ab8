"""A real pseudo-terminal with a program on it: what it wrote, and what a terminal shows of that."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pyte
import pytest

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")

DEADLINE_S: Final = 20.0
READ_BYTES: Final = 65_536

SILENCE_S: Final = 0.05
"""How long it is read at once where nothing is written."""

CSI: Final = re.compile(rb"\x1b\[[0-9;:?<>=]*[ -/]*[@-~]")
UNSHOWN: Final = re.compile(
    rb"\x1bP.*?\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[<>=][0-9;]*[A-Za-z]", re.DOTALL
)
"""Sequences that show nothing, which the emulator would take for text."""


def demo_command(*options: str, alerts: int = 60) -> list[str]:
    """The demo at a fixed time."""
    fixed = ["--now", "2026-11-20T10:51:02Z", "--alerts", str(alerts), "--query", ""]
    return [sys.executable, "-m", "alerttui", "demo", *fixed, *options]


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """An environment with a home of its own and nothing of the machine's."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}


Look = Sequence[tuple[str, ...]]
"""The lines of a screen, each with the grounds of its cells, which may tell a cursor."""


class Terminal:
    """A program on the other end of a pseudo-terminal, and everything that it wrote."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], columns: int, lines: int) -> None:
        self._end, other_end = pty.openpty()
        termios.tcsetwinsize(other_end, (lines, columns))
        self.process = subprocess.Popen(
            command, stdin=other_end, stdout=other_end, stderr=other_end, env=environment, close_fds=True
        )
        os.close(other_end)
        self.written = b""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._drawn = 0

    def lines(self) -> Sequence[str]:
        """What a terminal shows now."""
        if self._drawn < len(self.written):
            self._stream.feed(UNSHOWN.sub(b"", self.written[self._drawn :]))
            self._drawn = len(self.written)
        return list(self._screen.display)

    def look(self) -> Look:
        """What a terminal shows now."""
        lines = self.lines()
        return [
            (line, *(self._screen.buffer[row][column].bg for column in range(self._screen.columns)))
            for row, line in enumerate(lines)
        ]

    def is_so(self, condition: Callable[[], bool], patience_s: float) -> bool:
        """Read until a condition holds; False where it does not, and nothing was written for so long in all.

        It is counted and not timed: a machine may stand still for a while.
        """
        silences = 0
        while not condition():
            if silences * SILENCE_S > patience_s:
                return False
            silences += not self._read(SILENCE_S)
        return True

    def wait_for_look(self, *, like: Look | None = None, unlike: Look | None = None) -> Look:
        """Read until the terminal looks so, and nothing more comes; how it looks then."""

        def looks_so() -> bool:
            look = self.look()
            return like in (None, look) and look != unlike

        assert self.is_so(looks_so, DEADLINE_S), "\n".join(("it never looks so:", *self.lines()))
        self.wait_until_still(0.3)
        return self.look()

    def wait_until_still(self, quiet_s: float = 0.08) -> Sequence[str]:
        """Read until nothing more comes for a while; what is shown then."""
        deadline = time.monotonic() + DEADLINE_S
        while self._read(quiet_s):
            assert time.monotonic() < deadline, "it never comes to rest"
        return self.lines()

    def text(self, since: int = 0) -> str:
        """What was written, without the sequences that place and colour it."""
        return CSI.sub(b"", self.written[since:]).decode("utf-8", "replace")

    def wait_for(self, words: str, since: int = 0) -> None:
        """Read until these words were written."""
        deadline = time.monotonic() + DEADLINE_S
        while words not in self.text(since):
            assert time.monotonic() < deadline, f"{words!r} never came; the end was {self.text()[-400:]!r}"
            if not self._read(0.5):
                assert self.process.poll() is None, f"it ended before {words!r}: {self.text()[-400:]!r}"

    def is_told(self, words: str, since: int, patience_s: float) -> bool:
        """Read until these words were written; False where they are not in that time."""
        return self.is_so(lambda: words in self.text(since), patience_s)

    def press(self, keys: bytes) -> int:
        """Send bytes as a terminal does; the place from which answers are to be read."""
        os.write(self._end, keys)
        return len(self.written)

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size; it clears itself, as some do."""
        self.lines()
        self._screen.resize(lines, columns)
        self._screen.reset()
        termios.tcsetwinsize(self._end, (lines, columns))
        self.process.send_signal(signal.SIGWINCH)  # it is not the terminal of its session

    def scribble(self, output: bytes) -> None:
        """Let something else than the program write to the terminal."""
        self.written += output

    def ends_within(self, patience_s: float) -> bool:
        """Read for so long; True if the program has ended by then."""
        deadline = time.monotonic() + patience_s
        while self.process.poll() is None and time.monotonic() < deadline:
            self._read(0.1)
        return self.process.poll() is not None

    def end(self) -> int:
        """Read to the end; the exit code."""
        deadline = time.monotonic() + DEADLINE_S
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it does not end:\n" + "\n".join(self.lines())
            self._read(0.1)
        while self._read(0.0):
            pass
        return self.process.returncode

    def close(self) -> None:
        """End the program if it has not ended by itself."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._end)

    def _read(self, timeout_s: float) -> bool:
        ready, _, _ = select.select([self._end], [], [], timeout_s)
        if not ready:
            return False
        try:
            fresh = os.read(self._end, READ_BYTES)
        except OSError:  # the other end is closed
            return False
        self.written += fresh
        return bool(fresh)
