"""Comments: listed, read, written, and written anew by who wrote them."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alerttui.backends.store import PlacedComment
from alerttui.domain.errors import Invalid, NotFound
from alerttui.domain.patch import AlertPatch
from alerttui.domain.vocabulary import AlertId
from alerttui.server.alerts import MAX_PAGE, PAGE
from alerttui.server.answers import comment_answer, json_answer, page_answer
from alerttui.server.cursors import cursor_for, read_cursor
from alerttui.server.errors import shown
from alerttui.server.parameters import Parameters, path_id
from alerttui.server.service import Service, body_of
from alerttui.server.wire import CommentBody
from alerttui.triage.session import Session


class Comments:
    """The operations under /alert-comments."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._store = service.store

    async def listed(self, request: Request) -> Response:
        """GET /alert-comments: of an alert that is not there, none."""
        self._service.reader(request)
        parameters = Parameters(request, ("alert-id", "cursor", "limit"))
        wanted = AlertId(parameters.one("alert-id"))
        if not wanted:
            raise Invalid("alert-id", "", "it is required")
        limit = parameters.limit(PAGE, MAX_PAGE)
        return await asyncio.to_thread(self._page, wanted, parameters.one("cursor"), limit)

    def _page(self, wanted: AlertId, cursor: str, limit: int) -> Response:
        """One page; notes that were to stay on this machine are passed over."""
        place = f"comments of {wanted}"
        inner = str(read_cursor(cursor, place, (str,))[0]) if cursor else None
        try:
            page = self._store.comments(wanted, inner, limit)
        except NotFound:
            return page_answer([], None)
        following = cursor_for(place, page.next) if page.next else None
        return page_answer(
            [comment_answer(wanted, each) for each in page.results if not each.local], following
        )

    async def get(self, request: Request) -> Response:
        """GET /alert-comments/{id}."""
        self._service.reader(request)
        Parameters(request, ())
        placed = await asyncio.to_thread(self._placed, path_id(request))
        return _answer(placed)

    async def create(self, request: Request) -> Response:
        """POST /alert-comments."""
        session = self._service.writer(request)
        Parameters(request, ())
        body = await body_of(request, CommentBody)
        _check_format(body)
        alert_id = AlertId(body.alertId)
        async with self._service.changing():
            missing = await asyncio.to_thread(self._service.missing, [alert_id])
            if missing:
                raise NotFound(missing)
            _check_words(body)
            result = await session.change([alert_id], AlertPatch(), comment=body.body)
        placed = await asyncio.to_thread(self._store.comment_of_change, result.change.id, alert_id)
        return _answer(placed)

    async def edit(self, request: Request) -> Response:
        """POST /alert-comments/{id}: by its author only."""
        session = self._service.writer(request)
        Parameters(request, ())
        comment_id = path_id(request)
        body = await body_of(request, CommentBody)
        _check_format(body)
        _check_words(body)
        async with self._service.changing():
            placed = await asyncio.to_thread(self._placed, comment_id)
            if placed.alert_id != body.alertId:
                raise Invalid("alertId", body.alertId, "the comment belongs to another alert")
            return _answer(await asyncio.to_thread(self._edited, comment_id, body.body, session))

    def _edited(self, comment_id: str, words: str, session: Session) -> PlacedComment:
        assert session.me is not None
        return self._store.edit_comment(comment_id, words, session.me, self._service.clock())

    def _placed(self, comment_id: str) -> PlacedComment:
        try:
            placed = self._store.comment(comment_id)
        except NotFound:
            raise _not_found(comment_id) from None
        if placed.comment.local:
            raise _not_found(comment_id)
        return placed


def _answer(placed: PlacedComment) -> Response:
    return json_answer(comment_answer(placed.alert_id, placed.comment))


def _not_found(comment_id: str) -> HTTPException:
    return HTTPException(404, f"No such comment: {shown(comment_id)}")


def _check_format(body: CommentBody) -> None:
    if body.format != "PLAIN_TEXT":
        raise Invalid("format", body.format, "this store keeps comments as PLAIN_TEXT only")


def _check_words(body: CommentBody) -> None:
    if not body.body.strip():
        raise Invalid("body", body.body, "a comment needs some text")
