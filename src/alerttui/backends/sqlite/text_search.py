"""Free text in SQL: the trigram index for three characters and more, a look at every text for less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alerttui.backends.sqlite.fragment import Fragment, any_of
from alerttui.domain.search_text import fold

_SHORTEST: Final = 3
"""Characters of a trigram."""

_LONGEST: Final = 64
"""Characters that are looked up in the index; a longer text is then compared in full."""

_AMBIGUOUS: Final = frozenset("\ufffd\ufffe\uffff")
"""Characters that the index does not tell from each other."""


def phrase(text: str) -> str | None:
    """The text as a phrase of the full-text index, None where the index alone cannot answer."""
    needle = fold(text)
    return _phrase(needle) if _SHORTEST <= len(needle) <= _LONGEST and _AMBIGUOUS.isdisjoint(needle) else None


def _phrase(needle: str) -> str:
    return '"' + needle.replace('"', '""') + '"'


def match_expression(parts: Sequence[str]) -> str:
    """The full-text search that every part must meet."""
    return " AND ".join(f"({part})" for part in parts)


def contains(text: str, column: str = "") -> Fragment:
    """Whether the title (column "title") or any searched text contains a text."""
    needle = fold(text)
    looked_up = phrase(needle)
    if looked_up is not None:
        return _in_index(looked_up, column)
    looked_at = _in_texts(needle, column)
    if len(needle) <= _LONGEST or not _AMBIGUOUS.isdisjoint(needle):
        return looked_at
    begins = _in_index(_phrase(needle[:_LONGEST]), column)
    return Fragment(f"({begins.sql} AND {looked_at.sql})", (*begins.parameters, *looked_at.parameters))


def _in_index(looked_up: str, column: str) -> Fragment:
    expression = f"{column} : {looked_up}" if column else looked_up
    return Fragment("alerts.rowid IN (SELECT search.rowid FROM search WHERE search MATCH ?)", (expression,))


def _in_texts(needle: str, column: str) -> Fragment:
    columns = (column,) if column else ("title", "body")
    found = any_of(Fragment(f"instr(texts.{one}, ?) > 0", (needle,)) for one in columns)
    sql = f"SELECT 1 FROM search_documents AS texts WHERE texts.rowid = alerts.rowid AND {found.sql}"
    return Fragment(f"EXISTS ({sql})", found.parameters)
