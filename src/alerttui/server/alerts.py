"""Alerts and their events: listed, read, and changed."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from alerttui.domain.alert import Alert, Event
from alerttui.domain.errors import Invalid, NotFound
from alerttui.domain.patch import AlertPatch
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.vocabulary import AlertId
from alerttui.server.alert_filter import KNOWN, LATEST_MS, alert_query
from alerttui.server.answers import alert_answer, empty_answer, event_json, json_answer, page_answer
from alerttui.server.cursors import cursor_for, read_cursor
from alerttui.server.parameters import Parameters
from alerttui.server.service import Service, alert_id, body_of
from alerttui.server.wire import BulkPatchBody, PatchBody
from alerttui.triage.session import Session

PAGE: Final = 25
MAX_PAGE: Final = 50
"""The document's default and maximum of a page."""


class Alerts:
    """The operations under /alerts."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._store = service.store

    async def listed(self, request: Request) -> Response:
        """GET /alerts."""
        self._service.reader(request)
        parameters = Parameters(request, KNOWN)
        query = alert_query(parameters)
        cursor, limit = parameters.one("cursor"), parameters.limit(PAGE, MAX_PAGE)
        async with self._service.listing:
            return await asyncio.to_thread(self._page, query, cursor, limit)

    def _page(self, query: AlertQuery, cursor: str, limit: int) -> Response:
        """A page; "now" is what it was for the first one, so that the window does not move under a reader."""
        now_ms, inner = self._service.clock(), None
        if cursor:
            now_ms, inner = _read_list_cursor(cursor, query)
        page = self._store.page(query, QueryContext(now_ms), inner, limit)
        following = cursor_for(repr(query), now_ms, page.next) if page.next else None
        return page_answer([alert_answer(each) for each in page.results], following)

    async def get(self, request: Request) -> Response:
        """GET /alerts/{id}."""
        self._service.reader(request)
        Parameters(request, ())
        return await asyncio.to_thread(self._one, alert_id(request))

    def _one(self, wanted: AlertId) -> Response:
        alert: Alert = self._store.alert(wanted)
        return json_answer(alert_answer(alert))

    async def events(self, request: Request) -> Response:
        """GET /alerts/{id}/events."""
        self._service.reader(request)
        parameters = Parameters(request, ("cursor", "limit"))
        limit = parameters.limit(PAGE, MAX_PAGE)
        return await asyncio.to_thread(self._events, alert_id(request), parameters.one("cursor"), limit)

    def _events(self, wanted: AlertId, cursor: str, limit: int) -> Response:
        place = f"events of {wanted}"
        inner = str(read_cursor(cursor, place, (str,))[0]) if cursor else None
        page = self._store.events(wanted, inner, limit)
        following = cursor_for(place, page.next) if page.next else None
        return page_answer([_event(each) for each in page.results], following)

    async def patch(self, request: Request) -> Response:
        """PATCH /alerts/{id}: 200 without a body."""
        session = self._service.writer(request)
        Parameters(request, ())
        body = await body_of(request, PatchBody)
        await self._change(session, [alert_id(request)], body.patch())
        return empty_answer(200)

    async def bulk_patch(self, request: Request) -> Response:
        """PATCH /alerts: 204; where one alert is missing, none is changed."""
        session = self._service.writer(request)
        Parameters(request, ())
        body = await body_of(request, BulkPatchBody)
        await self._change(session, body.alert_ids(), body.patch())
        return empty_answer(204)

    async def _change(self, session: Session, ids: list[AlertId], patch: AlertPatch) -> None:
        async with self._service.changing():
            missing = await asyncio.to_thread(self._service.missing, ids)
            if missing:
                raise NotFound(missing)
            if patch:
                await session.change(ids, patch)


def _read_list_cursor(cursor: str, query: AlertQuery) -> tuple[int, str]:
    """When the list began, and where it goes on."""
    now_ms, inner = read_cursor(cursor, repr(query), (int, str))
    if not 0 <= int(now_ms) <= LATEST_MS:
        raise Invalid("cursor", cursor, 'the "next" of the page before is expected')
    return int(now_ms), str(inner)


def _event(event: Event) -> object:
    """The record as JSON, or its text where it is none; an empty one keeps its place."""
    return event_json(event) if event.body else ""
