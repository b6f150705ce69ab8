"""Runbooks and comments are readable, and nothing in them acts, hides or stalls."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from alerttui.tui.render.html_text import html_to_text
from alerttui.tui.render.markdown_lines import markdown_lines

RUNBOOK = """\
# Triage

Check the **host** and `cmd`.

- one
- two
  1. deep

> quoted
> - inside

```sh
rm -rf /
```

| a | b |
|---|---|
| 1 | 2 |
"""

SIZE = 64_000
WORST_CASES = {
    "bullets": "- x\n" * 10_000,
    "quotes": ">" * SIZE,
    "nested bullets": "".join(" " * (2 * at) + "- a\n" for at in range(250)),
    "brackets": "[" * SIZE,
    "open links": "[a](" * 16_000,
    "images": "![" * 32_000,
    "backticks": "".join("`" * at + "a" for at in range(1, 350)),
    "asterisks": "**a *b " * 9_000,
    "underscores": "_a*" * 21_000,
    "wide table": "|a" * 300 + "\n" + "|-" * 300 + "\n" + ("|a" * 20 + "\n") * 1_000,
    "long table": "a|b\n-|-\n" + "a|b\n" * 15_000,
    "definitions": "[a]: b\n" * 9_000,
    "megabyte": "- x\n" * 250_000,
}


def plain(text: str, width: int = 60) -> list[str]:
    return [line.plain for line in markdown_lines(text, width)]


def test_a_runbook_reads_well() -> None:
    assert plain(RUNBOOK) == [
        "Triage",
        "",
        "Check the host and cmd.",
        "",
        "• one",
        "• two",
        "  1. deep",
        "",
        "▌ quoted",
        "▌ • inside",
        "",
        "  sh",
        "  rm -rf /",
        "",
        "a │ b",
        "1 │ 2",
    ]


def test_a_link_says_where_it_leads() -> None:
    assert plain("[portal.corp.example/login](http://evil.example/login)", 80) == [
        "portal.corp.example/login → http://evil.example/login"
    ]
    assert plain('[a](javascript:alert(1) "hidden")', 80) == ['a → javascript:alert(1) "hidden"']
    assert plain("<http://a.example/>", 80) == ["http://a.example/"]


def test_an_image_is_named_and_not_fetched() -> None:
    assert plain("![alt](http://evil.example/x.png)") == ["[image: alt → http://evil.example/x.png]"]


@pytest.mark.parametrize(
    "text",
    ["<b onclick=x>html</b>", "<script>alert(1)</script>", "[r]: javascript:x", "[@click=app.quit]x[/]"],
)
def test_what_is_no_markdown_stays_as_written(text: str) -> None:
    assert plain(text) == [text]


def test_an_entity_cannot_smuggle_a_control_character() -> None:
    assert plain("a &#x202E; b &#x1b;[2J") == ["a <U+202E> b �[2J"]


def test_no_span_carries_a_link_or_an_action() -> None:
    for line in markdown_lines("[a](http://evil.example) [b](<@click=app.quit>)", 80):
        assert all(isinstance(span.style, str) and "=" not in span.style for span in line.spans)


def test_cells_beyond_the_head_of_a_table_are_not_dropped() -> None:
    assert "|1|2|hidden|" in plain("|a|b|\n|-|-|\n|1|2|hidden|")


def test_what_is_too_much_follows_as_plain_text() -> None:
    lines = plain("- item\n" * 600)
    assert "… from here on as plain text" in lines
    assert sum("item" in line for line in lines) == 600


@pytest.mark.parametrize("name", WORST_CASES)
def test_the_worst_cases_stay_bounded(name: str) -> None:
    lines = markdown_lines(WORST_CASES[name], 80)
    assert len(lines) < 8_000
    assert all(cell_len(line.plain) <= 80 for line in lines)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("ab1 \n#*_-`>|[]()!<&;~\\.\x1b\u202e中é+"), max_size=150), st.integers(2, 60))
def test_no_markdown_loses_a_word_or_exceeds_its_width(text: str, width: int) -> None:
    lines = markdown_lines(text, width)
    assert all(cell_len(line.plain) <= width for line in lines)
    wide = "\n".join(line.plain for line in markdown_lines(text, 500))
    assert all(word in wide for word in re.findall(r"[ab]+", text))
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", wide)


def test_html_becomes_text_with_targets() -> None:
    html = (
        '<p>Hi &amp; <a href="http://evil.example/x">portal</a></p><ul><li>a<li>b</ul><img src=x onerror=y>'
    )
    assert html_to_text(html) == "Hi & portal → http://evil.example/x\n\n• a\n• b\n[image:  → x]"


def test_scripts_and_comments_in_html_are_text() -> None:
    assert html_to_text("<script>alert(1)</script><!-- note -->") == "[script: alert(1)]<!-- note -->"


def test_html_with_too_many_tags_stays_as_written() -> None:
    assert html_to_text("<a " * 20_000) == "<a " * 20_000
