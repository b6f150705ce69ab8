"""From a value to a filter on it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.domain.moments import parse_moment
from alerttui.domain.query import QUERY_FIELDS, TextTerm
from alerttui.domain.query_match import word_matches
from alerttui.domain.query_pivot import LONGEST_VALUE, alone, around, only, pivot_of, without
from alerttui.domain.query_text import parse, print_query
from alerttui.domain.showable import shown


def pivoted(query: str, text: str, field: str = "", how: str = "only") -> str:
    pivot = pivot_of(text, field)
    assert pivot is not None
    return print_query({"only": only, "without": without, "alone": alone}[how](parse(query), pivot.term))


@pytest.mark.parametrize(
    ("query", "text", "field", "how", "expected"),
    [
        ("is:open", "AWS.Root", "rule", "only", "is:open rule:AWS.Root"),
        (
            "is:open rule:Old sort:-severity",
            "AWS.Root",
            "rule",
            "only",
            "is:open rule:AWS.Root sort:-severity",
        ),
        ("-rule:AWS.Root", "AWS.Root", "rule", "only", "rule:AWS.Root"),
        ("severity>=high", "HIGH", "severity", "only", "severity>=high severity:high"),
        ("status:OPEN", "OPEN", "status", "without", "-status:OPEN"),
        ("is:open -tag:a", "b", "tag", "without", "is:open -tag:a -tag:b"),
        ("is:open rule:x sort:-severity", "10.0.0.1", "", "alone", "10.0.0.1 sort:-severity"),
        ("", "none", "assignee", "only", "assignee:none"),
        ("", "two words", "", "only", '"two words"'),
        ("", 'say "hi"', "title", "only", 'title:"say \\"hi\\""'),
        ("", "-dash", "", "only", '"-dash"'),
        ("", "P1", "severity", "only", "P1"),
        ("", "", "quality", "only", "quality:none"),
    ],
)
def test_a_value_becomes_a_term(query: str, text: str, field: str, how: str, expected: str) -> None:
    assert pivoted(query, text, field, how) == expected


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("a\x1b[31mb", "tag", "tag:a*[31mb"),
        ("x\u202ey", "rule", "rule:x*y"),
        ("me", "assignee", "assignee:me"),
        ("a*b", "rule", "rule:a*b"),
        ("first line\nthe second and longer line", "", '"the second and longer line"'),
        ("v" * 500, "", "v" * LONGEST_VALUE),
        ("v" * 500, "id", "id:" + "v" * LONGEST_VALUE + "*"),
        ("P1", "severity", "P1"),
    ],
)
def test_a_value_that_cannot_be_searched_exactly_says_so(text: str, field: str, expected: str) -> None:
    pivot = pivot_of(text, field)
    assert pivot is not None
    assert pivot.inexact
    assert pivoted("", text, field) == expected


def test_there_is_no_pivot_on_nothing() -> None:
    assert pivot_of("") is None
    assert pivot_of(" \x00\n") is None


def test_around_a_time_replaces_other_terms_on_creation() -> None:
    moment_ms = parse_moment("2026-11-20T10:51:02.500Z")
    assert moment_ms is not None
    query = around(parse("is:open created>24h age<7d sort:severity"), moment_ms)
    assert print_query(query) == (
        "is:open created>=2026-11-20T10:36:02Z created<=2026-11-20T11:06:03Z sort:severity"
    )
    assert parse(print_query(query)) == query


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.text('abz09 -"\\*:,<>=\n\t\x00\x1b\u202e\u200d\ud800é日', max_size=30) | st.text(max_size=10),
    st.sampled_from(["", *QUERY_FIELDS, "nofield"]),
)
def test_every_pivot_reads_back_and_can_be_edited(text: str, field: str) -> None:
    pivot = pivot_of(text, field)
    if pivot is None:
        return
    for query in (only(parse("is:open tag:x"), pivot.term), without(parse("tag:x"), pivot.term)):
        printed = print_query(query)
        assert parse(printed) == query
        assert shown(printed) == printed
    if (
        not pivot.inexact
        and not isinstance(pivot.term, TextTerm)
        and field == "tag"
        and text not in ("", "none")
    ):
        assert word_matches(pivot.term.values[0], text)
