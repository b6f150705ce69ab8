"""JSON is shown as it was written, foldable, and bounded."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from alerttui.tui.render.json_lines import (
    MAX_RAW_LINES,
    MAX_ROWS,
    JsonLines,
    default_folds,
    json_tree,
    visible_lines,
)
from alerttui.tui.render.json_tree import JsonNode, RawText

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=30), inner, max_size=5),
    max_leaves=25,
)


def plain(lines: JsonLines) -> list[str]:
    return [line.content.plain for line in lines]


def test_order_duplicates_and_digits_stay_as_written() -> None:
    tree = json_tree('{"b": 12345678901234567890123, "a": 1.50, "b": 1E5, "c": [true, null], "d": {}}')
    assert plain(visible_lines(tree, frozenset(), 80)) == [
        "  b: 12345678901234567890123",
        "  a: 1.50",
        "  b: 1E5",
        "▾ c: [2]",
        "    0: true",
        "    1: null",
        "  d: {}",
    ]


def test_a_folded_branch_shows_its_size_and_its_first_keys() -> None:
    lines = visible_lines(json_tree('{"user": {"name": "x", "id": 1}, "tags": [1, 2]}'), {(0,), (1,)}, 80)
    assert plain(lines) == ["▸ user: {2} name, id", "▸ tags: [2]"]
    assert [(line.is_foldable, line.is_folded) for line in lines] == [(True, True), (True, True)]


def test_a_line_knows_its_path_its_keys_and_its_raw_value() -> None:
    lines = visible_lines(json_tree('{"a": [{"b": "x\\u202ey\\n"}], "c": 1.0}'), frozenset(), 80)
    assert [(line.path, line.names, line.depth) for line in lines] == [
        ((0,), ("a",), 0),
        ((0, 0), ("a", 0), 1),
        ((0, 0, 0), ("a", 0, "b"), 2),
        ((0, 0, 0), ("a", 0, "b"), 2),
        ((1,), ("c",), 0),
    ]
    assert lines[0].text == '[{"b":"x\u202ey\\n"}]'
    assert lines[2].text == "x\u202ey\n"
    assert lines[2].content.plain == '      b: "x<U+202E>y␤'
    assert lines[-1].text == "1.0"


def test_a_long_string_hangs_under_its_key() -> None:
    lines = visible_lines(json_tree(json.dumps({"cmd": "word " * 10})), frozenset(), 30)
    assert plain(lines)[:2] == ['  cmd: "word word word word', "    word word word word word"]
    assert [line.is_continuation for line in lines] == [False, True, True]


def test_a_string_cannot_pose_as_another_line() -> None:
    lines = visible_lines(json_tree(json.dumps({"a": "x\n  severity: LOW", "b: c": 1})), frozenset(), 80)
    assert plain(lines) == ['  a: "x␤', '      severity: LOW"', '  "b: c": 1']


def test_what_is_cut_says_how_much() -> None:
    line = visible_lines(json_tree(json.dumps({"a": "x" * 21_234})), frozenset(), 200)[-1]
    assert line.content.plain.endswith("…(1,234 more)")
    assert len(line.text) == 21_234


def test_markup_in_json_is_text() -> None:
    lines = visible_lines(json_tree('{"[/]": "[@click=app.quit]x[/]"}'), frozenset(), 80)
    assert plain(lines) == ['  [/]: "[@click=app.quit]x[/]"']


def test_deep_levels_fold_first() -> None:
    tree = json_tree(json.dumps({f"k{at}": {"in": {"deep": [1, 2, 3]}} for at in range(8)}))
    folds = default_folds(tree, 20)
    lines = visible_lines(tree, folds, 80)
    assert len(lines) <= 20
    assert [line.names[0] for line in lines if line.depth == 0] == [f"k{at}" for at in range(8)]
    assert default_folds(tree, 1_000) == frozenset()


def test_what_is_no_json_is_shown_as_text_with_the_reason() -> None:
    for text in ("{broken\x1b[2J", "[" * 100_000, "9" * 5_000, '{"a": "' + "x" * 1_100_000 + '"}'):
        tree = json_tree(text)
        assert isinstance(tree, RawText)
        lines = visible_lines(tree, default_folds(tree), 80)
        assert lines[0].content.plain.startswith("Shown as text: ")
        assert len(lines) <= MAX_RAW_LINES + 2
        assert "\x1b" not in "".join(plain(lines))
        assert lines[0].text == text


def test_too_many_lines_end_in_a_line_that_says_so() -> None:
    lines = visible_lines(json_tree("[" + "1," * 30_000 + "1]"), frozenset(), 80)
    assert len(lines) == MAX_ROWS + 1
    assert "more than 20,000 lines" in lines[-1].content.plain


def test_scalars_and_empty_texts_have_a_line() -> None:
    assert plain(visible_lines(json_tree("1.0"), frozenset(), 80)) == ["  1.0"]
    assert plain(visible_lines(json_tree("[]"), frozenset(), 80)) == ["  []"]
    assert isinstance(json_tree(""), RawText)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(json_values, st.integers(12, 90))
def test_every_json_fits_its_width_and_copies_back(value: object, width: int) -> None:
    tree = json_tree(json.dumps(value))
    assert isinstance(tree, JsonNode)
    lines = visible_lines(tree, frozenset(), width)
    assert all(cell_len(line.content.plain) <= width for line in lines)
    for line in lines:
        if not isinstance(line.value, str):
            json.loads(line.text)
