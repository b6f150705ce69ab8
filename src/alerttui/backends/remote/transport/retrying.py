"""Whether a failed request is made again, and when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

MAX_TRIES: Final = 4
BASE_MS: Final = 500
CAP_MS: Final = 8_000

LONGEST_WAIT_MS: Final = 60_000
"""What a server may ask for and get; for longer the caller is told, who can do something else meanwhile."""

USUAL_WAIT_MS: Final = 30_000
"""When to come back after "too many requests" that names no time."""

LONGEST_PAUSE_MS: Final = 24 * 3_600_000
"""No server's words keep us away for longer than a day."""

_SECONDS: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")


def backoff_ms(tries: int, jitter: Callable[[], float]) -> int:
    """The pause after so many tries: exponential, with full jitter, so that consoles do not march in step."""
    return round(min(CAP_MS, BASE_MS * 2.0 ** (tries - 1)) * jitter())


def retry_after_ms(value: str, now_ms: int, date: str = "") -> int | None:
    """How long a `Retry-After` asks to wait, in seconds or as a date; None for none and for nonsense.

    A date is read against the server's own `Date` where there is one: its clock may be wrong.
    """
    value = value.strip()
    if not value or len(value) > 64:
        return None
    if _SECONDS.fullmatch(value):
        wait = float(value) * 1000
    else:
        until = _epoch_ms(value)
        if until is None:
            return None
        now = _epoch_ms(date)
        wait = until - (now_ms if now is None else now)
    return round(min(max(wait, 0.0), LONGEST_PAUSE_MS))


def _epoch_ms(text: str) -> int | None:
    try:
        moment = parsedate_to_datetime(text.strip())
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
