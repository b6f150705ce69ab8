"""What an alert has to do with others: its rule's earlier alerts, and those that share an indicator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from alerttui.backends.store import AlertStore
from alerttui.domain.alert import Alert, Comment, RelatedAlert
from alerttui.domain.errors import NotFound
from alerttui.domain.indicators import IndicatorReport, find_indicators
from alerttui.domain.query import AlertQuery, QueryContext, TextTerm
from alerttui.domain.related import RelatedCase, RelatedCases, SharedIndicator
from alerttui.domain.vocabulary import AlertId, Phase
from alerttui.triage.notes import NotesOf, no_notes

EARLIER_CASES: Final = 20
"""Alerts of the same rule that are looked at."""

SHARED_VALUES: Final = 3
"""Indicators by which other alerts are looked for."""

TRIED_VALUES: Final = 6
"""Indicators that are tried until so many of them lead somewhere."""

SHARED_CASES: Final = 5
"""Alerts that are listed of one shared indicator."""

COMMON_ABOVE: Final = 50
"""A value in more alerts than this tells nothing about this one."""

MAX_EVENTS: Final = 1_000
"""Events of one alert that are looked through for indicators."""

EVENTS_AT_ONCE: Final = 50

MAX_COMMENTS: Final = 200
"""Comments of the alert that was closed last among which the last is taken."""

Wanted = Callable[[], bool]
"""Whether anybody still waits for the answer."""


def indicators_of(store: AlertStore, alert: Alert, is_wanted: Wanted) -> IndicatorReport:
    """The indicators of an alert and its events, as far as they are in the store; for a thread."""
    total = store.events(alert.id, None, 1).total or 0
    bodies = _event_bodies(store, alert.id)
    return find_indicators(alert, bodies, events_total=total, is_wanted=is_wanted)


def _event_bodies(store: AlertStore, alert_id: AlertId) -> Iterator[str]:
    cursor: str | None = None
    read = 0
    while read < MAX_EVENTS:
        page = store.events(alert_id, cursor, EVENTS_AT_ONCE)
        for event in page.results:
            read += 1
            yield event.body
        cursor = page.next
        if cursor is None:
            return


def related_of(
    store: AlertStore,
    alert: Alert,
    context: QueryContext,
    is_wanted: Wanted,
    notes_of: NotesOf = no_notes,
) -> RelatedCases:
    """What became of the alerts that have to do with this one; for a thread."""
    earlier = store.related(alert.id, EARLIER_CASES + 1)
    same_rule = _cases(store, earlier[:EARLIER_CASES])
    told = _cases(store, alert.related)
    if not is_wanted():
        return RelatedCases(same_rule=same_rule, told=told)
    last_closed = _last_closed(same_rule)
    seen = {case.related.id for case in same_rule} | {alert.id}
    return RelatedCases(
        same_rule=same_rule,
        has_older=len(earlier) > EARLIER_CASES,
        last_closed=last_closed,
        last_comment=_last_comment(store, last_closed, notes_of),
        shared=tuple(_shared(store, alert, context, is_wanted, frozenset(seen))),
        told=told,
    )


def _cases(store: AlertStore, related: Sequence[RelatedAlert]) -> tuple[RelatedCase, ...]:
    return tuple(RelatedCase(related=each, alert=_alert(store, each.id)) for each in related)


def _last_closed(cases: Sequence[RelatedCase]) -> RelatedCase | None:
    closed = [case for case in cases if case.alert is not None and case.alert.phase is Phase.CLOSED]
    return max(closed, key=_closing_time, default=None)


def _closing_time(case: RelatedCase) -> int:
    return case.alert.closed_ms or case.alert.created_ms if case.alert is not None else 0


def _last_comment(store: AlertStore, case: RelatedCase | None, notes_of: NotesOf) -> Comment | None:
    if case is None:
        return None
    try:
        comments = [
            *store.comments(AlertId(case.related.id), None, MAX_COMMENTS).results,
            *notes_of(AlertId(case.related.id)),
        ]
    except NotFound:
        return None
    return comments[-1] if comments else None


def _alert(store: AlertStore, alert_id: str) -> Alert | None:
    try:
        return store.alert(AlertId(alert_id))
    except NotFound:
        return None


def _shared(
    store: AlertStore, alert: Alert, context: QueryContext, is_wanted: Wanted, known: frozenset[str]
) -> Iterator[SharedIndicator]:
    """The most telling indicators that other alerts hold too; those of the same rule are listed already."""
    led_somewhere = 0
    for lead in indicators_of(store, alert, is_wanted).specific()[:TRIED_VALUES]:
        if led_somewhere == SHARED_VALUES or not is_wanted():
            return
        query = AlertQuery((TextTerm(lead.written),))
        rows = [row for row in store.first_rows(query, context, COMMON_ABOVE + 2) if row.id != alert.id]
        if len(rows) > COMMON_ABOVE:
            yield SharedIndicator(value=lead.written, is_common=True)
            continue
        others = [row for row in rows if row.id not in known]
        if others:
            led_somewhere += 1
            found = [
                RelatedAlert(id=row.id, title=row.title, created_ms=row.created_ms, reason="same indicator")
                for row in others[:SHARED_CASES]
            ]
            yield SharedIndicator(
                value=lead.written, cases=_cases(store, found), more=len(others) - len(found)
            )
