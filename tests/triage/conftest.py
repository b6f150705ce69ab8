"""A session on a private store of a few alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from alerttui.backends.registry import open_local
from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Actor
from alerttui.triage.session import Session
from tests.alerts import ANA, NOW_MS

Open = Callable[..., Session]
"""Opens a session: `open_session(alerts, me=..., path=..., read_only=...)`."""


@pytest.fixture
def open_session() -> Iterator[Open]:
    """Sessions on stores that are closed at the end."""
    opened: list[Session] = []

    def start(
        alerts: Iterable[NewAlert] = (),
        *,
        me: Actor | None = ANA,
        path: Path | None = None,
        read_only: bool = False,
    ) -> Session:
        store, backend = open_local(path)
        store.add(alerts)
        session = Session(store, backend, me=me, clock=lambda: NOW_MS, profile="test", read_only=read_only)
        opened.append(session)
        return session

    yield start
    for session in opened:
        session.store.close()
