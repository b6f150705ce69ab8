"""Listening: where a system announces alerts as they come, they are looked for at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from alerttui.domain.errors import AlertTuiError
from alerttui.triage.mirror.link import Link
from alerttui.triage.mirror.turn import Turn

LOG: Final = logging.getLogger("alerttui")

GATHER_S: Final = 2.0
"""Announcements that come so close together are one reason to look."""

AGAIN_S: Final = 60.0
"""A stream that broke is opened again after so long; polling goes on meanwhile."""


@dataclass(slots=True)
class Listener:
    """Follows the stream of one connection, beside the polling, which finds what it missed."""

    link: Link
    turn: Turn
    on_news: Callable[[], None]
    """Told that there is something new, at most once in `GATHER_S`."""
    _due: asyncio.TimerHandle | None = None

    async def listen(self) -> None:
        """Follow the stream until it ends, then rest; where there is none, wait for a connection."""
        if self._can_listen():
            try:
                await self._follow()
            except AlertTuiError as error:
                LOG.info("live stream: %s", error)
            finally:
                self._cancel()
            await asyncio.sleep(AGAIN_S)
        else:
            await asyncio.sleep(GATHER_S)

    def _can_listen(self) -> bool:
        backend = self.link.backend
        is_there = backend is not None and not backend.capabilities.live_refusal
        return is_there and self.link.is_connected and self.turn.is_mine

    async def _follow(self) -> None:
        backend = await self.link.made()
        async with aclosing(backend.live()) as stream:
            async for _ in stream:
                if self._due is None:
                    self._due = asyncio.get_running_loop().call_later(GATHER_S, self._tell)

    def _tell(self) -> None:
        self._due = None
        self.on_news()

    def _cancel(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
