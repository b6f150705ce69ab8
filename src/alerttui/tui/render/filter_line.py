"""The filter as one line, coloured by what each part is, at rest and while it is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from textual.content import Content

from alerttui.domain.query_complete import complete
from alerttui.domain.query_text import Token, TokenKind, tokens
from alerttui.tui.render.style_names import DIM, ERROR
from alerttui.tui.render.text import content, crop

TOKEN_STYLES: Final = {
    TokenKind.FIELD: "$accent",
    TokenKind.OPERATOR: DIM,
    TokenKind.NEGATION: "bold $warning",
    TokenKind.SORT: "$secondary",
    TokenKind.ERROR: f"underline {ERROR}",
}


PROMPT_CELLS: Final = 2

_AWAITS_VALUE: Final = (":", "=", "<", ">", ",")


def filter_line(text: str, width: int) -> Content:
    """A slash and the filter, or that there is none; where there is room for the slash only, just that."""
    line = Content.styled("/ ", "bold $accent")
    if width <= PROMPT_CELLS:
        return line
    if not text:
        return crop(line + Content.styled("no filter: every alert", DIM), width)
    written = 0
    for start, end, style in styled_spans(text):
        line += content(text[written:start])
        line += content(text[start:end], style)
        written = end
    return crop(line + content(text[written:]), width)


def styled_spans(text: str, *, is_typed: bool = False) -> list[tuple[int, int, str]]:
    """Where a style begins and ends; what is only unfinished while it `is_typed` is no error."""
    pieces = _while_typed(text) if is_typed else tokens(text)
    return [(token.start, token.end, TOKEN_STYLES.get(token.kind, "")) for token in pieces]


def is_unfinished(text: str, error_end: int) -> bool:
    """Whether what is wrong is only that typing has not come to its end yet."""
    if error_end < len(text):
        return False
    return text.endswith(_AWAITS_VALUE) or bool(complete(text, len(text)).candidates)


def _while_typed(text: str) -> Sequence[Token]:
    found = tokens(text)
    if not any(token.kind is TokenKind.ERROR and is_unfinished(text, token.end) for token in found):
        return found
    if text.endswith(_AWAITS_VALUE):  # as it would be with a value
        return [replace(token, end=min(token.end, len(text))) for token in _without_error_at(text)]
    return [
        replace(token, kind=TokenKind.VALUE)
        if token.kind is TokenKind.ERROR and token.end >= len(text)
        else token
        for token in found
    ]


def _without_error_at(text: str) -> list[Token]:
    return [token for token in tokens(text + "x") if token.start < len(text)]
