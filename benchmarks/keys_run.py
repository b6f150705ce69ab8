"""From a key to the last byte of its answer: the console's keys beside one key of the least Textual app."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks import minimal_app
from benchmarks.programs import Size, console, landmark, minimal
from benchmarks.report import Figure, put, put_table
from benchmarks.stores import store_file
from benchmarks.terminal import Press, Terminal

DOWN: Final = "\x1b[B"
PAGE_DOWN: Final = "\x1b[6~"
HOME: Final = "\x1b[H"
END: Final = "\x1b[F"

_SCROLLS: Final = 3
"""A down that writes so many times what the usual one does has scrolled the list."""

Samples = dict[str, list[Press]]


def run_keys(folder: Path, home: Path, alerts: int, presses: int, size: Size) -> None:
    """Press the keys of both programs, the baseline's half before and half after; write the tables."""
    path = store_file(folder, alerts)
    held: list[tuple[str, int, float]] = []
    with minimal(home, size) as small, console(path, home, size) as large:
        small.ready(minimal_app.READY)
        small.drain()
        large.ready(landmark(path))
        large.drain(0.6)
        base = [small.press("j") for _ in range(max(10, presses // 2))]
        samples = _console_keys(large, presses)
        held.append(("minimal app, key held", *small.hold("j", 60)))
        large.press(HOME)
        held.append(("down held", *large.hold(DOWN, 60)))
        base += [small.press("j") for _ in range(max(10, presses // 2))]
        peaks = small.peak_mb(), large.peak_mb()
    title = f"{alerts:,} alerts, {size[0]}x{size[1]}"
    _put_times(f"keys, {title}", base, samples)
    _put_bytes(f"bytes a key, {title}", base, samples)
    for what, written, lag_ms in held:
        put(f"  {what} at 30/s: {written / 60:,.0f} bytes a key, {lag_ms:.1f} ms from the last key to rest")
    put(
        f"  peak memory: {peaks[1]:.1f} MB, {peaks[1] / peaks[0]:.2f}x of the minimal app's {peaks[0]:.1f} MB"
    )


def _console_keys(terminal: Terminal, presses: int) -> Samples:
    """Every kind of key in turn, from a place where it does what it is named for."""
    samples: Samples = {}
    few = max(5, presses // 4)
    first = [terminal.press(DOWN) for _ in range(presses)]
    usual = statistics.median(each.written for each in first)
    scrolled = [index for index, each in enumerate(first) if each.written > _SCROLLS * usual]
    samples["down in view"] = [each for each in first if each.written <= _SCROLLS * usual]
    if len(scrolled) > 1:
        samples["down at the edge"] = _edges(terminal, scrolled, few, presses)
    samples["page down"] = [terminal.press(PAGE_DOWN) for _ in range(presses // 2)]
    ends: list[Press] = []
    homes: list[Press] = []
    for _ in range(few):
        ends.append(terminal.press(END))
        homes.append(terminal.press(HOME))
    samples["end"], samples["home"] = ends, homes
    terminal.press("2")
    samples["next alert from the detail"] = [terminal.press("J") for _ in range(presses // 2)]
    terminal.press("1")
    terminal.press(HOME)
    samples["filter submitted"] = _repeated(few, lambda count: _filter(terminal, count))
    return samples


def _edges(terminal: Terminal, scrolled: Sequence[int], few: int, presses: int) -> list[Press]:
    """Downs that scroll: the list does so every so many rows, and the rows between are typed at once."""
    period = scrolled[-1] - scrolled[-2]
    since = presses - 1 - scrolled[-1]
    found: list[Press] = []
    for _ in range(few):
        between = period - 1 - since
        if between:
            terminal.send(DOWN * between)
            terminal.drain(0.3)
        found.append(terminal.press(DOWN))
        since = 0
    return found


def _filter(terminal: Terminal, count: int) -> Press:
    """Open the filter, type one, and measure the enter that applies it."""
    terminal.press("/")
    terminal.send("\x15" + ("severity>=high" if count % 2 else "is:open"))
    terminal.drain()
    return terminal.press("\r")


def _repeated(times: int, press: Callable[[int], Press]) -> list[Press]:
    return [press(count) for count in range(times)]


def _put_times(title: str, base: list[Press], samples: Samples) -> None:
    anchor = Figure(what="minimal app: a key", samples=[each.settled_ms for each in base])
    figures = [anchor]
    for what, presses in samples.items():
        figures.append(Figure(what=what, samples=[each.settled_ms for each in presses], against=anchor))
        if any(each.first < each.written for each in presses):
            first = [each.first_ms for each in presses]
            figures.append(Figure(what=f"{what}: first frame", samples=first, against=anchor))
        if any(each.later for each in presses):
            later = [each.later_ms for each in presses if each.later]
            figures.append(Figure(what=f"{what}: panes too", samples=later, against=anchor))
    put_table(title, figures)


def _put_bytes(title: str, base: list[Press], samples: Samples) -> None:
    anchor = Figure(what="minimal app: a key", samples=[each.written for each in base], unit="B")
    figures = [anchor]
    for what, presses in samples.items():
        figures.append(
            Figure(what=what, samples=[each.written for each in presses], unit="B", against=anchor)
        )
        figures.append(
            Figure(what=f"{what}: panes after it", samples=[each.later for each in presses], unit="B")
        )
    put_table(title, figures)
