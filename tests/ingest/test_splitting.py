"""Cutting a stream into records: whatever the container and wherever the stream is cut."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.ingest.splitting import CUT_OFF, CUT_OFF_LIST, RawRecord, split_records

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=6)
CONTAINERS = (
    "array",
    "spaced array",
    "pretty array",
    "lines",
    "crlf lines",
    "concatenated",
    "pretty",
    "results",
)


class Dripping:
    """Gives its bytes in pieces of the sizes that a test wants."""

    def __init__(self, data: bytes, cuts: list[int]) -> None:
        bounds = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
        self._pieces = [data[start:end] for start, end in pairwise(bounds)]

    def read(self, size: int, /) -> bytes:
        """The next piece, or as much of it as was asked for."""
        if not self._pieces:
            return b""
        piece = self._pieces[0]
        self._pieces[0] = piece[size:]
        if not self._pieces[0]:
            del self._pieces[0]
        return piece[:size]


def contained(container: str, values: list[dict[str, Any]], ascii_only: bool) -> tuple[bytes, list[bytes]]:
    indent = 2 if container.startswith("pretty") else None
    texts = [json.dumps(value, ensure_ascii=ascii_only, indent=indent) for value in values]
    records = [text.encode("utf-8", "surrogatepass") for text in texts]
    joined = {
        "array": b"[" + b",".join(records) + b"]",
        "spaced array": b" [ \n" + b" ,\n ".join(records) + b" ] \n",
        "pretty array": b"[\n" + b",\n".join(records) + b"\n]\n",
        "lines": b"\n".join(records),
        "crlf lines": b"\r\n\r\n".join(records) + b"\r\n",
        "concatenated": b"".join(records),
        "pretty": b"\n".join(records) + b"\n",
        "results": b'{"next": null, "results": [' + b", ".join(records) + b'], "total": {"n": [1]}}',
    }
    return joined[container], records


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    values=OBJECTS,
    container=st.sampled_from(CONTAINERS),
    ascii_only=st.booleans(),
    cuts=st.lists(st.integers(min_value=0, max_value=10_000), max_size=6),
)
def test_any_values_in_any_container_cut_anywhere_come_out_byte_for_byte(
    values: list[dict[str, Any]], container: str, ascii_only: bool, cuts: list[int]
) -> None:
    if container != "array" and container != "spaced array" and container != "pretty array":
        values = [{"k": 1, **{f"x{key}": each for key, each in value.items()}} for value in values]
    data, records = contained(container, values, ascii_only)
    found = list(split_records(Dripping(data, cuts)))
    assert [each.raw for each in found] == records
    assert not any(each.problem for each in found)
    position = 0
    for each in found:
        position = data.index(each.raw, position)
        assert each.line == data.count(b"\n", 0, position) + 1
        position += len(each.raw)


def test_every_byte_boundary_gives_the_same_records() -> None:
    data = b'[{"a": "\\"}]{"}, {"b": [1, {"c": "\xc3\xa9"}]},\n 17, "x]", {"d": {}}]\n{"e": 1}\n{"f": "'
    whole = list(split_records(io.BytesIO(data)))
    assert len(whole) == 7
    for cut in range(len(data)):
        assert list(split_records(Dripping(data, [cut]))) == whole


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'[{"a":1},{"b":2', [(1, b'{"a":1}', ""), (1, b'{"b":2', CUT_OFF)]),
        (b'[{"a":1}\n', [(1, b'{"a":1}', ""), (2, b"", CUT_OFF_LIST)]),
        (b'{"results":[{"a":1}]', [(1, b'{"a":1}', ""), (1, b"", CUT_OFF_LIST)]),
        (b'{"a":1}\n{"b":\n{"c":3}', [(1, b'{"a":1}', ""), (2, b'{"b":', ""), (3, b'{"c":3}', "")]),
        (b'{"a":1}\n{"b"', [(1, b'{"a":1}', ""), (2, b'{"b"', CUT_OFF)]),
        (b'{"a":1\n{"b":2}\n', [(1, b'{"a":1', CUT_OFF), (2, b'{"b":2}', "")]),
        (b"hello\n\nworld", [(1, b"hello", ""), (3, b"world", "")]),
        (b'{"results":[{"a":1}]}\n{"results":[{"a":2}]}', [(1, b'{"a":1}', ""), (2, b'{"a":2}', "")]),
        (b'{"id": 1, "alerts": [{"a":1}]}', [(1, b'{"id": 1, "alerts": [{"a":1}]}', "")]),
        (b"", []),
        (b" \n[]\n", []),
        (b'{"results": []}', []),
    ],
)  # fmt: skip
def test_broken_and_odd_files_lose_nothing(data: bytes, expected: list[tuple[int, bytes, str]]) -> None:
    found = [(each.line, each.raw, each.problem) for each in split_records(io.BytesIO(data))]
    assert found == expected


def test_a_broken_element_of_a_list_does_not_take_its_neighbours_along() -> None:
    data = b'[\n  {"a": 1},\n  {"b": [1, 2},\n  {"c": 3}\n]'
    found = list(split_records(io.BytesIO(data)))
    assert [each.raw for each in found] == [b'{"a": 1}', b'{"b": [1, 2}', b'{"c": 3}']
    assert [bool(each.problem) for each in found] == [False, True, False]


def test_every_broken_line_of_a_list_is_named_however_many_there_are() -> None:
    data = b"[\n" + b'{"a": [}\n' * 60_000 + b'{"b": 1}]'
    found = list(split_records(io.BytesIO(data)))
    assert len(found) == 60_001
    assert found[-1] == RawRecord(60_002, b'{"b": 1}', 1)


def test_broken_elements_on_one_line_do_not_take_the_good_ones_along() -> None:
    data = b"[\n" + b'{"a": [1}, {"b": 1},' * 1_000 + b"]"
    found = list(split_records(io.BytesIO(data)))
    assert [each.raw for each in found] == [b'{"a": [1}', b'{"b": 1}'] * 1_000


def test_the_depth_of_a_record_is_told_without_parsing_it() -> None:
    deep = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert list(split_records(io.BytesIO(deep))) == [RawRecord(1, deep, 100_001)]


def test_a_file_of_endless_openings_is_given_up_line_by_line() -> None:
    data = b'{"a":\n' * 5_000
    found = list(split_records(io.BytesIO(data)))
    assert b"\n".join(each.raw for each in found) + b"\n" == data
