"""Narrowing never loses an alert that matches: parameters are read as the document has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.remote.panther.narrowing import Seen, parameters_for
from alerttui.domain.alert import Actor, Alert, Detection
from alerttui.domain.errors import Invalid
from alerttui.domain.moments import parse_moment
from alerttui.domain.query import QUERY_FIELDS, AlertQuery, FieldKind, Operator, QueryContext, Term
from alerttui.domain.query_match import matches, same_word
from alerttui.domain.query_values import normal_value
from alerttui.domain.search_text import searched_body, searched_title
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity
from tests.domain.query_samples import DAY_MS, NOW_MS, queries, untold_queries

PHASES = {"OPEN": Phase.OPEN, "TRIAGED": Phase.ACTIVE, "RESOLVED": Phase.CLOSED, "CLOSED": Phase.CLOSED}
LISTS = {
    "RULE": "ALERT", "POLICY": "ALERT", "SCHEDULED_RULE": "ALERT", "CORRELATION_RULE": "ALERT",
    "RULE_ERROR": "DETECTION_ERROR", "SCHEDULED_RULE_ERROR": "DETECTION_ERROR",
    "CORRELATION_RULE_ERROR": "DETECTION_ERROR", "SYSTEM_ERROR": "SYSTEM_ERROR",
}  # fmt: skip
WINDOW_MS = 30 * DAY_MS

LABELS = ("AWS.Root", "a", "AWS.ALB", "ab")

AIMED = {
    "status": ("open", "TRIAGED", "Resolved", "closed", "snoozed", "o*"),
    "phase": ("open", "active", "closed", "unknown"),
    "severity": ("critical", "HIGH", "low", "unknown", "low..high"),
    "quality": ("useful", "NOISE", "none"),
    "assignee": ("ana", "ANA", "a", "none", "me", "é", "É", "stranger"),
    "tag": ("a", "A", "ab", "none", "a*", "-x", "50_"),
    "rule": ("aws.root", "AWS.Root", "a", "A", "none", "a*b", "AWS.*"),
    "type": ("ALERT", "alert", "SYSTEM_ERROR", "detection_error", "none"),
    "sub-type": ("rule", "POLICY", "RULE_ERROR", "SYSTEM_ERROR", "x", "*"),
    "log-type": ("AWS.ALB", "a", "none", "A*"),
    "log-source": ("AWS.ALB", "ab", "none"),
    "resource-type": ("AWS.Root", "a", "none"),
    "events": ("0", "3", "0..5", "4..20", "none"),
    "created": ("24h", "7d", "2026-11-01", "2026-11", "none"),
    "age": ("24h", "2w"),
    "title": ("FORCE", "b"),
}  # fmt: skip
"""Values that alerts of these tests have, or just not."""

_COMPARED = (
    Operator.HAS,
    Operator.HAS,
    Operator.HAS,
    Operator.LESS,
    Operator.AT_MOST,
    Operator.MORE,
    Operator.AT_LEAST,
)
OPERATORS = {
    **dict.fromkeys(FieldKind, _COMPARED),
    FieldKind.WORD: (Operator.HAS, Operator.HAS, Operator.IS),
    FieldKind.TEXT: (Operator.HAS,),
}


def _can_be_written(term: Term) -> bool:
    """True if the filter takes these values with this operator."""
    try:
        return all(normal_value(term.field, term.operator, value) for value in term.values)
    except Invalid:
        return False


aimed_terms = st.sampled_from(sorted(AIMED)).flatmap(
    lambda name: st.builds(
        Term,
        st.just(name),
        st.sampled_from(OPERATORS[QUERY_FIELDS[name]]),
        st.lists(st.sampled_from(AIMED[name]), min_size=1, max_size=3, unique=True).map(tuple),
        st.sampled_from((False, False, False, True)),
    ).filter(_can_be_written)
)
aimed_queries = st.lists(aimed_terms, min_size=1, max_size=2).map(lambda terms: AlertQuery(tuple(terms)))


def alerts_of(seed: int, count: int = 12) -> list[Alert]:
    """Alerts as the document allows them."""
    return [_alert_of(Random(f"{seed} {number}")) for number in range(count)]


def _alert_of(random: Random) -> Alert:
    status, kind = random.choice(tuple(PHASES)), random.choice((*LISTS, "RULE", "POLICY"))
    near_ms = random.choice((NOW_MS - DAY_MS, 1_793_491_200_000, 1_793_491_200_000 + DAY_MS - 1))
    moments = (NOW_MS - random.randrange(40 * DAY_MS), near_ms + random.randint(-2, 2))
    return Alert(
        id=AlertId(random.choice("ab")),
        title=random.choice(("", "brute FORCE", "a b")),
        status=status,
        phase=PHASES[status],
        severity=random.choice(tuple(Severity)),
        quality=random.choice((None, *Quality)),
        tags=tuple(random.sample(("a", "ab", "none", "-x", "z", "50_"), random.randrange(4))),
        assignee=random.choice((None, *map(Actor, ("ana", "Ana", "a", "none", "me", "é")))),
        created_ms=random.choice(moments),
        event_count=random.choice((None, random.randrange(21))),
        detection=Detection(id=random.choice(("", "AWS.Root", "aws.root", "a", "none", "a*b"))),
        type=LISTS[kind],
        sub_type=kind,
        source="panther",
        log_types=tuple(random.sample(LABELS, random.randrange(3))),
        log_sources=tuple(random.sample(LABELS, random.randrange(3))),
        resource_types=tuple(random.sample(LABELS, random.randrange(3))),
    )


seeds = st.integers(0, 2**32)


def is_listed(alert: Alert, parameters: Sequence[tuple[str, str]], *, every_tag: bool) -> bool:
    """Whether GET /alerts returns an alert, in the strictest reading of what its document says."""

    def given_values(name: str) -> list[str]:
        return [value for key, value in parameters if key == name]

    def one_of(name: str, word: str) -> bool:
        values = given_values(name)
        return not values or word in values

    def several(name: str, words: Sequence[str]) -> bool:
        """All must be there, or any: the document does not say. Log types are the vendor's own matter."""
        values = given_values(name)
        found = [any(same_word(value, word) for word in words) for value in values]
        return not values or (all(found) if every_tag else any(found))

    (after,), (before,) = given_values("created-after"), given_values("created-before")
    after_ms, before_ms = parse_moment(after), parse_moment(before)
    assert after_ms is not None and before_ms is not None
    least, most = given_values("event-count-min"), given_values("event-count-max")
    count = alert.event_count
    severity = alert.severity.name if alert.severity else ""
    return (
        one_of("status", alert.status)
        and one_of("severity", severity)
        and one_of("quality", alert.quality.value if alert.quality else "")
        and one_of("assignee", alert.assignee.id if alert.assignee else "")
        and one_of("detection-id", alert.detection.id)
        and (given_values("type") or ["ALERT"]) == [alert.type]
        and one_of("sub-type", alert.sub_type)
        and after_ms < alert.created_ms < before_ms
        and (not least or (count is not None and count >= int(least[0])))
        and (not most or (count is not None and count <= int(most[0])))
        and _tags_hold(given_values("context-tag"), alert.tags, every_tag)
        and several("log-type", alert.log_types)
        and several("log-source", alert.log_sources)
        and several("resource-type", alert.resource_types)
    )  # fmt: skip


