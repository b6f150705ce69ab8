"""How ids are spelled that a connection has seen.

Our filters do not regard the case of ASCII letters, Panther's parameters may. So an id is asked of Panther
only in spellings that came from there; ids that differ in nothing but case are not expected to be unknown.
"""

from __future__ import annotations

from typing import Final

MAX_WORDS: Final = 50_000


class Spellings:
    """Words by what they are without case."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[str, ...]] = {}

    def note(self, word: str) -> None:
        """Remember a word as it is spelled."""
        key = _folded(word)
        known = self._known.get(key, ())
        if word and word not in known and (known or len(self._known) < MAX_WORDS):
            self._known[key] = (*known, word)

    def of(self, word: str) -> tuple[str, ...]:
        """Every known spelling of a word, none for a word that was never seen."""
        return self._known.get(_folded(word), ())


def _folded(word: str) -> bytes:
    return word.encode("utf-8", "backslashreplace").lower()
