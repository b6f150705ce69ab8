"""Times as records of every product write them."""

from __future__ import annotations

import re
from typing import Final

from alerttui.domain.moments import parse_moment, unix_moment

_SPACE_BEFORE_ZONE: Final = re.compile(r"(?<=\d) (?=[+-]\d\d:?\d\d$)")
"""Hayabusa writes 2016-08-28 00:31:15.759 +09:00."""


def moment_of(value: object) -> int | None:
    """Milliseconds of a time as text or as a Unix time of any unit; None where it is none."""
    if isinstance(value, str):
        moment = parse_moment(value)
        if moment is None and " " in value:
            moment = parse_moment(_SPACE_BEFORE_ZONE.sub("", value.strip()))
        return moment if moment is None or moment >= 0 else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if value != value or value <= 0 or value >= 1e19:
        return None
    return unix_moment(value)
