"""The programs that are compared: the console on a store, the least Textual application, bare Python."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from alerttui.domain.query import QueryContext
from alerttui.domain.query_text import parse
from benchmarks import minimal_app
from benchmarks.stores import NOW_MS, opened
from benchmarks.terminal import Terminal

Size = tuple[int, int]


def console(store: Path, home: Path, size: Size, *options: str) -> Terminal:
    """The console on this store, with every place of its own below `home`."""
    program = str(Path(sys.executable).with_name("alerttui"))
    return Terminal([program, "--db", str(store), *options], size, places(home))


def minimal(home: Path, size: Size) -> Terminal:
    """The least Textual application."""
    return Terminal([sys.executable, str(Path(minimal_app.__file__))], size, places(home))


def places(home: Path) -> Mapping[str, str]:
    """Environment in which nothing of the user's is read or written."""
    return {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state"),
            "XDG_DATA_HOME": str(home / "data")}  # fmt: skip


def landmark(store: Path, text: str = "is:open") -> str:
    """Text that is on screen as soon as the first page is: the start of an early title in plain letters."""
    found = opened(store)
    try:
        rows = found.first_rows(parse(text), QueryContext(now_ms=NOW_MS), 6)
    finally:
        found.close()
    for row in rows:
        start = row.title[:12]
        if len(start) == 12 and start.isascii() and start.isprintable() and "  " not in start:
            return start
    raise RuntimeError(f"No title among the first rows of {store} can be told on the screen.")
