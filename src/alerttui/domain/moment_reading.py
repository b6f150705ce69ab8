"""Times as records of every product write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from alerttui.domain.moments import parse_moment, unix_moment

_SPACE_BEFORE_ZONE: Final = re.compile(r"(?<=\d) (?=[+-]\d\d:?\d\d$)")
"""Hayabusa writes 2016-08-28 00:31:15.759 +09:00."""

_USUAL_LENGTHS: Final = (20, 24, 27)
"""Of 2026-11-20T14:31:02Z, with or without milliseconds or microseconds: by far the most common."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(value: object) -> int | None:
    """Milliseconds of a time as text or as a Unix time of any unit; None where it is none."""
    if isinstance(value, str):
        if len(value) in _USUAL_LENGTHS and value[10] == "T" and value[-1] == "Z":
            moment = _usual_moment(value)
            if moment is not None:
                return moment if moment >= 0 else None
        moment = parse_moment(value)
        if moment is None and " " in value:
            moment = parse_moment(_SPACE_BEFORE_ZONE.sub("", value.strip()))
        return moment if moment is None or moment >= 0 else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if value != value or value <= 0 or value >= 1e19:
        return None
    return unix_moment(value)


def _usual_moment(text: str) -> int | None:
    """What `parse_moment` would give, without looking for other ways to write a time; None if it is one."""
    try:
        since = datetime.fromisoformat(text) - _EPOCH
    except (ValueError, TypeError):
        return None
    return since.days * 86_400_000 + since.seconds * 1_000 + since.microseconds // 1_000
