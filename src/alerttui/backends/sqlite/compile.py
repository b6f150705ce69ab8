"""A query as SQL over the store's tables: the same answers as `alerttui.domain.query_match`, through indexes.

Values are always bound. A `+` before a column keeps SQLite from an index that would cost the order of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from alerttui.backends.sqlite.fragment import FALSE, TRUE, Fragment, all_of, any_of, negation
from alerttui.backends.sqlite.schema import LABEL_KINDS, LAST_ROWID_MS, ROWID_SEQUENCE_BITS
from alerttui.backends.sqlite.text_search import contains, match_expression, phrase
from alerttui.backends.sqlite.word_match import WordColumn, word_equals
from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import storable
from alerttui.domain.query import (
    FLAGS,
    ME,
    NONE,
    QUERY_FIELDS,
    AlertQuery,
    FieldKind,
    Operator,
    QueryContext,
    SortKey,
    Term,
    TextTerm,
)
from alerttui.domain.query_values import Window, window
from alerttui.domain.vocabulary import Phase

_WORD_COLUMNS: Final = {
    "status": "status",
    "quality": "quality",
    "verdict": "verdict",
    "assignee": "assignee_id",
    "type": "type",
    "sub-type": "sub_type",
    "source": "source",
}
_LABELS: Final = frozenset(LABEL_KINDS)
_NUMBER_COLUMNS: Final = {
    "severity": "severity",
    "events": "event_count",
    "first": "first_event_ms",
    "last": "last_event_ms",
    "closed": "closed_ms",
    "acknowledged": "acknowledged_ms",
}
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
_NULLABLE_ORDERS: Final = frozenset({"events", "last", "closed"})


def compile_where(query: AlertQuery, context: QueryContext, *, whole: bool = False) -> Fragment:
    """The condition of a query, for `SELECT ... FROM alerts WHERE`; `whole` if every match will be read."""
    searched, others = _searched(query)
    conditions = [_compile(term, query, context, whole=whole) for term in others]
    if searched:
        found = "alerts.rowid IN (SELECT search.rowid FROM search WHERE search MATCH ?)"
        conditions.insert(0, Fragment(found, (match_expression(searched),)))
    return all_of(conditions)


def compile_order(query: AlertQuery) -> str:
    """The order of a query, for `ORDER BY`: never empty, and total."""
    parts: list[str] = []
    for key in query.sort:
        if key.field == "created":
            return ", ".join([*parts, f"alerts.rowid {_direction(key)}"])
        if key.field not in _ORDERS:
            raise Invalid("sort", key.field, f"is one of created, {', '.join(_ORDERS)}")
        last = " NULLS LAST" if key.field in _NULLABLE_ORDERS else ""
        parts += [f"{column} {_direction(key)}{last}" for column in _ORDERS[key.field]]
    return ", ".join([*parts, "alerts.rowid DESC"])


def _direction(key: SortKey) -> str:
    return "DESC" if key.descending else "ASC"


def select_rowids(
    query: AlertQuery, context: QueryContext, limit: int | None = None
) -> tuple[str, tuple[object, ...]]:
    """The statement that gives the rowids of a query in its order, with its parameters.

    In the order of time, what is searched for or tagged is read from its own index, newest first, so that
    the first rows come without reading the rest.
    """
    order = compile_order(query)
    in_time = _is_in_time(query)
    driver = _driver(query, context) if in_time else None
    if driver is None:
        where = compile_where(query, context)
        if _has_narrow_term(query) or (not in_time and (limit is None or _has_own_index(query))):
            order = f"+{order}"  # find first, then sort: no index for the order would be as short
        sql = f"SELECT alerts.rowid FROM alerts WHERE {where.sql} ORDER BY {order}"
    else:
        rowid, where = driver
        table = rowid.partition(".")[0]
        source = f"{table} CROSS JOIN alerts ON alerts.rowid = {rowid}"
        order = order.replace("alerts.rowid", rowid)
        sql = f"SELECT {rowid} FROM {source} WHERE {where.sql} ORDER BY {order}"
    if limit is None:
        return sql, where.parameters
    return f"{sql} LIMIT ?", (*where.parameters, limit)


def _is_in_time(query: AlertQuery) -> bool:
    return not query.sort or query.sort[0].field == "created"


def _has_own_index(query: AlertQuery) -> bool:
    """Whether what is searched for or tagged is found by another table's index."""
    searched, others = _searched(query)
    return bool(searched) or any(isinstance(term, Term) and _is_one_label(term) for term in others)


