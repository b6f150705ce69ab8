"""Photographs of the console without a terminal: the same bytes for the same alerts, size and keys."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.keys import Keys
from textual.pilot import Pilot

from alerttui.domain.errors import Invalid
from alerttui.tui.app import ConsoleApp
from alerttui.tui.screens.switching import SwitchTo

SETTLE_STEP_S: Final = 0.01
SETTLE_STEPS: Final = 1_000
"""How often it is looked whether the console has come to rest: 30 seconds, for a slow machine."""

CELL_PX: Final = 12.2
"""Width of a cell in Rich's SVG."""

_RUN: Final = re.compile(
    r'<text class="(?P<kind>[^"]*)" x="(?P<x>[^"]*)" y="(?P<y>[^"]*)" textLength="[^"]*" '
    r'clip-path="(?P<clip>[^"]*)">(?P<text>[^<]*)</text>'
)
_WORDS: Final = re.compile("[^\xa0]+(?:\xa0[^\xa0]+)*")

_REMOTE_FONT: Final = re.compile(r"@font-face\s*\{[^}]*\}\s*")

KEY_NAMES: Final = {
    "?": "question_mark", "/": "slash", ".": "full_stop", "<": "less_than_sign", ">": "greater_than_sign",
    "*": "asterisk", "[": "left_square_bracket", "]": "right_square_bracket", "-": "minus", ":": "colon",
    "esc": "escape", " ": "space", "+": "plus", "=": "equals_sign", "comma": "comma",
}  # fmt: skip
"""Keys as people write them, to the names that Textual gives them."""


async def settle(pilot: Pilot[SwitchTo]) -> None:
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
        return screenshot(app)


def screenshot(app: ConsoleApp) -> str:
    """The screen as SVG: it fetches nothing, and its columns stand straight in every viewer."""
    svg = _REMOTE_FONT.sub("", app.export_screenshot(title="alerttui"))
    svg = _RUN.sub(_words, svg)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def _words(run: re.Match[str]) -> str:
    """A run of text as one element per word group: some viewers swallow spaces at the ends of a run."""
    start = float(run["x"])
    text = html.unescape(run["text"])
    return "".join(
        f'<text class="{run["kind"]}" x="{start + cell_len(text[: words.start()]) * CELL_PX:.6g}" '
        f'y="{run["y"]}" textLength="{cell_len(words.group()) * CELL_PX:.6g}" clip-path="{run["clip"]}">'
        f"{html.escape(words.group(), quote=False).replace(chr(0xA0), '&#160;')}</text>"
        for words in _WORDS.finditer(text)
    )


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
    for key in keys:
        _check_key(key)
    return keys


def _check_key(key: str) -> None:
    """Raise `Invalid` for what is no key: a photograph of nothing pressed would be misleading."""
    name = KEY_NAMES.get(key, key).rpartition("+")[2] or key
    if len(name) > 1 and name not in {each.value for each in Keys} and name not in KEY_NAMES.values():
        raise Invalid("press", key, "a letter, or a key such as enter, esc, tab, space, ctrl+d, pagedown")
