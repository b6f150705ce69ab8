"""CHAD's backend meets the contract in both forms of its API, against a stand-in that shares no code."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from alerttui.backends.store import NewAlert
from alerttui.domain.json_text import parse_json
from alerttui.domain.vocabulary import AlertId, Severity
from tests.backends.chad.connecting import backend_of
from tests.backends.contract import BackendContract, Subject
from tests.backends.samples import NOW_MS
from tests.standins.chad import ANALYST, ChadStandIn, Form, Knobs

CURRENT = frozenset({"status", "assignee", "comments read", "comments write", "related"})
DOCUMENTED = frozenset({"status", "comments read", "comments write", "related"})


class TestCurrent(BackendContract):
    """Every test of the contract, in the form of the server's source."""

    @pytest.fixture
    async def subject(self) -> AsyncIterator[Subject]:
        """A backend that finds the form out by itself."""
        stand_in = _stand_in("current")
        backend = backend_of(stand_in)
        yield Subject(
            backend=backend, seed=_seeding(stand_in), person=stand_in.user(ANALYST).id, native=CURRENT
        )
        await backend.close()


class TestDocumented(BackendContract):
    """Every test of the contract, in the form of the published documents."""

    @pytest.fixture
    async def subject(self) -> AsyncIterator[Subject]:
        """A backend whose profile names the form."""
        stand_in = _stand_in("documented")
        backend = backend_of(stand_in, api="documented")
        yield Subject(backend=backend, seed=_seeding(stand_in), native=DOCUMENTED)
        await backend.close()


def _stand_in(form: Form) -> ChadStandIn:
    """CHAD, at the time of the samples; no two moments are the same."""
    moments = (datetime.fromtimestamp(NOW_MS / 1000, UTC) + timedelta(milliseconds=each) for each in count())
    return ChadStandIn(form, now=lambda: next(moments), knobs=Knobs(clustering=True))


def _seeding(stand_in: ChadStandIn) -> Callable[[Sequence[NewAlert]], Awaitable[list[AlertId]]]:
    async def seed(alerts: Sequence[NewAlert]) -> list[AlertId]:
        ids = [_put(stand_in, each) for each in alerts]
        if stand_in.form == "documented":
            _relate(stand_in)
        return ids

    return seed


def _put(stand_in: ChadStandIn, new: NewAlert) -> AlertId:
    alert = new.alert
    severity = "informational" if alert.severity is Severity.INFO else alert.severity.name.lower()
    log = "log_document" if stand_in.form == "current" else "matched_log"
    alert_id = stand_in.add_alert(
        alert.id,
        created=datetime.fromtimestamp(alert.created_ms / 1000, UTC),
        silent=True,
        rule_title=alert.title,
        rule_id=alert.detection.id,
        severity=severity,
        **{log: parse_json(new.events[0].body)},
    )
    for comment in new.comments:
        stand_in.add_comment(alert_id, comment.body)
    return AlertId(alert_id)


def _relate(stand_in: ChadStandIn) -> None:
    """Alerts of the same rule are related to each other."""
    alerts = [stand_in.alert(each) for each in list(stand_in.world.alerts)]
    for one in alerts:
        others = [
            {"id": each["id"], "rule_title": each["rule_title"], "created_at": each["created_at"]}
            for each in alerts
            if each["rule_id"] == one["rule_id"] and each["id"] != one["id"]
        ]
        stand_in.set(one["id"], related_alerts=others)
