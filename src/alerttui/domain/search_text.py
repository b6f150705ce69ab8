"""What a free-text search looks through, and how texts are folded so that case does not matter.

The store indexes these folded texts and the plain predicate reads the same ones, so both give one answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from alerttui.domain.alert import Alert
from alerttui.domain.json_text import storable

MAX_SEARCHED: Final = 65_536
"""Characters of one alert that are searched; the rest of a larger alert is shown but not found."""


def fold(text: str) -> str:
    """The text without case, and without what a database cannot carry."""
    return storable(text).casefold().replace("\x00", "\ufffd")


def searched_title(alert: Alert) -> str:
    """The folded title."""
    return fold(alert.title)


def searched_body(alert: Alert, event_bodies: Iterable[str]) -> str:
    """Everything else that is searched, folded: id, rule, description, indicators, context, events."""
    parts = [alert.id, alert.detection.id, alert.detection.name, alert.description]
    parts += [indicator.value for indicator in alert.indicators]
    parts.append(alert.context)
    length = sum(map(len, parts))
    for body in event_bodies:
        if length > MAX_SEARCHED:
            break
        parts.append(body)
        length += len(body)
    return fold("\n".join(part for part in parts if part)[:MAX_SEARCHED])
