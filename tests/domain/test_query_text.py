"""Reading and printing queries, with the exact positions of what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerttui.domain.errors import QueryError
from alerttui.domain.query import EVERYTHING, AlertQuery, Operator, SortKey, Term, TextTerm
from alerttui.domain.query_text import (
    MAX_TEXT,
    TokenKind,
    parse,
    print_query,
    print_value,
    tokens,
    with_term,
    without_field,
)
from tests.domain.query_samples import queries

_FEW = settings(max_examples=200, deadline=None, derandomize=True)

_LIKE_QUERIES = st.lists(
    st.sampled_from(
        (
            "status", "severity", "created", "events", "is", "sort", "sort-dir", "age", "tag", "nothing",
            ":", "=", "!=", ">=", "<",
            ">", "<=", ",", '"', "\\", "-", " ", "open", "high", "24h", "2026-11-01", "..", "3", "none",
            "me", "*", "é", "\x00", "\u2028",
            "\ud800", "/",
        )
    ),
    max_size=12,
).map("".join)  # fmt: skip


def has(field: str, *values: str, negated: bool = False) -> Term:
    """A term of equality."""
    return Term(field, Operator.HAS, values, negated)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", EVERYTHING),
        ("  \t ", EVERYTHING),
        ("status:open,triaged", AlertQuery((has("status", "open", "triaged"),))),
        ("STATUS=Open", AlertQuery((has("status", "Open"),))),
        ("status!=open", AlertQuery((has("status", "open", negated=True),))),
        ("-status!=open", AlertQuery((has("status", "open"),))),
        ("severity>=HIGH", AlertQuery((Term("severity", Operator.AT_LEAST, ("high",)),))),
        ("sev:Crit,informational", AlertQuery((has("severity", "critical", "info"),))),
        ("severity:low..HIGH", AlertQuery((has("severity", "low..high"),))),
        ("severity:none", AlertQuery((has("severity", "unknown"),))),
        ("severity:Pending", AlertQuery((has("severity", "unknown"),))),
        ("-tag:scanner", AlertQuery((has("tag", "scanner", negated=True),))),
        ("assignee:ME", AlertQuery((has("assignee", "me"),))),
        ("tag:NONE", AlertQuery((has("tag", "none"),))),
        ("Phase:OPEN is:Mine quality:useful", parse("phase:open is:mine quality:USEFUL")),
        ("created>24H", AlertQuery((Term("created", Operator.MORE, ("24h",)),))),
        ("created:>=24h", AlertQuery((Term("created", Operator.AT_LEAST, ("24h",)),))),
        ("created<2026-11-01t10:00z", AlertQuery((Term("created",
        Operator.LESS, ("2026-11-01T10:00Z",)),))),
        ("closed:none", AlertQuery((has("closed", "none"),))),
        ("events:007..10", AlertQuery((has("events", "7..10"),))),
        ('rule:"a, b","c"', AlertQuery((has("rule", "a, b", "c"),))),
        (r'rule:"say \"x\" in C:\\tmp\n"', AlertQuery((has("rule", 'say "x" in C:\\tmp\\n'),))),
        (r"rule:C:\x", AlertQuery((has("rule", "C:\\x"),))),
        ("source:/var/log", AlertQuery((has("source", "/var/log"),))),
        ("brute force", AlertQuery((TextTerm("brute"), TextTerm("force")))),
        ('"brute force" -"x y" -z', AlertQuery((TextTerm("brute force"), TextTerm("x y", True),
        TextTerm("z", True)))),
        ("- --x", AlertQuery((TextTerm("-"), TextTerm("-x", True)))),
        ("sort:-severity,created", AlertQuery(sort=(SortKey("severity"), SortKey("created", False)))),
        ("sort:-sev sort:title", AlertQuery(sort=(SortKey("severity"), SortKey("title", False)))),
    ],
)  # fmt: skip
def test_a_text_is_read_as_its_query(text: str, expected: AlertQuery) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "word",
    [
        "http://evil",
        "10.0.0.1:443",
        "C:\\x",
        "C:/x",
        "std::string",
        ":x",
        "=x",
        "<script>",
        "a,b",
        "é:x",
        "x2=y",
        "foo",
    ],
)
def test_what_cannot_be_a_field_is_free_text(word: str) -> None:
    assert parse(word) == AlertQuery((TextTerm(word),))
    assert parse(f"-{word}") == AlertQuery((TextTerm(word, True),))
    assert print_query(parse(word)) == word


@pytest.mark.parametrize(
    ("documented", "same"),
    [
        ("type:ALERT", "type:ALERT"),
        ("sub-type:RULE,POLICY", "sub-type:RULE,POLICY"),
        ("created-after:2026-11-01T00:00:00Z", "created>2026-11-01T00:00:00Z"),
        ("created-before:24h", "created<24h"),
        ("detection-id:AWS.Root", "rule:AWS.Root"),
        ('name-contains:"root login"', 'title:"root login"'),
        ("log-source:s3", "log-source:s3"),
        ("log-type:AWS.ALB", "log-type:AWS.ALB"),
        ("resource-type:AWS.EC2", "resource-type:AWS.EC2"),
        ("status:OPEN", "status:OPEN"),
        ("severity:CRITICAL", "severity:critical"),
        ("assignee:u-1", "assignee:u-1"),
        ("event-count-min:3", "events>=3"),
        ("event_count_max=9", "events<=9"),
        ("quality:NOISE", "quality:NOISE"),
        ("context-tag:vip", "tag:vip"),
        ("sort-dir:asc", "sort:created"),
        ("sort-dir:DESC", "sort:-created"),
    ],
)
def test_every_list_parameter_of_panther_is_read_by_its_documented_name(documented: str, same: str) -> None:
    assert print_query(parse(documented)) == same


@pytest.mark.parametrize(
    ("text", "start", "end", "reason"),
    [
        ("is:open sevrity:high", 8, 15, "did you mean severity?"),
        ("key=value", 0, 3, 'quote them: "key=value"'),
        ("-hostt:x", 1, 6, "there is no field hostt"),
        ('x "abc', 2, 6, "closing quote is missing"),
        ('tag:"abc', 4, 8, "closing quote is missing"),
        ('tag:"a"b', 7, 8, "after the closing quote"),
        ('"a"b', 3, 4, "after the closing quote"),
        ('foo"x', 3, 5, "a quote inside a word"),
        ('tag:foo"x', 7, 9, "a quote inside a word"),
        ("status:", 0, 7, "without a space"),
        ("is:open status: open", 8, 15, "without a space"),
        ("status:a,", 8, 9, "missing after the comma"),
        ("status:a,,b", 8, 9, "missing after the comma"),
        ('tag:""', 4, 6, "write none"),
        ('""', 0, 2, "nothing between the quotes"),
        ("title>x", 5, 6, "title cannot be compared with >"),
        ("is>=open", 2, 4, "cannot be compared"),
        ("created-after<24h", 13, 14, "created<value"),
        ("severity:hgh", 9, 12, "did you mean high?"),
        ("severity>=unknown", 10, 17, "severity: takes critical, high, medium, low, info"),
        ("severity:high..low", 9, 18, "severity:low..high"),
        ("severity>low..high", 9, 18, "a range is written"),
        ("phase:opn", 6, 9, "did you mean open?"),
        ("quality:good", 8, 12, "USEFUL, NOISE, none"),
        ("is:minee", 3, 8, "did you mean mine?"),
        ("created>yesterday", 8, 17, "a time looks like 24h, 7d"),
        ("created>none", 8, 12, "a time looks like"),
        ("created>24h,7d", 12, 14, "takes one value"),
        ("age:2026-11-01", 4, 14, "an age is a duration"),
        ("events>=-1", 8, 10, "events takes a whole number"),
        ("events:9..3", 7, 11, "events:3..9"),
        ("events>3..9", 7, 11, "events:3..9"),
        ("events:9999999999999999999", 7, 26, "a whole number"),
        ("-sort:severity", 0, 1, "cannot be negated"),
        ("sort:-foo", 5, 9, "sort takes created"),
        ("sort:title,-title", 11, 17, "already"),
        ("sort:title sort:title", 16, 21, "already"),
        ("sort>title", 4, 5, "only a colon"),
        ("sort:", 0, 5, "without a space"),
        ("sort-dir:up", 9, 11, "asc or desc"),
        ("x" * (MAX_TEXT + 1), MAX_TEXT, MAX_TEXT + 1, "at most 30,000 characters"),
    ],
)
def test_an_error_has_its_position_and_a_reason_that_helps(
    text: str, start: int, end: int, reason: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert (caught.value.start, caught.value.end) == (start, end)
    assert reason in caught.value.reason


def test_the_example_of_the_manual_prints_as_it_is_written() -> None:
    text = (
        "status:open,triaged severity>=high -tag:scanner assignee:me created>24h "
        'rule:AWS.* "brute force" sort:-severity'
    )
    assert print_query(parse(text)) == text


@_FEW
@given(queries)
def test_every_query_is_read_back_from_its_print(query: AlertQuery) -> None:
    assert parse(print_query(query)) == query


@_FEW
@given(st.one_of(st.text(), _LIKE_QUERIES))
@example('"\\')
@example("-")
@example('-"')
@example('tag:"\\')
def test_any_text_is_a_query_or_a_query_error_and_its_tokens_cover_it(text: str) -> None:
    has_error = False
    try:
        query = parse(text)
    except QueryError as error:
        has_error = True
        assert 0 <= error.start < error.end <= len(text)
        assert error.reason
    else:
        assert parse(print_query(query)) == query
    covered = 0
    for token in tokens(text):
        assert not text[covered : token.start].strip()
        assert token.start < token.end
        covered = token.end
    assert not text[covered:].strip()
    if any(token.kind is TokenKind.ERROR for token in tokens(text)):
        assert has_error


@_FEW
@given(st.text(min_size=1))
def test_any_value_can_be_written(value: str) -> None:
    term = parse(f"rule:{print_value(value)}").terms[0]
    assert isinstance(term, Term)
    assert term.values == (value.lower() if value.lower() == "none" else value,)


def test_tokens_tell_what_each_piece_is() -> None:
    text = '-tag:a,"b c" sort:-title word is:opn'
    assert [(text[token.start : token.end], token.kind.value) for token in tokens(text)] == [
        ("-", "negation"), ("tag", "field"), (":", "operator"), ("a", "value"), (",", "operator"),
        ('"b c"', "value"),
        ("sort", "sort"), (":", "operator"), ("-title", "sort"), ("word", "text"),
        ("is", "field"), (":", "operator"), ("opn", "error"),
    ]  # fmt: skip


def test_a_pivot_adds_a_term_once_and_takes_its_opposite_away() -> None:
    query = parse("is:open -tag:x sort:title")
    pivoted = with_term(query, has("tag", "x"))
    assert print_query(pivoted) == "is:open tag:x sort:title"
    assert with_term(pivoted, has("tag", "x")) == pivoted
    assert with_term(EVERYTHING, TextTerm("a b")) == parse('"a b"')


def test_a_field_is_taken_out_by_any_of_its_names() -> None:
    query = parse("rule:a -rule:b word sort:title")
    assert print_query(without_field(query, "Detection-Id")) == "word sort:title"
    assert print_query(without_field(query, "sort")) == "rule:a -rule:b word"
