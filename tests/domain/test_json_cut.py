"""JSON with a part that cannot be read: that part is its own text, and everything else is as it would be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.domain.json_cut import parse_cut
from alerttui.domain.json_text import JsonRefused, exact_json, parse_json

DEEP = "[" * 3_000 + '"]"' + "]" * 3_000
LONG = "7" * 5_000

values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text('"\\[]{},:x7é')),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("[]x\\"), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(values, st.integers(0, 4))
def test_what_can_be_read_is_read_the_same(value: object, levels: int) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert exact_json(parse_cut(text, levels)) == exact_json(parse_json(text))


@settings(max_examples=100, deadline=None)
@given(values, st.sampled_from((DEEP, LONG, f'{{"x":{DEEP}}}', f"[1,{DEEP},{LONG}]")), values)
def test_a_part_that_cannot_be_read_is_its_text(before: object, part: str, after: object) -> None:
    text = f'{{"a":{json.dumps(before)},"b":{part},"c":{json.dumps(after)}}}'
    with pytest.raises(JsonRefused):
        parse_json(text)
    found = parse_cut(text, 1)
    assert isinstance(found, dict)
    assert exact_json(found["a"]) == exact_json(parse_json(json.dumps(before)))
    assert found["b"] == part
    assert exact_json(found["c"]) == exact_json(parse_json(json.dumps(after)))


def test_many_digits_in_a_text_are_no_number() -> None:
    assert parse_cut(f'{{"a":"{LONG}","b":1.50}}', 1) == {"a": LONG, "b": 1.5}


@pytest.mark.parametrize("text", ["", "x", "[", '{"a":', "<html>", "[" * 5_000, "]" * 5_000, DEEP])
def test_what_is_no_json_or_all_of_it_too_deep_is_refused_or_text(text: str) -> None:
    if text == DEEP:
        assert parse_cut(text, 0) == text
    else:
        with pytest.raises(JsonRefused):
            parse_cut(text, 0)
