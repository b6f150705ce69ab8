"""Foreign text inside Markdown: whatever it says, it stays text and becomes no link, tag or table."""

from __future__ import annotations

import re
from typing import Final

from alerttui.domain.showable import shown

_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>#!|~&:@$]|(?<=www)\.", re.IGNORECASE)
_BACKTICKS: Final = re.compile(r"`+")


def escaped(text: str) -> str:
    """One line of words in which nothing is markup."""
    return _MARKUP.sub(lambda match: "\\" + match.group(), shown(text))


def code_span(text: str) -> str:
    """One line as code; empty for an empty text."""
    line = shown(text)
    fence = "`" * (_longest_run(line) + 1)
    gap = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{gap}{line}{gap}{fence}" if line else ""


def code_block(text: str, *, indent: int = 0) -> str:
    """Several lines as a fenced block, without a line end behind it."""
    lines = shown(text, multiline=True).split("\n")
    fence = "`" * max(_longest_run("\n".join(lines)) + 1, 3)
    margin = " " * indent
    return "\n".join(margin + line for line in (f"{fence}text", *lines, fence))


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
