"""JSON laid out over lines for reading, from its text: digits and doubled keys stay as they were written."""

from __future__ import annotations

import re
from typing import Final

from alerttui.domain.json_text import JsonRefused, parse_json

INDENT: Final = "  "

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def laid_out(text: str) -> str:
    """The JSON text over indented lines; as it is where it is no JSON or too large to be read."""
    if not text or not _is_json(text):
        return text
    tokens: list[str] = _TOKEN.findall(text)
    pieces: list[str] = []
    depth = 0
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        pieces.append(token)
        if token in "[{" and following not in ("]", "}"):
            depth += 1
            pieces.append("\n" + INDENT * depth)
        elif token == ",":
            pieces.append("\n" + INDENT * depth)
        elif token == ":":
            pieces.append(" ")
        elif following in ("]", "}") and token not in ("[", "{"):
            depth -= 1
            pieces.append("\n" + INDENT * depth)
    return "".join(pieces)


def _is_json(text: str) -> bool:
    try:
        parse_json(text)
    except JsonRefused:
        return False
    return True
