"""The server's clock, as its answers tell it."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from alerttui.backends.remote.asking import Answer

_HALF_SECOND_MS = 500
"""The header tells whole seconds: on average the clock is half a second further."""


def clock_ahead_ms(answer: Answer) -> int | None:
    """How far the server's clock is ahead of ours, by the Date of an answer; None where it tells none.

    Good to a second and the time that the answer took.
    """
    try:
        moment = parsedate_to_datetime(answer.headers.get("date", ""))
        told_ms = round(moment.timestamp() * 1_000)
    except (ValueError, OverflowError):
        return None
    return told_ms + _HALF_SECOND_MS - answer.requested_ms
