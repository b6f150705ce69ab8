"""Pivoting: from the value under the cursor to a filter on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from alerttui.domain.moments import format_age
from alerttui.domain.query import AlertQuery
from alerttui.domain.query_pivot import AROUND_MS, Pivot, alone, around, only, pivot_of, without
from alerttui.domain.query_text import print_query
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.filtering import Filtering
from alerttui.tui.screens.pointing import Pointed, Pointing
from alerttui.tui.screens.queue import Queue

if TYPE_CHECKING:
    from alerttui.tui.dialogs.pivot_menu import PivotMenu

TITLE_CHARACTERS: Final = 60
"""What is shown of a long value in a menu's title."""


LABEL_CELLS: Final = 8
"""Room for what kind of value it is: "assignee", "severity"."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to filter by a value."""

    key: str
    label: str
    query: AlertQuery


COPY: Final = "copy"


@dataclass(slots=True)
class Pivoting:
    """The pivot key, in every pane."""

    desk: Desk
    pointing: Pointing
    filtering: Filtering
    queue: Queue
    copy: Callable[[str], Awaitable[None]] | None = None
    """Copies a text; None where there is nothing to copy through."""

    async def pivot(self) -> None:
        """Ask what to do with the value under the cursor, and list what that means."""
        pointed = await self._pointed()
        if pointed is None:
            return
        if not pointed.field and pointed.text.startswith(("{", "[")):
            opens, pivots = (self.desk.keymap.label(each) for each in ("pane.open", "value.pivot"))
            self.desk.say(f"More than one value: {opens} opens it, {pivots} takes the one under the cursor.")
            return
        pivot = pivot_of(pointed.text, pointed.field)
        ways = self._ways(pointed, pivot)
        if not ways:
            self.desk.say("There is nothing in this value to search for.")
            return
        answer = await self._ask(pointed, pivot, ways)
        if answer == COPY and self.copy is not None:
            await self.copy(pointed.text)
            return
        for way in ways:
            if way.key == answer:
                self.filtering.show(way.query, self._said(way))
                self.filtering.remember(way.query)

    async def _pointed(self) -> Pointed | None:
        """The one value that is pointed at, or the one that is chosen of those in the row."""
        values = self.pointing.values()
        if not values:
            self.desk.say("There is no value under the cursor.")
            return None
        if len(values) == 1:
            return values[0]
        from alerttui.tui.dialogs.menu import MenuScreen, Option

        options = [
            Option(key, f"{value.label:<{LABEL_CELLS}}  {_short(value.text)}", value)
            for key, value in zip(_letters(values), values, strict=True)
        ]
        return await self.desk.ask(MenuScreen("Filter by a value of this alert", options))

    def _ways(self, pointed: Pointed, pivot: Pivot | None) -> list[Way]:
        query = self.queue.query
        ways: list[Way] = []
        is_bare_time = pointed.moment_ms is not None and not pointed.field  # times are not searched as text
        if pivot is not None and not is_bare_time:
            ways += [
                Way("o", "only this", only(query, pivot.term)),
                Way("n", "not this", without(query, pivot.term)),
                Way("w", "this alone", alone(query, pivot.term)),
            ]
        moment_ms = pointed.created_ms if pointed.moment_ms is None else pointed.moment_ms
        if moment_ms is not None:
            what = "this time" if pointed.moment_ms is not None else "the alert"
            label = f"around {what}, ±{format_age(AROUND_MS)}"
            ways.append(Way("t", label, around(query, moment_ms)))
        return ways

    async def _ask(self, pointed: Pointed, pivot: Pivot | None, ways: Sequence[Way]) -> str | None:
        from alerttui.tui.dialogs.menu import Option
        from alerttui.tui.dialogs.pivot_menu import PivotMenu

        options = [Option(way.key, way.label, way.key, print_query(way.query)) for way in ways]
        if self.copy is not None:
            options.append(Option("c", "copy", COPY))
        above = [f"Not exact: {pivot.inexact}."] if pivot is not None and pivot.inexact else []
        menu = PivotMenu(f"{pointed.label or 'value'}: {_short(pointed.text)}", options, above=above)
        self.desk.run(partial(self._count, menu, ways), "pivot counts", exclusive=True)
        return await self.desk.ask(menu)

    async def _count(self, menu: PivotMenu, ways: Sequence[Way]) -> None:
        """Tell the counts when they come: the menu opens without waiting, and takes its keys."""
        menu.tell(await asyncio.to_thread(self._counts, ways))

    def _counts(self, ways: Sequence[Way]) -> dict[str, int]:
        store, context = self.desk.session.store, self.desk.session.query_context()
        return {way.key: store.count(way.query, context) for way in ways}

    def _said(self, way: Way) -> str:
        return f"{way.label}; {self.desk.keymap.label('view.last')} goes back"


def _short(text: str) -> str:
    return text if len(text) <= TITLE_CHARACTERS else f"{text[:TITLE_CHARACTERS]}…"


def _letters(values: Sequence[Pointed]) -> list[str]:
    """A letter for each value: the first of its label that is free, else any that is; at last none."""
    free = dict.fromkeys("abcdefghijklmnopqrstuvwxyz")
    letters = []
    for value in values:
        letter = next((each for each in (*value.label.lower(), *free) if each in free), "")
        free.pop(letter, None)
        letters.append(letter)
    return letters
