"""What an answer from the mirror is worth: exact as of a moment, or since when it holds and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from alerttui.domain.capabilities import Capabilities
from alerttui.domain.moments import format_moment, parse_duration, parse_moment
from alerttui.domain.query import NONE, QUERY_FIELDS, AlertQuery, FieldKind, Operator, Term
from alerttui.domain.vocabulary import Phase
from alerttui.triage.mirror.state import MirrorState


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """How far the answer to one query can be relied on."""

    as_of_ms: int | None
    """As of when the answer is; None before anything was read."""
    missing: str = ""
    """What the mirror does not have of it (yet), in words; empty where the answer is whole."""

    @property
    def is_exact(self) -> bool:
        """True if every alert that matches is in the answer."""
        return not self.missing and self.as_of_ms is not None


def created_from(query: AlertQuery, now_ms: int) -> int | None:
    """The earliest creation that can match, None where the query does not say."""
    found: list[int] = []
    for term in query.terms:
        if not isinstance(term, Term) or term.negated or len(term.values) != 1:
            continue
        kind = QUERY_FIELDS.get(term.field)
        after = term.operator in (Operator.MORE, Operator.AT_LEAST)
        before = term.operator in (Operator.LESS, Operator.AT_MOST)
        if (term.field == "created" and after) or (kind is FieldKind.AGE and before):
            moment = _moment(term.values[0], now_ms)
            if moment is not None:
                found.append(moment)
    return max(found, default=None)


def is_about_unhandled(query: AlertQuery, capabilities: Capabilities) -> bool:
    """True if only alerts that are not closed can match: those are read again most often."""
    for term in query.terms:
        if not isinstance(term, Term) or term.operator is not Operator.HAS:
            continue
        words = [value.lower() for value in term.values]
        if term.field == "is" and not term.negated and set(words) <= {"open", "active"}:
            return True
        if term.field == "phase" and not term.negated and set(words) <= {"open", "active"}:
            return True
        if term.field == "status" and not term.negated:
            phases = {_phase(each, capabilities) for each in term.values}
            if phases <= {Phase.OPEN, Phase.ACTIVE}:
                return True
    return False


def holding(
    query: AlertQuery,
    state: MirrorState,
    capabilities: Capabilities,
    now_ms: int,
    unasked: tuple[str, ...] = (),
) -> Holding:
    """What the mirror's answer to a query is worth; `unasked` are memberships that are still to be asked."""
    missing: list[str] = []
    wanted = created_from(query, now_ms)
    start = state.wanted_from_ms if wanted is None else wanted
    if state.covered_from_ms is None:
        missing.append("nothing was read yet")
    elif state.covered_from_ms > start:
        before = f"alerts before {format_moment(state.covered_from_ms)[:16]}Z"
        if state.cut_from_ms is None:
            missing.append(f"{before} are not here yet")
        else:
            limit = f"the newest {capabilities.list_limit:,}" if capabilities.list_limit else "no further"
            missing.append(f"{before} are not here: {capabilities.backend} lists {limit}")
    for term in query.terms:
        if isinstance(term, Term) and term.field in capabilities.vendor_decided:
            patterns = [value for value in term.values if "*" in value or value.lower() == NONE]
            if patterns:
                missing.append(f"{term.field} is known only where it was asked for by its whole name")
    if unasked:
        missing.append(f"{', '.join(unasked)} is being asked")
    as_of_ms = state.new_as_of_ms
    if is_about_unhandled(query, capabilities) and state.open_as_of_ms is not None:
        as_of_ms = min(state.open_as_of_ms, as_of_ms) if as_of_ms is not None else state.open_as_of_ms
    return Holding(as_of_ms=as_of_ms, missing="; ".join(missing))


def _moment(value: str, now_ms: int) -> int | None:
    duration = parse_duration(value)
    return parse_moment(value) if duration is None else now_ms - duration


def _phase(word: str, capabilities: Capabilities) -> Phase:
    for each in capabilities.statuses:
        if each.word.lower() == word.lower():
            return each.phase
    return Phase.UNKNOWN
