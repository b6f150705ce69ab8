"""Keys typed ahead of a refusal or a question: known by their time, and by coming without a pause."""

from __future__ import annotations

import time

import pytest
from textual.events import Key

from alerttui.tui.key_gate import PAUSE_S, TypedAhead


def dropped(*presses: tuple[str, float]) -> list[bool]:
    """Which of these keys, each so long after the moment, belong to what was typed ahead of it."""
    ahead = TypedAhead(PAUSE_S)
    began_s = time.monotonic()
    found = []
    for key, after_s in presses:
        event = Key(key, key if len(key) == 1 else None)
        event.time = began_s + after_s
        found.append(ahead.has(event))
    return found


def test_keys_pressed_before_the_moment_are_dropped_whatever_they_are() -> None:
    assert dropped(("y", -0.2), ("enter", -0.1), ("escape", -0.05)) == [True, True, True]


def test_a_text_that_is_still_being_typed_is_dropped_to_its_end() -> None:
    assert dropped(("a", 0.1), ("s", 0.25), ("c", 0.45), ("j", 0.7)) == [True] * 4


@pytest.mark.parametrize("key", ["escape", "enter", "down"])
def test_a_key_that_types_nothing_acts(key: str) -> None:
    assert dropped((key, 0.05)) == [False]


def test_a_key_behind_a_pause_acts() -> None:
    assert dropped(("a", 0.1), ("y", 0.1 + PAUSE_S + 0.01)) == [True, False]
    assert dropped(("y", PAUSE_S + 0.01)) == [False]


def test_a_key_that_is_held_down_or_pressed_again_acts() -> None:
    assert dropped(("j", 0.1), ("j", 0.13)) == [True, False]
