"""CHAD's list of alerts, part by part: it moves while it is read, and not one alert may be lost by that.

Parts are counted from the newest. New alerts push the rest down, so that rows come twice; alerts that leave
the list, because they were deleted or no longer match, pull it up, and rows would never come. So each part
begins with a row that is known already: where it is not there, the list is read from further up.

One malformed document in its search store makes CHAD fail on every part that it is in: it is passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from alerttui.backends.remote.asking import Answer, Requester
from alerttui.backends.remote.chad import wire
from alerttui.backends.remote.chad.access import Access
from alerttui.backends.remote.chad.capabilities import CURRENT, LIST_LIMIT
from alerttui.backends.remote.chad.current import moment
from alerttui.backends.remote.chad.detecting import Forms
from alerttui.backends.remote.chad.dialect import Dialect, Parameters, Stretch, Wanted
from alerttui.backends.remote.chad.place import Listed, Part, Place, read_list
from alerttui.backends.remote.chad.reading import alert_of, id_of
from alerttui.backends.remote.decoding import LISTED, aside, value_of
from alerttui.domain.alert import Alert
from alerttui.domain.errors import ServerDown, TooLarge
from alerttui.domain.json_text import exact_json
from alerttui.domain.listing import Page

MAX_REQUESTS: Final = 10
"""Requests for one page of ours, where a part brings nothing new."""

SMALLEST: Final = 2
"""Rows of the smallest part that brings something new; a larger one is made smaller if it is too large."""

_LOGGER: Final = logging.getLogger("alerttui.chad")


class Listing:
    """Lists alerts over one connection."""

    def __init__(
        self, requester: Requester, access: Access, forms: Forms, note: Callable[[Alert], Alert]
    ) -> None:
        self._requester = requester
        self._access = access
        self._forms = forms
        self._note = note
        self.left_out = 0
        """Rows so far that were no alerts: without an id, nothing can be done with one."""
        self.on_disorder: Callable[[], None] = lambda: None
        """Told when a list was not in the order of creation."""

    async def page(self, wanted: Wanted, place: Place, limit: int) -> tuple[Page[Alert], Place | None]:
        """What comes next at a place, and where it goes on; None at the end, where the page may be cut."""
        following: Place | None = place
        for _ in range(MAX_REQUESTS):
            if following is None:
                break
            page, following = await self._step(wanted, following, limit)
            if page.results or page.is_cut:
                return page, following
        return Page([]), following

    async def _step(self, wanted: Wanted, place: Place, limit: int) -> tuple[Page[Alert], Place | None]:
        dialect = await self._forms.dialect()
        stretch = dialect.stretch(place.position, limit, place.most, LIST_LIMIT, overlaps=not place.skipped)
        if stretch is None:
            return Page([], is_cut=True), None
        asked = [*_filters(dialect, wanted, place, self._access.has_key), *stretch.parameters]
        request = wire.list_alerts(asked, with_key=self._access.has_key)
        if dialect.form == CURRENT and not self._access.has_key:
            request = wire.with_failures(request)
        try:
            answer = await self._requester.ask(request)
        except TooLarge:
            if stretch.size <= SMALLEST:
                raise
            return Page([]), replace(place, most=max(SMALLEST, stretch.size // 4))
        if answer.status == wire.FAILED:
            return Page([]), self._around(place, stretch, answer)
        value = await value_of(self._requester, answer, LISTED)
        self._forms.learn(value)
        listed = read_list(value)
        alerts = await aside(len(answer.body), _alerts_of, listed, answer.requested_ms, dialect.form)
        self._count_others(listed)
        part = Part(place, stretch, listed, alerts, limit)
        if part.has_gap:
            return Page([]), part.further_up(limit)
        fresh = [self._note(each) for each in part.fresh]
        following = part.following(wanted.created.least)
        if place.is_ordered and not part.is_ordered:
            self.on_disorder()
        if following is not None and following.position >= LIST_LIMIT:
            following = self._by_time(dialect, following)
            return Page(fresh, is_cut=following is None), following
        return Page(fresh, is_cut=part.is_stuck), following

    def _by_time(self, dialect: Dialect, place: Place) -> Place | None:
        """Where a list goes on beyond its limit: before a time, which only API keys can ask for."""
        if (
            not self._access.has_key
            or dialect.form != CURRENT
            or not place.is_ordered
            or place.last_ms is None
        ):
            return None
        until_ms = place.last_ms + 1
        if place.until_ms is not None and place.until_ms <= until_ms:
            return None
        return replace(place, position=0, until_ms=until_ms)

    def _around(self, place: Place, stretch: Stretch, answer: Answer) -> Place:
        """Where to go on after CHAD failed on a part: one alert that it cannot tell fails all of it."""
        following = place.around(stretch)
        if following is None:
            raise ServerDown(f"Could not list alerts: CHAD failed (500): {wire.words_of(answer)}.")
        if following.skipped > place.skipped:
            self.left_out += 1
            _LOGGER.warning("CHAD cannot tell the alert at position %d of its list", following.position)
        return following

    def _count_others(self, listed: Listed) -> None:
        others = sum(not id_of(row) for row in listed.rows)
        if others:
            self.left_out += others
            _LOGGER.warning("%d rows of CHAD's list are no alerts", others)


def _filters(dialect: Dialect, wanted: Wanted, place: Place, has_key: bool) -> Parameters:
    found = dialect.filters(wanted, with_key=has_key)
    if place.until_ms is None:
        return found
    return [*(each for each in found if each[0] != "end_time"), ("end_time", moment(place.until_ms))]


def _alerts_of(listed: Listed, requested_ms: int, form: str) -> list[Alert]:
    """The rows that are alerts, each once."""
    found: dict[str, Alert] = {}
    for row in listed.rows:
        alert_id = id_of(row)
        if alert_id and isinstance(row, dict) and alert_id not in found:
            raw = exact_json(row).encode("utf-8", "surrogatepass")
            found[alert_id] = alert_of(row, raw, requested_ms, tells_owner=form == CURRENT)
    return list(found.values())
