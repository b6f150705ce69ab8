"""The registry of actions, and the page that is made from it."""

from __future__ import annotations

from alerttui.triage.actions import ACTIONS, BY_ID, Group, Pane
from tests.places import ROOT
from tests.triage.keys_document import keys_document

PAGE = ROOT / "docs" / "keys.md"

AGREED = {
    "move.down": "j", "move.up": "k", "alert.next": "J", "alert.previous": "K", "alert.take": "a",
    "alert.assign": "A", "alert.status": "s", "alert.close": "c", "alert.quality": "u", "alert.tags": "t",
    "alert.comment": "n", "alert.repeat": "full_stop", "change.undo": "z", "change.redo": "Z",
    "mark.toggle": "space", "mark.range": "v", "mark.invert": "asterisk", "mark.all": "T",
    "filter.edit": "slash", "filter.clear": "0",
}  # fmt: skip

KEYS_OF_READLINE = {"ctrl+d", "ctrl+k", "ctrl+u", "ctrl+w", "ctrl+h", "backspace", "delete"}


def test_the_page_of_keys_tells_what_the_registry_has(update_files: bool) -> None:
    if update_files:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(keys_document(), "utf-8")
    assert PAGE.read_text("utf-8") == keys_document()


def test_every_action_is_on_the_page_once() -> None:
    page = keys_document()
    for action in ACTIONS:
        assert page.count(f"| `{action.id}` |") == 1


def test_ids_and_keys_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))


def test_the_keys_are_the_agreed_ones() -> None:
    assert {action_id: BY_ID[action_id].keys[0] for action_id in AGREED} == AGREED


def test_no_change_lies_on_a_key_that_moves_or_deletes_elsewhere() -> None:
    for action in ACTIONS:
        if action.changes:
            assert not KEYS_OF_READLINE.intersection(action.keys), action.id


def test_every_group_has_actions_and_every_pane_its_key() -> None:
    assert {action.group for action in ACTIONS} == set(Group)
    for pane in Pane:
        assert f"pane.{pane.value}" in BY_ID


def test_every_action_says_what_it_does_in_a_sentence() -> None:
    for action in ACTIONS:
        assert action.label
        assert action.help[0].isupper()
        assert action.help.endswith(".")
