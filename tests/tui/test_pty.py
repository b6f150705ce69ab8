"""The demo on a real pseudo-terminal: what is written to it, and what odd keys do."""

from __future__ import annotations

import base64
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

pty = pytest.importorskip("pty")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")

DEADLINE_S: Final = 20.0
READ_BYTES: Final = 65_536

CSI: Final = re.compile(rb"\x1b\[[0-9;:?<>=]*[ -/]*[@-~]")
OWN_OSC: Final = re.compile(rb"\x1b\]22;[a-z-]*\x07")
"""Textual sets the shape of the pointer."""
OWN_DCS: Final = re.compile(rb"\x1bP\+q[0-9A-Fa-f]*\x1b\\|\x1bP=[12]s\x1b\\")


class Terminal:
    """A program on the other end of a pseudo-terminal, and everything that it wrote."""

    def __init__(self, command: list[str], environment: dict[str, str], columns: int, lines: int) -> None:
        self._end, other_end = pty.openpty()
        termios.tcsetwinsize(other_end, (lines, columns))
        self.process = subprocess.Popen(
            command, stdin=other_end, stdout=other_end, stderr=other_end, env=environment, close_fds=True
        )
        os.close(other_end)
        self.written = b""

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

    def press(self, keys: bytes) -> int:
        """Send bytes as a terminal does; the place from which answers are to be read."""
        os.write(self._end, keys)
        return len(self.written)

    def end(self) -> int:
        """Read to the end; the exit code."""
        deadline = time.monotonic() + DEADLINE_S
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it does not end"
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


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Terminal]:
    """The demo at 80x24, in a home of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
    environment = {**kept, "HOME": str(tmp_path), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "alerttui", "demo", "--now", "2026-11-20T10:51:02Z", "--alerts", "60"]
    try:
        terminal = Terminal([*command, "--query", ""], environment, 80, 24)
    except OSError as error:
        pytest.skip(f"no pseudo-terminal: {error}")
    yield terminal
    terminal.close()


def foreign_sequences(written: bytes) -> bytes:
    """What is left of the controls once everything that Textual writes itself is taken away."""
    rest = OWN_DCS.sub(b"", OWN_OSC.sub(b"", CSI.sub(b"", written)))
    rest = re.sub(rb"\x1b[=>78M]|\x1b\([B0]", b"", rest)
    controls = re.findall(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f].{0,20}|\xc2[\x80-\x9f].{0,20}", rest)
    return b" | ".join(controls)


def test_the_demo_writes_no_attack_to_the_terminal_and_survives_odd_keys(demo: Terminal) -> None:
    demo.wait_for("? keys")
    demo.wait_for("60 of 60", demo.press(b"G"))
    for page in range(6):
        demo.wait_for("of 60", demo.press(b"\x15" if page % 2 else b"k"))
    demo.wait_for("1 of 60", demo.press(b"g"))
    demo.press(b"\x1b[106u\x1b[97;5u\x1b[999~\x1b[1;2;3;4Q\x1bj\x1bk\x1b[57441u\x1bOQ\x1b[97;6u")
    demo.press(b"1")
    demo.wait_for("60 of 60", demo.press(b"G"))
    demo.wait_for("Nothing to undo", demo.press(b"z"))
    demo.press(b"q")
    assert demo.end() == 0
    assert foreign_sequences(demo.written) == b""
    assert b"]52;c;" + base64.b64encode(b"hello from the demo") not in demo.written
    assert b"\x1b]52" not in demo.written
    assert b"\x1b]8;" not in demo.written
    assert "\u202e" not in demo.text()


def test_a_key_that_nobody_knows_changes_no_alert(demo: Terminal) -> None:
    demo.wait_for("? keys")
    demo.wait_for("taken", demo.press(b"a"))
    place = demo.press(b"\x1b[193z")
    demo.press(b"1")
    demo.wait_for("60 of 60", demo.press(b"G"))
    assert "undo: taken" not in demo.text(place)
    demo.press(b"q")
    assert demo.end() == 0
