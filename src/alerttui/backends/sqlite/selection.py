"""Which statement gives the rowids of a query in its order, so that the first ones come without reading all.

SQLite plans well for one index at a time; here it is told which one to read, in the order of time, first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from alerttui.backends.sqlite.compile import (
    Access,
    compile_either,
    compile_term,
    compile_where,
    phase_in,
    split_phases,
    split_searched,
)
from alerttui.backends.sqlite.fragment import TRUE, Fragment, all_of
from alerttui.backends.sqlite.schema import LABEL_KINDS
from alerttui.backends.sqlite.text_search import match_expression
from alerttui.backends.sqlite.word_match import WordColumn, word_equals
from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import storable
from alerttui.domain.query import ME, NONE, AlertQuery, Operator, QueryContext, SortKey, Term, TextTerm
from alerttui.domain.vocabulary import Phase

_ORDERS: Final = {
    "severity": ("alerts.severity",),
    "status": ("alerts.phase", "alerts.status"),
    "title": ("alerts.title COLLATE NOCASE",),
    "events": ("alerts.event_count",),
    "last": ("alerts.last_event_ms",),
    "assignee": ("alerts.assignee_id",),
    "rule": ("alerts.detection_id",),
    "closed": ("alerts.closed_ms",),
}
NULLABLE_ORDERS: Final = frozenset({"events", "last", "closed"})
"""Fields that an alert may lack: it then comes last in both directions."""

_MOST_STATUSES: Final = 8
"""Statuses that are each read on their own."""

Statement = tuple[str, tuple[object, ...]]
"""SQL and its parameters."""


def columns_of(key: SortKey) -> tuple[str, ...]:
    """The columns that a field is sorted by."""
    if key.field == "created":
        return ("alerts.rowid",)
    if key.field not in _ORDERS:
        raise Invalid("sort", key.field, f"is one of created, {', '.join(_ORDERS)}")
    return _ORDERS[key.field]


def compile_order(query: AlertQuery) -> str:
    """The order of a query, for `ORDER BY`: never empty, and total."""
    parts: list[str] = []
    for key in query.sort:
        last = " NULLS LAST" if key.field in NULLABLE_ORDERS else ""
        parts += [f"{column} {_direction(key)}{last}" for column in columns_of(key)]
        if key.field == "created":
            return ", ".join(parts)
    return ", ".join([*parts, "alerts.rowid DESC"])


def _direction(key: SortKey) -> str:
    return "DESC" if key.descending else "ASC"


def select_rowids(
    query: AlertQuery, context: QueryContext, limit: int | None = None, after: Fragment = TRUE
) -> Statement:
    """The statement that gives the rowids of a query in its order, of those that also meet `after`.

    In the order of time, what has an index of its own is read from there, newest first, so that the first
    rows come without reading the rest.
    """
    if _is_in_time(query):
        driven = _from_another_table(query, context, limit, after)
        if driven is None and limit is not None:
            driven = _from_parts(query, context, limit, after)
        if driven is not None:
            return driven
    where = all_of([after, compile_where(query, context, _access(query, limit))])
    order = compile_order(query)
    if _is_found_first(query, limit):
        order = f"+{order}"  # find first, then sort: no index for the order would be as short
    return _limited(f"SELECT alerts.rowid FROM alerts WHERE {where.sql} ORDER BY {order}", where, limit)


def _limited(sql: str, where: Fragment, limit: int | None) -> Statement:
    if limit is None:
        return sql, where.parameters
    return f"{sql} LIMIT ?", (*where.parameters, limit)


def _access(query: AlertQuery, limit: int | None) -> Access:
    """By which indexes to look, so that the order's own is not passed over."""
    return Access(
        by_phase=_has_narrow_term(query) if _is_in_time(query) else not _is_by_closing(query, limit),
        by_closed=_is_in_time(query),
        by_severity=False,
        by_absent_label=limit is None,
    )


def _is_in_time(query: AlertQuery) -> bool:
    return not query.sort or query.sort[0].field == "created"


def _is_by_closing(query: AlertQuery, limit: int | None) -> bool:
    """Whether the index of closing times gives the order: what is not closed comes last in it."""
    if not query.sort or query.sort[0].field != "closed" or (limit is None and query.terms):
        return False
    return Phase.CLOSED in split_phases(query.terms)[0]


def _is_found_first(query: AlertQuery, limit: int | None) -> bool:
    if _has_narrow_term(query):
        return True
    if _is_in_time(query):
        return False
    if split_searched(query)[0] or _one_label(query) is not None:
        return True
    return limit is None and not _is_by_closing(query, limit)


# -- what the index of another table has in the order of time: texts and labels


