"""Instants as the search store holds them and as the API writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_DATE_MATH = re.compile(r"now(?:([+-]\d+)([smhdw]))?", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def stored(moment: datetime) -> str:
    """With an offset, as a raw document has it."""
    return moment.astimezone(UTC).isoformat()


def written(moment: datetime) -> str:
    """With a Z."""
    return stored(moment).removesuffix("+00:00") + "Z"


def read(text: object) -> datetime | None:
    """An ISO time, in UTC when it names no zone; None when it is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_bound(text: str, now: datetime) -> datetime | None:
    """An ISO time, or now with a distance: now-1h."""
    found = _DATE_MATH.fullmatch(text)
    if found is None:
        return read(text)
    count, unit = found.groups()
    return now + timedelta(**{_UNITS[unit]: int(count)}) if count else now
