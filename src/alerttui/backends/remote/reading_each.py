"""Reading several alerts, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from alerttui.domain.alert import Alert
from alerttui.domain.errors import AlertTuiError
from alerttui.domain.vocabulary import AlertId

AT_ONCE: Final = 4
"""Alerts that are read at the same time."""


async def read_each(
    read: Callable[[AlertId], Awaitable[Alert]], ids: Sequence[AlertId]
) -> dict[AlertId, Alert | AlertTuiError]:
    """Several alerts, each with what it is or why it could not be read."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(alert_id: AlertId) -> Alert | AlertTuiError:
        async with turns:
            try:
                return await read(alert_id)
            except AlertTuiError as error:
                return error

    unique = list(dict.fromkeys(ids))
    return dict(zip(unique, await asyncio.gather(*map(one, unique)), strict=True))
