"""Which parameters of GET /v1/alerts a query allows: those that surely return every alert that matches.

Terms are joined by AND, so each may be sent or left out by itself. Left out are negated terms, patterns,
`none`, texts, groups of alternatives, and whatever is not said in words that the product has. Never sent are
`tags`, which the server fails on, and its two times, which are about when something occurred: since when
alerts were created is where reading ends, because they are listed by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alerttui.backends.remote.calseta.capabilities import CALSETA, SEVERITIES, SOURCES
from alerttui.domain.query import NONE, AlertQuery, Operator, QueryContext, Term
from alerttui.domain.query_values import window
from alerttui.domain.vocabulary import Severity

STATUSES: Final = tuple(each.word for each in CALSETA.statuses)

_PHASES: Final = {
    phase.name: tuple(each.word for each in CALSETA.statuses if each.phase is phase)
    for phase in dict.fromkeys(each.phase for each in CALSETA.statuses)
}
_ORDER: Final = ("status", "severity", "source_name")


def parameters_for(query: AlertQuery, context: QueryContext) -> list[tuple[str, str]]:
    """The parameters, each at most once; several words are divided by commas."""
    found: dict[str, list[str]] = {}
    for term in _positive(query):
        name, words = _words(term, context)
        if not words:
            continue
        kept = [word for word in words if word in found.get(name, words)]
        found[name] = kept or found[name]  # where nothing can match both, the earlier words stay
    return [(name, ",".join(found[name])) for name in _ORDER if name in found]


def created_from(query: AlertQuery, context: QueryContext, window_ms: int) -> int | None:
    """From which creation on alerts are asked for; None for no bound.

    A query without one reaches `window_ms` back from now (0: as far as there are alerts).
    """
    least = [each for term in _positive(query) if (each := _least(term, context)) is not None]
    if least:
        return max(least)
    return context.now_ms - window_ms if window_ms else None


def _positive(query: AlertQuery) -> list[Term]:
    return [term for term in query.terms if isinstance(term, Term) and term.values and not term.negated]


def _words(term: Term, context: QueryContext) -> tuple[str, Sequence[str]]:
    """The parameter of a term and the words that it allows; none where it cannot be sent."""
    if term.field == "severity":
        return "severity", _severities(term, context)
    if term.operator not in (Operator.HAS, Operator.IS):
        return "", ()
    match term.field:
        case "status":
            return "status", _among(term, STATUSES)
        case "phase":
            return "status", [word for phase in _among(term, tuple(_PHASES)) for word in _PHASES[phase]]
        case "source":
            return "source_name", _among(term, SOURCES)
    return "", ()


def _among(term: Term, allowed: Sequence[str]) -> list[str]:
    """The words of a term as the product spells them; none where one of them is not in its list."""
    wanted = {value.lower() for value in term.values}
    return [word for word in allowed if word.lower() in wanted] if wanted <= _lowered(allowed) else []


def _lowered(words: Sequence[str]) -> set[str]:
    return {word.lower() for word in words}


def _severities(term: Term, context: QueryContext) -> list[str]:
    windows = [window("severity", term.operator, value, context) for value in term.values]
    meant = [each for each in Severity if any(one.holds(each) for one in windows)]
    if Severity.UNKNOWN in meant:
        return []
    return [word for word in SEVERITIES if Severity.from_word(word) in meant]


def _least(term: Term, context: QueryContext) -> int | None:
    """The earliest creation that a term allows; None where it sets no such bound."""
    if term.field not in ("created", "age") or NONE in term.values:
        return None
    found = [window(term.field, term.operator, value, context).least for value in term.values]
    known = [each for each in found if each is not None]
    return min(known) if len(known) == len(found) else None
