"""The filter as one line, coloured by what each part is."""

from __future__ import annotations

from textual.content import Content

from alerttui.domain.query_text import TokenKind, tokens
from alerttui.tui.render.style_names import DIM, ERROR
from alerttui.tui.render.text import content, crop

TOKEN_STYLES = {
    TokenKind.FIELD: "$accent",
    TokenKind.OPERATOR: DIM,
    TokenKind.NEGATION: "bold $warning",
    TokenKind.SORT: "$secondary",
    TokenKind.ERROR: f"underline {ERROR}",
}


PROMPT_CELLS = 2


def filter_line(text: str, width: int) -> Content:
    """A slash and the filter, or that there is none; where there is room for the slash only, just that."""
    line = Content.styled("/ ", "bold $accent")
    if width <= PROMPT_CELLS:
        return line
    if not text:
        return crop(line + Content.styled("no filter: every alert", DIM), width)
    written = 0
    for token in tokens(text):
        line += content(text[written : token.start])
        line += content(text[token.start : token.end], TOKEN_STYLES.get(token.kind, ""))
        written = token.end
    return crop(line + content(text[written:]), width)
