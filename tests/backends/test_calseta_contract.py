"""Calseta's backend meets the contract against a stand-in that shares no code with it, in one process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.calseta import CalsetaBackend, bearer
from alerttui.backends.remote.transport import Endpoint, Transport
from alerttui.backends.store import NewAlert
from alerttui.domain.vocabulary import AlertId, Severity
from tests.backends.contract import BackendContract, Subject
from tests.backends.samples import NOW_MS
from tests.standins.calseta import KEY, CalsetaStandIn

NATIVE = frozenset({"status", "tags", "verdict", "severity", "malice", "history", "related", "statistics"})
URL = "https://calseta.acme.example"


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def connected(stand_in: CalsetaStandIn, key: str = KEY) -> CalsetaBackend:
    """A backend that asks the stand-in without a socket."""

    async def sleep(seconds: float) -> None:
        """Let time pass at once."""

    transport = Transport(
        endpoint=Endpoint.parse(URL),
        product="Calseta",
        auth=lambda: bearer(key),
        sleep=sleep,
        handler=httpx.ASGITransport(stand_in),
        environ={},
    )
    return CalsetaBackend(BackendSettings(url=URL), transport, server=URL, clock=lambda: NOW_MS)


class TestCalseta(BackendContract):
    """Every test of the contract."""

    @pytest.fixture
    async def subject(self) -> AsyncIterator[Subject]:
        """A backend over a stand-in at the time of the samples; no two moments are the same."""
        moments = (moment(NOW_MS) - timedelta(hours=1) + timedelta(milliseconds=each) for each in count())
        stand_in = CalsetaStandIn(now=lambda: next(moments))

        async def seed(alerts: Sequence[NewAlert]) -> list[AlertId]:
            return [_put(stand_in, each) for each in alerts]

        backend = connected(stand_in)
        yield Subject(backend=backend, seed=seed, native=NATIVE, sends_narrowing=True)
        await backend.close()


def _put(stand_in: CalsetaStandIn, new: NewAlert) -> AlertId:
    """Hold a sample; alerts of one rule share an indicator."""
    alert, created = new.alert, moment(new.alert.created_ms)
    severity = "Informational" if alert.severity is Severity.INFO else alert.severity.name.capitalize()
    alert_id = stand_in.add_alert(
        created=created,
        indicators=[("domain", f"{alert.detection.id}.example")],
        occurred_at=created,
        title=alert.title,
        severity=severity,
        raw_payload={"events": [each.body for each in new.events]},
    )
    return AlertId(alert_id)
