"""Photographs of the console without a terminal: the same bytes for the same alerts, size and keys."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Final

from textual.pilot import Pilot

from alerttui.domain.errors import Invalid
from alerttui.tui.app import ConsoleApp

SETTLE_STEP_S: Final = 0.01
SETTLE_STEPS: Final = 3_000
"""How often it is looked whether the console has come to rest: 30 seconds, for a slow machine."""

_REMOTE_FONT: Final = re.compile(r"@font-face\s*\{[^}]*\}\s*")

KEY_NAMES: Final = {
    "?": "question_mark", "/": "slash", ".": "full_stop", "<": "less_than_sign", ">": "greater_than_sign",
    "*": "asterisk", "[": "left_square_bracket", "]": "right_square_bracket", "-": "minus", ":": "colon",
    "esc": "escape", " ": "space", "+": "plus", "=": "equals_sign", "comma": "comma",
}  # fmt: skip
"""Keys as people write them, to the names that Textual gives them."""


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is under way: no work, no timer that the panes wait for, no message."""
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    for _ in range(SETTLE_STEPS):
        await pilot.pause()
        if app.is_settled:
            await pilot.pause()
            if app.is_settled:
                return
        await asyncio.sleep(SETTLE_STEP_S)


async def photograph(app: ConsoleApp, size: tuple[int, int], keys: Sequence[str]) -> str:
    """Press keys on a console of this size and give the screen as SVG; no font is fetched by showing it."""
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in keys:
            await pilot.press(KEY_NAMES.get(key, key))
            await settle(pilot)
        svg = app.export_screenshot(title="alerttui")
    return _REMOTE_FONT.sub("", svg)


def parse_size(text: str) -> tuple[int, int]:
    """Columns and rows of "120x40"; raises `Invalid`."""
    match = re.fullmatch(r"(\d{2,3})x(\d{2,3})", text.strip().lower())
    if match is None:
        raise Invalid("size", text, "columns x rows, such as 120x40")
    return int(match[1]), int(match[2])


def parse_keys(text: str) -> list[str]:
    """The keys of "j,j,s"; a word of several letters in quotes is typed letter by letter: 'tag:x'."""
    keys: list[str] = []
    for quoted, plain in re.findall(r"'([^']*)'|([^,]+)", text):
        keys += list(quoted) if quoted else [plain.strip() or "space"]
    return keys
