"""Context tags: in a store a tag exists as long as an alert has it, so that there is no list to change."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alerttui.domain.vocabulary import TAG_PATTERN
from alerttui.server.answers import page_answer
from alerttui.server.cursors import cursor_for, read_cursor
from alerttui.server.parameters import Parameters
from alerttui.server.service import Service

PAGE: Final = 2_000
"""The default and the maximum of a page."""

MOST_TAGS: Final = 100_000
"""Tags that are looked through."""

REFUSAL: Final = (
    "Tags are not kept apart from alerts here: a tag exists once contextTags of an alert names it, "
    "and no longer than that. Nothing was changed."
)

_TAG: Final = re.compile(TAG_PATTERN.removeprefix("^").removesuffix("$"))
_FILTER: Final = "tags"


class Tags:
    """The operations under /alert-context-tags."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def listed(self, request: Request) -> Response:
        """GET /alert-context-tags: those in use, in the order of the alphabet; none of them is managed."""
        self._service.reader(request)
        parameters = Parameters(request, ("cursor", "limit", "managed"))
        limit = parameters.limit(PAGE, PAGE)
        only_managed = parameters.flag("managed")
        cursor = parameters.one("cursor")
        after = str(read_cursor(cursor, _FILTER, (str,))[0]) if cursor else ""
        facets = await asyncio.to_thread(self._service.store.tags, "", MOST_TAGS)
        tags = sorted(facet.value for facet in facets if _TAG.fullmatch(facet.value))
        found = [] if only_managed else [tag for tag in tags if tag > after]
        following = cursor_for(_FILTER, found[limit - 1]) if len(found) > limit else None
        return page_answer([{"tag": tag, "managed": False} for tag in found[:limit]], following)

    async def refuse(self, request: Request) -> Response:
        """POST, PATCH and DELETE."""
        self._service.writer(request)
        raise HTTPException(400, REFUSAL)
