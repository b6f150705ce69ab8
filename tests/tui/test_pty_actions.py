"""Every action by its key on a real terminal, with every pane focused: it acts, asks, or says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from alerttui.triage.actions import ACTIONS, Action, Pane
from alerttui.triage.keymap import DEFAULT_KEYMAP
from tests.tui.terminal import Terminal, clean_environment, demo_command

BYTES: Final = {
    "escape": b"\x1b", "enter": b"\r", "tab": b"\t", "shift+tab": b"\x1b[Z", "space": b" ",
    "pageup": b"\x1b[5~", "pagedown": b"\x1b[6~", "home": b"\x1b[H", "end": b"\x1b[F",
    "up": b"\x1b[A", "down": b"\x1b[B", "f3": b"\x1bOR", "shift+f3": b"\x1b[1;2R",
}  # fmt: skip

ELSEWHERE: Final = {"console.quit", "console.suspend", "console.redraw"}
"""Actions after which there is no console to look at; they have tests of their own."""

QUIET: Final = {
    "back",
    "list.refresh",
    "move.top",
    "move.up",
    "move.page-up",
    "move.half-up",
    "console.mouse",
}
"""Actions that may rightly change nothing on the screen where the test stands."""

NOTHING: Final = b"BCDF"
"""Keys that no action has: the console says so, which is how the test knows that all before them has acted.

Several, because it says nothing anew where it says the same.
"""

TRY_S: Final = 3.0
"""How long the console may take to say that a key does nothing, before it is asked by the next such key."""

PATIENCE_S: Final = 20.0
"""How long an action may take until something of it is on the screen; a busy machine is slow."""


def key_bytes(key: str) -> bytes:
    """What a terminal sends for a key."""
    if key in BYTES:
        return BYTES[key]
    label = DEFAULT_KEYMAP_LABELS.get(key, key)
    if label.startswith("ctrl+"):
        return bytes([ord(label[-1].upper()) & 0x1F])
    return label.encode()


DEFAULT_KEYMAP_LABELS: Final = {
    key: label
    for action in ACTIONS
    for key, label in zip(DEFAULT_KEYMAP.keys(action.id), DEFAULT_KEYMAP.labels(action.id), strict=True)
}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Terminal]:
    """The demo with everything in sight, in a home of its own."""
    try:
        environment = clean_environment(tmp_path, PAGER="true", EDITOR="true", ESCDELAY="25")
        terminal = Terminal(demo_command(), environment, 120, 40)
    except OSError as error:
        pytest.skip(f"no pseudo-terminal: {error}")
    yield terminal
    terminal.close()


def stand(terminal: Terminal, pane: Pane) -> None:
    """Close what is open and stand in this pane, with everything that was pressed done.

    Until it is so, each round goes one step further back: esc closes one thing.
    """
    to_pane = key_bytes(DEFAULT_KEYMAP.keys(f"pane.{pane.value}")[0])
    for nothing in NOTHING * 2:
        letter = chr(nothing)
        place = terminal.press(b"\x1b" + to_pane + letter.encode())
        if terminal.is_told(f"{letter} does nothing here", place, TRY_S):
            return
    raise AssertionError("\n".join(("it does not come back:", *terminal.lines())))


class Seen:
    """What an action may act on: the lines of the panes, the sentence below them, and the line of keys."""

    def __init__(self, terminal: Terminal) -> None:
        look = terminal.look()
        self.body = look[:-2]
        self.said = look[-2][0].strip()
        self.keys = look[-1]

    def acted_since(self, before: Seen) -> bool:
        """True if the screen differs, or something was said; that a sentence has gone is neither."""
        is_said = self.said not in ("", before.said) and "does nothing here" not in self.said
        return self.body != before.body or self.keys != before.keys or is_said


def acts(terminal: Terminal, before: Seen) -> bool:
    """Read until something came of a key; False where nothing does."""
    return terminal.is_so(lambda: Seen(terminal).acted_since(before), PATIENCE_S)


def may_be_quiet(action: Action, pane: Pane) -> bool:
    """True where changing nothing on the screen is right."""
    return action.id in QUIET or action.id == f"pane.{pane.value}" or action.group.value == "Move"


def tried_in(pane: Pane) -> list[Action]:
    """The actions that are tried in a pane: in the list all, in the other panes a fourth of them each.

    So every action is tried in the list and in one or two panes, by turns.
    """
    others = [each for each in Pane if each is not Pane.LIST]
    turn = others.index(pane) if pane in others else 0
    return [
        action
        for number, action in enumerate(ACTIONS)
        if action.id not in ELSEWHERE and (pane is Pane.LIST or (number + turn) % 4 == 0)
    ]


@pytest.mark.parametrize("pane", Pane)
def test_every_action_acts_or_asks_or_says_why_not_on_a_terminal(demo: Terminal, pane: Pane) -> None:
    demo.wait_for("? keys")
    for action in tried_in(pane):
        stand(demo, pane)
        before = Seen(demo)
        place = demo.press(key_bytes(DEFAULT_KEYMAP.keys(action.id)[0]))
        has_acted = may_be_quiet(action, pane) or acts(demo, before)
        assert demo.process.poll() is None, f"{action.id} ended the console"
        assert has_acted, "\n".join((f"{action.id} did nothing and said nothing:", *demo.lines()))
        assert "failed in" not in demo.text(place), (action.id, demo.lines()[-2])
    stand(demo, pane)
    demo.press(b"q")
    assert demo.end() == 0
