"""Patterns of rules spelled out: a store knows few rules, and each of them is quickly found by itself."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Final

from alerttui.backends.sqlite.word_match import WordColumn, word_equals
from alerttui.domain.query import AlertQuery, Operator, Term, TextTerm

MOST_RULES: Final = 2_000
"""With more rules than that, patterns stay patterns."""


def spelled_out(connection: sqlite3.Connection, query: AlertQuery) -> AlertQuery:
    """A query of the same meaning with the ids and names that match in place of patterns of `rule`."""
    terms = tuple(_spelled_out(connection, term) for term in query.terms)
    return replace(query, terms=terms) if terms != query.terms else query


def _spelled_out(connection: sqlite3.Connection, term: Term | TextTerm) -> Term | TextTerm:
    if isinstance(term, TextTerm) or term.field != "rule" or term.negated:
        return term
    if term.operator is Operator.IS or "*" not in "".join(term.values):
        return term
    patterns = [value for value in term.values if "*" in value]
    known = _known(connection, "detection_id", patterns) | _known(connection, "detection_name", patterns)
    if len(known) > MOST_RULES or any("\x00" in word for word in known):  # SQLite sees no further than a NUL
        return term
    found = [word for word, is_meant in known.items() if is_meant]
    others = [value for value in term.values if "*" not in value]
    return replace(term, values=(*others, *found)) if all(map(word_equals, found)) else term


def _known(connection: sqlite3.Connection, column: str, patterns: list[str]) -> dict[str, bool]:
    """Every word of an indexed column, by one look into the index each, and whether a pattern means it."""
    later = f"SELECT min({column}) FROM alerts WHERE {column} <> '' AND {column} > known.word"
    is_meant = WordColumn("known.word COLLATE NOCASE").matches(patterns)
    rows = connection.execute(
        "WITH RECURSIVE known(word) AS ("
        f"SELECT '' UNION ALL SELECT ({later}) FROM known WHERE known.word IS NOT NULL LIMIT ?"
        f") SELECT word, {is_meant.sql} FROM known WHERE word <> ''",
        (MOST_RULES + 2, *is_meant.parameters),
    )
    return {word: bool(meant) for word, meant in rows}
