"""Wide, joined, bidirectional and stacked characters keep the columns, with our signs and in ASCII."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from rich.cells import cell_len
from rich.style import Style as RichStyle
from textual.color import Color
from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from alerttui.domain.listing import AlertRow
from alerttui.domain.vocabulary import AlertId, Phase, Severity
from alerttui.tui.dialogs.picker import Candidate, candidate_lines
from alerttui.tui.glyphs import ASCII, ASCII_GLYPHS
from alerttui.tui.render.alert_row import RowContext, RowLook, RowState, alert_strip
from alerttui.tui.render.bars import StatusLine, Tab, hint_line, status_line, tab_line
from alerttui.tui.render.document import DocLine, fact, heading, text_lines
from alerttui.tui.render.filter_line import filter_line
from alerttui.tui.render.markdown_lines import markdown_lines
from alerttui.tui.render.text import to_strip
from alerttui.tui.render.top_line import TopLine, top_line
from tests.alerts import NOW_MS

NASTY: Final = (
    "恶意软件通过电子邮件附件传播",
    "ファイルが暗号化されました・ｶﾀｶﾅ",
    "👩‍💻👨‍👩‍👧‍👦🇩🇪🇫🇷❤️‍🔥☠️1️⃣",
    "تم اكتشاف برامج ضارة على host-7",
    "זוהתה תוכנה זדונית (v1.2)",
    "e\u0301e\u0301 n\u0303 Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334",
    "नमस्ते शासन ශ්\u200dරී ක්\u200dෂ ภาษาไทย 한국어 조합",
    "a\u202egnp.exe\u2066x\u2069\u200f z\u200bw\xadnj\u2060",
    "tab\there\nnew\r\nline \x1b[31m \x07",
    "　全角　空白　ＦＵＬＬ",
    "◆▲●■ ▌✓…×→ ─│┌ ▸▾ our own signs",
    "中" * 70,
    "\U0001f9d1\u200d\U0001f680" * 40,
    "",
)
"""Texts that a terminal and a careless renderer would count differently."""

WIDTHS: Final = (11, 20, 39, 79, 80, 120)
LOOKS: Final = (False, True)


def row(text: str) -> AlertRow:
    return AlertRow(
        rowid=1, id=AlertId(text), version=1, title=text, severity=Severity.CRITICAL, severity_word=text,
        status=text, phase=Phase.OPEN, quality="", verdict=text, assignee_id=text, created_ms=NOW_MS - 60_000,
        event_count=123_456, detection_id=text, tags=(text,),
    )  # fmt: skip


def plain(_: str) -> Style:
    return Style()


def context() -> RowContext:
    none = RichStyle()
    look = RowLook(none, none, none, none, none, none, none, none, dict.fromkeys(Severity, none))
    return RowContext(look, NOW_MS, str, str)


def row_strips(text: str, width: int) -> Iterator[Strip]:
    for state in (RowState(), RowState(cursor=True, marked=True, pending=True), RowState(gone=True)):
        yield alert_strip(row(text), width, state, context())


def drawn(line: Content, width: int) -> Strip:
    return to_strip(line, width, Style(), plain)


def bar_strips(text: str, width: int) -> Iterator[Strip]:
    top = TopLine(text, banner=text, view=text, waiting=3, waiting_grave=text, gone=2, as_of_ms=NOW_MS)
    yield drawn(top_line(top, width), width)
    yield drawn(tab_line([Tab("2", text, 3, active=True), Tab("3", text, 4)], width), width)
    yield drawn(status_line(StatusLine(marked=3, marked_hidden=1, note=text, undo=True), width), width)
    yield drawn(hint_line([(text, text, True), ("?", "keys", False)], width), width)
    yield drawn(filter_line(f"{text} severity:{text} -tag:{text}", width), width)


def document_strips(text: str, width: int) -> Iterator[Strip]:
    lines: list[DocLine] = [heading(text, text), *fact(text, text, width), *text_lines(text, width, indent=2)]
    lines += [DocLine(line) for line in markdown_lines(f"# {text}\n\n- {text}\n\n> {text}", width)]
    for line in lines:
        yield drawn(line.content, width)


def candidate_strips(text: str, width: int) -> Iterator[Strip]:
    for line in candidate_lines([Candidate(text, text, text), Candidate("", text)], 0):
        yield drawn(line.content, width)


@pytest.mark.parametrize("strips", [row_strips, bar_strips, document_strips, candidate_strips])
@pytest.mark.parametrize("is_ascii", LOOKS)
def test_every_line_is_exactly_as_wide_as_its_room(
    strips: Callable[[str, int], Iterator[Strip]], is_ascii: bool
) -> None:
    for text in NASTY:
        for width in WIDTHS:
            for strip in strips(text, width):
                shown = strip.apply_filter(ASCII_GLYPHS, Color(0, 0, 0)) if is_ascii else strip
                assert shown.cell_length == width, text
                assert sum(cell_len(segment.text) for segment in shown) == width, (text, width, shown.text)


def test_in_ascii_evidence_in_other_scripts_stays_as_it_came() -> None:
    for text in NASTY[:4]:
        before = drawn(text_lines(text, 80)[0].content, 80)
        assert before.apply_filter(ASCII_GLYPHS, Color(0, 0, 0)).text == before.text


def test_every_sign_has_one_cell_and_a_stand_in_of_one() -> None:
    assert all(cell_len(chr(sign)) == 1 and plain_sign.isascii() for sign, plain_sign in ASCII.items())
    assert {len(plain_sign) for plain_sign in ASCII.values()} == {1}


def test_severities_keep_shapes_of_their_own_in_ascii() -> None:
    signs = [strip.text[2] for severity in Severity for strip in ascii_rows(severity)]
    assert len(set(signs)) == len(Severity)


def ascii_rows(severity: Severity) -> Iterator[Strip]:
    strip = alert_strip(row("x")._replace(severity=severity), 60, RowState(), context())
    yield strip.apply_filter(ASCII_GLYPHS, Color(0, 0, 0))
