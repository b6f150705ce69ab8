"""What the two forms of CHAD's API do differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from alerttui.backends.remote.asking import Request
from alerttui.domain.query_values import Window
from alerttui.domain.showable import shown

MAX_WORDS: Final = 300
"""Characters of a reason that are told."""

Parameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list to ask for."""

    start: int
    """Rows before it."""
    size: int
    parameters: Parameters
    page: int = 0
    """Its number from 1 on, where the form counts in pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of a query can narrow a list."""

    statuses: tuple[str, ...] = ()
    """Any of these; none for all."""
    severity: str = ""
    rule: str = ""
    created: Window = field(default_factory=Window)


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says of one alert; `made` is None where it says nothing of it."""

    made: bool | None
    reason: str = ""
    comment_added: bool | None = None


class Dialect(Protocol):
    """One form of the API."""

    form: str
    carries_comments: bool
    """True if a comment travels in the request that sets a status."""
    keeps_comments_apart: bool
    """True if comments and related alerts are asked for apart from their alert."""
    can_assign: bool

    def stretch(
        self, position: int, limit: int, most: int, reach: int, *, overlaps: bool = True
    ) -> Stretch | None:
        """What to ask for to get about `limit` rows behind the first `position`, and the last before them.

        `most` is the largest page that the server gives, `reach` how far the list goes; None at its end.
        Not `overlaps` where nothing is known of the row before; only forms that give single rows heed it.
        """
        ...

    def filters(self, wanted: Wanted, *, with_key: bool) -> Parameters:
        """Parameters that return every alert of what is wanted."""
        ...

    def set_status(self, alert_id: str, status: str, comment: str) -> Request:
        """The request that sets one alert's status."""
        ...

    def set_statuses(self, ids: Sequence[str], status: str, comment: str) -> Request:
        """The request that sets the status of several alerts."""
        ...

    def said_of_one(self, value: object, status: str) -> Said:
        """What the answer to `set_status` says."""
        ...

    def said_of_many(self, value: object, ids: Sequence[str]) -> Sequence[Said]:
        """What the answer to `set_statuses` says of each."""
        ...

    def comment_body(self, text: str) -> Mapping[str, object]:
        """The body of a new comment."""
        ...


def failures(value: object) -> dict[str, str]:
    """The ids that an answer lists as failed, each with the reason given, as far as there is one."""
    found = {}
    for each in value if isinstance(value, list) else ():
        if isinstance(each, str):
            found[each] = ""
        elif isinstance(each, dict) and (name := _text(each, "id", "alert_id")):
            words = " ".join(_text(each, "error", "detail", "message").split())
            found[name] = shown(words[:MAX_WORDS])
    return found


def _text(item: Mapping[str, object], *keys: str) -> str:
    return next((text for key in keys if isinstance(text := item.get(key), str)), "")
