"""The aim: on which alerts a change acts. It is taken at the key press, as ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alerttui.domain.listing import AlertRow
from alerttui.domain.patch import AlertPatch
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import AlertId, Severity
from alerttui.triage.planning import row_values

TITLE_CELLS = 200
"""How much of an alert's title a dialog is given to quote; it shows what fits."""


@dataclass(frozen=True, slots=True)
class Aim:
    """The alerts that a change is about to act on."""

    rows: tuple[AlertRow, ...]
    marked: bool
    """True if they are the marked ones, False if it is the alert on screen."""
    hidden: int = 0
    """How many of them the present listing does not have."""
    pane_values: AlertPatch | None = None
    """The values that a pane shows of the one alert; None where the list's rows are what was seen."""
    known: Mapping[AlertId, AlertPatch] | None = None
    """The values on which an earlier change was decided that is made again for some of its alerts."""
    is_all: bool = False
    """True if they are all that match the filter: asked about however few they are."""

    @property
    def seen(self) -> dict[AlertId, AlertPatch]:
        """The values on which the analyst decides, by alert."""
        if self.pane_values is not None:
            return {self.rows[0].id: self.pane_values}
        if self.known is not None:
            return {row.id: self.known[row.id] for row in self.rows if row.id in self.known}
        return {row.id: row_values(row) for row in self.rows}

    @property
    def ids(self) -> tuple[AlertId, ...]:
        """Their ids, in listing order where they are listed."""
        return tuple(row.id for row in self.rows)

    @property
    def rowids(self) -> tuple[int, ...]:
        """Their rowids."""
        return tuple(row.rowid for row in self.rows)

    @property
    def name(self) -> str:
        """What the aim is called in a title: "40 marked", or the alert's own title."""
        if self.marked:
            hidden = f" ({self.hidden:,} not in this list)" if self.hidden else ""
            return f"{len(self.rows):,} marked{hidden}"
        if len(self.rows) > 1:
            return f"{len(self.rows):,} alerts"
        title = shown(self.rows[0].title)
        return title if len(title) <= TITLE_CELLS else title[: TITLE_CELLS - 1] + "…"


SEVERITIES_A_LINE = 4
"""How many severities fit beside each other in a question on a narrow terminal."""


def severities(rows: Sequence[AlertRow]) -> list[str]:
    """How many of each severity an aim has, the gravest first, in as many lines as that needs.

    Words of several sources for one severity are counted together.
    """
    counts = Counter(_rank(row) for row in rows)
    told = [f"{number:,} {word}" for (_, word), number in sorted(counts.items(), reverse=True)]
    starts = range(0, len(told), SEVERITIES_A_LINE)
    parts = [", ".join(told[start : start + SEVERITIES_A_LINE]) for start in starts]
    lines = [f"{'' if index else 'of these':9}{part}" for index, part in enumerate(parts)]
    return [*(f"{line}," for line in lines[:-1]), *lines[-1:]]


def _rank(row: AlertRow) -> tuple[int, str]:
    if row.severity == Severity.UNKNOWN:
        return row.severity, shown(row.severity_label or "unrated")
    return row.severity, Severity(row.severity).name


def sample(rows: Sequence[AlertRow], count: int = 5) -> list[str]:
    """How many of each severity an aim has, and its gravest alerts, for a question."""
    gravest = sorted(rows, key=lambda row: -row.severity)[:count]
    lines = [f"{shown(row.severity_label or '?'):9} {shown(row.title)}" for row in gravest]
    if len(rows) > count:
        lines.append(f"and {len(rows) - count:,} more")
    return [*severities(rows), *lines]
