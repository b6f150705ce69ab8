"""Panther's backend meets the contract over a socket: against our own server, and against a stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from alerttui.backends.contract import BackendSettings
from alerttui.backends.registry import connect, open_local
from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Person
from alerttui.domain.json_text import parse_json
from alerttui.domain.moments import format_moment
from alerttui.domain.vocabulary import AlertId
from alerttui.server.app import create_app
from tests.backends.contract import BackendContract, Subject
from tests.backends.samples import NOW_MS
from tests.server.serving import FewTokens
from tests.standins.panther import ANALYST, TOKEN, PantherStandIn
from tests.standins.running import serving

NATIVE = frozenset({"status", "quality", "tags", "assignee", "comments read", "comments write"})


class TestPantherThroughTheServer(BackendContract):
    """Every test of the contract, through `alerttui serve` over a local store."""

    @pytest.fixture
    async def subject(self) -> AsyncIterator[Subject]:
        """A backend, over a socket, over a new store that knows Bob."""
        store, local = open_local(None)
        store.add_person(Person("bob", "bob@acme.example", "Bob"))
        app = create_app(store, local, tokens=FewTokens(), clock=lambda: NOW_MS)

        async def seed(alerts: Sequence[NewAlert]) -> list[AlertId]:
            store.add(alerts)
            return [each.alert.id for each in alerts]

        with serving(app) as url:
            backend = connect("panther", BackendSettings(url=url, token="ci-key"))
            yield Subject(backend=backend, seed=seed, native=NATIVE)
            await backend.close()
        store.close()


class TestPantherStandIn(BackendContract):
    """Every test of the contract, against a stand-in that shares no code with the backend."""

    @pytest.fixture
    def stand_in(self) -> PantherStandIn:
        """Panther, at the time of the samples; no two moments are the same."""
        moments = (
            datetime.fromtimestamp(NOW_MS / 1000, UTC) + timedelta(milliseconds=each) for each in count()
        )
        return PantherStandIn(now=lambda: next(moments))

    @pytest.fixture
    def url(self, stand_in: PantherStandIn) -> Iterator[str]:
        """Where it answers."""
        with serving(stand_in) as url:
            yield url

    @pytest.fixture
    async def subject(self, stand_in: PantherStandIn, url: str) -> AsyncIterator[Subject]:
        """A backend, over a socket."""

        async def seed(alerts: Sequence[NewAlert]) -> list[AlertId]:
            return [_put(stand_in, each) for each in alerts]

        backend = connect("panther", BackendSettings(url=url, token=TOKEN))
        yield Subject(backend=backend, seed=seed, person=ANALYST, native=NATIVE)
        await backend.close()


def _put(stand_in: PantherStandIn, new: NewAlert) -> AlertId:
    alert = new.alert
    alert_id = stand_in.add_alert(
        alert.id,
        created=datetime.fromtimestamp(alert.created_ms / 1000, UTC),
        events=[parse_json(each.body) for each in new.events],
        title=alert.title,
        status=alert.status,
        severity=alert.severity.name,
        detection={"id": alert.detection.id, "type": alert.detection.kind},
    )
    for comment in new.comments:
        assert comment.created_ms is not None
        stand_in.add_comment(
            alert_id, comment.body, raw={"id": comment.id, "createdAt": format_moment(comment.created_ms)}
        )
    return AlertId(alert_id)
