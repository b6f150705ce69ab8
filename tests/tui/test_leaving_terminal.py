"""What leaves the console, on a real pseudo-terminal: the bytes of a copy, pager, editor and shell."""

from __future__ import annotations

import base64
import os
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.backends.registry import open_local
from tests.alerts import some_alerts
from tests.tui.test_outside import install, seen

pytest.importorskip("pty")

from tests.tui.terminal import Terminal, clean_environment

WITH_SHELL = """
import fcntl, os, signal, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[1:])
while True:
    _, status = os.waitpid(pid, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        sys.exit(os.waitstatus_to_exitcode(status) % 256)
    os.tcsetpgrp(0, os.getpgrp())
    os.write(1, b"[stopped]")
    os.read(0, 1)
    os.tcsetpgrp(0, pid)
    os.killpg(pid, signal.SIGCONT)
"""
"""A shell with job control, in so few lines: it tells of a job that stops, and any key brings it back."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with three alerts in a store, and a folder for files."""
    store, _ = open_local(tmp_path / "alerts.db")
    store.add(replace(each, raw=b'{"title": "a\x1b[31mb"}') for each in some_alerts(3))
    store.close()
    (tmp_path / "runtime").mkdir()
    return tmp_path


@contextmanager
def console_in(home: Path, **environ: str) -> Iterator[Terminal]:
    """The console behind a shell, with its first screen shown."""
    command = [sys.executable, "-m", "alerttui", "--db", str(home / "alerts.db"), "--query", ""]
    environment = clean_environment(home, XDG_RUNTIME_DIR=str(home / "runtime"), **environ)
    try:
        terminal = Terminal([sys.executable, "-c", WITH_SHELL, *command], environment, 80, 24)
    except OSError as error:
        pytest.skip(f"no pseudo-terminal: {error}")
    try:
        terminal.wait_for("Events 0")
        terminal.wait_until_still()
        yield terminal
    finally:
        terminal.close()


COPIED = base64.b64encode(b"a-0").decode()
PLAIN = f"\x1b]52;c;{COPIED}\x07".encode()
IN_TMUX = b"\x1bPtmux;\x1b" + PLAIN + b"\x1b\\"
IN_SCREEN = b"\x1bP" + PLAIN + b"\x1b\\"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, PLAIN),
        ({"TERM": "screen-256color", "STY": "7.pts-0"}, IN_SCREEN),
        ({"TERM": "tmux-256color", "TMUX": "/nowhere/default,1,0", "PATH": "/nowhere"}, IN_TMUX + PLAIN),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22", "SSH_TTY": "/dev/null", "VTE_VERSION": "7000"}, PLAIN),
    ],
    ids=["plain", "screen", "tmux", "ssh"],
)
def test_a_copy_is_written_to_the_own_terminal_in_just_these_bytes(
    home: Path, environ: dict[str, str], expected: bytes
) -> None:
    with console_in(home, **environ) as terminal:
        place = terminal.press(b"y")
        terminal.wait_for("Copy", place)
        terminal.wait_until_still()
        place = terminal.press(b"i")
        terminal.wait_for("copied 3 characters", place)
        assert expected in terminal.written
        assert terminal.written.count(b"]52;") == expected.count(b"]52;")
        terminal.press(b"q")
        assert terminal.end() == 0


def test_the_console_comes_back_whole_from_a_pager_on_a_real_terminal(home: Path) -> None:
    ignores = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    pager = install(home, "pager", f"{ignores}; tty = open('/dev/tty'); print('PAGING'); tty.readline()")
    with console_in(home, PAGER=str(pager)) as terminal:
        before = list(terminal.lines())
        place = terminal.press(b"e")
        terminal.wait_for("Look at it", place)
        terminal.wait_until_still()
        place = terminal.press(b"r")
        terminal.wait_for("PAGING", place)
        assert b"\x1b[?1049l" in terminal.written[place:]
        assert seen(home)["text"].endswith('{"title": "a␛[31mb"}')  # type: ignore[attr-defined]  # a text
        terminal.press(b"\x03")  # is the pager's, and ends nothing here
        place = terminal.press(b"\n")
        terminal.wait_for("? keys", place)
        assert b"\x1b[?1049h" in terminal.written[place:]
        assert list(terminal.wait_until_still()) == before
        terminal.press(b"q")
        assert terminal.end() == 0


def test_ctrl_z_stops_the_console_and_it_comes_back_whole(home: Path) -> None:
    with console_in(home) as terminal:
        before = list(terminal.lines())
        place = terminal.press(b"\x1a")
        terminal.wait_for("[stopped]", place)
        assert b"\x1b[?1049l" in terminal.written[place:]
        place = terminal.press(b"\n")
        terminal.wait_for("? keys", place)
        assert list(terminal.wait_until_still()) == before
        place = terminal.press(b"j")
        terminal.wait_for("2 of 3", place)
        terminal.press(b"q")
        assert terminal.end() == 0


def test_a_console_that_is_told_to_end_meanwhile_leaves_no_file_and_keeps_the_draft(home: Path) -> None:
    writes = (
        f"open(name, 'w').write('half a thou'); open({str(home / 'pid')!r}, 'w').write(str(os.getppid()))"
    )
    more = f"{writes}\nimport signal; signal.pause()"
    with console_in(home, EDITOR=str(install(home, "ed", more))) as terminal:
        place = terminal.press(b"n")
        terminal.wait_for("ctrl+e", place)
        terminal.wait_until_still()
        terminal.press(b"\x05")
        wait_for_file(home / "pid", terminal)
        assert len(list((home / "runtime").iterdir())) == 1
        os.kill(int((home / "pid").read_text()), signal.SIGTERM)
        assert terminal.end() in (128 + signal.SIGTERM, 256 - signal.SIGTERM)
    assert list((home / "runtime").iterdir()) == []
    drafts = list((home / ".local/state/alerttui/drafts").glob("*.txt"))
    assert [each.read_text() for each in drafts] == ["half a thou"]
    assert stat.S_IMODE(drafts[0].stat().st_mode) == 0o600


def wait_for_file(path: Path, terminal: Terminal) -> None:
    """Read what the console writes until a file has something in it."""
    for _ in range(200):
        if path.exists() and path.read_text():
            return
        terminal.wait_until_still(0.05)
    raise AssertionError(f"{path.name} never came")
