"""Bytes of opening and closing dialogs, beside one full page of the same console."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.programs import Size, console, landmark
from benchmarks.report import Figure, put_table
from benchmarks.stores import store_file
from benchmarks.terminal import Terminal

ESC: Final = "\x1b"
PAGE_DOWN: Final = "\x1b[6~"
DOWN: Final = "\x1b[B"

PAUSE_S: Final = 0.35
"""Silence after which a dialog is up, or gone, for good: an esc alone is waited for longer than a key."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How a dialog is opened, and left again."""

    what: str
    keys: str
    back: str = ESC


DIALOGS: Final = (
    Opened("status menu", "s"),
    Opened("close dialog", "c"),
    Opened("composer", "n"),
    Opened("palette", "\x10"),
    Opened("filter popup", "/"),
    Opened("help", "?"),
)


def run_dialogs(folder: Path, home: Path, alerts: int, repetitions: int, size: Size) -> None:
    """Open and close every dialog; write what each cost."""
    path = store_file(folder, alerts)
    with console(path, home, size) as terminal:
        terminal.ready(landmark(path))
        terminal.drain(0.6)
        page = Figure(
            what="page down, and its panes", samples=_samples(terminal, PAGE_DOWN, repetitions), unit="B"
        )
        figures = [page]
        for dialog in DIALOGS:
            opened: list[int] = []
            closed: list[int] = []
            for _ in range(repetitions):
                opened.append(_bytes(terminal, dialog.keys))
                closed.append(_bytes(terminal, dialog.back))
            figures.append(Figure(what=f"{dialog.what} opens", samples=opened, unit="B", against=page))
            figures.append(Figure(what=f"{dialog.what} closes", samples=closed, unit="B", against=page))
        steps = _samples(terminal, DOWN, repetitions)
        figures.append(Figure(what="down, and its panes", samples=steps, unit="B", against=page))
    put_table(f"bytes of dialogs, {alerts:,} alerts, {size[0]}x{size[1]}", figures)


def _samples(terminal: Terminal, keys: str, repetitions: int) -> list[int]:
    return [_bytes(terminal, keys) for _ in range(repetitions)]


def _bytes(terminal: Terminal, keys: str) -> int:
    """Type, wait until all is still, and count."""
    terminal.send(keys)
    return terminal.drain(PAUSE_S)[0]