def _driver(query: AlertQuery, context: QueryContext) -> tuple[str, Fragment] | None:
    """The index to read first, as its column of rowids and the whole condition; None for the alerts' own."""
    searched, others = _searched(query)
    if searched:
        conditions = [Fragment("search MATCH ?", (match_expression(searched),))]
        conditions += [_compile(term, query, context) for term in others]
        return "search.rowid", all_of(conditions)
    if _has_narrow_term(query):
        return None
    for term in query.terms:
        if isinstance(term, Term) and _is_one_label(term):
            rest = [other for other in query.terms if other is not term]
            label = Fragment("labels.kind = ? AND labels.value = ?", (term.field, storable(term.values[0])))
            conditions = [label, *(_compile(other, query, context) for other in rest)]
            return "labels.alert", all_of(conditions)
    return None


def _is_one_label(term: Term) -> bool:
    return (
        term.field in _LABELS and not term.negated and len(term.values) == 1 and word_equals(term.values[0])
    )


def _searched(query: AlertQuery) -> tuple[list[str], list[Term | TextTerm]]:
    """The parts of one full-text search that every match must meet, and all other terms."""
    searched: list[str] = []
    others: list[Term | TextTerm] = []
    for term in query.terms:
        found = None if term.negated or len(searched) >= 50 else _phrases(term)
        if found is None:
            others.append(term)
        else:
            searched.append(found)
    return searched, others


def _phrases(term: Term | TextTerm) -> str | None:
    if isinstance(term, TextTerm):
        return phrase(term.text)
    if term.field != "title" or len(term.values) > 50:
        return None
    phrases = [phrase(value) for value in term.values]
    found = [one for one in phrases if one is not None]
    return f"title : ({' OR '.join(found)})" if len(found) == len(phrases) and found else None


def _has_narrow_term(query: AlertQuery) -> bool:
    """Whether an index of `alerts` finds few: a person, a rule, ids."""
    return any(isinstance(term, Term) and _is_narrow(term) for term in query.terms)


def _is_narrow(term: Term) -> bool:
    if term.negated:
        return False
    if term.field == "is":
        return term.values == ("mine",)
    exact = NONE not in term.values and not any("*" in value for value in term.values)
    return exact and term.field in ("assignee", "rule", "id")


def _compile(
    term: Term | TextTerm, query: AlertQuery, context: QueryContext, *, whole: bool = False
) -> Fragment:
    if isinstance(term, TextTerm):
        condition = contains(term.text)
    elif term.field in ("is", "phase"):
        among_few = whole or _has_narrow_term(query) or not _is_in_time(query)
        return _flags_or_phases(term, among_few, context)
    else:
        condition = any_of(_field(term, context))
    return negation(condition) if term.negated else condition


def _field(term: Term, context: QueryContext) -> Iterable[Fragment]:
    match QUERY_FIELDS.get(term.field):
        case FieldKind.TEXT:
            return [contains(value, "title") for value in term.values]
        case FieldKind.WORD:
            return [_words(term, context)]
        case None:
            raise Invalid("field", term.field, "is no field of a filter")
        case _:
            return [_number(term, value, context) for value in term.values]


def _words(term: Term, context: QueryContext) -> Fragment:
    values = tuple(value for value in term.values if value != NONE)
    is_none = NONE in term.values
    if term.field in _LABELS:
        return _labels(term.field, values, is_none)
    if term.field == "rule":
        return _rules(values, is_none)
    if term.field == "assignee":
        return _assignees(values, is_none, context)
    column = WordColumn("alerts.id COLLATE NOCASE" if term.field == "id" else _column(term.field))
    return any_of([column.matches(values), *([column.is_empty()] if is_none else [])])


def _column(field: str) -> str:
    return f"alerts.{_WORD_COLUMNS[field]}"


def _labels(kind: str, values: Sequence[str], is_none: bool) -> Fragment:
    found = []
    if values:
        of_value = WordColumn("labels.value").matches(values)
        sql = f"alerts.rowid IN (SELECT labels.alert FROM labels WHERE labels.kind = ? AND {of_value.sql})"
        found.append(Fragment(sql, (kind, *of_value.parameters)))
    if is_none:
        found.append(negation(_has_label(kind)))
    return any_of(found)


def _has_label(kind: str) -> Fragment:
    its = "labels.alert = alerts.rowid AND labels.kind = ? AND labels.value <> ''"
    return Fragment(f"EXISTS (SELECT 1 FROM labels WHERE {its})", (kind,))


