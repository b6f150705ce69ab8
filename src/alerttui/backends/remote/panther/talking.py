"""What belongs to one alert: its events, its comments, and comments that are added."""

from __future__ import annotations

from typing import Final

from alerttui.backends.remote import cursors
from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.decoding import LISTED, LISTED_EVENT, value_of
from alerttui.backends.remote.panther import wire
from alerttui.backends.remote.panther.capabilities import MAX_PAGE
from alerttui.backends.remote.panther.reading import comment_from, event_of, row_id_of
from alerttui.backends.remote.panther.walking import Place, WirePage, all_rows, next_rows, read_page
from alerttui.domain.alert import Comment, Event
from alerttui.domain.errors import BadAnswer
from alerttui.domain.listing import Page
from alerttui.domain.vocabulary import AlertId

MAX_COMMENT_REQUESTS: Final = 20
"""Pages of comments that are read of one alert."""

SAME_COMMENT_MS: Final = 60_000
"""How long before a request a comment may have been written that it is thought to have made."""


class Talking:
    """Events and comments over one connection."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

    async def events(self, alert_id: AlertId, cursor: str | None, limit: int) -> Page[Event]:
        """One page in the order told; an event that a page repeats is given once."""
        name = f"events of {alert_id}"
        place, sequence = Place(), 0
        limit = max(1, min(limit, MAX_PAGE))
        if cursor is not None:
            place, sequence, limit = _unpacked(cursor, name)

        async def fetch(at: str) -> WirePage:
            asked = [("limit", str(limit)), *([("cursor", at)] if at else [])]
            answer = await self._requester.ask(wire.list_events(alert_id, asked))
            return read_page(await value_of(self._requester, answer, LISTED_EVENT), "events")

        rows, following = await next_rows(fetch, place, limit, "events", _row_ids)
        rows = _each_once(rows)
        events = [event_of(row, sequence + index) for index, row in enumerate(rows)]
        if following is None:
            return Page(events)
        return Page(events, cursors.pack(name, [following.values(), sequence + len(events), limit]))

    async def comments(self, alert_id: AlertId, cursor: str | None, limit: int) -> Page[Comment]:
        """One page, oldest first: Panther promises no order, so that all are read and put in order.

        Raises `NotFound`, for which the alert itself is asked where it has no comments.
        """
        name = f"comments of {alert_id}"
        start = cursors.start_of(cursor, name)
        found = await self._all_comments(alert_id)
        if not found:
            await self._requester.ask(wire.get_alert(alert_id))
        return cursors.part_of(found, start, limit, name)

    async def add_comment(self, alert_id: AlertId, body: str) -> Comment:
        """Add a comment as plain text, once; raises `NotFound`, `Rejected`, or that it may have been made."""
        answer = await self._requester.ask(wire.create_comment(alert_id, body))
        try:
            value = self._requester.value(answer)
        except BadAnswer as error:
            raise BadAnswer(str(error), may_have_acted=True) from None
        comment = comment_from(value, alert_id, 0) if isinstance(value, dict) and value.get("id") else None
        if comment is None:
            told = "Panther took the comment, but its answer does not tell which one it became."
            raise BadAnswer(told, may_have_acted=True)
        return comment

    async def has_comment(self, alert_id: AlertId, body: str, since_ms: int) -> bool:
        """Whether the alert got a comment of these words about then."""
        return any(
            each.body == body and (each.created_ms or 0) >= since_ms - SAME_COMMENT_MS
            for each in await self._all_comments(alert_id)
        )

    async def _all_comments(self, alert_id: AlertId) -> list[Comment]:
        async def fetch(at: str) -> WirePage:
            asked = [("limit", str(MAX_PAGE)), *([("cursor", at)] if at else [])]
            answer = await self._requester.ask(wire.list_comments(alert_id, asked))
            return read_page(await value_of(self._requester, answer, LISTED), "comments")

        rows, is_whole = await all_rows(fetch, "comments", MAX_COMMENT_REQUESTS)
        if not is_whole:
            most = MAX_COMMENT_REQUESTS * MAX_PAGE
            raise BadAnswer(f"Panther's comments of this alert come to no end after {most:,}.")
        told = [comment_from(row, alert_id, index) for index, row in enumerate(rows)]
        return _oldest_first([each for each in told if each is not None])


def _oldest_first(comments: list[Comment]) -> list[Comment]:
    """By creation; those of the same moment as told, or the other way round where the whole list is."""
    unique = list({each.id: each for each in comments}.values())
    dated = [each.created_ms for each in unique if each.created_ms is not None]
    if dated and dated[0] > dated[-1]:
        unique.reverse()
    return sorted(unique, key=lambda each: (each.created_ms is None, each.created_ms or 0))


def _row_ids(rows: list[object]) -> str:
    ids = [row_id_of(row) for row in rows]
    return cursors.digest(repr(ids)) if ids and all(ids) else ""


def _each_once(rows: list[object]) -> list[object]:
    seen: set[str] = set()
    kept = []
    for row in rows:
        row_id = row_id_of(row)
        if not row_id or row_id not in seen:
            kept.append(row)
        seen.add(row_id)
    return kept


def _unpacked(cursor: str, name: str) -> tuple[Place, int, int]:
    match cursors.unpack(cursor, name):
        case [list(values), int(sequence), int(limit)] if sequence >= 0 and 1 <= limit <= MAX_PAGE:
            place = Place.of(values)
            if place is not None:
                return place, sequence, limit
    raise cursors.not_one(cursor)
