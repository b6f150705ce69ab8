"""Pages of alerts: narrowed by what is safe, with the same parameters on every page of one list."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from alerttui.backends.remote import cursors
from alerttui.backends.remote.asking import Answer, Requester
from alerttui.backends.remote.decoding import LISTED, aside, value_of
from alerttui.backends.remote.panther import wire
from alerttui.backends.remote.panther.capabilities import MAX_PAGE
from alerttui.backends.remote.panther.narrowing import Seen, parameters_for
from alerttui.backends.remote.panther.reading import alert_of, id_of
from alerttui.backends.remote.panther.walking import Place, WirePage, next_rows, read_page
from alerttui.domain.alert import Alert
from alerttui.domain.json_text import exact_json
from alerttui.domain.listing import Page
from alerttui.domain.query import AlertQuery, QueryContext

WHAT: Final = "alerts"

_LOGGER: Final = logging.getLogger("alerttui.panther")

Parameters = list[tuple[str, str]]


class Listing:
    """Lists alerts over one connection."""

    def __init__(
        self, requester: Requester, seen: Seen, window_ms: int, note: Callable[[Alert], Alert]
    ) -> None:
        self._requester = requester
        self._seen = seen
        self._window_ms = window_ms
        self._note = note
        self.left_out = 0
        """Rows so far that were no alerts: without an id, nothing can be done with one."""

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None, limit: int
    ) -> Page[Alert]:
        """One page in the order of creation; what it was begun with is kept in its cursor."""
        name = repr(query)
        if cursor is None:
            parameters = parameters_for(query, context, self._seen, self._window_ms)
            limit, place = max(1, min(limit, MAX_PAGE)), Place()
        else:
            parameters, limit, place = _unpacked(cursor, name)
        answers: list[Answer] = []

        async def fetch(at: str) -> WirePage:
            asked = [*parameters, ("limit", str(limit)), *([("cursor", at)] if at else [])]
            answer = await self._requester.ask(wire.list_alerts(asked))
            answers.append(answer)
            return read_page(await value_of(self._requester, answer, LISTED), WHAT)

        rows, following = await next_rows(fetch, place, limit, WHAT, _ids_of)
        answer = answers[-1]
        alerts = await aside(len(answer.body), _alerts_of, rows, answer.requested_ms)
        self._count_others(rows)
        alerts = [self._note(each) for each in alerts]
        if following is None:
            return Page(alerts)
        return Page(alerts, cursors.pack(name, [parameters, limit, following.values()]))

    def _count_others(self, rows: list[object]) -> None:
        others = sum(not id_of(row) for row in rows)
        if others:
            self.left_out += others
            _LOGGER.warning("%d rows of Panther's list are no alerts", others)


def _alerts_of(rows: list[object], requested_ms: int) -> list[Alert]:
    """The rows that are alerts, each once."""
    found: dict[str, Alert] = {}
    for row in rows:
        alert_id = id_of(row)
        if alert_id and isinstance(row, dict) and alert_id not in found:
            found[alert_id] = alert_of(
                row, exact_json(row).encode("utf-8", "surrogatepass"), requested_ms
            ).alert
    return list(found.values())


def _ids_of(rows: list[object]) -> str:
    ids = [id_of(row) for row in rows]
    return cursors.digest(repr(ids)) if any(ids) else ""


def _unpacked(cursor: str, name: str) -> tuple[Parameters, int, Place]:
    match cursors.unpack(cursor, name):
        case [list(pairs), int(limit), list(values)] if 1 <= limit <= MAX_PAGE:
            place = Place.of(values)
            parameters = [(pair[0], pair[1]) for pair in pairs if isinstance(pair, list) and _is_pair(pair)]
            if place is not None and len(parameters) == len(pairs):
                return parameters, limit, place
    raise cursors.not_one(cursor)


def _is_pair(pair: list[object]) -> bool:
    return len(pair) == 2 and all(isinstance(each, str) for each in pair)
