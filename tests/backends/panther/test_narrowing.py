"""Narrowing never loses an alert that matches: parameters are read as the document has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.remote.panther.narrowing import Seen, parameters_for
from alerttui.domain.alert import Actor, Alert, Detection
from alerttui.domain.errors import Invalid
from alerttui.domain.moments import parse_moment
from alerttui.domain.query import AlertQuery, Operator, QueryContext, Term
from alerttui.domain.query_match import matches, same_word
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

labels = st.sampled_from(("AWS.Root", "a", "AWS.ALB", "ab"))
tags = st.lists(st.sampled_from(("a", "ab", "none", "-x", "z", "50_")), max_size=3, unique=True).map(tuple)
moments = st.one_of(
    st.integers(NOW_MS - 40 * DAY_MS, NOW_MS),
    st.sampled_from([NOW_MS - DAY_MS + delta for delta in (-1, 0, 1)]),
    st.sampled_from([1_793_491_200_000 + delta for delta in (-1, 0, DAY_MS - 1, DAY_MS)]),
)


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    """An alert as the document allows it."""
    status = draw(st.sampled_from(tuple(PHASES)))
    kind = draw(st.sampled_from(tuple(LISTS)))
    return Alert(
        id=AlertId(draw(st.sampled_from(("a", "b")))),
        title=draw(st.sampled_from(("", "brute FORCE", "a b"))),
        status=status,
        phase=PHASES[status],
        severity=draw(st.sampled_from(Severity)),
        quality=draw(st.sampled_from((None, *Quality))),
        tags=draw(tags),
        assignee=draw(
            st.one_of(st.none(), st.sampled_from(("ana", "Ana", "a", "none", "me", "é")).map(Actor))
        ),
        created_ms=draw(moments),
        event_count=draw(st.one_of(st.none(), st.integers(0, 20))),
        detection=Detection(id=draw(st.sampled_from(("", "AWS.Root", "aws.root", "a", "none", "a*b")))),
        type=LISTS[kind],
        sub_type=kind,
        source="panther",
        log_types=tuple(draw(st.lists(labels, max_size=2))),
        log_sources=tuple(draw(st.lists(labels, max_size=2))),
        resource_types=tuple(draw(st.lists(labels, max_size=2))),
    )


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


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(queries, untold_queries), st.lists(alerts(), min_size=1, max_size=4), st.booleans(),
    st.sampled_from(("", "ana", "ANA", "x")), st.booleans(),
)  # fmt: skip
def test_what_matches_is_listed(
    query: AlertQuery, known: list[Alert], every_tag: bool, me: str, has_window: bool
) -> None:
    context = QueryContext(now_ms=NOW_MS, me=me)
    seen = Seen()
    for alert in known:
        seen.detections.note(alert.detection.id)
        if alert.assignee:
            seen.people.note(alert.assignee.id)
    try:
        parameters = parameters_for(query, context, seen, WINDOW_MS if has_window else 0)
    except Invalid:  # a value that the field does not take is refused by every reader
        return
    kinds = [value for name, value in parameters if name == "type"] or ["ALERT"]
    for alert in known:
        if [alert.type] != kinds or (has_window and alert.created_ms <= NOW_MS - WINDOW_MS):
            continue  # another list; before the window of the profile
        if matches(query, alert, 0, searched_title(alert), searched_body(alert, ()), context):
            assert is_listed(alert, parameters, every_tag=every_tag), parameters


@settings(max_examples=100, deadline=None)
@given(alerts(), st.integers(-3, 3))
def test_both_ends_of_a_window_keep_a_millisecond_of_slack(alert: Alert, delta: int) -> None:
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
