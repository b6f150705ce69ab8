"""A session on a local profile, or on a mirror of a remote one: what is asked of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from alerttui.backends.mirror import Observed
from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Actor
from alerttui.domain.change import OutcomeState
from alerttui.domain.patch import AlertPatch, Clear
from alerttui.triage import planning
from alerttui.triage.session import ChangeResult, Session
from tests.alerts import ANA, NOW_MS
from tests.triage.mirror.conftest import Mirrored
from tests.triage.mirror.remote import Clock, FakeRemote


@dataclass
class Mirrors:
    """Opens sessions on mirrors; those on one file share the remote."""

    folder: Path
    remotes: dict[Path, FakeRemote] = field(default_factory=dict)
    opened: list[Mirrored] = field(default_factory=list)

    def start(
        self,
        alerts: Iterable[NewAlert] = (),
        *,
        me: Actor | None = ANA,
        path: Path | None = None,
        read_only: bool = False,
    ) -> Session:
        """A session on a mirror that has read the alerts."""
        file = path or self.folder / f"mirror-{len(self.opened)}.db"
        remote = self.remotes.setdefault(file, FakeRemote(Clock(NOW_MS)))
        one = Mirrored(remote, file, 300, lambda point: None)
        self.opened.append(one)
        for new in alerts:
            remote.put(new.alert)
            remote.events_of[new.alert.id] = list(new.events)
            remote.comments_of[new.alert.id] = list(new.comments)
            one.store.observe([Observed(new=new, requested_ms=NOW_MS, in_full=True)])
        return Session(
            one.store,
            one.mirror,
            me=me,
            clock=one.clock,
            profile="test",
            read_only=read_only,
            mirror=one.mirror,
        )


async def settled(session: Session, result: ChangeResult | None) -> ChangeResult:
    """What became of a change in the end: in a mirror it is sent first."""
    assert result is not None
    if session.mirror is None:
        return result
    assert OutcomeState.CONFIRMED not in {each.state for each in result.outcomes}
    await session.mirror.running.send()
    told = session.mirror.store.outcomes(result.change.id)
    known = {each.alert_id for each in told}
    others = [each for each in result.outcomes if each.alert_id not in known]
    ids = [each.alert_id for each in result.outcomes]
    return replace(result, outcomes=planning.in_order(ids, (*told, *others)))


def needs(session: Session, patch: AlertPatch) -> None:
    """Skip the test where the system cannot take such a change, with its reason."""
    for name, value in patch.changed():
        reason = session.capabilities.refusal(name, clear=isinstance(value, Clear))
        if reason:
            pytest.skip(reason)
