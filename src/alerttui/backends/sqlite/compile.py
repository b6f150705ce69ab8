"""A query as SQL over the store's tables: the same answers as `alerttui.domain.query_match`, through indexes.

Values are always bound. A `+` before a column keeps SQLite from an index that would cost the order of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.sqlite.fragment import FALSE, TRUE, Fragment, all_of, any_of, negation
from alerttui.backends.sqlite.rows import UNTOLD
from alerttui.backends.sqlite.schema import LABEL_KINDS, LAST_ROWID_MS, ROWID_SEQUENCE_BITS
from alerttui.backends.sqlite.text_search import contains, match_expression, phrase
from alerttui.backends.sqlite.word_match import WordColumn
from alerttui.domain.errors import Invalid
from alerttui.domain.query import (
    FLAGS,
    ME,
    NONE,
    QUERY_FIELDS,
    AlertQuery,
    FieldKind,
    Operator,
    QueryContext,
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
_LARGEST: Final = 2**63 - 1
"""The largest number that SQLite knows."""
_ANY_LABEL: Final = Fragment("labels.value <> ''")
_NUMBER_COLUMNS: Final = {
    "severity": "severity",
    "events": "event_count",
    "first": "first_event_ms",
    "last": "last_event_ms",
    "closed": "closed_ms",
    "acknowledged": "acknowledged_ms",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Which indexes may find what matches; any of them would cost an order of rows that another one has."""

    by_phase: bool = True
    by_closed: bool = True
    """By the index that tells only closed from not closed, each in the order of time; `by_phase` precedes."""
    by_severity: bool = True
    """Else a range of severities is looked at row by row."""
    by_absent_label: bool = True
    """Whether all alerts with a label may be listed first, to leave them out; else every row is asked."""


WHOLE: Final = Access()
"""Every match will be read, in any order."""


def compile_where(query: AlertQuery, context: QueryContext, access: Access = WHOLE) -> Fragment:
    """The condition of a query, for `SELECT ... FROM alerts WHERE`."""
    searched, others = split_searched(query)
    conditions = [compile_term(term, context, access) for term in others]
    if searched:
        found = "alerts.rowid IN (SELECT search.rowid FROM search WHERE search MATCH ?)"
        conditions.insert(0, Fragment(found, (match_expression(searched),)))
    return all_of([*conditions, *compile_either(query, context, access)])


def compile_either(query: AlertQuery, context: QueryContext, access: Access) -> list[Fragment]:
    """The condition of each group of terms of which one must hold; never by index, which OR makes long."""
    access = replace(access, by_phase=False, by_closed=False)
    return [any_of(compile_term(term, context, access) for term in group) for group in query.either]


def split_searched(query: AlertQuery) -> tuple[list[str], list[Term | TextTerm]]:
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


def split_phases(terms: Iterable[Term | TextTerm]) -> tuple[set[Phase], list[Term | TextTerm]]:
    """The phases that terms on nothing else leave, and all other terms."""
    left = set(Phase)
    others: list[Term | TextTerm] = []
    for term in terms:
        phases = _phases_meant(term)
        if phases is None:
            others.append(term)
        else:
            left &= phases
    return left, others


def _phases_meant(term: Term | TextTerm) -> set[Phase] | None:
    """The phases that a term allows, None if it is about more than phases."""
    if isinstance(term, TextTerm) or term.field not in ("is", "phase"):
        return None
    meant: set[Phase] = set()
    for value in term.values:
        phases = _phases_of(term.field, value)
        if phases is None:
            return None
        meant |= phases
    return set(Phase) - meant if term.negated else meant


def compile_term(term: Term | TextTerm, context: QueryContext, access: Access = WHOLE) -> Fragment:
    """The condition of one term."""
    if isinstance(term, TextTerm):
        condition = contains(term.text)
    elif term.field in ("is", "phase"):
        return _flags_or_phases(term, context, access)
    elif term.field in _LABELS and term.negated and not access.by_absent_label:
        condition = _has_one_of(term)
    else:
        condition = any_of(_field(term, context, access))
    return negation(condition) if term.negated else condition


def _field(term: Term, context: QueryContext, access: Access) -> Iterable[Fragment]:
    match QUERY_FIELDS.get(term.field):
        case FieldKind.TEXT:
            return [contains(value, "title") for value in term.values]
        case FieldKind.WORD:
            return [_words(term, context)]
        case None:
            raise Invalid("field", term.field, "is no field of a filter")
        case _:
            return [_number(term, value, context, access) for value in term.values]


