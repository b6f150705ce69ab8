"""The keymap: which keys each action has, from the registry, a preset, and what the user set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from alerttui.domain.errors import Invalid
from alerttui.triage.actions import ACTIONS, BY_ID
from alerttui.triage.key_names import key_label, key_name, key_problem

DEFAULT_PRESET: Final = "default"

PRESETS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        DEFAULT_PRESET: {},
        "arrows": {
            "move.down": ("down",),
            "move.up": ("up",),
            "move.top": ("home",),
            "move.bottom": ("end",),
            "move.half-down": ("ctrl+down",),
            "move.half-up": ("ctrl+up",),
            "alert.next": ("shift+down", "right_square_bracket"),
            "alert.previous": ("shift+up", "left_square_bracket"),
        },
    }
)
"""Named keymaps: what they change in the registry's keys. `arrows` moves without a letter."""

ALWAYS_KEYED: Final = ("back", "console.quit", "console.palette")
"""Actions that may not lose their last key: one must get out, and reach everything else."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of every action; made once at the start."""

    keys_by_action: Mapping[str, tuple[str, ...]]
    given: frozenset[str] = frozenset()
    """Actions whose keys the user set."""
    clashes: tuple[str, ...] = ()
    """A sentence for each default key that the user's keys took from its action."""
    _action_by_key: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key = {key: action_id for action_id, keys in self.keys_by_action.items() for key in keys}
        object.__setattr__(self, "_action_by_key", by_key)

    def keys(self, action_id: str) -> tuple[str, ...]:
        """The names of an action's keys; the first is the one that is shown."""
        return self.keys_by_action[action_id]

    def label(self, action_id: str) -> str:
        """The key to press for an action, as people write it; through the palette where it has none."""
        keys = self.keys_by_action[action_id]
        if keys:
            return key_label(keys[0])
        return f"{key_label(self.keys_by_action['console.palette'][0])} {BY_ID[action_id].label}"

    def labels(self, action_id: str) -> tuple[str, ...]:
        """All keys of an action as people write them."""
        return tuple(key_label(key) for key in self.keys_by_action[action_id])

    def action_at(self, key: str) -> str:
        """The id of the action that a key does; empty for none."""
        return self._action_by_key.get(key, "")


def make_keymap(preset: str = DEFAULT_PRESET, given: Mapping[str, Sequence[str]] | None = None) -> Keymap:
    """The keymap of a preset and the user's keys by action id, as people write them.

    What the user gives an action replaces its keys, and takes a key from whatever had it; the sentences in
    `clashes` say so. Raises `Invalid` with the action's id as the field: for an action, preset or key that
    does not exist, and for one key that was given to two actions.
    """
    if preset not in PRESETS:
        raise Invalid("preset", preset, f"known are {', '.join(PRESETS)}")
    keys = {action.id: PRESETS[preset].get(action.id, action.keys) for action in ACTIONS}
    owners: dict[str, str] = {}
    for action_id, written in (given or {}).items():
        if action_id not in BY_ID:
            raise Invalid(action_id, "", "no such action")
        keys[action_id] = _checked(action_id, written)
        for key in keys[action_id]:
            if owners.setdefault(key, action_id) != action_id:
                raise Invalid(action_id, key_label(key), f"{owners[key]} has this key already")
    clashes = _take_away(keys, owners)
    for action_id in ALWAYS_KEYED:
        if not keys[action_id]:
            raise Invalid(action_id, "", "this action needs a key")
    return Keymap(MappingProxyType(keys), frozenset(given or {}), clashes)


def _checked(action_id: str, written: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(key_name(each) for each in written if each))
    for name in names:
        problem = key_problem(name)
        if problem:
            raise Invalid(action_id, key_label(name), problem)
    return names


def _take_away(keys: dict[str, tuple[str, ...]], owners: Mapping[str, str]) -> tuple[str, ...]:
    """Leave every key that the user gave to one action only; say which action lost it."""
    clashes = []
    for action_id, names in keys.items():
        lost = [name for name in names if owners.get(name, action_id) != action_id]
        if not lost:
            continue
        keys[action_id] = tuple(name for name in names if name not in lost)
        for name in lost:
            left = ", ".join(key_label(each) for each in keys[action_id]) or "none; the palette has it"
            clashes.append(
                f"{key_label(name)} does {owners[name]} now; {action_id} lost it (its keys: {left})."
            )
    return tuple(clashes)


DEFAULT_KEYMAP: Final = make_keymap()
"""The keymap where the user set nothing."""
