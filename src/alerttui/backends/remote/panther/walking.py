"""Walking through a list of Panther's page by page, whatever its pages are like.

Panther may answer an empty page that leads on, more rows than were asked for, or the same cursor for ever:
nothing is lost, and nothing runs without end.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.remote.cursors import digest
from alerttui.domain.errors import BadAnswer

MAX_REQUESTS: Final = 20
"""Requests for one page of ours: so many empty ones in a row are no list any more."""

Mark = Callable[[list[object]], str]
"""Tells the rows of one page from those of another; empty where they may repeat."""

_LOGGER: Final = logging.getLogger("alerttui.panther")


@dataclass(frozen=True, slots=True)
class WirePage:
    """One page as Panther gave it."""

    rows: list[object]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on."""

    cursor: str = ""
    """Panther's own; empty for the first page."""
    skip: int = 0
    """Rows of that page that were given already, where it holds more than were asked for."""
    steps: int = 0
    kept: str = ""
    """Digest of the cursor after 1, 2, 4, 8... steps: whoever meets it again walks in a circle."""
    rows: str = ""
    """Digest of the page before."""

    def values(self) -> list[object]:
        """As JSON values, to be kept in a cursor."""
        return [self.cursor, self.skip, self.steps, self.kept, self.rows]

    @classmethod
    def of(cls, values: list[object]) -> Place | None:
        """Back from JSON values; None if they are none of these."""
        match values:
            case [str(cursor), int(skip), int(steps), str(kept), str(rows)] if skip >= 0 and steps >= 0:
                return cls(cursor, skip, steps, kept, rows)
            case _:
                return None


Fetch = Callable[[str], Awaitable[WirePage]]
"""Asks for the page at one of Panther's cursors, empty for the first one."""


def read_page(value: object, what: str) -> WirePage:
    """The page that a JSON value is; `next` absent, null or empty means the last one."""
    if isinstance(value, dict) and "results" in value:
        rows, following = value["results"], value.get("next")
        if (rows is None or isinstance(rows, list)) and (following is None or isinstance(following, str)):
            return WirePage(rows or [], following or "")
    raise BadAnswer(f"Panther's answer is no page of {what}: an object with results and next is expected.")


async def next_rows(
    fetch: Fetch, place: Place, limit: int, what: str, mark: Mark = lambda rows: ""
) -> tuple[list[object], Place | None]:
    """At most `limit` rows from a place on, and where the list goes on.

    Raises `BadAnswer` for a list that comes to no end.
    """
    for _ in range(MAX_REQUESTS):
        page = await fetch(place.cursor)
        seen = mark(page.rows)
        if seen and seen == place.rows and not place.skip:
            raise BadAnswer(f"Panther gave the same page of {what} twice; reading was stopped.")
        rows = page.rows[place.skip :]
        if len(rows) > limit:
            if not place.skip:
                _LOGGER.warning("Panther gave %d %s on a page of at most %d", len(page.rows), what, limit)
            return rows[:limit], replace(place, skip=place.skip + limit)
        following = _after(place, page.next, seen, what)
        if rows or following is None:
            return rows, following
        place = following
    raise BadAnswer(f"Panther gave {MAX_REQUESTS} empty pages of {what} in a row; reading was stopped.")


async def all_rows(fetch: Fetch, what: str, max_requests: int) -> tuple[list[object], bool]:
    """Every row of a short list, and whether that was all: it ends after so many requests."""
    rows: list[object] = []
    place = Place()
    for _ in range(max_requests):
        page = await fetch(place.cursor)
        rows += page.rows
        following = _after(place, page.next, "", what)
        if following is None:
            return rows, True
        place = following
    return rows, False


def _after(place: Place, cursor: str, seen: str, what: str) -> Place | None:
    """The place behind a page; None behind the last one."""
    if not cursor:
        return None
    step, mark = place.steps + 1, digest(cursor)
    if mark == place.kept or cursor == place.cursor:
        raise BadAnswer(f"Panther's pages of {what} lead back to an earlier one; reading was stopped.")
    is_power_of_two = step & (step - 1) == 0
    return Place(cursor, 0, step, mark if is_power_of_two else place.kept, seen or place.rows)
