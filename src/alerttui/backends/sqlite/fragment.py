"""A piece of SQL with the values bound in it, and how pieces are joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_GROUP: Final = 40
"""Conditions joined at one level; more are nested, because SQLite limits the depth of an expression."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A condition and its parameters in the order of their `?`."""

    sql: str
    parameters: tuple[object, ...] = ()


TRUE: Final = Fragment("1")
FALSE: Final = Fragment("0")


def all_of(conditions: Iterable[Fragment]) -> Fragment:
    """Every condition; TRUE of none."""
    return _joined([one for one in conditions if one != TRUE], " AND ", TRUE)


def any_of(conditions: Iterable[Fragment]) -> Fragment:
    """At least one of the conditions; FALSE of none."""
    return _joined([one for one in conditions if one != FALSE], " OR ", FALSE)


def negation(condition: Fragment) -> Fragment:
    """Whatever does not meet the condition, so also where it is NULL."""
    return Fragment(f"({condition.sql}) IS NOT TRUE", condition.parameters)


def _joined(conditions: list[Fragment], word: str, none: Fragment) -> Fragment:
    if not conditions:
        return none
    while len(conditions) > 1:
        groups = [conditions[start : start + _GROUP] for start in range(0, len(conditions), _GROUP)]
        conditions = [_group(group, word) for group in groups]
    return conditions[0]


def _group(conditions: list[Fragment], word: str) -> Fragment:
    if len(conditions) == 1:
        return conditions[0]
    sql = word.join(condition.sql for condition in conditions)
    return Fragment(f"({sql})", tuple(value for condition in conditions for value in condition.parameters))
