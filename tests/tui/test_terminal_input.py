"""What comes from the terminal is made safe before it is read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import constants
from textual.drivers import linux_driver
from textual.events import Key, Paste

from alerttui.tui.key_gate import unmerged, word_move
from alerttui.tui.terminal_input import (
    PASTE_BEGINS,
    PASTE_ENDS,
    SHOWN_ESCAPE,
    PasteFilter,
    SafeParser,
    make_input_safe,
    with_capital,
)


def pieces(text: str, cuts: list[int]) -> list[str]:
    """The text in pieces, as a slow line delivers it."""
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[start:end] for start, end in pairwise(places)]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    st.text(alphabet="ab\x1b[201~0m"),
    st.sampled_from(["", "j", "\x1b[A", "kj", "\x1bOP"]),
    st.lists(st.integers(0, 60)),
)
def test_escapes_within_a_paste_are_shown_and_those_outside_are_left(
    pasted: str, typed: str, cuts: list[int]
) -> None:
    pasted = pasted.replace(PASTE_ENDS, "")
    if any(pasted.endswith(PASTE_ENDS[:length]) for length in range(1, len(PASTE_ENDS))):
        pasted += "."
    paste_filter = PasteFilter()
    text = PASTE_BEGINS + pasted + PASTE_ENDS + typed
    out = "".join(paste_filter.filter(piece) for piece in pieces(text, cuts))
    expected = pasted.replace("\x1b", SHOWN_ESCAPE)
    whole = PasteFilter().filter(text)
    assert whole == PASTE_BEGINS + expected + PASTE_ENDS + typed
    assert out.removeprefix(PASTE_BEGINS).partition(PASTE_ENDS)[0] == expected


def test_a_coloured_paste_is_one_paste_and_no_key() -> None:
    parser = SafeParser()
    messages = list(parser.feed(f"{PASTE_BEGINS}x\x1b[31mcb\r{PASTE_ENDS}j"))
    messages += list(parser.feed("k"))
    assert [message.text for message in messages if isinstance(message, Paste)] == [
        f"x{SHOWN_ESCAPE}[31mcb\r"
    ]
    assert [message.key for message in messages if isinstance(message, Key)] == ["j", "k"]


def test_the_driver_still_has_the_names_that_are_exchanged() -> None:
    before = dict(vars(linux_driver))
    assert {"XTermParser", "getincrementaldecoder"} <= before.keys()
    try:
        make_input_safe()
        assert vars(linux_driver)["XTermParser"] is SafeParser
        decode = vars(linux_driver)["getincrementaldecoder"]("utf-8")().decode
        assert decode(b"a\xe9b") == "a\ufffdb"
    finally:
        vars(linux_driver).update(before)


@pytest.mark.parametrize(
    ("sequence", "keys"),
    [
        ("\x1b[106;2u", [("J", "J")]),
        ("\x1b[106:74;2u", [("J", "J")]),
        ("\x1b[106;2;74u", [("J", "J")]),
        ("\x1b[106;1:1u", [("j", "j")]),
        ("\x1b[106;1:3u", []),
        ("\x1b[99999999999;1u", []),
        ("\x1b[1114112;1u", []),
        ("\x1b[228;2u", [("Ä", "Ä")]),
        ("\x1b[100;5u", [("ctrl+d", None)]),
        ("\x1b[1;2B", [("shift+down", None)]),
        ("\x1b[Z", [("shift+tab", None)]),
    ],
)
def test_keys_of_terminals_that_tell_more_are_the_same_keys(
    sequence: str, keys: list[tuple[str, str | None]]
) -> None:
    parser = SafeParser()
    messages = [*parser.feed(sequence), *parser.feed("x")]
    found = [(message.key, message.character) for message in messages if isinstance(message, Key)]
    assert found == [*keys, ("x", "x")]


@pytest.mark.parametrize("key", "1234567890-=bfjJ/?:.<> ")
def test_esc_and_a_key_that_arrive_as_one_are_two_keys(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ESCAPE_DELAY", 0.0)
    parser = SafeParser()
    messages = [*parser.feed(f"\x1b{key}"), *parser.tick()]
    merged = [message for message in messages if isinstance(message, Key)]
    assert [each.character for event in merged for each in unmerged(event)] == ["\x1b", key]


@pytest.mark.parametrize(("keys", "moved"), [("\x1bb", "ctrl+left"), ("\x1bf", "ctrl+right")])
def test_where_text_is_typed_alt_moves_by_a_word(keys: str, moved: str) -> None:
    (event,) = (message for message in SafeParser().feed(keys) if isinstance(message, Key))
    assert word_move(event).key == moved


def test_esc_and_a_capital_that_arrive_as_one_are_two_keys() -> None:
    merged = with_capital(Key("alt+shift+j", "J"))
    assert [key.key for key in unmerged(merged)] == ["escape", "J"]
