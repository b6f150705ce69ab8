"""A base for backends: everything optional is refused with the reason that the capabilities give."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

from alerttui.domain.errors import NotSupported
from alerttui.domain.listing import Page

if TYPE_CHECKING:
    from alerttui.domain.alert import Actor, Comment, Person, RelatedAlert
    from alerttui.domain.capabilities import Capabilities
    from alerttui.domain.change import HistoryEntry
    from alerttui.domain.listing import Facet, Statistics
    from alerttui.domain.query import AlertQuery, QueryContext
    from alerttui.domain.vocabulary import AlertId


class Refusing:
    """What a backend need not have; one that has it says so in its capabilities and overrides the method.

    Left to write are `name`, `capabilities`, `identity`, `page`, `alert`, `events` and `apply`.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What the backend can do, with a reason for each "no"."""
        raise NotImplementedError

    async def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        """Refused with `comments.read_refusal`."""
        raise NotSupported(self.capabilities.comments.read_refusal)

    async def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment | None:
        """Refused with `comments.write_refusal`."""
        raise NotSupported(self.capabilities.comments.write_refusal)

    async def history(self, alert_id: AlertId) -> Sequence[HistoryEntry]:
        """Refused with `history_refusal`."""
        raise NotSupported(self.capabilities.history_refusal)

    async def related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        """Refused with `related_refusal`."""
        raise NotSupported(self.capabilities.related_refusal)

    async def people(self, text: str = "") -> Sequence[Person]:
        """Nobody."""
        return []

    async def tags(self, text: str = "") -> Sequence[Facet]:
        """None."""
        return []

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        """Refused with `statistics_refusal`."""
        raise NotSupported(self.capabilities.statistics_refusal)

    def live(self) -> AsyncGenerator[AlertId]:
        """Refused with `live_refusal`."""
        raise NotSupported(self.capabilities.live_refusal)

    async def close(self) -> None:
        """Nothing to let go of."""
