"""Which parameters of GET /alerts a query allows: those that are known to return every alert that matches.

Left out are negated terms and groups of alternatives, and what the page leaves open: several statuses, unless
the profile says that they are understood; `rule_name` and `source`, which may be compared as a whole or in
part; `from` and `to`, of which it is not told which time of an alert they mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from alerttui.backends.remote.sentinelnerd.capabilities import (
    ACKNOWLEDGED,
    OPEN,
    RESOLVED,
    SEVERITIES,
    STATUSES,
)
from alerttui.domain.query import AlertQuery, Operator, QueryContext, Term
from alerttui.domain.query_values import window
from alerttui.domain.vocabulary import Severity

Parameters: TypeAlias = list[tuple[str, str]]

_PHASES: Final = {"open": OPEN, "active": ACKNOWLEDGED, "closed": RESOLVED}


def parameters_for(query: AlertQuery, context: QueryContext, *, several_statuses: bool) -> Parameters:
    """The parameters in the page's order; none where nothing is safe to leave out."""
    statuses: Sequence[str] = STATUSES
    severities: Sequence[str] = SEVERITIES
    for term in query.terms:
        if not isinstance(term, Term) or term.negated or not term.values:
            continue
        statuses = _both(statuses, _statuses(term))
        if term.field == "severity":
            severities = _both(severities, _severities(term, context))
    found: Parameters = []
    if len(statuses) == 1 or (several_statuses and len(statuses) < len(STATUSES)):
        found.append(("status", ",".join(statuses)))
    if len(severities) < len(SEVERITIES):
        found.append(("severity", ",".join(severities)))
    return found


def _both(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    """What both allow; where that is nothing, no alert can match, and the first stands."""
    return [word for word in one if word in other] or one


def _statuses(term: Term) -> Sequence[str]:
    """The statuses that a term allows; all where it is about something else, or not in known words."""
    if term.operator not in (Operator.HAS, Operator.IS):
        return STATUSES
    words = {value.lower() for value in term.values}
    if term.field == "status" and words <= set(STATUSES):
        return [each for each in STATUSES if each in words]
    if term.field == "phase" and words <= set(_PHASES):
        return [_PHASES[each] for each in _PHASES if each in words]
    return STATUSES


def _severities(term: Term, context: QueryContext) -> Sequence[str]:
    """The severities that a term allows; all where an alert without a known one would do."""
    windows = [window(term.field, term.operator, value, context) for value in term.values]
    meant = [each for each in Severity if any(one.holds(each) for one in windows)]
    if Severity.UNKNOWN in meant:
        return SEVERITIES
    return [word for word in SEVERITIES if Severity[word.upper()] in meant]