def _from_another_table(
    query: AlertQuery, context: QueryContext, limit: int | None, after: Fragment
) -> Statement | None:
    searched, others = split_searched(query)
    if searched:
        table, rowid = "search", "search.rowid"
        driver = Fragment("search MATCH ?", (match_expression(searched),))
    else:
        term = None if _has_narrow_term(query) else _one_label(query)
        if term is None:
            return None
        table, rowid = "labels", "labels.alert"
        driver = Fragment("labels.kind = ? AND labels.value = ?", (term.field, storable(term.values[0])))
        others = [other for other in query.terms if other is not term]
    access = _access(query, limit)
    after = replace(after, sql=after.sql.replace("alerts.rowid", rowid))
    conditions = [compile_term(other, context, access) for other in others]
    where = all_of([driver, after, *conditions, *compile_either(query, context, access)])
    order = compile_order(query).replace("alerts.rowid", rowid)
    source = f"{table} CROSS JOIN alerts ON alerts.rowid = {rowid}"
    return _limited(f"SELECT {rowid} FROM {source} WHERE {where.sql} ORDER BY {order}", where, limit)


def _one_label(query: AlertQuery) -> Term | None:
    """The first term that asks for exactly one label."""
    return _plain_term(query, LABEL_KINDS, range(1, 2))


# -- what an index of alerts has in parts, each of them in the order of time


def _from_parts(query: AlertQuery, context: QueryContext, limit: int, after: Fragment) -> Statement | None:
    """The first rows of every part, and of those the first: a rule's alerts lie by phase, for instance."""
    narrow = [term for term in query.terms if _is_narrow(term)]
    term = narrow[0] if narrow else _statuses(query)
    phases, rest = split_phases(query.terms)
    if len(narrow) > 1 or not isinstance(term, Term) or _one_label(query) is not None or not phases:
        return None
    parts = _parts(term, context, phases)
    if not parts:
        return None
    others = [other for other in rest if other is not term]
    order = compile_order(query)
    access = _access(query, limit)
    conditions = [after, *(compile_term(other, context, access) for other in others)]
    conditions += compile_either(query, context, access)
    statements: list[str] = []
    parameters: list[object] = []
    for index, condition in parts:
        where = all_of([condition, *conditions])
        found = f"SELECT alerts.rowid AS rowid FROM alerts {index} WHERE {where.sql} ORDER BY {order} LIMIT ?"
        statements.append(found)
        parameters += (*where.parameters, limit)
    if len(statements) == 1:
        return statements[0], tuple(parameters)
    direction = order.rpartition(" ")[2]
    union = " UNION ".join(f"SELECT rowid FROM ({found})" for found in statements)
    return f"{union} ORDER BY 1 {direction} LIMIT ?", (*parameters, limit)


def _parts(term: Term, context: QueryContext, phases: set[Phase]) -> list[tuple[str, Fragment]]:
    """The index and the condition of every part of a term's matches; none where the index has none."""
    of_phase = phase_in(phases)
    if term.field == "status":
        status = WordColumn("alerts.status")
        left = [] if phases == set(Phase) else [Fragment(f"+{of_phase.sql}")]
        return [("", all_of([status.equals([value]), *left])) for value in term.values]
    if term.field == "rule" and _is_plain(term):
        by_id = WordColumn("alerts.detection_id").equals(term.values)
        by_name = WordColumn("alerts.detection_name").equals(term.values)
        named = Fragment("alerts.detection_name <> ''")  # as in the index's own condition, so that it is used
        return [
            ("INDEXED BY alerts_detection", all_of([by_id, of_phase])),
            ("INDEXED BY alerts_detection_name", all_of([by_name, named, Fragment(f"+{of_phase.sql}")])),
        ]
    if term.field in ("assignee", "is"):
        people = [context.me if value in (ME, "mine") else value for value in term.values]
        if all(person and "\x00" not in person for person in people):
            by_person = WordColumn("alerts.assignee_id").equals(people)
            return [("INDEXED BY alerts_assignee", all_of([by_person, of_phase]))]
    return []


def _statuses(query: AlertQuery) -> Term | None:
    """The first term that asks for one of several statuses."""
    return _plain_term(query, ("status",), range(2, _MOST_STATUSES + 1))


def _plain_term(query: AlertQuery, fields: tuple[str, ...], counts: range) -> Term | None:
    positive = [term for term in query.terms if isinstance(term, Term) and not term.negated]
    of_fields = (term for term in positive if term.field in fields)
    return next((term for term in of_fields if len(term.values) in counts and _is_plain(term)), None)


def _is_plain(term: Term) -> bool:
    return (
        term.operator is Operator.HAS
        and bool(term.values)
        and all(word_equals(value) for value in term.values)
    )


def _has_narrow_term(query: AlertQuery) -> bool:
    """Whether an index of `alerts` finds few: a person, a rule, ids."""
    return any(_is_narrow(term) for term in query.terms)


def _is_narrow(term: Term | TextTerm) -> bool:
    if not isinstance(term, Term) or term.negated or term.operator is Operator.IS:
        return False
    if term.field == "is":
        return term.values == ("mine",)
    exact = NONE not in term.values and not any("*" in value for value in term.values)
    return exact and term.field in ("assignee", "rule", "id")
