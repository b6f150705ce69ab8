"""Finding a command by a few letters of its name."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.triage.actions import ACTIONS
from alerttui.triage.command_search import Command, find_commands
from alerttui.triage.keymap import DEFAULT_KEYMAP


def nothing() -> None:
    """What these commands do."""


COMMANDS = [
    Command(
        id=action.id,
        label=action.label,
        help=action.help,
        key=DEFAULT_KEYMAP.label(action.id),
        run=nothing,
    )
    for action in ACTIONS
]


def found(typed: str, recent: tuple[str, ...] = ()) -> list[str]:
    return [match.command.id for match in find_commands(typed, COMMANDS, recent)]


def test_without_a_word_every_command_is_there_in_its_order() -> None:
    assert found("  ") == [action.id for action in ACTIONS]


def test_without_a_word_what_was_used_last_comes_first() -> None:
    assert found("", ("change.undo", "alert.close"))[:3] == ["change.undo", "alert.close", ACTIONS[0].id]


def test_the_beginning_of_a_word_of_the_label_beats_the_middle_and_the_help() -> None:
    assert found("und")[0] == "change.undo"
    assert found("filter")[:2] == ["filter.edit", "filter.clear"]
    assert found("ark")[:3] == ["mark.toggle", "mark.range", "mark.invert"]


def test_letters_in_order_are_enough_and_come_last() -> None:
    assert found("clflt")[0] == "filter.clear"
    assert found("clo") == ["alert.close"]


def test_a_key_finds_its_command_in_its_own_case() -> None:
    assert found("z")[0] == "change.undo"
    assert found("Z")[0] == "change.redo"


def test_every_word_has_to_meet() -> None:
    assert found("mark all") == ["mark.all"]
    assert found("mark zzz") == []


def test_case_does_not_matter_but_for_keys() -> None:
    assert found("UNDO") == found("undo")


def test_what_was_meant_in_the_label_is_told() -> None:
    (first, *_) = find_commands("inv", COMMANDS)
    assert (first.command.label, first.places) == ("invert marks", frozenset({0, 1, 2}))
    (first, *_) = find_commands("marks", COMMANDS)
    assert first.places == {7, 8, 9, 10, 11}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=12), st.text(max_size=20))
def test_any_text_finds_or_does_not_and_never_points_outside_the_label(typed: str, label: str) -> None:
    for match in find_commands(typed, [Command(id="x", label=label, run=nothing)]):
        assert all(0 <= place < len(label) for place in match.places)
