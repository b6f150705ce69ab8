"""Words compared in SQL: exact ones through the column's index, patterns with GLOB, NULs as bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from alerttui.backends.sqlite.fragment import Fragment, any_of
from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import storable

_MANY: Final = 500
"""From here on, values are bound as one JSON list instead of one by one."""

_MAX_PATTERN_BYTES: Final = 50_000
"""SQLite refuses longer patterns."""

_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def word_equals(value: str) -> bool:
    """Whether a value is compared by plain equality: it has no `*` and no NUL, and is not `none`."""
    return "*" not in value and "\x00" not in value and value not in ("none", "")


@dataclass(frozen=True, slots=True)
class WordColumn:
    """A column whose comparisons disregard the case of ASCII letters."""

    sql: str

    def matches(self, values: Sequence[str]) -> Fragment:
        """Whether the word is one of the values, where `*` is any run of characters."""
        patterns = [value for value in values if "*" in value]
        exact = [value for value in values if "*" not in value]
        return any_of([self.equals(exact), *(self._like(pattern) for pattern in patterns)])

    def equals(self, values: Iterable[str]) -> Fragment:
        """Whether the word is one of the values; an empty value is nobody's."""
        given = [storable(value) for value in values if value]
        plain = [value for value in given if "\x00" not in value]
        # SQLite's own comparison without case stops at a NUL.
        found = [
            Fragment(f"lower({self._bare}) = ? COLLATE BINARY", (value.translate(_LOWER),))
            for value in given
            if "\x00" in value
        ]
        if len(plain) > _MANY:
            sql = f"{self.sql} IN (SELECT value FROM json_each(?))"
            found.insert(0, Fragment(sql, (json.dumps(plain),)))
        elif len(plain) > 1:
            found.insert(0, Fragment(f"{self.sql} IN ({', '.join('?' * len(plain))})", tuple(plain)))
        elif plain:
            found.insert(0, Fragment(f"{self.sql} = ?", tuple(plain)))
        return any_of(found)

    def is_empty(self) -> Fragment:
        """Whether there is no word; never by index, because that is often the larger half."""
        return Fragment(f"+{self._bare} = ''")

    @property
    def _bare(self) -> str:
        return self.sql.partition(" ")[0]

    def _like(self, pattern: str) -> Fragment:
        seen = storable(pattern).translate(_LOWER).partition("\x00")[0]
        glob = "".join(f"[{letter}]" if letter in "[?" else letter for letter in seen)
        if len(glob.encode()) > _MAX_PATTERN_BYTES:
            raise Invalid("filter", pattern[:60], f"a pattern has at most {_MAX_PATTERN_BYTES:,} bytes")
        parameters: tuple[str, ...] = (glob,)
        sql = f"lower({self._bare}) GLOB ?"
        bounds = _prefix_bounds(seen)
        if bounds is None:
            return Fragment(f"({self._bare} <> '' AND {sql})", parameters)
        return Fragment(f"({self.sql} >= ? AND {self.sql} < ? AND {sql})", (*bounds, glob))


def _prefix_bounds(pattern: str) -> tuple[str, str] | None:
    """The first word that starts as the pattern does and the first that no longer does; None without such."""
    prefix, star, _ = pattern.partition("*")
    if not prefix or not star or any(letter >= "\ufffd" for letter in prefix) or prefix[-1] == "\ud7ff":
        return None
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
