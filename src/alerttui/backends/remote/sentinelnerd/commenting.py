"""Comments on their way to SentinelNerd, and the ids that it gave them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.sentinelnerd import wire
from alerttui.backends.remote.sentinelnerd.answering import told_by
from alerttui.backends.remote.sentinelnerd.reading import unwrapped
from alerttui.backends.remote.sentinelnerd.timeline import NOBODY, comment_told
from alerttui.domain.alert import Actor, Comment
from alerttui.domain.json_text import storable
from alerttui.domain.vocabulary import AlertId

MAX_ALERTS: Final = 200
"""Alerts of whose comments the ids are kept in mind."""


class Commenting:
    """Adds comments over one connection."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester
        self._told: OrderedDict[AlertId, dict[str, list[str]]] = OrderedDict()

    async def add(
        self, alert_id: AlertId, body: str, by: Actor = NOBODY, at_ms: int | None = None
    ) -> Comment | None:
        """Add a comment, once; None where it was added and its id is not told. Raises `NotFound`."""
        answer = await self._requester.ask(wire.create_comment(alert_id, body))
        value = await told_by(self._requester, answer)
        made_ms = answer.requested_ms if at_ms is None else at_ms
        comment = comment_told(unwrapped(value, "comment"), body, by, made_ms)
        if comment is not None:
            self._remember(alert_id, storable(body), comment.id)
        return comment

    def told_ids(self, alert_id: AlertId) -> Mapping[str, Sequence[str]]:
        """The ids of comments that were added here, by their words: a timeline may show them without."""
        return self._told.get(alert_id, {})

    def _remember(self, alert_id: AlertId, body: str, comment_id: str) -> None:
        self._told.setdefault(alert_id, {}).setdefault(body, []).append(comment_id)
        self._told.move_to_end(alert_id)
        while len(self._told) > MAX_ALERTS:
            self._told.popitem(last=False)
