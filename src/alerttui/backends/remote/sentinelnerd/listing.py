"""Pages of alerts by number, of a list whose order is not told and which moves while it is read.

An alert that comes first moves the others to later pages: what a walk has given is not given again. One that
no longer matches moves them to earlier pages: where the total has shrunk, those pages are read once more.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Final

from alerttui.backends.remote import cursors
from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.decoding import LISTED, aside, value_of
from alerttui.backends.remote.record import whole_number
from alerttui.backends.remote.sentinelnerd import wire
from alerttui.backends.remote.sentinelnerd.capabilities import PAGE
from alerttui.backends.remote.sentinelnerd.narrowing import Parameters, parameters_for
from alerttui.backends.remote.sentinelnerd.reading import alert_of, id_of, raw_of
from alerttui.domain.alert import Alert
from alerttui.domain.errors import BadAnswer, Rejected
from alerttui.domain.listing import Page
from alerttui.domain.query import AlertQuery, QueryContext

MAX_WALKS: Final = 16
"""Walks of which is known what they gave; of an older one alerts may come twice."""

MAX_SEEN: Final = 50_000
"""Alerts of one walk that are kept in mind."""

MAX_STALE: Final = 3
"""Pages in a row that bring nothing new, where no total is told: the last page is given for ever."""

MAX_STEPS: Final = 20_000
"""Pages of one walk: so many are no list any more."""

MAX_BACK: Final = 20
"""How often one walk goes back, so that it comes to its end on a list that shrinks all the time."""

_LOGGER: Final = logging.getLogger("alerttui.sentinelnerd")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk goes on."""

    walk: str
    """By which the connection knows what was given; it may have forgotten."""
    page: int = 1
    per_page: int = PAGE
    step: int = 0
    """How many pages were read before."""
    total: int | None = None
    """How many alerts the page before spoke of."""
    back: int = 0
    """How often the walk went back."""
    furthest: int = 0
    """The last page that was read."""
    stale: int = 0
    """How many pages in a row brought nothing new though they had not been read before."""


@dataclass(frozen=True, slots=True)
class WirePage:
    """One page as it was given, and what it says of its list."""

    rows: list[object]
    page: int | None = None
    per_page: int | None = None
    total: int | None = None
    total_pages: int | None = None


class Listing:
    """Lists alerts over one connection."""

    def __init__(
        self,
        requester: Requester,
        note: Callable[[Alert], Alert],
        clock: Callable[[], int],
        *,
        several_statuses: bool,
    ) -> None:
        self._requester = requester
        self._note = note
        self._clock = clock
        self._several_statuses = several_statuses
        self._walks: OrderedDict[str, dict[str, int]] = OrderedDict()
        self._begun = 0
        self.left_out = 0
        """Rows so far that were no alerts: without an id, nothing can be done with one."""

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None, limit: int
    ) -> Page[Alert]:
        """One page; what it was begun with is kept in its cursor."""
        name = repr(query)
        if cursor is None:
            parameters = parameters_for(query, context, several_statuses=self._several_statuses)
            place = Place(self._begin(), per_page=max(1, min(limit, PAGE)))
        else:
            parameters, place = _unpacked(cursor, name)
        try:
            told, requested_ms, size = await self._ask(parameters, place)
        except Rejected:
            again = _after_refusal(place)
            if again is place:
                raise
            return Page([], _packed(name, parameters, again))
        rows = self._new_rows(told.rows, place)
        following = next_place(place, told, has_news=bool(rows))
        alerts = await aside(size, _alerts_of, rows, requested_ms)
        alerts = [self._note(each) for each in alerts]
        total = told.total if not query.terms else None
        return Page(alerts, _packed(name, parameters, following), total)

    async def _ask(self, parameters: Parameters, place: Place) -> tuple[WirePage, int, int]:
        asked = [*parameters, ("page", str(place.page)), ("per_page", str(place.per_page))]
        answer = await self._requester.ask(wire.list_alerts(asked))
        page = read_page(await value_of(self._requester, answer, LISTED))
        return page, answer.requested_ms, len(answer.body)

    def _begin(self) -> str:
        self._begun += 1
        walk = f"{self._clock()}-{self._begun}"
        self._walks[walk] = {}
        while len(self._walks) > MAX_WALKS:
            self._walks.popitem(last=False)
        return walk

    def _new_rows(self, rows: Sequence[object], place: Place) -> list[Mapping[str, object]]:
        """The rows that are alerts and came on no earlier page of the walk; asking again gives them again."""
        seen = self._walks.get(place.walk)
        found: dict[str, Mapping[str, object]] = {}
        others = 0
        for row in rows:
            alert_id = id_of(row)
            if not isinstance(row, dict) or not wire.is_id(alert_id):
                others += 1
            elif seen is None or seen.get(alert_id, place.step) >= place.step:
                found.setdefault(alert_id, row)
        if seen is not None:
            self._walks.move_to_end(place.walk)
            if len(seen) < MAX_SEEN:
                seen.update((each, seen.get(each, place.step)) for each in found)
        if others:
            self.left_out += others
            _LOGGER.warning("%d rows of SentinelNerd's list are no alerts", others)
        return list(found.values())


