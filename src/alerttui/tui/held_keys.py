"""Held-down keys: which of the keys that arrive come of one finger resting on a key."""

from __future__ import annotations

from typing import Final

REPEAT_S: Final = 0.25
"""Terminals repeat a held key 10 to 30 times a second; the first repeat may take a second."""

PRESSES: Final = 3
"""So many of one key in a row, the last soon after the one before, are a key held down: two may be meant."""


class HeldKeys:
    """Watches every key, whichever view gets it: a held `m` must not go on in the alert that comes next."""

    def __init__(self) -> None:
        self._key = ""
        self._count = 0
        self._last_s = 0.0
        self.is_held = False
        """True if the latest key is a repeat of one that is held down."""

    def note(self, key: str, at_s: float) -> None:
        """A key that arrived at this moment goes on its way."""
        self._count = self._count + 1 if key == self._key else 1
        self.is_held = self._count >= PRESSES and at_s - self._last_s < REPEAT_S
        self._key, self._last_s = key, at_s
