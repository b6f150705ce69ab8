"""Keymaps: presets, the user's keys by action id, and who loses a key to whom."""

from __future__ import annotations

import pytest

from alerttui.domain.errors import Invalid
from alerttui.triage.actions import ACTIONS, BY_ID
from alerttui.triage.key_names import key_label, key_name, key_problem
from alerttui.triage.keymap import DEFAULT_KEYMAP, PRESETS, make_keymap


def test_without_a_word_of_the_user_every_action_has_the_keys_of_the_registry() -> None:
    for action in ACTIONS:
        assert DEFAULT_KEYMAP.keys(action.id) == action.keys
        for key in action.keys:
            assert DEFAULT_KEYMAP.action_at(key) == action.id
    assert DEFAULT_KEYMAP.clashes == ()


def test_keys_of_the_user_replace_those_of_the_action() -> None:
    keymap = make_keymap(given={"alert.close": ["ctrl+x", "Q"]})
    assert keymap.labels("alert.close") == ("ctrl+x", "Q")
    assert keymap.action_at("c") == ""
    assert keymap.given == {"alert.close"}


def test_a_key_that_is_taken_from_another_action_is_told() -> None:
    keymap = make_keymap(given={"alert.close": ["x"]})
    assert keymap.action_at("x") == "alert.close"
    assert keymap.keys("alert.export") == ()
    assert keymap.label("alert.export") == ": export"
    assert keymap.clashes == (
        "x does alert.close now; alert.export lost it (its keys: none; the palette has it).",
    )


def test_an_action_that_loses_one_of_its_keys_keeps_the_others() -> None:
    keymap = make_keymap(given={"alert.close": ["j"]})
    assert keymap.labels("move.down") == ("down",)
    assert "its keys: down" in keymap.clashes[0]


def test_two_actions_can_change_places() -> None:
    keymap = make_keymap(given={"alert.close": ["t"], "alert.tags": ["c"]})
    assert keymap.action_at("t") == "alert.close"
    assert keymap.action_at("c") == "alert.tags"
    assert keymap.clashes == ()


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({"alert.clos": ["x"]}, "alert.clos", "no such action"),
        ({"alert.close": ["ctrl+i"]}, "alert.close", "a terminal sends ctrl+i as tab"),
        ({"alert.close": ["alt+c"]}, "alert.close", "alt arrives as esc"),
        ({"alert.close": ["shift+c"]}, "alert.close", "write the capital letter, C"),
        ({"alert.close": ["hyper+c"]}, "alert.close", "no such modifier hyper"),
        ({"alert.close": ["entre"]}, "alert.close", "no such key entre"),
        ({"alert.close": ["x"], "alert.tags": ["x"]}, "alert.tags", "alert.close has this key already"),
        ({"console.quit": []}, "console.quit", "needs a key"),
        ({"alert.close": ["esc"]}, "back", "needs a key"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    given: dict[str, list[str]], field: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_keymap(given=given)
    assert refused.value.field == field
    assert reason in refused.value.rule


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="default, arrows"):
        make_keymap("vim")


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_names_actions_that_exist_and_takes_no_key_from_another(preset: str) -> None:
    keymap = make_keymap(preset)
    assert keymap.clashes == ()
    assert set(PRESETS[preset]) <= set(BY_ID)
    keys = [key for action in ACTIONS for key in keymap.keys(action.id)]
    assert len(keys) == len(set(keys))


def test_the_arrows_preset_moves_without_letters() -> None:
    keymap = make_keymap("arrows")
    for letter in "jkgGJK":
        assert keymap.action_at(letter) == ""
    assert keymap.action_at("down") == "move.down"


def test_every_key_can_be_written_as_it_is_shown() -> None:
    for action in ACTIONS:
        for key in action.keys:
            assert key_name(key_label(key)) == key
            assert not key_problem(key) or key == "ctrl+q"


@pytest.mark.parametrize(
    ("written", "name"),
    [("?", "question_mark"), ("Esc", "escape"), ("PgDn", "pagedown"), ("ctrl+D", "ctrl+d"), ("+", "plus"),
     (",", "comma"), ("comma", "comma"), ("ctrl+/", "ctrl+slash"), ("ä", "ä"), ("F5", "f5"), (" ", "space")],
)  # fmt: skip
def test_keys_as_people_write_them_have_one_name(written: str, name: str) -> None:
    assert key_name(written) == name
