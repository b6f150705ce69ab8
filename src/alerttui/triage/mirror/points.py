"""Named points before and after each commit and each request of a change: where a crash is tried in tests."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias


class Point(Enum):
    """Where the sender stands."""

    BEFORE_QUEUED = "before the change is journalled"
    AFTER_QUEUED = "after the change was journalled"
    BEFORE_SENDING = "before an edit is marked as sending"
    AFTER_SENDING = "after an edit was marked as sending"
    AFTER_SENT = "after the server answered"
    AFTER_SETTLED = "after the answer was noted"
    BEFORE_COMMENT = "before a comment is marked as sending"
    AFTER_COMMENT_SENDING = "after a comment was marked as sending"
    AFTER_COMMENT_SENT = "after the server answered a comment"
    AFTER_COMMENT_SETTLED = "after that answer was noted"


Reach: TypeAlias = Callable[[Point], None]
"""Told each point as it is reached."""


def nothing(point: Point) -> None:
    """What is done at a point outside tests."""
