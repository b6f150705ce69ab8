"""A console that is told to end restores the terminal, keeps drafts and leaves; so does one that loses it."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts import some_alerts

pytest.importorskip("pty")

from alerttui.backends.registry import open_local
from tests.tui.terminal import Terminal, clean_environment, demo_command, termios

OWN_TERMINAL = (
    "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
"""Runs a command as a shell does: the terminal is its own, and hangs up on it."""

RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l", b"\x1b[<u")
"""The normal screen, the cursor, no mouse, no bracketed paste, no key protocol."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with three alerts in a store."""
    store, _ = open_local(tmp_path / "alerts.db")
    store.add(some_alerts(3))
    store.close()
    return tmp_path


def started(command: list[str], home: Path) -> Terminal:
    """A console on a terminal of its own, with its first screen shown."""
    environment = clean_environment(home)
    try:
        terminal = Terminal([sys.executable, "-c", OWN_TERMINAL, *command], environment, 80, 24)
    except OSError as error:
        pytest.skip(f"no pseudo-terminal: {error}")
    terminal.wait_for("? keys")
    terminal.wait_until_still()
    return terminal


def console_command(home: Path) -> list[str]:
    """The console on the store in a home."""
    return [sys.executable, "-m", "alerttui", "--db", str(home / "alerts.db"), "--query", ""]


@pytest.fixture
def console(home: Path) -> Iterator[Terminal]:
    """A console on the store."""
    terminal = started(console_command(home), home)
    yield terminal
    terminal.close()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_restores_the_terminal_and_is_told_by_the_exit_code(console: Terminal, name: str) -> None:
    number = getattr(signal, name)
    place = len(console.written)
    console.process.send_signal(number)
    assert console.end() == 128 + number
    last = console.written[place:]
    for sequence in RESTORED:
        assert sequence in last, sequence
    assert last.rindex(b"\x1b[?1049l") > last.rfind(b"\x1b[?1049h")
    assert "Traceback" not in console.text(place)
    assert "error" not in console.text(place)


def test_what_was_being_written_is_there_after_a_signal(console: Terminal, home: Path) -> None:
    console.wait_for("ctrl+s send", console.press(b"n"))
    console.wait_for("half a thought", console.press(b"half a thought"))
    console.wait_until_still()
    console.process.send_signal(signal.SIGTERM)
    assert console.end() == 128 + signal.SIGTERM
    again = started(console_command(home), home)
    try:
        again.wait_for("half a thought", again.press(b"n"))
        again.press(b"\x1b")
        again.wait_until_still()
        again.press(b"q")
        assert again.end() == 0
    finally:
        again.close()


def test_a_change_that_is_being_made_comes_to_its_end_before_a_signal_ends_the_console(
    console: Terminal, home: Path
) -> None:
    blocker = sqlite3.connect(home / "alerts.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    console.press(b"a")
    console.wait_until_still(0.3)
    console.process.send_signal(signal.SIGTERM)
    console.wait_until_still(0.3)
    assert console.process.poll() is None, "it waits for the other writer"
    blocker.execute("ROLLBACK")
    assert console.end() == 128 + signal.SIGTERM
    assert blocker.execute("SELECT count(*) FROM alerts WHERE assignee_id > ''").fetchone() == (1,)
    blocker.close()


@pytest.mark.parametrize("is_own", [True, False], ids=["own terminal", "somebody else's"])
def test_a_terminal_that_vanishes_ends_the_console_soon(home: Path, is_own: bool) -> None:
    command = console_command(home)
    environment = clean_environment(home)
    prefix = [sys.executable, "-c", OWN_TERMINAL] if is_own else []
    terminal = Terminal([*prefix, *command], environment, 80, 24)
    terminal.wait_for("? keys")
    terminal.wait_until_still()
    os.close(terminal._end)
    try:
        assert terminal.process.wait(5) == 128 + signal.SIGHUP
        log = (home / ".local/state/alerttui/alerttui.log").read_text("utf-8")
        assert "ended by SIGHUP" in log
        assert "Traceback" not in log
    finally:
        terminal.process.kill()
        terminal.process.wait()


def test_a_terminal_that_vanishes_ends_even_a_console_that_ignores_hang_ups(home: Path) -> None:
    deaf = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    terminal = Terminal([sys.executable, "-c", deaf, *console_command(home)], clean_environment(home), 80, 24)
    terminal.wait_for("? keys")
    os.close(terminal._end)
    try:
        assert terminal.process.wait(5) == 128 + signal.SIGTERM
    finally:
        terminal.process.kill()
        terminal.process.wait()


def test_a_hundred_resizes_in_a_second_are_followed_to_the_last(home: Path) -> None:
    terminal = started(demo_command(), home)
    try:
        for step in range(100):
            termios.tcsetwinsize(terminal._end, (20 + step % 7, 61 + step))
            terminal.process.send_signal(signal.SIGWINCH)
            terminal._read(0.005)
        termios.tcsetwinsize(terminal._end, (30, 110))
        place = len(terminal.written)
        terminal.process.send_signal(signal.SIGWINCH)
        terminal.wait_until_still()
        terminal.wait_for("60 of 60", terminal.press(b"G"))
        assert b"\x1b[30;" in terminal.written[place:], "the last line is drawn where it is now"
        terminal.press(b"q")
        assert terminal.end() == 0
    finally:
        terminal.close()


def test_the_mouse_is_given_to_the_terminal_and_taken_back(home: Path) -> None:
    terminal = started(demo_command(), home)
    try:
        place = terminal.press(b"M")
        terminal.wait_for("Mouse off", place)
        assert b"\x1b[?1000l" in terminal.written[place:]
        assert b"\x1b[?1006l" in terminal.written[place:]
        place = terminal.press(b"M")
        terminal.wait_for("Mouse on", place)
        assert b"\x1b[?1000h" in terminal.written[place:]
        assert b"\x1b[?1006h" in terminal.written[place:]
        terminal.press(b"q")
        assert terminal.end() == 0
        assert b"\x1b[?1000l" in terminal.written[place:]
    finally:
        terminal.close()
