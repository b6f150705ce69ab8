"""The demo on a real pseudo-terminal: what is written to it, and what odd keys do."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.tui.terminal import CSI, Terminal, clean_environment, demo_command

OWN_OSC: Final = re.compile(rb"\x1b\]22;[a-z-]*\x07")
"""Textual sets the shape of the pointer."""
OWN_DCS: Final = re.compile(rb"\x1bP\+q[0-9A-Fa-f]*\x1b\\|\x1bP=[12]s\x1b\\")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Terminal]:
    """The demo at 80x24, in a home of its own."""
    try:
        terminal = Terminal(demo_command(), clean_environment(tmp_path), 80, 24)
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
