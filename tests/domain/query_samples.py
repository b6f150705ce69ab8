"""Generated queries and alerts, for tests of the query language and of what it compiles to."""

from __future__ import annotations

from hypothesis import strategies as st

from alerttui.domain.alert import Actor, Alert, Detection
from alerttui.domain.query import (
    FLAGS,
    PHASES,
    QUALITIES,
    QUERY_FIELDS,
    SEVERITIES,
    SORT_FIELDS,
    AlertQuery,
    FieldKind,
    Operator,
    SortKey,
    Term,
    TextTerm,
)
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity

NOW_MS = 1_795_000_000_000
DAY_MS = 86_400_000

ODD_WORDS = (
    "a", "A", "ab", "AB", "Ana", "me", "open", "OPEN", "none", "AWS.Root", "aws.root", "50%", "a_b",
    "a*b", "é", "É",
    "İ", "ı", "i", "I", "ß", "ss", "SS", "🙂", 'say "x"', "C:\\x", "[x]", "?", "*", "a\x00b", "A\x00c",
    "\uffff", "\ufffd",
    "x\ud800", "brute force", "-x", "a,b", "<b>", "tag:x", "ﬀ", "\u212a", "z", "{", "@", "\U0010ffff",
)  # fmt: skip
ODD_PATTERNS = (
    "*",
    "a*",
    "A*",
    "*b",
    "a*b",
    "*W*.*",
    "aws.*",
    "[*",
    "?*",
    "*\ufffe",
    "a\x00*",
    "İ*",
    "🙂*",
    "*_*",
    "z*",
    "@*",
)

words = st.one_of(
    st.sampled_from(ODD_WORDS), st.text(min_size=1, max_size=6), st.text("abAB*_%", min_size=1, max_size=4)
)
needles = st.one_of(words, st.sampled_from(("abc", "a b", "ABC", "rule", "x" * 70, "force", "é", "ue f")))
durations = st.sampled_from(("0s", "90m", "24h", "7d", "1d12h", "2w", "1y"))
moments = st.sampled_from(
    ("2026-11-01", "2026-11", "2026-11-17T10", "2026-11-17T10:30Z", "2026-11-17T10:30:00+01:00",
     "1794999999", "1969-12-31", "2300-01-01", "9999-12", "2026-11-18T09:20:00.001Z", "1970-01-01")
)  # fmt: skip
comparisons = st.sampled_from((Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST))
ranks = st.sampled_from(SEVERITIES[:-1])


def _several(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, min_size=1, max_size=3).map(tuple)


def _normal_word(field: str, word: str) -> str:
    return word.lower() if word.lower() == "none" or (word.lower() == "me" and field == "assignee") else word


def _has_values(field: str) -> st.SearchStrategy[tuple[str, ...]]:
    match QUERY_FIELDS[field]:
        case FieldKind.RANK:
            ordered = st.lists(st.sampled_from(range(5)), min_size=2, max_size=2).map(sorted)
            spans = ordered.map(lambda two: f"{SEVERITIES[4 - two[0]]}..{SEVERITIES[4 - two[1]]}")
            return _several(st.one_of(st.sampled_from(SEVERITIES), spans))
        case FieldKind.NUMBER:
            numbers = st.integers(0, 20)
            spans = st.tuples(numbers, numbers).map(sorted).map(lambda two: f"{two[0]}..{two[1]}")
            return _several(st.one_of(numbers.map(str), spans, st.just("none")))
        case FieldKind.TIME:
            return _several(st.one_of(durations, moments, st.just("none")))
        case FieldKind.AGE:
            return _several(durations)
        case FieldKind.FLAG:
            return _several(st.sampled_from(FLAGS))
        case FieldKind.TEXT:
            return _several(needles)
        case FieldKind.WORD:
            closed = {"phase": PHASES, "quality": QUALITIES}.get(field)
            if closed:
                return _several(st.sampled_from(closed))
            open_words = st.one_of(words, st.sampled_from(ODD_PATTERNS), st.just("none"))
            return _several(open_words.map(lambda word: _normal_word(field, word)))


