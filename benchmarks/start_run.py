"""From the command to the first page: the console on small and large stores beside the least Textual app."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import minimal_app
from benchmarks.programs import Size, console, landmark, minimal
from benchmarks.report import Figure, put_table
from benchmarks.stores import store_file
from benchmarks.terminal import Terminal


def run_start(folder: Path, home: Path, sizes: list[int], starts: int, size: Size) -> None:
    """Start everything in turn, so that what disturbs one disturbs all; the first round is thrown away."""
    programs: dict[str, tuple[Callable[[], Terminal], str]] = {
        "minimal Textual app": (partial(minimal, home, size), minimal_app.READY)
    }
    for alerts in sizes:
        path = store_file(folder, alerts)
        programs[f"console, {alerts:,} alerts"] = (partial(console, path, home, size), landmark(path))
    ready: dict[str, list[float]] = {name: [] for name in programs}
    peaks: dict[str, list[float]] = {name: [] for name in programs}
    for round_ in range(starts + 1):
        for name, (start, text) in programs.items():
            with start() as terminal:
                ready_ms = terminal.ready(text)
                terminal.drain()
                if round_:
                    ready[name].append(ready_ms)
                    peaks[name].append(terminal.peak_mb())
    put_table(f"start, {size[0]}x{size[1]}: first page on screen", _figures(ready, "ms"))
    put_table(f"start, {size[0]}x{size[1]}: most memory once all is at rest", _figures(peaks, "MB"))


def _figures(samples: dict[str, list[float]], unit: str) -> list[Figure]:
    names = list(samples)
    base = Figure(what=names[0], samples=samples[names[0]], unit=unit)
    figures = [base]
    figures += [Figure(what=name, samples=samples[name], unit=unit, against=base) for name in names[1:]]
    if len(names) > 2:
        smallest = figures[1]
        figures += [
            Figure(what=name, samples=samples[name], unit=unit, against=smallest) for name in names[2:]
        ]
    return figures
