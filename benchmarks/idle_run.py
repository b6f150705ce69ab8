"""What the console writes and computes while nobody presses anything."""

from __future__ import annotations

from pathlib import Path

from benchmarks import minimal_app
from benchmarks.programs import Size, console, landmark, minimal
from benchmarks.report import Figure, put_table
from benchmarks.stores import store_file


def run_idle(folder: Path, home: Path, alerts: int, seconds: float, size: Size) -> None:
    """Let both programs rest in turn, three times."""
    path = store_file(folder, alerts)
    rates: dict[str, list[tuple[float, float]]] = {"minimal Textual app": [], "console": []}
    with minimal(home, size) as small, console(path, home, size) as large:
        small.ready(minimal_app.READY)
        large.ready(landmark(path))
        for terminal in (small, large):
            terminal.drain(1.0)
        for _ in range(3):
            rates["minimal Textual app"].append(small.idle(seconds))
            rates["console"].append(large.idle(seconds))
    figures = [
        Figure(what=f"{name}: {what}", samples=[pair[index] for pair in pairs], unit=unit)
        for index, (what, unit) in enumerate((("written", "B/s"), ("CPU", "%")))
        for name, pairs in rates.items()
    ]
    put_table(f"idle, {alerts:,} alerts, {seconds:.0f} s each", figures)
