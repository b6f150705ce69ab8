"""What a benchmark found: lines of a plain table, each with its baseline."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

HEADER: Final = ("what", "p50", "p95", "unit", "n", "ratio p50", "ratio p95", "against")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Samples of one thing, in one unit."""

    what: str
    samples: Sequence[float]
    unit: str = "ms"
    against: Figure | None = None
    """The baseline of the same run; None for a baseline itself, or where a ratio would say nothing."""

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples) if self.samples else float("nan")

    @property
    def p95(self) -> float:
        """The sample that at most one in twenty exceeds."""
        ordered = sorted(self.samples)
        return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))] if ordered else float("nan")


def timed(work: Callable[[], object], repetitions: int) -> list[float]:
    """How many milliseconds each repetition took; the first one of all is a warm-up and left out."""
    samples: list[float] = []
    for repetition in range(repetitions + 1):
        gc.collect()
        before = time.perf_counter()
        result = work()
        took = time.perf_counter() - before
        del result
        if repetition:
            samples.append(took * 1000)
    return samples


def put(text: str = "") -> None:
    """Write one line to standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def put_table(title: str, figures: Sequence[Figure]) -> None:
    """Write the figures as a table of plain text."""
    rows = [HEADER, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    put(f"\n{title}")
    for row in rows:
        cells = (
            cell.ljust(width) if column in (0, 3, 7) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        put("  " + "  ".join(cells).rstrip())


def _row(figure: Figure) -> tuple[str, ...]:
    base = figure.against
    return (
        figure.what,
        _number(figure.median),
        _number(figure.p95),
        figure.unit,
        str(len(figure.samples)),
        _ratio(figure.median, base.median) if base else "",
        _ratio(figure.p95, base.p95) if base else "",
        base.what if base else "",
    )


def _ratio(value: float, base: float) -> str:
    return f"{value / base:.2f}x" if base else "-"


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
