"""ASCII mode: every sign of ours, one cell for one, for terminals whose fonts or encodings have no others.

Letters of other scripts, which are evidence, stay as they came.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_STAND_INS: Final = (
    ("◆◇▲△▼▽●○◉■□·•", "!!^^vv*oo=o.*"),
    ("✓✔✗✘×…±", "++xxx~~"),
    ("←↑→↓↔↕↵▸▾▴◂▶◀›‹»«", "<^>v-|<+-^<><><><"),
    ("─━╌╍┄┅═╴╶╸╺", "-----------"),
    ("│┃╎╏┆┇║╵╷╹╻", "|||||||||||"),
    ("┌┐└┘├┤┬┴┼╭╮╯╰┏┓┗┛┣┫┳┻╋╔╗╚╝", "+" * 26),
    ("▁▂▃▄▅▆▇█", "_.-=+*%#"),
    ("▌▐▍▎▏▊▋▉▕▔▀", '>||||####-"'),
    ("░▒▓", ".:#"),
    ("⇥␤⍽␍␡", ">$_<?"),
)
"""Signs, and what stands for each of them. The last line are our marks of revealed characters."""

ASCII: Final[Mapping[int, str]] = {
    **{ord(sign): plain for signs, plains in _STAND_INS for sign, plain in zip(signs, plains, strict=True)},
    **dict.fromkeys(range(0x2400, 0x2421), "^"),
}
"""By code point. All control pictures are one sign: which it was is told by copying, not by the picture."""

_FRACTIONS: Final = "▁▂▃▄▅▆▇"
"""The ends of a scrollbar, which Textual draws in eighths of a cell."""


class AsciiGlyphs(LineFilter):
    """Draws every sign of ours in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line, each as wide as before."""
        return [each if each.text.isascii() else _in_ascii(each) for each in segments]


def _in_ascii(segment: Segment) -> Segment:
    text, style, control = segment
    if style is not None and text in _FRACTIONS and "@mouse.down" in style.meta:
        # The foreground fills the cell from below; in ASCII a cell of the scrollbar is full or empty.
        is_mostly_full = _FRACTIONS.index(text) >= len(_FRACTIONS) // 2
        return Segment(" ", _inverted(style) if is_mostly_full else style, control)
    return Segment(text.translate(ASCII), style, control)


@lru_cache(64)
def _inverted(style: Style) -> Style:
    return style + Style(reverse=not style.reverse)


ASCII_GLYPHS: Final = AsciiGlyphs()