def _rules(values: Sequence[str], is_none: bool) -> Fragment:
    name = WordColumn("alerts.detection_name")
    by_name = name.matches(values)
    found = [WordColumn("alerts.detection_id").matches(values)]
    if by_name != FALSE:  # as in the index's own condition, so that it is used
        found.append(Fragment(f"({by_name.sql} AND alerts.detection_name <> '')", by_name.parameters))
    if is_none:
        found.append(Fragment("(+alerts.detection_id = '' AND +alerts.detection_name = '')"))
    return any_of(found)


def _assignees(values: Sequence[str], is_none: bool, context: QueryContext) -> Fragment:
    column = WordColumn("alerts.assignee_id")
    found = [column.matches([value for value in values if value != ME])]
    if ME in values and context.me:
        found.append(column.equals([context.me]))
    if is_none:
        found.append(column.is_empty())
    return any_of(found)


def _number(term: Term, value: str, context: QueryContext) -> Fragment:
    column = f"alerts.{_NUMBER_COLUMNS.get(term.field, 'created_ms')}"
    if value == NONE and term.operator is Operator.HAS and term.field != "severity":
        return Fragment(f"{column} IS NULL")
    meant = window(term.field, term.operator, value, context)
    if term.field in ("created", "age"):
        return _created(meant)
    if meant.least is not None and meant.least == meant.most:
        return Fragment(f"{column} = ?", (int(meant.least),))
    return _within(f"+{column}" if term.field == "severity" else column, meant)


def _created(meant: Window) -> Fragment:
    """A range of rowids; of creation times where rowids, which are clamped, could not tell."""
    least_tells = meant.least is None or 0 < meant.least <= LAST_ROWID_MS
    most_tells = meant.most is None or 0 <= meant.most < LAST_ROWID_MS
    if not (least_tells and most_tells):
        return _within("alerts.created_ms", meant)
    least = None if meant.least is None else meant.least << ROWID_SEQUENCE_BITS
    most = None if meant.most is None else ((meant.most + 1) << ROWID_SEQUENCE_BITS) - 1
    return _within("alerts.rowid", Window(least, most))


def _within(column: str, meant: Window) -> Fragment:
    bounds = []
    if meant.least is not None:
        bounds.append(Fragment(f"{column} >= ?", (int(meant.least),)))
    if meant.most is not None:
        bounds.append(Fragment(f"{column} <= ?", (int(meant.most),)))
    return all_of(bounds)


def _flags_or_phases(term: Term, among_few: bool, context: QueryContext) -> Fragment:
    """Phases first, as one set: what is not closed has an index in the order of time."""
    phases: set[Phase] = set()
    others: list[Fragment] = []
    for value in term.values:
        meant = _phases_of(term.field, value)
        if meant is None:
            others.append(_flag(value, context))
        else:
            phases |= meant
    if others:
        condition = any_of([*others, *([_phase_in(phases, among_few=True)] if phases else [])])
        return negation(condition) if term.negated else condition
    return _phase_in(set(Phase) - phases if term.negated else phases, among_few)


def _phases_of(field: str, value: str) -> set[Phase] | None:
    if field == "is":
        return {
            "open": {Phase.UNKNOWN, Phase.OPEN, Phase.ACTIVE},
            "active": {Phase.ACTIVE},
            "closed": {Phase.CLOSED},
        }.get(value)
    return {phase for phase in Phase if phase.name.lower() == value.lower()}


def _phase_in(phases: set[Phase], among_few: bool) -> Fragment:
    if not phases:
        return FALSE
    if phases == set(Phase):
        return TRUE
    numbers = ", ".join(str(int(phase)) for phase in sorted(phases))
    if among_few:
        return Fragment(f"alerts.phase IN ({numbers})")
    unclosed = phases - {Phase.CLOSED}
    if not unclosed:
        return Fragment("(alerts.phase < 3) = 0")
    if Phase.CLOSED in phases:
        return Fragment(f"+alerts.phase IN ({numbers})")
    if len(unclosed) == len(Phase) - 1:
        return Fragment("(alerts.phase < 3) = 1")
    return Fragment(f"((alerts.phase < 3) = 1 AND +alerts.phase IN ({numbers}))")


def _flag(flag: str, context: QueryContext) -> Fragment:
    assignee = WordColumn("alerts.assignee_id")
    match flag:
        case "unassigned":
            return assignee.is_empty()
        case "assigned":
            return negation(assignee.is_empty())
        case "mine":
            return assignee.equals([context.me]) if context.me else FALSE
        case "tagged":
            return _has_label("tag")
        case "rated":
            return Fragment("alerts.quality <> ''")
        case "commented":
            return Fragment("alerts.comment_count > 0")
        case _:
            raise Invalid("is", flag, f"is one of {', '.join(FLAGS)}")
