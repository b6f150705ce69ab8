"""What reaches a terminal acts on nothing and hides nothing."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.domain.showable import MAX_COMBINING, defang, host_of, is_plain, marks, shown

NAUGHTY = Path(__file__).parents[2].parent / "shared" / "data" / "hostile" / "blns.json"

ATTACKS = {
    "window title": ("a\x1b]0;pwned\x07b", "a␛]0;pwned␇b"),
    "clipboard": ("\x1b]52;c;cm0gLXJm\x07", "␛]52;c;cm0gLXJm␇"),
    "link": ("\x1b]8;;http://evil.example\x1b\\x", "␛]8;;http://evil.example␛\\x"),
    "clear screen": ("\x1b[2J", "␛[2J"),
    "device control": ("\x1bPq\x1b\\", "␛Pq␛\\"),
    "eight-bit introducer": ("\x9b31m\x9d0;x\x9c", "<U+009B>31m<U+009D>0;x<U+009C>"),
    "next line": ("a\x85b", "a<U+0085>b"),
    "null and delete": ("a\x00b\x7f", "a␀b␡"),
    "overstrike": ("a\x08b\r", "a␈b␍"),
    "override": ("invoice\u202efdp.exe", "invoice<U+202E>fdp.exe"),
    "isolate": ("\u2066a\u2069", "<U+2066>a<U+2069>"),
    "zero width": ("adm\u200bin\ufeff\u2060", "adm<U+200B>in<U+FEFF><U+2060>"),
    "soft hyphen": ("pay\xadpal", "pay<U+00AD>pal"),
    "tags": ("\U000e0041\U000e007f", "<U+E0041><U+E007F>"),
    "separators": ("a\u2028b\u2029", "a<U+2028>b<U+2029>"),
    "private use": ("\ue000\U000f0000", "<U+E000><U+F0000>"),
    "noncharacters": ("\ufdd0\uffff", "<U+FDD0><U+FFFF>"),
    "unassigned": ("\u0378", "<U+0378>"),
    "lone surrogate": ("\ud800", "<U+D800>"),
    "interlinear annotation": ("\ufff9a\ufffb", "<U+FFF9>a<U+FFFB>"),
    "fillers": ("\u3164\u115f\u2800\uffa0\u034f", "<U+3164><U+115F><U+2800><U+FFA0><U+034F>"),
    "odd spaces": ("a\u2003b\u3000c\xa0d\u202f", "a<U+2003>b<U+3000>c⍽d<U+202F>"),
    "selector in an odd place": ("a\ufe0f\U000e0101", "a<U+FE0F><U+E0101>"),
    "joiner in an odd place": ("a\u200db", "a<U+200D>b"),
    "emoji glued together": ("😀\u200d😀", "😀<U+200D>😀"),
    "mark on nothing": ("\u0301a", "<U+0301>a"),
    "mark on a mark": ("\u202e\u0301", "<U+202E><U+0301>"),
    "new lines": ("a\nb\r\nc\td", "a␤b␍␤c⇥d"),
    "markup": ("[/] [@click=app.quit]x _SERVER[REMOTE_ADDR]", "[/] [@click=app.quit]x _SERVER[REMOTE_ADDR]"),
}

ORDINARY = [
    'plain ASCII, with "quotes" and \\ and <tags>',
    "Žluťoučký kůň, cafe\u0301, Ελληνικά, Русский",
    "שלום וברכה",
    "السلام عليكم",
    "می\u200cخواهم",
    "नमस्ते क्\u200dष ශ්\u200dරී",
    "ภาษาไทย ที่",
    "中文　日本語　한국어 \u1112\u1161\u11ab",
    "😀 👍🏽 ❤\ufe0f 1\ufe0f\u20e3 🇩🇪 ☎\ufe0e",
    "👨\u200d👩\u200d👧\u200d👦 👩🏽\u200d💻 🏳\ufe0f\u200d🌈 🏃\u200d♀\ufe0f 👩\u200d❤\ufe0f\u200d💋\u200d👨",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "\U0001fae8 of Unicode 15",
]

hostile_text = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "a 1\n\r\t\x1b\x9b\u202e\u200d\u200c\ufe0f\u0301\u3000中😀👩❤♀👧नم\u1161ᄒ\u0378\u180bᠠ"
        ),
    )
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_becomes_visible(attack: str) -> None:
    raw, expected = ATTACKS[attack]
    assert shown(raw) == expected


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_of_any_script_is_left_alone(text: str) -> None:
    assert shown(text) == text
    assert marks(text) == ()


def test_several_lines_keep_their_newlines_and_lose_their_tabs() -> None:
    assert shown("a\tb\r\nc\rd\n", multiline=True) == "a    b\nc␍d\n"
    assert shown("é\tb\r\nc\rd\n", multiline=True) == "é    b\nc␍d\n"


def test_a_heap_of_combining_marks_is_capped() -> None:
    assert shown("z" + "\u0301" * 10) == "z" + "\u0301" * MAX_COMBINING + "<U+0301>" * 2


def test_marks_are_found_in_shown_text() -> None:
    text = shown("a\x1b[1m\u202e\u202eb\xa0")
    assert [text[start:end] for start, end in marks(text)] == ["␛", "<U+202E><U+202E>", "⍽"]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(hostile_text, st.booleans())
def test_whatever_comes_in_nothing_that_acts_or_hides_comes_out(text: str, multiline: bool) -> None:
    seen = shown(text, multiline=multiline)
    for character in seen:
        assert character.isprintable() or (multiline and character == "\n") or _may_join(character)
    assert shown(seen, multiline=multiline) == seen
    seen.encode("utf-8")


def _may_join(character: str) -> bool:
    """Joiners and ideographic spaces stay in their place, emoji that are newer than Python always."""
    code = ord(character)
    return character in "\u200c\u200d\u3000" or (unicodedata.category(character) == "Cn" and code > 0x1F000)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(hostile_text)
def test_plain_text_is_its_own_showing(text: str) -> None:
    if is_plain(text):
        assert shown(text) == text


def test_the_naughty_strings_are_shown() -> None:
    if not NAUGHTY.exists():
        pytest.skip("the list of naughty strings is not here")
    for text in json.loads(NAUGHTY.read_text("utf-8")):
        seen = shown(text)
        assert not any(
            unicodedata.category(character) in ("Cc", "Cs", "Co", "Zl", "Zp") for character in seen
        )
        assert shown(seen) == seen


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://evil.example/a.b?c=d", "hxxp://evil[.]example/a.b?c=d"),
        ("HTTPS://EVIL.example:8443", "hxxps://EVIL[.]example:8443"),
        ("evil.example", "evil[.]example"),
        ("10.0.0.1", "10[.]0[.]0[.]1"),
        ("2001:db8::1", "2001[:]db8[:][:]1"),
        ("a.b@evil.example", "a.b[@]evil[.]example"),
        ("d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e"),
        ("/usr/bin/a.out", "/usr/bin/a.out"),
        ("C:\\Windows\\a.exe", "C:\\Windows\\a.exe"),
    ],
)
def test_an_indicator_is_defanged(value: str, expected: str) -> None:
    assert defang(value) == expected
    assert defang(expected) == expected


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text("ab.:/@[]\\x1%"))
def test_defanging_twice_is_defanging_once(value: str) -> None:
    assert defang(defang(value)) == defang(value)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://user:secret@Evil.example:443/login", "evil.example"),
        ("http://good.example@evil.example/", "evil.example"),
        ("http://evil.example\\@good.example/", "evil.example"),
        ("http://[2001:db8::1]:80/", "[2001:db8::1]"),
        ("https://bücher.example", "xn--bcher-kva.example"),
        ("portal.corp.example/login", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_host_is_the_one_a_browser_would_go_to(url: str, host: str) -> None:
    assert host_of(url) == host
