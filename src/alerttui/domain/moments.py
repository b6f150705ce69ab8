"""Moments and durations: milliseconds since 1970 in UTC, read from the many ways alerts tell time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000, "y": 31_536_000_000}
_DURATION = re.compile(r"(\d{1,9})([smhdwy])", re.IGNORECASE)
_MONTH = re.compile(r"\d{4}-\d{2}")
_UNIX = re.compile(r"\d{9,19}(\.\d+)?")
_LAST_MS = 253_402_300_799_999
"""The last millisecond of the year 9999."""


def parse_moment(text: str) -> int | None:
    """Milliseconds of a time as text, None where it is none.

    Reads ISO 8601 with any number of fraction digits, `-0600` zones, no zone (taken as UTC), a date, a month,
    and Unix time in seconds, milliseconds, microseconds or nanoseconds.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > 64:
        return None
    if _UNIX.fullmatch(stripped):
        return unix_moment(float(stripped) if "." in stripped else int(stripped))
    if _MONTH.fullmatch(stripped):
        stripped += "-01"
    try:
        moment = datetime.fromisoformat(stripped)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return (moment - _EPOCH) // timedelta(milliseconds=1)
    except OverflowError:
        return None


def unix_moment(number: float) -> int | None:
    """Milliseconds of a Unix time whose unit follows from its size; None out of the years 1970 to 9999."""
    for limit, factor in ((1e11, 1_000), (1e14, 1), (1e17, 0.001), (1e20, 0.000001)):
        if abs(number) < limit:
            moment = int(number * factor) if factor >= 1 else int(number) // round(1 / factor)
            return moment if 0 <= moment <= _LAST_MS else None
    return None


def format_moment(moment_ms: int) -> str:
    """ISO 8601 in UTC with milliseconds only where there are any: 2026-11-20T14:31:02Z."""
    moment = _EPOCH + timedelta(milliseconds=moment_ms)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03d}Z" if moment.microsecond else f"{text}Z"


def parse_duration(text: str) -> int | None:
    """Milliseconds of a duration such as 90m, 24h, 7d, 2w or 1d12h; None where it is none."""
    stripped = text.strip()
    if not stripped or _DURATION.sub("", stripped):
        return None
    total = sum(int(count) * _UNIT_MS[unit.lower()] for count, unit in _DURATION.findall(stripped))
    return total if total <= _LAST_MS else None


def format_age(duration_ms: int) -> str:
    """A duration in at most three characters and one unit: 3m, 12h, 2d, 14w, 3y; 0s where it is negative."""
    seconds = max(duration_ms, 0) // 1000
    for unit, size, until in (("s", 1, 60), ("m", 60, 3600), ("h", 3600, 86_400), ("d", 86_400, 14 * 86_400)):
        if seconds < until:
            return f"{seconds // size}{unit}"
    weeks = seconds // 604_800
    return f"{weeks}w" if weeks < 100 else f"{seconds // 31_536_000}y"
