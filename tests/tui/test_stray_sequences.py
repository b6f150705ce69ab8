"""What a terminal sends and nobody knows is not typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from textual.app import App
from textual.events import Key

from alerttui.tui.key_gate import unmerged
from alerttui.tui.stray_sequences import GAP_S, StraySequences


class Clock:
    """An app of which only the timers are used; `rest` lets them go off."""

    def __init__(self) -> None:
        self.timers: list[Callable[[], None]] = []

    def set_timer(self, _: float, callback: Callable[[], None]) -> None:
        self.timers.append(callback)

    def rest(self) -> None:
        timers, self.timers = self.timers, []
        for callback in timers:
            callback()


def passed(text: str, gap_s: float = 0.001) -> str:
    """What of a typed text is passed on, with so much time between its keys."""
    clock = Clock()
    out: list[str] = []
    stray = StraySequences(cast("App[None]", clock), lambda event: out.append(event.character or ""))
    for place, character in enumerate(text):
        event = Key(character, character)
        event.time = 100.0 + place * gap_s
        stray.take(event)
    clock.rest()
    return "".join(out)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[193z", id="unknown function key"),
        pytest.param("[?1;2c", id="device attributes"),
        pytest.param("^]11;rgb:1111/2222/3333\\", id="colour report"),
        pytest.param("^P>|tmux 3.3\\", id="version report"),
    ],
)
def test_the_remains_of_a_sequence_are_swallowed_whole(text: str) -> None:
    assert passed(text) == ""
    assert passed(f"j{text}k") == "jk"


@pytest.mark.parametrize("text", ["j[", "[", "[[", "^", "ab^c", "[" * 5])
def test_brackets_and_carets_that_begin_nothing_are_passed_on(text: str) -> None:
    assert passed(text) == text


def test_keys_that_a_person_presses_are_all_passed_on() -> None:
    assert passed("[1z^]q[[j", gap_s=GAP_S * 3) == "[1z^]q[[j"


def test_esc_and_a_letter_that_arrive_merged_are_two_keys() -> None:
    assert [event.key for event in unmerged(Key("alt+j", "j"))] == ["escape", "j"]
    assert [event.key for event in unmerged(Key("alt+slash", "/"))] == ["escape", "slash"]
    assert [event.key for event in unmerged(Key("j", "j"))] == ["j"]
    assert [event.key for event in unmerged(Key("alt+enter", None))] == ["alt+enter"]