def _compared_values(field: str) -> st.SearchStrategy[tuple[str, ...]]:
    match QUERY_FIELDS[field]:
        case FieldKind.RANK:
            one = ranks
        case FieldKind.NUMBER:
            one = st.integers(0, 20).map(str)
        case FieldKind.AGE:
            one = durations
        case _:
            one = st.one_of(durations, moments)
    return st.tuples(one)


_COMPARABLE = [name for name, kind in QUERY_FIELDS.items() if kind.name in ("RANK", "NUMBER", "TIME", "AGE")]

field_terms = st.sampled_from(sorted(QUERY_FIELDS)).flatmap(
    lambda field: st.builds(Term, st.just(field), st.just(Operator.HAS), _has_values(field), st.booleans())
)
comparing_terms = st.sampled_from(_COMPARABLE).flatmap(
    lambda field: st.builds(Term, st.just(field), comparisons, _compared_values(field), st.booleans())
)
terms = st.one_of(field_terms, comparing_terms, st.builds(TextTerm, needles, st.booleans()))
sort_keys = st.lists(
    st.builds(SortKey, st.sampled_from(SORT_FIELDS), st.booleans()),
    max_size=3,
    unique_by=lambda key: key.field,
).map(tuple)
_term_lists = st.one_of(terms.map(lambda term: (term,)), st.lists(terms, max_size=3).map(tuple))
queries = st.builds(AlertQuery, _term_lists, sort_keys)

_very_words = st.builds(
    Term,
    st.sampled_from(
        [field for field, kind in sorted(QUERY_FIELDS.items()) if kind is FieldKind.WORD and field != "phase"]
    ),
    st.just(Operator.IS),
    st.lists(words, min_size=1, max_size=3).map(tuple),
    st.booleans(),
)
_group = st.lists(st.one_of(_very_words, field_terms), min_size=1, max_size=3).map(tuple)
groups = st.lists(_group, max_size=2).map(tuple)
untold_queries = st.builds(
    AlertQuery,
    st.one_of(_term_lists, _very_words.map(lambda term: (term,))),
    sort_keys,
    groups,
)
"""Queries that no text tells."""

_times = st.one_of(
    st.integers(NOW_MS - 30 * DAY_MS, NOW_MS + 1000),
    st.sampled_from(
        [NOW_MS - DAY_MS + delta for delta in (-1, 0, 1)]
        + [1_793_491_200_000 + delta for delta in (-1, 0, DAY_MS - 1, DAY_MS)]
        + [-1, 0, 2**43 - 2**12, 2**43 - 2**12 + 1, 2**43]
    ),
)
_maybe_times = st.one_of(st.none(), _times)
_maybe_word = st.one_of(st.just(""), words)
_labels = st.lists(words.filter(lambda word: "\x00" not in word), max_size=2).map(tuple)


@st.composite
def alert_lists(draw: st.DrawFn) -> list[tuple[Alert, int]]:
    """A few alerts with the number of their comments; ids differ."""
    count = draw(st.integers(1, 5))
    return [(draw(_alert(number)), draw(st.integers(0, 2))) for number in range(count)]


def _alert(number: int) -> st.SearchStrategy[Alert]:
    return st.builds(
        Alert,
        id=words.map(lambda word: AlertId(f"{word}{number}")),
        title=st.one_of(st.just(""), needles),
        status=st.sampled_from(("OPEN", "Open", "TRIAGED", "a", "É", "none")),
        phase=st.sampled_from(Phase),
        severity=st.sampled_from(Severity),
        quality=st.sampled_from((None, *Quality)),
        verdict=_maybe_word,
        tags=_labels,
        rule_tags=_labels,
        assignee=st.one_of(st.none(), _maybe_word.map(Actor)),
        assignee_known=st.booleans(),
        created_ms=_times,
        first_event_ms=_maybe_times,
        last_event_ms=_maybe_times,
        acknowledged_ms=_maybe_times,
        closed_ms=_maybe_times,
        event_count=st.one_of(st.none(), st.integers(0, 20)),
        detection=st.builds(Detection, id=_maybe_word, name=_maybe_word),
        type=_maybe_word,
        sub_type=_maybe_word,
        source=_maybe_word,
        log_types=_labels,
        log_sources=_labels,
        resource_types=_labels,
        description=st.one_of(st.just(""), needles),
    )
