"""Lines in the terminal's own sixteen colours, or in none: what a theme means becomes attributes.

Textual's own `NO_COLOR` still paints greys and grounds; here no code of a colour is left.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

BLACK: Final = 0
WHITE: Final = 7
BRIGHT_BLACK: Final = 8
BRIGHT_WHITE: Final = 15

_ON_COLOUR: Final = Style(color=RichColor.from_ansi(BLACK), bold=False)
"""Text on a coloured ground: black can be read on nearly all of them; where it is bold, many show it grey."""


class TerminalColours(LineFilter):
    """Turns greys into attributes, which every terminal shows readably: dim, bold, reverse, underline.

    As text, bright black is dim and bright white bold; as a ground, white is reverse, bright black underline.
    """

    def __init__(self, *, has_colours: bool) -> None:
        super().__init__()
        self._has_colours = has_colours

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line without what the terminal decides; what looks the same then is one run."""
        has_colours = self._has_colours
        plain = (
            Segment(text, plain_style(style, has_colours) if style is not None else None, control)
            for text, style, control in segments
        )
        return list(Segment.simplify(plain))


COLOURED: Final = TerminalColours(has_colours=True)
COLOURLESS: Final = TerminalColours(has_colours=False)


@lru_cache(1024)
def plain_style(style: Style, has_colours: bool) -> Style:
    """A style in attributes, and in the sixteen colours where there are any."""
    text, ground = _number(style.color), _number(style.bgcolor)
    is_tinted = ground not in (None, WHITE, BRIGHT_BLACK)
    is_reversed = bool(style.reverse) or ground == WHITE or (is_tinted and not has_colours)
    plain = Style(
        bold=style.bold or text == BRIGHT_WHITE or None,
        dim=(style.dim or text == BRIGHT_BLACK or None) if not is_reversed or style.reverse else None,
        italic=style.italic,
        underline=style.underline or ground == BRIGHT_BLACK or None,
        reverse=is_reversed or None,
        strike=style.strike,
        meta=style.meta or None,
    )
    if not has_colours:
        return plain
    if is_tinted and ground is not None:
        return plain + _ON_COLOUR + Style(bgcolor=RichColor.from_ansi(ground))
    if text is None or text in (BRIGHT_BLACK, BRIGHT_WHITE) or ground == WHITE:
        return plain
    return plain + Style(color=RichColor.from_ansi(text))


def _number(colour: RichColor | None) -> int | None:
    """Which of the sixteen colours it is; None for the terminal's own ground and text."""
    if colour is None or colour.type is not ColorType.STANDARD:
        return None
    return colour.number
