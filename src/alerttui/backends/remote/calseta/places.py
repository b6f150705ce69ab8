"""Where in a list of numbered pages reading has come, so that nothing is hidden when rows move.

The server divides a list anew for each request: what arrives pushes rows on to later pages, what leaves pulls
them on to earlier ones, and rows of one moment have no order among themselves. A page therefore begins before
the last moment that was read: what was read already is known by time and id, and where the page begins later
than that, rows have moved up and an earlier page is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.remote.calseta.capabilities import MAX_PAGE
from alerttui.domain.alert import Alert

MAX_STEPS_BACK: Final = 100
"""So often one list may have moved up; one that moves more is not in the order it says, and is read on."""

MAX_IDS: Final = 500
"""Ids of one moment that are remembered: so many may be on one page."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list was read, newest first."""

    position: int = 0
    """Rows from the top that need not be read again."""
    last_ms: int | None = None
    """When the last alert that was read had been created; None while none was."""
    ids: tuple[str, ...] = ()
    """The alerts of that very moment that were read."""
    most: int = MAX_PAGE
    """The most rows that the server was seen to give at once."""
    steps_back: int = 0
    """How often rows had moved up."""

    def values(self) -> list[object]:
        """As JSON values."""
        return [self.position, self.last_ms, list(self.ids), self.most, self.steps_back]

    @classmethod
    def of(cls, values: Sequence[object]) -> Place | None:
        """Read what `values` gave; None for anything else."""
        match values:
            case [int(position), int() | None as last_ms, list(ids), int(most), int(steps)] if (
                position >= 0 and 1 <= most <= MAX_PAGE and steps >= 0
            ):
                if all(isinstance(each, str) for each in ids):
                    return cls(position, last_ms, tuple(str(each) for each in ids), most, steps)
        return None

    @property
    def can_be_checked(self) -> bool:
        """Whether a page can show that nothing moved up: not where one moment fills it, nor too often."""
        return self.steps_back < MAX_STEPS_BACK and len(self.ids) + 1 < self.most

    def is_news(self, alert: Alert, index: int) -> bool:
        """Whether an alert that has so many rows before it comes after what was read."""
        if self.steps_back >= MAX_STEPS_BACK or "created_ms" in alert.observed:
            return index >= self.position
        if self.last_ms is None or alert.created_ms < self.last_ms:
            return True
        return alert.created_ms == self.last_ms and alert.id not in self.ids

    def after(self, taken: Sequence[Alert], position: int) -> Place:
        """The place behind these alerts, which came after what was read, and behind so many rows."""
        told = [each for each in taken if "created_ms" not in each.observed]
        if not told:
            return replace(self, position=position)
        last_ms = told[-1].created_ms
        ids = [each.id for each in told if each.created_ms == last_ms]
        earlier = self.ids if last_ms == self.last_ms else ()
        return replace(self, position=position, last_ms=last_ms, ids=(*earlier, *ids)[-MAX_IDS:])


@dataclass(frozen=True, slots=True)
class Slice:
    """One page to be asked for."""

    page: int
    """From 1 on."""
    size: int

    @property
    def start(self) -> int:
        """Rows before it."""
        return (self.page - 1) * self.size

    @property
    def end(self) -> int:
        """Rows up to its end."""
        return self.page * self.size


def next_slice(place: Place, limit: int) -> Slice:
    """The page that begins before the last moment that was read and brings at most `limit` more, if it can.

    Of more alerts in one moment than a page holds, no page can hold all: then it simply goes on.
    """
    if not place.position:
        return Slice(1, min(limit, place.most))
    first = max(0, place.position - len(place.ids) - 1)
    sizes = range(1, place.most + 1)
    best = max(
        (Slice(first // size + 1, size) for size in sizes),
        key=lambda each: (min(each.end - place.position, limit), -each.size),
    )
    if best.end > place.position:
        return best
    return Slice(place.position // place.most + 1, place.most)


def earlier_slice(slice_: Slice) -> Slice:
    """The page before, which rows may have moved up to."""
    return Slice(max(1, slice_.page - 1), slice_.size)
