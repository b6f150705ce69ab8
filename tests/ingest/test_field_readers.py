"""Quick readers give what the picks give, whatever the record looks like."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.domain.json_text import JsonNumber
from alerttui.domain.moment_reading import moment_of
from alerttui.ingest.field_readers import (
    moment_reader,
    number_reader,
    text_reader,
    texts_reader,
    whole_reader,
)
from alerttui.ingest.looking import UNUSUAL
from alerttui.ingest.parsed import Parsed, RecordReader
from alerttui.ingest.picking import Path, Pick, all_texts, first_text
from alerttui.ingest.splitting import RawRecord, split_records

PICKS = [
    (Pick(path=Path.of("a")),),
    (Pick(path=Path.of("a.b")), Pick(path=Path.of("b"))),
    (Pick(path=Path.of("a.b.c")), Pick(constant="x")),
    (Pick(path=Path.of("b"), case="upper"), Pick(path=Path.of("a"), split=",")),
]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.sampled_from(["", "x", "X,y", "é", "\ud800", "7", "2026-01-02T03:04:05Z", "2026-13-02T03:04:05.000Z"]),
    st.just(JsonNumber("1.50")),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "b", "c", "a.b", "b.c", "a.b.c"]), inner, max_size=3),
    ),
    max_leaves=8,
)
many = settings(max_examples=200, deadline=None, derandomize=True)


@given(roots=st.lists(values, min_size=1, max_size=2).map(tuple))
@many
def test_readers_agree_with_the_picks_that_they_are_made_of(roots: tuple[object, ...]) -> None:
    for picks in PICKS:
        assert text_reader(picks)(roots) == first_text(picks, roots)
        for limit in (1, 2, 1_000):
            assert texts_reader(picks, limit)(roots) == all_texts(picks, roots, limit)
        found = (path.whole(root) for pick in picks if (path := pick.path) for root in roots)
        assert whole_reader(picks)(roots) == next((each for each in found if each is not None), None)


@given(roots=st.lists(values, min_size=1, max_size=2).map(tuple))
@many
def test_times_and_numbers_agree_with_the_values_at_the_paths(roots: tuple[object, ...]) -> None:
    picks = (Pick(path=Path.of("a.b")),)
    moments = (moment_of(value) for value in picks[0].raw_values(roots))
    assert moment_reader(picks)(roots) == next((each for each in moments if each is not None), None)
    texts = picks[0].texts(roots)
    if len(texts) == 1 and texts[0].isdigit() and len(texts[0]) < 18:
        assert number_reader(picks)(roots) == int(texts[0])
    if not texts:
        assert number_reader(picks)(roots) is None


@given(record=values)
@many
def test_a_quick_look_tells_what_is_there_or_that_it_cannot_tell(record: object) -> None:
    for written in ("a", "a.b", "a.b.c"):
        path = Path.of(written)
        found = path.look(record)
        assert found is UNUSUAL or found == path.whole(record)


def test_a_line_that_is_one_object_is_parsed_once() -> None:
    reader = RecordReader()
    line = b'{"a": 1.50}'
    assert reader.holds_record(line)
    record = reader.read(RawRecord(3, line))
    assert isinstance(record, Parsed)
    assert (record.raw.line, record.text, record.has_fractions) == (3, line.decode(), True)
    for other in (b"{} {}", b"[]", b'{"a": ', b'{"a": "\xff"}', b'{"a":' + b"[" * 101 + b"]" * 101 + b"}"):
        assert not reader.holds_record(other)


def test_records_are_cut_alike_with_and_without_quick_parsing() -> None:
    data = b'{"a":1}\n{"b":{"c":[]}} \t\r\n{"d":1} {"e":2}\n{"f":\n{"g":"}"}\n\n{"h":1},\n{"i":"\xff"}\n{"j":'
    plain = [(each.line, each.raw, each.problem) for each in split_records(_Bytes(data))]
    quick = split_records(_Bytes(data), RecordReader().holds_record)
    assert [(each.line, each.raw, each.problem) for each in quick] == plain


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int, /) -> bytes:
        part, self._data = self._data[:size], self._data[size:]
        return part
