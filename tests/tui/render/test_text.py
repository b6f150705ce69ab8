"""Foreign text as content keeps its letters, its columns and its width."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App
from textual.content import Content
from textual.style import Style

from alerttui.tui.render import style_names
from alerttui.tui.render.style_names import REVEALED
from alerttui.tui.render.text import cells_of, content, crop, to_strip, wrap

hostile_text = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("ab  \n\x1b\u202e\u200d\ufe0f\u0301中😀👩❤♀🇩नم\u200cසශ්ර"),
    ),
    max_size=120,
)
fast = settings(max_examples=150, deadline=None, derandomize=True)


def plain_style(_: str) -> Style:
    return Style(bold=True)


@pytest.mark.parametrize(
    "text",
    ["[/]", "[@click=app.quit]x[/]", "[b]x", "a[/", "\\[x]", "_SERVER[REMOTE_ADDR]", "[link='http://x\""],
)
def test_markup_comes_out_letter_for_letter(text: str) -> None:
    assert content(text).plain == text
    assert to_strip(content(text), 40, Style(), plain_style).text.rstrip() == text


def test_a_reveal_mark_is_painted_as_a_warning_over_the_style_of_the_text() -> None:
    spans = [(span.start, span.end, span.style) for span in content("a\u202eb", "dim").spans]
    assert spans == [(0, 10, "dim"), (1, 9, REVEALED)]


def test_a_joiner_between_letters_is_marked_because_textual_would_count_too_few_cells() -> None:
    assert content("ශ්\u200dරී").plain == "ශ්<U+200D>රී"
    assert content("👩\u200d💻").plain == "👩\u200d💻"


def test_cropping_leaves_an_ellipsis_and_no_half_character() -> None:
    assert crop(Content("abcdef"), 4).plain == "abc…"
    assert crop(Content("中文字"), 4).plain == "中…"
    assert crop(Content("e\u0301e\u0301e\u0301"), 2).plain == "e\u0301…"
    assert crop(Content("❤\ufe0f❤\ufe0f"), 3).plain == "❤\ufe0f…"
    assert crop(Content("abc"), 3).plain == "abc"
    assert crop(Content("abc"), 0).plain == ""


def test_wrapping_breaks_at_spaces_and_words_that_are_too_long() -> None:
    assert [line.plain for line in wrap(Content("one two threefour"), 7)] == ["one two", "threefo", "ur"]
    assert [line.plain for line in wrap(Content("中文 字母中文字母"), 6)] == ["中文", "字母中", "文字母"]


def test_continuation_lines_hang() -> None:
    lines = wrap(Content("key: value value\nnext"), 10, hanging=2)
    assert [line.plain for line in lines] == ["key: value", "  value", "next"]


def test_styles_follow_their_letters_over_the_break() -> None:
    first, second = wrap(Content("aaa bbb").stylize("bold", 2, 5), 4)
    assert [tuple(span) for span in first.spans] == [(2, 3, "bold")]
    assert [tuple(span) for span in second.spans] == [(0, 1, "bold")]


def test_what_does_not_fit_is_counted() -> None:
    lines = wrap(Content("aaaa" * 10), 4, max_lines=2, beyond=1_000)
    assert [line.plain for line in lines] == ["aaaa", "aaaa", "… 1…"]
    assert wrap(Content("a" * 5_000), 40, max_lines=1)[-1].plain == "… 4,960 more characters"


@fast
@given(hostile_text, st.integers(1, 40))
def test_no_width_is_ever_exceeded(text: str, width: int) -> None:
    line = content(text)
    assert cell_len(crop(line, width).plain) <= width
    assert all(cell_len(part.plain) <= max(width, 2) for part in wrap(content(text, multiline=True), width))
    strip = to_strip(line, width, Style(), plain_style)
    assert cell_len(strip.text) == strip.cell_length == width
    assert sum(segment.cell_length for segment in strip) == width


@fast
@given(hostile_text, st.integers(2, 40), st.integers(0, 6))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int, hanging: int) -> None:
    whole = content(text, multiline=True)
    wrapped = "".join(line.plain for line in wrap(whole, width, hanging=hanging))
    assert wrapped.replace(" ", "") == whole.plain.replace(" ", "").replace("\n", "")


@fast
@given(hostile_text)
def test_the_cells_of_a_text_are_those_of_its_characters(text: str) -> None:
    """No joiner is left that would swallow a letter: pieces measured alone add up."""
    shown_text = content(text).plain
    assert cells_of(shown_text) == sum(cell_len(line.plain) for line in wrap(content(text), 10**6))


async def test_every_style_word_is_known_to_every_built_in_theme() -> None:
    app: App[None] = App()
    async with app.run_test():
        words = [word for name, word in vars(style_names).items() if name.isupper()]
        for theme in app.available_themes:
            app.theme = theme
            for word in words:
                app.stylesheet.parse_style(word)