def _words(term: Term, context: QueryContext) -> Fragment:
    if term.operator is Operator.IS:
        return _very_words(term)
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


def _very_words(term: Term) -> Fragment:
    """Whether a word is one of the values as they stand; never by index, where another term narrows."""
    if term.field in _LABELS:
        its = WordColumn("labels.value").equals(term.values)
        return FALSE if its == FALSE else _has_label(term.field, its)
    columns = {"rule": "alerts.detection_id", "id": "alerts.id COLLATE NOCASE"}
    return WordColumn(f"+{columns.get(term.field) or _column(term.field)}").equals(term.values)


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


def _has_one_of(term: Term) -> Fragment:
    """As `_labels`, asked of every row."""
    if term.operator is Operator.IS:
        return _very_words(term)
    of_value = WordColumn("labels.value").matches([value for value in term.values if value != NONE])
    found = [] if of_value == FALSE else [_has_label(term.field, of_value)]
    return any_of([*found, *([negation(_has_label(term.field))] if NONE in term.values else [])])


def _has_label(kind: str, of_value: Fragment = _ANY_LABEL) -> Fragment:
    its = f"labels.alert = alerts.rowid AND labels.kind = ? AND {of_value.sql}"
    return Fragment(f"EXISTS (SELECT 1 FROM labels WHERE {its})", (kind, *of_value.parameters))


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
        found.append(_unassigned())
    return any_of(found)


def _unassigned() -> Fragment:
    """Whether nobody has it; where the product does not tell who has it, nobody can say so."""
    is_told = Fragment(f"alerts.assignee_kind <> '{UNTOLD.kind}'")
    return all_of([WordColumn("alerts.assignee_id").is_empty(), is_told])


def _number(term: Term, value: str, context: QueryContext, access: Access) -> Fragment:
    column = f"alerts.{_NUMBER_COLUMNS.get(term.field, 'created_ms')}"
    if value == NONE and term.operator is Operator.HAS and term.field != "severity":
        return Fragment(f"{column} IS NULL")
    meant = window(term.field, term.operator, value, context)
    if term.field in ("created", "age"):
        return _created(meant)
    if meant.least is not None and meant.least > _LARGEST:
        return FALSE
    if meant.least is not None and meant.least == meant.most:
        return Fragment(f"{column} = ?", (int(meant.least),))
    in_order = term.field == "severity" and not access.by_severity
    return _within(f"+{column}" if in_order else column, meant)


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
        bounds.append(Fragment(f"{column} <= ?", (min(int(meant.most), _LARGEST),)))
    return all_of(bounds)


def _flags_or_phases(term: Term, context: QueryContext, access: Access) -> Fragment:
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
        condition = any_of([*others, *([_phase_in(phases, WHOLE)] if phases else [])])
        return negation(condition) if term.negated else condition
    return _phase_in(set(Phase) - phases if term.negated else phases, access)


def _phases_of(field: str, value: str) -> set[Phase] | None:
    if field == "is":
        return {
            "open": {Phase.UNKNOWN, Phase.OPEN, Phase.ACTIVE},
            "active": {Phase.ACTIVE},
            "closed": {Phase.CLOSED},
        }.get(value)
    return {phase for phase in Phase if phase.name.lower() == value.lower()}


def _phase_in(phases: set[Phase], access: Access) -> Fragment:
    if not phases:
        return FALSE
    if phases == set(Phase):
        return TRUE
    if access.by_phase:
        return phase_in(phases)
    numbers = _numbers(phases)
    unclosed = phases - {Phase.CLOSED}
    if not access.by_closed:
        return Fragment(f"+alerts.phase IN ({numbers})")
    if not unclosed:
        return Fragment("(alerts.phase < 3) = 0")
    if Phase.CLOSED in phases:
        return Fragment(f"+alerts.phase IN ({numbers})")
    if len(unclosed) == len(Phase) - 1:
        return Fragment("(alerts.phase < 3) = 1")
    return Fragment(f"((alerts.phase < 3) = 1 AND +alerts.phase IN ({numbers}))")


def phase_in(phases: set[Phase]) -> Fragment:
    """The condition that a phase is one of these, each spelled out."""
    return Fragment(f"alerts.phase IN ({_numbers(phases)})")


def _numbers(phases: set[Phase]) -> str:
    return ", ".join(str(int(phase)) for phase in sorted(phases))


def _flag(flag: str, context: QueryContext) -> Fragment:
    assignee = WordColumn("alerts.assignee_id")
    match flag:
        case "unassigned":
            return _unassigned()
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
