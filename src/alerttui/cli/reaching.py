"""Asking a remote system who we are and what we may do, within a time that is bounded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from alerttui.domain.errors import AlertTuiError, Unreachable
from alerttui.domain.query import EVERYTHING, QueryContext

if TYPE_CHECKING:
    from alerttui.backends.contract import Backend, Identity
    from alerttui.domain.capabilities import Capabilities

LONGEST_S: Final = 20.0
"""How long somebody waits for a diagnosis of a server that does not answer."""

CLOSING_S: Final = 2.0

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Reach:
    """What a system said, as far as it came."""

    identity: Identity | None = None
    capabilities: Capabilities | None = None
    fastest_ms: float | None = None
    """The shortest time between a question and its answer."""
    error: AlertTuiError | None = None
    """What ended it; None if the system lets us read alerts."""


def reach(backend: Backend, longest_s: float = LONGEST_S) -> Reach:
    """Ask who we are and for one alert, then close the backend."""
    found = Reach()
    asyncio.run(_reach(backend, found, longest_s))
    return found


async def _reach(backend: Backend, found: Reach, longest_s: float) -> None:
    try:
        async with asyncio.timeout(longest_s):
            found.identity = await _timed(backend.identity(), found)
            found.capabilities = backend.capabilities
            await _timed(
                backend.page(EVERYTHING, QueryContext(now_ms=time.time_ns() // 1_000_000), limit=1), found
            )
            found.capabilities = backend.capabilities
    except TimeoutError:
        found.error = Unreachable(
            f"no answer within {longest_s:.0f} seconds; the server, or the way to it, is down."
        )
    except AlertTuiError as error:
        found.error = error
    finally:
        await _close(backend)


async def _timed(question: Awaitable[T], found: Reach) -> T:
    began = time.perf_counter()
    answer = await question
    took_ms = (time.perf_counter() - began) * 1_000
    found.fastest_ms = took_ms if found.fastest_ms is None else min(found.fastest_ms, took_ms)
    return answer


async def _close(backend: Backend) -> None:
    try:
        async with asyncio.timeout(CLOSING_S):
            await backend.close()
    except (TimeoutError, AlertTuiError):  # what was to be learnt is known
        pass
