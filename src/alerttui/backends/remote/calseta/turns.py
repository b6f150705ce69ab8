"""One request after the other: while the server checks a key, which takes it long, it does nothing else."""

from __future__ import annotations

import asyncio

from alerttui.backends.remote.asking import Answer, Request, Requester


class InTurn:
    """A requester that has at most one request under way."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester
        self._turn = asyncio.Lock()

    async def ask(self, request: Request) -> Answer:
        """As `Requester.ask`, once those that came before have their answers."""
        async with self._turn:
            return await self._requester.ask(request)

    def value(self, answer: Answer) -> object:
        """As `Requester.value`."""
        return self._requester.value(answer)

    async def close(self) -> None:
        """Let go of connections; what waits for its turn opens new ones."""
        await self._requester.close()
