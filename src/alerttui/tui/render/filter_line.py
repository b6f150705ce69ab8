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


def filter_line(text: str, width: int) -> Content:
    """A slash and the filter; without one, how to get one."""
    line = Content.styled("/ ", "bold $accent")
    if not text:
        return crop(line + Content.styled("no filter: every alert", DIM), width)
    for token in tokens(text):
        line += content(text[token.start : token.end], TOKEN_STYLES.get(token.kind, ""))
    return crop(line, width)
