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

LASTING: Final = {"pane.full", "find.next", "filter.clear", "view.last"}
"""Actions whose effect, or sentence, the next one could share: after them the test goes back first."""

QUIET_S: Final = 0.15
"""How long an action that may change nothing is watched."""

PATIENCE_S: Final = 5.0
"""How long an action may take until something of it is on the screen; a busy machine is slow."""

NOTHING: Final = (b"B", b"C", b"D", b"F")
"""Keys that no action has: the console says so, which is how the test knows that it listens.

Several, because it says nothing anew where it says the same.
"""


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


def stand(terminal: Terminal, pane: Pane, *, after: str = "") -> None:
    """Close what is open, and stand in this pane, some lines down."""
    is_plain = terminal.lines()[-1].rstrip().endswith("? keys") and after not in LASTING
    for nothing in () if is_plain else NOTHING * 4:
        place = terminal.press(b"\x1b" + nothing)  # a terminal may send the two as one: they act as two
        if terminal.is_told(f"{nothing.decode()} does nothing here", place, 0.15):
            break
    assert terminal.shows_last("? keys", PATIENCE_S), "\n".join(terminal.lines())
    terminal.press(key_bytes(DEFAULT_KEYMAP.keys(f"pane.{pane.value}")[0]))
    terminal.wait_until_still(0.05)


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
    demo.wait_until_still()
    done = ""
    for action in tried_in(pane):
        stand(demo, pane, after=done)
        before = demo.look()
        demo.press(key_bytes(DEFAULT_KEYMAP.keys(action.id)[0]))
        may_be = may_be_quiet(action, pane)
        has_changed = demo.wait_for_change(before, QUIET_S if may_be else PATIENCE_S)
        done = action.id
        assert demo.process.poll() is None, f"{action.id} ended the console"
        assert has_changed or may_be, f"{action.id} did nothing and said nothing"
        assert not any("failed in" in line for line in demo.lines()), (action.id, demo.lines()[-2])
    stand(demo, pane, after=done)
    demo.press(b"q")
    if not demo.ends_within(PATIENCE_S):  # on a busy machine a dialog may come late, and take the key
        stand(demo, pane)
        demo.press(b"q")
    assert demo.end() == 0
