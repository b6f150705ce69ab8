"""When a token ends, as far as it tells: a JWT carries its end in clear; nothing is verified here."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Final

LAST_S: Final = 253_402_300_799
"""The end of the year 9999: what lies beyond is no moment that anybody meant."""


def token_ends_ms(token: str) -> int | None:
    """When a JWT says that it ends (`exp`); None for every other token."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    ends_s = claims.get("exp") if isinstance(claims, dict) else None
    if isinstance(ends_s, bool) or not isinstance(ends_s, (int, float)) or not 0 < ends_s <= LAST_S:
        return None
    return int(ends_s * 1_000)
