"""A key that is held down is told from one that is pressed twice on purpose."""

from __future__ import annotations

from alerttui.tui.held_keys import HeldKeys


def held(*presses: tuple[str, float]) -> list[bool]:
    """Whether each of these keys, at its second, comes of a key held down."""
    keys = HeldKeys()
    found = []
    for key, at_s in presses:
        keys.note(key, at_s)
        found.append(keys.is_held)
    return found


def test_the_third_of_a_run_is_held_whatever_the_first_pause() -> None:
    assert held(("m", 0), ("m", 0.5), ("m", 0.53), ("m", 0.56)) == [False, False, True, True]


def test_two_quick_presses_are_meant() -> None:
    assert held(("m", 0), ("f", 0.1), ("f", 0.2)) == [False, False, False]
    assert held(("m", 0), ("f", 0.1), ("f", 0.2), ("m", 0.3), ("f", 0.4), ("f", 0.5))[-1] is False


def test_slow_presses_of_one_key_are_meant() -> None:
    assert held((".", 0), (".", 0.4), (".", 0.8)) == [False, False, False]


def test_another_key_between_ends_the_run() -> None:
    assert held(("c", 0), ("c", 0.1), ("j", 0.2), ("c", 0.3), ("c", 0.4)) == [False] * 5
