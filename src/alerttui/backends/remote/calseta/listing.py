"""Pages of alerts, the newest first: narrowed by what is safe, with the same parameters on every page."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.remote import cursors
from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.calseta import wire
from alerttui.backends.remote.calseta.capabilities import MAX_PAGE
from alerttui.backends.remote.calseta.envelopes import Rows, rows_of
from alerttui.backends.remote.calseta.narrowing import created_from, parameters_for
from alerttui.backends.remote.calseta.places import Place, Slice, earlier_slice, next_slice
from alerttui.backends.remote.calseta.reading import id_of, row_of
from alerttui.backends.remote.decoding import aside
from alerttui.domain.alert import Alert
from alerttui.domain.errors import BadAnswer
from alerttui.domain.listing import Page
from alerttui.domain.query import AlertQuery, QueryContext

WHAT: Final = "alerts"
"""What the pages of this list are called."""

MAX_REQUESTS: Final = 8
"""Requests for one page of ours; a list that moved more goes on with the next one."""

_LOGGER: Final = logging.getLogger("alerttui.calseta")

Parameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Given:
    """A page as the server gave it, read."""

    alerts: list[Alert | None]
    """A row that is no alert is None: without an id, nothing can be done with one."""
    slice: Slice
    total: int | None

    @property
    def end(self) -> int:
        """Rows of the list up to the end of what was given."""
        return self.slice.start + len(self.alerts)

    @property
    def is_last(self) -> bool:
        """True if the list ends here."""
        return self.end >= self.total if self.total is not None else len(self.alerts) < self.slice.size

    def hides_after(self, place: Place) -> bool:
        """Whether alerts that come after a place may have moved to an earlier page."""
        if not self.slice.start or place.last_ms is None or not place.can_be_checked:
            return False
        dated = (each for each in self.alerts if each is not None and "created_ms" not in each.observed)
        first = next(dated, None)
        return first.created_ms <= place.last_ms if first else not self.alerts


class Listing:
    """Lists alerts over one connection."""

    def __init__(self, requester: Requester, window_ms: int) -> None:
        self._requester = requester
        self._window_ms = window_ms
        self.left_out = 0
        """Rows so far that were no alerts."""

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None, limit: int
    ) -> Page[Alert]:
        """One page in the order of creation; what it was begun with is kept in its cursor."""
        name = repr(query)
        if cursor is None:
            parameters = parameters_for(query, context)
            from_ms = created_from(query, context, self._window_ms)
            limit, place = max(1, min(limit, MAX_PAGE)), Place()
        else:
            parameters, from_ms, limit, place = _unpacked(cursor, name)
        found, following = await self._next(parameters, from_ms, limit, place)
        alerts = [each for each in found if from_ms is None or each.created_ms >= from_ms]
        if following is None:
            return Page(alerts)
        return Page(alerts, cursors.pack(name, [parameters, from_ms, limit, following.values()]))

    async def _next(
        self, parameters: Parameters, from_ms: int | None, limit: int, place: Place
    ) -> tuple[list[Alert], Place | None]:
        """At most `limit` alerts from a place on, and where the list goes on; None where it ends."""
        slice_ = next_slice(place, limit)
        for _ in range(MAX_REQUESTS):
            given = await self._given(parameters, slice_)
            if given.slice.size < slice_.size:
                place = replace(place, most=given.slice.size)
            if given.hides_after(place):
                slice_ = earlier_slice(given.slice)
                place = replace(place, position=slice_.start, steps_back=place.steps_back + 1)
                continue
            alerts, following, is_whole = _taken(given, place, limit)
            if (is_whole and given.is_last) or _reach_before(alerts, from_ms):
                return alerts, None
            if not alerts and following.position <= place.position:
                raise BadAnswer("Calseta gave rows again that came before, though it tells of more.")
            place = following
            if alerts:
                return alerts, place
            slice_ = next_slice(place, limit)
        return [], place

    async def newest(self) -> list[Alert]:
        """The newest alerts, as many as one page holds."""
        given = await self._given([], Slice(1, MAX_PAGE))
        return [each for each in given.alerts if each is not None]

    async def _given(self, parameters: Parameters, slice_: Slice) -> Given:
        answer = await self._requester.ask(wire.list_alerts(parameters, slice_.page, slice_.size))
        page = await rows_of(self._requester, answer, WHAT)
        alerts = await aside(len(answer.body), _alerts_of, page, answer.requested_ms)
        others = sum(each is None for each in alerts)
        if others:
            self.left_out += others
            _LOGGER.warning("%d rows of Calseta's list are no alerts", others)
        is_less = page.size is not None and max(1, len(alerts)) <= page.size < slice_.size
        size = page.size if is_less and page.size is not None else slice_.size
        return Given(alerts, Slice(slice_.page, size), page.total)


def _alerts_of(page: Rows, requested_ms: int) -> list[Alert | None]:
    return [row_of(row, requested_ms) if isinstance(row, dict) and id_of(row) else None for row in page.rows]


def _taken(given: Given, place: Place, limit: int) -> tuple[list[Alert], Place, bool]:
    """What of a page comes after a place, each alert once; the place behind it; whether that was all."""
    taken: dict[str, Alert] = {}
    end, is_whole = given.end, True
    for index, alert in enumerate(given.alerts, given.slice.start):
        if alert is None or alert.id in taken or not place.is_news(alert, index):
            continue
        if len(taken) == limit:
            end, is_whole = index, False
            break
        taken[alert.id] = alert
    alerts = list(taken.values())
    following = place.after(alerts, end)
    if alerts and end <= place.position:
        following = replace(following, steps_back=following.steps_back + 1)
    return alerts, following, is_whole


def _reach_before(alerts: list[Alert], from_ms: int | None) -> bool:
    """True if these alerts reach further back than is asked for."""
    return from_ms is not None and any(
        each.created_ms < from_ms for each in alerts if "created_ms" not in each.observed
    )


def _unpacked(cursor: str, name: str) -> tuple[Parameters, int | None, int, Place]:
    match cursors.unpack(cursor, name):
        case [list(pairs), int() | None as from_ms, int(limit), list(values)] if 1 <= limit <= MAX_PAGE:
            place = Place.of(values)
            parameters = [(pair[0], pair[1]) for pair in pairs if isinstance(pair, list) and _is_pair(pair)]
            if place is not None and len(parameters) == len(pairs):
                return parameters, from_ms, limit, place
    raise cursors.not_one(cursor)


def _is_pair(pair: list[object]) -> bool:
    return len(pair) == 2 and all(isinstance(each, str) for each in pair)
