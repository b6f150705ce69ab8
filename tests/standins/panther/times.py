"""Instants as the API writes them and as its date parameters may give them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-]\d\d:\d\d))", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def written(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def to_millis(moment: datetime) -> datetime:
    """The instant that `written` shows."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def micros(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _rfc3339(text: str) -> datetime | None:
    found = _RFC3339.fullmatch(text)
    if found is None:
        return None
    day, clock, fraction, offset = found.groups()
    return datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}{offset or '+00:00'}")


def read_bound(text: str) -> datetime | None:
    """A date parameter: RFC 3339, a day, a month, or Unix seconds; None when it is none of them."""
    try:
        if re.fullmatch(r"\d{4}-\d\d", text, re.ASCII):
            return datetime.fromisoformat(f"{text}-01T00:00:00+00:00")
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return datetime.fromisoformat(f"{text}T00:00:00+00:00")
        if re.fullmatch(r"\d{5,12}", text, re.ASCII):
            return _EPOCH + timedelta(seconds=int(text))
        return _rfc3339(text)
    except (ValueError, OverflowError):
        return None
