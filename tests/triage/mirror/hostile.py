"""A remote that a test can make fail in its own way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from alerttui.domain.alert import Alert
from alerttui.domain.change import Change, OnProgress, Outcome, OutcomeState
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from tests.triage.mirror.conftest import Mirrored
from tests.triage.mirror.remote import FakeRemote

RESOLVE = AlertPatch(status=Set("RESOLVED"))
TRIAGE = AlertPatch(status=Set("TRIAGED"))
R0, R1 = AlertId("r-0"), AlertId("r-1")
FIVE = [AlertId(f"r-{number}") for number in range(5)]


class Hostile(FakeRemote):
    """A remote that a test can make fail in its own way."""

    on_apply: Callable[[Change], None] = staticmethod(lambda change: None)
    """Before a change is made; may raise."""
    after_apply: Callable[[Change], None] = staticmethod(lambda change: None)
    """Once it was made; may raise."""
    on_read: Callable[[AlertId], None] = staticmethod(lambda alert_id: None)
    shown: Callable[[Alert], Alert] = staticmethod(lambda alert: alert)
    """How a single reading tells an alert."""
    changes: Sequence[Change] = ()

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        self.on_apply(change)
        self.changes = (*self.changes, change)
        outcomes = await FakeRemote.apply(self, change, on_progress)
        self.after_apply(change)
        return outcomes

    async def alert(self, alert_id: AlertId) -> Alert:
        self.on_read(alert_id)
        return self.shown(await FakeRemote.alert(self, alert_id))


def raising(error: Exception, *ids: AlertId) -> Callable[[object], None]:
    """What raises an error, for these alerts or for all."""

    def check(about: object) -> None:
        named = [edit.alert_id for edit in about.edits] if isinstance(about, Change) else [about]
        if not ids or set(ids) & set(named):
            raise error

    return check


def states(one: Mirrored, change_id: str) -> list[OutcomeState]:
    """What became of a change."""
    return [each.state for each in one.store.outcomes(change_id)]


def written(remote: FakeRemote) -> list[AlertId]:
    """What was changed at the server, in order."""
    return [alert_id for alert_id, _ in remote.writes]
