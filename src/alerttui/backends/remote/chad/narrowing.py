"""What of a query CHAD can narrow a list by, so that every alert that matches is still in it.

Terms are joined by AND, so each may be used or left to the store by itself. Left out are negated terms,
patterns, `none`, texts, groups of alternatives, several severities, and rules whose id this connection has
not seen, because CHAD compares exactly and our filters do not. `informational` is left out too: some servers
write `info`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from alerttui.backends.remote.chad.capabilities import SEVERITIES, STATUSES
from alerttui.backends.remote.chad.dialect import Wanted
from alerttui.domain.alert import Alert
from alerttui.domain.query import NONE, AlertQuery, Operator, QueryContext, Term
from alerttui.domain.query_values import Window, window
from alerttui.domain.vocabulary import Severity

_PHASES: Final = {"open": ("new",), "active": ("acknowledged",), "closed": ("resolved", "false_positive")}

MOST_RULES: Final = 20_000
"""Rules whose ids are remembered."""


@dataclass(slots=True)
class SeenRules:
    """The rules that a connection has met: ids as CHAD spells them, and titles that a filter may mean too."""

    ids: dict[str, set[str]] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)

    def note(self, alert: Alert) -> None:
        """Remember the rule of an alert."""
        rule = alert.detection
        if rule.id and len(self.ids) < MOST_RULES:
            self.ids.setdefault(rule.id.casefold(), set()).add(rule.id)
        if rule.name and len(self.titles) < MOST_RULES:
            self.titles.add(rule.name.casefold())

    def exact(self, text: str) -> str:
        """The one rule id that a text means; empty where it may mean anything else."""
        spellings = self.ids.get(text.casefold(), set())
        if len(spellings) != 1 or text.casefold() in self.titles:
            return ""
        return next(iter(spellings))


def wanted_of(query: AlertQuery, context: QueryContext, rules: SeenRules, window_ms: int) -> Wanted:
    """What a list may be narrowed by; without a lower bound it reaches `window_ms` back (0: without end)."""
    wanted = Wanted()
    for term in query.terms:
        if not isinstance(term, Term) or term.negated or not term.values:
            continue
        match term.field:
            case "created" | "age":
                wanted = replace(wanted, created=_both(wanted.created, _hull(term, context)))
            case "status":
                wanted = _any_of(wanted, _words(term, STATUSES))
            case "phase":
                phases = _words(term, tuple(_PHASES))
                wanted = _any_of(wanted, [word for phase in phases for word in _PHASES[phase]])
            case "severity":
                wanted = replace(wanted, severity=_severity(term, context) or wanted.severity)
            case "rule":
                wanted = replace(wanted, rule=_rule(term, rules) or wanted.rule)
    created = wanted.created
    if created.least is None and window_ms:
        last_ms = context.now_ms if created.most is None else created.most
        created = Window(last_ms - window_ms, created.most)
    return replace(wanted, created=created)


def _any_of(wanted: Wanted, words: Sequence[str]) -> Wanted:
    """Narrow to any of these statuses; where nothing can have these and the earlier ones, those stay."""
    kept = tuple(word for word in words if not wanted.statuses or word in wanted.statuses)
    return replace(wanted, statuses=kept or wanted.statuses)


def _words(term: Term, allowed: Sequence[str]) -> list[str]:
    """The words of a term, none where one of them is not among those that CHAD knows."""
    words = {value.lower() for value in term.values}
    is_equality = term.operator in (Operator.HAS, Operator.IS)
    return [word for word in allowed if word in words] if is_equality and words <= set(allowed) else []


def _severity(term: Term, context: QueryContext) -> str:
    """The one severity that a term leaves; empty for several, and for one that is spelled in two ways."""
    windows = [window(term.field, term.operator, value, context) for value in term.values]
    meant = [each for each in Severity if any(one.holds(each) for one in windows)]
    if len(meant) != 1 or meant[0] in (Severity.UNKNOWN, Severity.INFO):
        return ""
    return next(word for word in SEVERITIES if Severity.from_word(word) is meant[0])


def _rule(term: Term, rules: SeenRules) -> str:
    value = term.values[0]
    is_special = term.operator is Operator.HAS and (value.lower() == NONE or "*" in value)
    if len(term.values) != 1 or is_special or term.operator not in (Operator.HAS, Operator.IS):
        return ""
    return rules.exact(value)


def _hull(term: Term, context: QueryContext) -> Window:
    """From the least to the most of what a term's values allow; no bounds where one of them is `none`."""
    if NONE in term.values:
        return Window()
    windows = [window(term.field, term.operator, value, context) for value in term.values]
    least = [each.least for each in windows]
    most = [each.most for each in windows]
    return Window(
        None if None in least else min(each for each in least if each is not None),
        None if None in most else max(each for each in most if each is not None),
    )


def _both(one: Window, other: Window) -> Window:
    least = [each for each in (one.least, other.least) if each is not None]
    most = [each for each in (one.most, other.most) if each is not None]
    return Window(max(least, default=None), min(most, default=None))
