"""Directory: people and tags that the system knows, for pickers, completion and names behind ids."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from alerttui.domain.errors import NotPermitted, NotSupported, Rejected
from alerttui.triage.mirror.passes import Ground

LEARNED_FOR_MS: Final = 6 * 3_600_000
"""People and tags are asked for again after so long by themselves."""

WANTED_AFTER_MS: Final = 600_000
"""When a picker opens, what is older than this is asked for again."""


@dataclass(slots=True)
class Directory:
    """Asks for people, then for tags, when they are due."""

    ground: Ground
    _due_ms: int | None = None
    """When to ask again; None until the store was asked when that was last done."""
    _asks_tags: bool = False
    _is_introduced: bool = False

    def wait_ms(self) -> int:
        """How long until it is due."""
        if not self._is_introduced or self._due_ms is None:
            return 0
        return max(0, self._due_ms - self.ground.now_ms)

    async def want(self) -> None:
        """A picker opens: ask again unless that was done a short while ago."""
        if await self._learned_ms() < self.ground.now_ms - WANTED_AFTER_MS:
            self._due_ms = 0

    async def step(self) -> None:
        """Ask for people or for tags; a token that may not is left alone for as long."""
        if not self._is_introduced:
            await self.introduce()
        elif self._due_ms is None:
            self._due_ms = await self._learned_ms() + LEARNED_FOR_MS
        elif self._asks_tags:
            await self._learn_tags()
            self._asks_tags, self._due_ms = False, self.ground.now_ms + LEARNED_FOR_MS
        else:
            await self._learn_people()
            self._asks_tags = True

    async def introduce(self) -> None:
        """Ask once what our token may do, so that the backend refuses at once what it may not."""
        with suppress(NotPermitted, NotSupported, Rejected):
            await self.ground.link.ask(lambda backend: backend.identity())
        self._is_introduced = True

    async def _learned_ms(self) -> int:
        """When people were last asked for; long ago for never."""
        return await asyncio.to_thread(self.ground.store.learned_ms, "people") or -LEARNED_FOR_MS

    async def _learn_people(self) -> None:
        asked_ms = self.ground.now_ms
        try:
            people = await self.ground.link.ask(lambda backend: backend.people())
        except (NotPermitted, NotSupported, Rejected):
            people = ()
        await asyncio.to_thread(self.ground.store.add_people, people, asked_ms)

    async def _learn_tags(self) -> None:
        asked_ms = self.ground.now_ms
        try:
            tags = await self.ground.link.ask(lambda backend: backend.tags())
        except (NotPermitted, NotSupported, Rejected):
            tags = ()
        await asyncio.to_thread(self.ground.store.add_catalogue, [each.value for each in tags], asked_ms)
