"""What a query's text can go on with at the cursor."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.domain.errors import QueryError
from alerttui.domain.query import QUERY_FIELDS
from alerttui.domain.query_complete import FIELD_HELP, complete, rest_of
from alerttui.domain.query_text import parse, print_query


def _at(marked: str) -> tuple[int, int, str | None, list[str]]:
    position = marked.index("|")
    completion = complete(marked.replace("|", ""), position)
    return completion.start, completion.end, completion.field, [one.text for one in completion.candidates]


def test_every_field_has_a_line_of_help() -> None:
    assert set(FIELD_HELP) == set(QUERY_FIELDS)


def test_an_empty_text_offers_every_field() -> None:
    start, end, field, candidates = _at("|")
    assert (start, end, field) == (0, 0, None)
    assert {f"{name}:" for name in QUERY_FIELDS} | {"sort:"} == set(candidates)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("sta|", (0, 3, None, ["status:"])),
        ("is:open -SEV|", (9, 12, None, ["severity:", "sev:"])),
        ("created-a|", (0, 9, None, ["created-after:"])),
        ("title|", (0, 5, None, ["title:", "title!="])),
        ("is:op|", (3, 5, "is", ["open"])),
        ("is:|", (3, 3, "is", ["open", "active", "closed", "unassigned", "assigned", "mine", "tagged",
        "rated", "commented"])),
        ("severity>=|", (10, 10, "severity", ["critical", "high", "medium", "low", "info"])),
        ("severity:low,cr|", (13, 15, "severity", ["critical"])),
        ("assignee:|", (9, 9, "assignee", ["me", "none"])),
        ("owner:an|", (6, 8, "assignee", [])),
        ('rule:"two wo|', (5, 12, "rule", [])),
        ("created>|", (8, 8, "created", ["1h", "24h", "7d", "30d"])),
        ("created-after:2|", (14, 15, "created", ["24h"])),
        ("closed:n|", (7, 8, "closed", ["none"])),
        ("sort:-se|", (5, 8, "sort", ["-severity"])),
        ("sort-dir:|", (9, 9, "sort", ["desc", "asc"])),
        ("title!|=x", (5, 7, None, [":", "!="])),
        ('"some text|"', (10, 10, None, [])),
        ("nofield:x|", (8, 9, None, [])),
        ("id:|", (3, 3, "id", [])),
        ("title:|", (6, 6, "title", [])),
        ("quality:useful,|", (15, 15, "quality", ["NOISE", "none"])),
        ("is:open,active,a|", (15, 16, "is", ["assigned"])),
        ("is:op|,open", (3, 5, "is", [])),
        ("sort:-severity,se|", (15, 17, "sort", [])),
    ],
)  # fmt: skip
def test_the_cursor_decides_what_is_offered(
    marked: str, expected: tuple[int, int, str | None, list[str]]
) -> None:
    assert _at(marked) == expected


def test_a_value_that_the_list_has_already_is_not_offered_again() -> None:
    completion = complete("is:open,", 8)
    assert "open" not in [one.text for one in completion.candidates]
    assert completion.others == ("open",)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text('-:=<>!," abseverityisort24h\\é', max_size=20), st.integers(-3, 25))
def test_completing_never_fails_and_candidates_of_values_parse(text: str, position: int) -> None:
    completion = complete(text, position)
    assert 0 <= completion.start <= completion.end <= len(text)
    for candidate in completion.candidates:
        assert candidate.text


@pytest.mark.parametrize("field", [*QUERY_FIELDS, "sort", "sort-dir", "created-after", "event-count-max"])
def test_every_offered_value_is_accepted(field: str) -> None:
    text = f"{field}:"
    for candidate in complete(text, len(text)).candidates:
        try:
            parse(text + candidate.text)
        except QueryError as error:
            pytest.fail(f"{text + candidate.text}: {error}")


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("is:open tag:|", "is:open"),
        ("is:open tag:v| sort:-severity brute", "is:open brute"),
        ('severity:purple status:| -tag:x "open', "-tag:x"),
        ("tag:|", ""),
    ],
)
def test_values_are_counted_within_the_rest_of_the_filter(marked: str, expected: str) -> None:
    position = marked.index("|")
    assert print_query(rest_of(marked.replace("|", ""), position)) == expected