def read_page(value: object) -> WirePage:
    """The page that a JSON value is; raises `BadAnswer` for what holds no list."""
    holder = value if isinstance(value, dict) else {}
    inner = holder.get("data")
    for rows in (
        inner,
        value,
        holder.get("alerts"),
        inner.get("alerts") if isinstance(inner, dict) else None,
    ):
        if isinstance(rows, list):
            told = holder.get("pagination")
            numbers = told if isinstance(told, dict) else {}
            page, per_page, total, pages = (
                whole_number(numbers.get(key)) for key in ("page", "per_page", "total", "total_pages")
            )
            return WirePage(rows, page, per_page or None, total, pages)
    raise BadAnswer("SentinelNerd's answer is no page of alerts: an object with a list as data is expected.")


def next_place(place: Place, told: WirePage, *, has_news: bool) -> Place | None:
    """Where a walk goes on after a page; None behind the last one. Raises `BadAnswer` without end."""
    if place.step >= MAX_STEPS:
        raise BadAnswer(f"SentinelNerd's list of alerts comes to no end after {MAX_STEPS:,} pages.")
    per_page = min(told.per_page or place.per_page, place.per_page)
    following = replace(
        place,
        page=place.page + 1,
        per_page=per_page,
        step=place.step + 1,
        total=place.total if told.total is None else told.total,
        furthest=max(place.furthest, place.page),
        stale=0 if has_news or place.page <= place.furthest else place.stale + 1,
    )
    back = _pages_back(place, told, per_page) if place.back < MAX_BACK else 0
    if back:
        return replace(following, page=max(1, place.page - back), back=place.back + 1)
    return None if _is_last(following, told) else following


def _after_refusal(place: Place) -> Place | None:
    """What comes after a page that is refused though the one before was not; the place itself on the first.

    Where no total was told it is behind the last page. Else the list has shrunk, and is read anew once.
    """
    if place.page == 1 or (place.total is not None and place.back):
        return place
    if place.total is None:
        return None
    return replace(place, page=1, step=place.step + 1, total=None, back=1)


def _pages_back(place: Place, told: WirePage, per_page: int) -> int:
    """How many pages before may now hold what was on later ones."""
    if per_page != place.per_page and place.page > 1:
        return place.page  # the pages are divided in another way
    if place.total is None or told.total is None:
        return 0
    return -(-max(0, place.total - told.total) // per_page)


def _is_last(following: Place, told: WirePage) -> bool:
    page = following.page - 1
    if not told.rows or (told.page is not None and told.page < page):
        return True
    pages = told.total_pages
    if pages is None and told.total is not None:
        pages = -(-told.total // following.per_page)
    if pages is not None:
        return page >= pages
    return len(told.rows) < following.per_page or following.stale >= MAX_STALE


def _alerts_of(rows: Sequence[Mapping[str, object]], requested_ms: int) -> list[Alert]:
    return [alert_of(row, raw_of(row), requested_ms) for row in rows]


def _packed(name: str, parameters: Parameters, place: Place | None) -> str | None:
    """The cursor of a place; None for none."""
    return None if place is None else cursors.pack(name, [parameters, place.walk, list(astuple(place)[1:])])


def _unpacked(cursor: str, name: str) -> tuple[Parameters, Place]:
    match cursors.unpack(cursor, name):
        case [list(pairs), str(walk), [int(page), int(per_page), int(step), None | int() as total, *others]]:
            match others:
                case [int(back), int(furthest), int(stale)] if min(page, per_page) >= 1:
                    parameters = [(each[0], each[1]) for each in pairs if _is_pair(each)]
                    if len(parameters) == len(pairs):
                        place = Place(walk, page, per_page, step, total, back, furthest, stale)
                        return parameters, place
    raise cursors.not_one(cursor)


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(each, str) for each in value)
