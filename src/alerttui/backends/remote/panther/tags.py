"""The catalogue of context tags, which not every release and not every token has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.panther import wire
from alerttui.backends.remote.panther.walking import WirePage, all_rows, read_page
from alerttui.domain.json_text import storable
from alerttui.domain.listing import Facet

KEEP_MS: Final = 600_000
MAX_REQUESTS: Final = 10


class Catalogue:
    """The tags of one connection; without a catalogue there are none, and it is not asked again."""

    def __init__(self, requester: Requester, clock: Callable[[], int]) -> None:
        self._requester = requester
        self._clock = clock
        self._is_refused = False
        self._tags: list[str] = []
        self._read_ms: int | None = None

    def forget(self) -> None:
        """Ask again next time: new tags were given."""
        self._read_ms = None

    async def find(self, text: str) -> list[Facet]:
        """Tags that contain `text`; how many alerts have one, Panther does not tell."""
        if self._read_ms is None or self._clock() - self._read_ms >= KEEP_MS:
            rows, _ = await all_rows(self._fetch, "tags", MAX_REQUESTS)
            found = (row.get("tag") for row in rows if isinstance(row, dict))
            self._tags = list(dict.fromkeys(storable(tag) for tag in found if isinstance(tag, str) and tag))
            self._read_ms = self._clock()
        part = text.casefold()
        return [Facet(tag, 0) for tag in self._tags if part in tag.casefold()]

    async def _fetch(self, cursor: str) -> WirePage:
        if self._is_refused:
            return WirePage([])
        at = [("cursor", cursor)] if cursor else []
        answer = await self._requester.ask(wire.list_tags([("limit", str(wire.MAX_TAGS)), *at]))
        if answer.status in wire.UNAVAILABLE:
            self._is_refused = True
            return WirePage([])
        return read_page(self._requester.value(answer), "tags")
