"""The interface of a store of local notes, for products that have no comments of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from alerttui.domain.alert import Actor, Comment
from alerttui.domain.vocabulary import AlertId


class NoteStore(Protocol):
    """Notes by profile and alert; nothing in here is ever sent. Every method may raise `StoreError`.

    It also raises `Unavailable` where another process keeps the store from being used.
    """

    def add(
        self, profile: str, alert_ids: Sequence[AlertId], body: str, by: Actor | None, at_ms: int
    ) -> Sequence[Comment]:
        """Keep a note on each of these alerts, in their order: all of them, or none."""
        ...

    def notes(self, profile: str, alert_id: AlertId) -> Sequence[Comment]:
        """The notes on an alert, oldest first, each with `local`."""
        ...

    def count(self, profile: str) -> int:
        """How many notes a profile has."""
        ...

    def remove_all(self, profile: str) -> int:
        """Remove every note of a profile; gives how many there were."""
        ...
