"""Text that comes in by stdin."""

from __future__ import annotations

import sys

from alerttui.domain.errors import Invalid


def read_stdin() -> str:
    """All of stdin; raises `Invalid` where it is no UTF-8."""
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("-", f"byte {error.start} of stdin", "UTF-8 is expected; nothing was changed") from None