def _tags_hold(wanted: Sequence[str], present: Sequence[str], every_tag: bool) -> bool:
    found = [tag in present for tag in wanted]
    return not wanted or (all(found) if every_tag else any(found))


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(queries, untold_queries), seeds, st.booleans(), st.sampled_from(("", "ana", "ANA", "x")),
    st.booleans(),
)  # fmt: skip
def test_what_matches_any_filter_is_listed(
    query: AlertQuery, seed: int, every_tag: bool, me: str, has_window: bool
) -> None:
    check_listed(query, alerts_of(seed), every_tag, me, WINDOW_MS if has_window else 0)


@settings(max_examples=200, deadline=None)
@given(aimed_queries, seeds, st.booleans(), st.sampled_from(("ana", "ANA")))
def test_what_matches_a_filter_of_usual_values_is_listed(
    query: AlertQuery, seed: int, every_tag: bool, me: str
) -> None:
    check_listed(query, alerts_of(seed), every_tag, me, 0)


def check_listed(query: AlertQuery, known: list[Alert], every_tag: bool, me: str, window_ms: int) -> None:
    """Every alert of the list that is asked for, and of the window, is listed if it matches."""
    context = QueryContext(now_ms=NOW_MS, me=me)
    seen = Seen()
    for alert in known:
        seen.detections.note(alert.detection.id)
        if alert.assignee:
            seen.people.note(alert.assignee.id)
    try:
        parameters = parameters_for(query, context, seen, window_ms)
        for alert in known:
            matches(query, alert, 0, "", "", context)
    except Invalid:  # a value that the field does not take is refused by every reader
        return
    kinds = [value for name, value in parameters if name == "type"] or ["ALERT"]
    for alert in known:
        if [alert.type] != kinds or (window_ms and alert.created_ms <= NOW_MS - window_ms):
            continue  # another list; before the window of the profile
        if matches(query, alert, 0, searched_title(alert), searched_body(alert, ()), context):
            assert is_listed(alert, parameters, every_tag=every_tag), parameters


@settings(max_examples=100, deadline=None)
@given(seeds, st.integers(-3, 3))
def test_both_ends_of_a_window_keep_a_millisecond_of_slack(seed: int, delta: int) -> None:
    (alert,) = alerts_of(seed, 1)
    moment = f"{alert.created_ms + delta}"
    for operator in Operator:
        if operator is Operator.IS:
            continue
        query = AlertQuery((Term("created", operator, (moment,)),))
        context = QueryContext(now_ms=NOW_MS)
        here = replace(alert, type="ALERT", sub_type="RULE")
        if matches(query, here, 0, "", "", context):
            parameters = parameters_for(query, context, Seen(), 0)
            assert is_listed(here, parameters, every_tag=True)
