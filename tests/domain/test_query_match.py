"""What each field, flag and comparison of a query means, told by example."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.domain.alert import Actor, Alert, Detection
from alerttui.domain.errors import Invalid
from alerttui.domain.moments import parse_moment
from alerttui.domain.query import AlertQuery, Operator, QueryContext, Term
from alerttui.domain.query_match import matches, sorted_alerts, word_matches
from alerttui.domain.query_text import parse
from alerttui.domain.search_text import searched_body, searched_title
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity

HOUR_MS = 3_600_000


def ms(text: str) -> int:
    """Milliseconds of a time that is one."""
    moment = parse_moment(text)
    assert moment is not None
    return moment


NOW_MS = ms("2026-11-20T12:00:00Z")
CONTEXT = QueryContext(NOW_MS, me="Ana")

ALERT = Alert(
    id=AlertId("a-1"),
    title="Root login from İstanbul, Große Straße",
    status="TRIAGED",
    phase=Phase.ACTIVE,
    severity=Severity.HIGH,
    quality=Quality.NOISE,
    tags=("vip", "scanner"),
    rule_tags=("T1078",),
    assignee=Actor("ana"),
    created_ms=ms("2026-11-19T13:00:00Z"),
    last_event_ms=ms("2026-11-19T14:00:00Z"),
    event_count=3,
    detection=Detection(id="AWS.Root.Login", name="Root login"),
    type="ALERT",
    source="panther",
    log_types=("AWS.CloudTrail",),
    description="brute force against the console",
)
BLANK = Alert(
    id=AlertId("b"), title="", status="", phase=Phase.UNKNOWN, created_ms=ms("2026-10-01T00:00:00Z")
)


def found(text: str, alert: Alert = ALERT, comments: int = 0, context: QueryContext = CONTEXT) -> bool:
    """Whether the query that a text means finds an alert."""
    return matches(parse(text), alert, comments, searched_title(alert), searched_body(alert, ()), context)


@pytest.mark.parametrize(
    "text",
    [
        "", "status:triaged", "status:open,Triaged", "-status:open", "status!=open", "status:tri*",
        "status:*AG*",
        "phase:active", "phase:open,ACTIVE", "severity:high", "severity>=high", "severity>medium",
        "severity<critical",
        "severity<=high", "severity:medium..critical", "quality:noise", "-quality:none", "verdict:none",
        "assignee:ANA",
        "assignee:me", "assignee:bob,me", "tag:VIP", "tag:x,scanner", "-tag:none", "rule-tag:t1078",
        "rule:aws.*",
        'rule:"root login"', "rule:AWS.Root.Login", "type:alert", "sub-type:none", "source:panther",
        "log-type:aws.cloudtrail",
        "log-source:none", "resource-type:none", "id:A-1", "id:a*", "title:LOGIN", "title:nothing,root",
        "title:strasse", '"GROSSE STRASSE"', "brute", '"brute force"', "a-1", "login console",
        "events:3", "events>=3", "events<4", "events:1..3", "-events>3", "created>24h", "created>=23h",
        "created<22h",
        "created:24h", "-created:22h", "age<24h", "age<=23h", "age>22h", "age:24h", "created:2026-11-19",
        "created:2026-11",
        "created:2026-11-19T13", "created:2026-11-19T13:00", "created:2026-11-19T13:00:00Z",
        "created:2026-11-19T14:00+01:00",
        "created>2026-11-19", "created<2026-11-20", "created>=2026-11-19T13:00Z",
        "created<=2026-11-19T13:00Z",
        "closed:none", "-closed:24h", "-closed>24h", "last>24h", "-first<1d", "acknowledged:none",
        "is:open", "is:active", "-is:closed", "is:assigned", "is:mine", "is:tagged", "is:rated",
        "-is:commented", "is:closed,mine",
    ],
)  # fmt: skip
def test_a_query_finds_the_alert(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "status:tri", "-status:triaged", "phase:open", "severity:low", "severity>high", "severity<high",
        "severity:info..medium",
        "quality:useful", "quality:none", "verdict:*", "assignee:none", "-assignee:me", "tag:vi",
        "-tag:vip", "tag:none", "rule-tag:vip",
        "rule:root", "rule:none", "sub-type:*", "title:console", "root nothing", '"force brute"',
        "events:2", "events>3", "events<3", "events:4..9", "events:none", "created>23h", "created<23h",
        "created>22h", "created:22h", "age<23h",
        "age>24h", "created:2026-11-18", "created:2026-10", "created:2026-11-19T12",
        "created:2026-11-19T13:01",
        "created>2026-11-20", "created<2026-11-19", "created<=2026-11-19", "created:none",
        "closed>24h", "closed<24h", "closed:24h", "first>1y", "acknowledged<1d",
        "is:closed", "is:unassigned", "is:commented", "-is:open", "-is:mine",
    ],
)  # fmt: skip
def test_a_query_does_not_find_the_alert(text: str) -> None:
    assert not found(text)


@pytest.mark.parametrize(
    "text", ["severity>=info", "severity<critical", "events<100", "closed<1y", "tag:*", "status:*"]
)
def test_what_is_missing_meets_no_comparison_but_every_negated_one(text: str) -> None:
    assert not found(text, BLANK)
    assert found(f"-{text}", BLANK)


@pytest.mark.parametrize(
    "text",
    [
        "severity:unknown",
        "phase:unknown",
        "status:none",
        "rule:none",
        "is:open",
        "is:unassigned",
        "source:none",
    ],
)
def test_what_is_missing_is_found_by_its_own_word(text: str) -> None:
    assert found(text, BLANK)


def test_me_is_nobody_where_it_is_unknown_and_never_a_pattern() -> None:
    nobody = QueryContext(NOW_MS)
    assert not found("assignee:me", BLANK, context=nobody)
    assert not found("is:mine", BLANK, context=nobody)
    assert not found("assignee:me", context=QueryContext(NOW_MS, me="*"))
    assert not found("assignee:me", BLANK, context=QueryContext(NOW_MS, me="none"))


def test_comments_are_counted() -> None:
    assert found("is:commented", comments=1)


def test_only_ascii_letters_lose_their_case_in_words_but_all_do_in_texts() -> None:
    accented = replace(ALERT, tags=("É",), title="ÉTÉ")
    assert not found("tag:é", accented)
    assert found("title:été", accented)


@pytest.mark.parametrize(
    ("pattern", "word", "expected"),
    [
        ("*", "x", True), ("a*", "ABC", True), ("*c", "abc", True), ("a*c", "ac", True), ("a*a", "a",
        False), ("a*b*c", "a-b-c", True),
        ("a*b*c", "acb", False), ("*ab*ab*", "ab", False), ("a?c", "abc", False), ("[a]*", "a", False),
        ("%*", "x", False), ("_*", "x", False),
        ("é*", "É", False),
    ],
)  # fmt: skip
def test_only_the_star_is_a_wildcard(pattern: str, word: str, expected: bool) -> None:
    assert word_matches(pattern, word) is expected


def test_many_stars_take_no_time() -> None:
    assert not word_matches("a*" * 2000 + "b", "a" * 5000)


def test_a_query_made_by_hand_with_a_wrong_word_is_refused() -> None:
    for term in (
        Term("nothing", Operator.HAS, ("x",)),
        Term("is", Operator.HAS, ("odd",)),
        Term("events", Operator.MORE, ("x",)),
    ):
        with pytest.raises(Invalid):
            matches(AlertQuery((term,)), ALERT, 0, "", "", CONTEXT)


def _order(text: str, *alerts: Alert) -> list[str]:
    return [alert.id for _, alert in sorted_alerts(parse(text), enumerate(alerts))]


def test_the_default_order_is_newest_first_and_breaks_every_tie() -> None:
    one, two, three = (replace(BLANK, id=AlertId(name)) for name in "123")
    assert _order("", one, two, three) == ["3", "2", "1"]
    assert _order("sort:severity", one, two, three) == ["3", "2", "1"]
    assert _order("sort:created", one, two, three) == ["1", "2", "3"]


def test_what_is_missing_comes_last_in_both_directions() -> None:
    few, many, unknown = (
        replace(BLANK, id=AlertId(name), event_count=count)
        for name, count in (("few", 1), ("many", 9), ("unknown", None))
    )
    assert _order("sort:events", unknown, many, few) == ["few", "many", "unknown"]
    assert _order("sort:-events", unknown, few, many) == ["many", "few", "unknown"]


def test_statuses_are_sorted_by_phase_and_words_without_case() -> None:
    closed = replace(BLANK, id=AlertId("closed"), status="A", phase=Phase.CLOSED, title="b")
    opened = replace(BLANK, id=AlertId("open"), status="Z", phase=Phase.OPEN, title="A")
    assert _order("sort:status", closed, opened) == ["open", "closed"]
    assert _order("sort:-title", opened, closed) == ["closed", "open"]
