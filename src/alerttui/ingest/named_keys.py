"""What of a record no part of the alert was read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from alerttui.ingest.mapping import FormatMapping

_NONE: Final[frozenset[str]] = frozenset()


class _Keys(NamedTuple):
    """Keys that are read on the first two levels of a record."""

    first: frozenset[str]
    second: Mapping[str, frozenset[str]]
    """By the key of the first level."""


class NamedKeys:
    """Tells what a mapping names; one a file, since it remembers what follows for which unread fields."""

    def __init__(self, mapping: FormatMapping) -> None:
        self._paths_read = mapping.paths_read()
        self._paths_of = {
            name: {pick.path.steps for pick in picks if pick.path is not None}
            for name, picks in mapping.fields.items()
        }
        self._keys: dict[tuple[str, ...], _Keys] = {}

    def rest(self, record: Mapping[str, object], unread: tuple[str, ...]) -> dict[str, object]:
        """What is not named, with what the fields in `unread` name: that could not be understood."""
        first, second = self._keys.get(unread) or self._remember(unread)
        rest: dict[str, object] = {}
        for key, value in record.items():
            if value is None or key in first:
                continue
            if isinstance(value, dict):
                named = second.get(key, _NONE)
                inner = {name: each for name, each in value.items() if name not in named}
                if inner or not value:
                    rest[key] = inner
            else:
                rest[key] = value
        return rest

    def _remember(self, unread: tuple[str, ...]) -> _Keys:
        paths = self._paths_read.difference(*(self._paths_of[name] for name in unread))
        second: dict[str, set[str]] = {}
        for steps in paths:
            if len(steps) == 2:
                second.setdefault(steps[0], set()).add(steps[1])
        keys = _Keys(
            first=frozenset(steps[0] for steps in paths if len(steps) == 1),
            second={key: frozenset(names) for key, names in second.items()},
        )
        self._keys[unread] = keys
        return keys
