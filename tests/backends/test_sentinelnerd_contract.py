"""SentinelNerd's backend meets the contract against a stand-in that shares no code with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from alerttui.backends.store import NewAlert
from alerttui.domain.json_text import parse_json
from alerttui.domain.moments import format_moment
from alerttui.domain.vocabulary import AlertId
from tests.backends.contract import BackendContract, Subject
from tests.backends.samples import NOW_MS
from tests.backends.sentinelnerd.serving import over, stand_in_at
from tests.standins.sentinelnerd import ANALYST, BulkShape, Knobs, SentinelNerdStandIn, TimelineShape

NATIVE = frozenset(
    {"status", "verdict", "assignee", "comments read", "comments write", "history", "statistics"}
)

PLAIN = Knobs()
"""As the published page is most plainly read."""

TERSE = Knobs(
    meta=False,
    pagination=False,
    single="bare",
    events_key="events",
    timeline=TimelineShape(key="activity", text="message", kind="event", newest_first=True),
    assignee_key=None,
    resolution_key=None,
    change_answer="empty",
    comment_answer="empty",
    comment_status=204,
    bulk=BulkShape(answer="empty", unknown_id="none_applied"),
    stats_range="refused",
    transitions="strict",
)
"""A server that tells as little as it can."""

ODD = Knobs(
    list_meta=True,
    per_page_maximum=7,
    single="data_alert",
    extras_beside=True,
    comments="list",
    assignee_as="object",
    unassigned_as="absent",
    rows_tell_people=True,
    change_answer="alert",
    bulk=BulkShape(answer="results", bare=True, id_key="alert_id", result_as="ok"),
    error_form="string",
    invalid_status=422,
)
"""A server with other forms for everything."""


@pytest.mark.parametrize("knobs", [PLAIN, TERSE, ODD], ids=["plain", "terse", "odd"])
class TestSentinelNerd(BackendContract):
    """Every test of the contract, over three readings of the published page."""

    @pytest.fixture
    async def subject(self, knobs: Knobs) -> AsyncIterator[Subject]:
        """A backend over a stand-in at the time of the samples."""
        stand_in = stand_in_at(NOW_MS, knobs)

        async def seed(alerts: Sequence[NewAlert]) -> list[AlertId]:
            return [_put(stand_in, each) for each in alerts]

        backend = over(stand_in, NOW_MS, people=[ANALYST])
        yield Subject(backend=backend, seed=seed, person=ANALYST, native=NATIVE)
        await backend.close()


def _put(stand_in: SentinelNerdStandIn, new: NewAlert) -> AlertId:
    alert = new.alert
    comments = [
        {
            "id": each.id,
            "body": each.body,
            "author": "bob@example.com",
            "created_at": _moment(each.created_ms),
        }
        for each in new.comments
    ]
    alert_id = stand_in.add_alert(
        alert.id,
        created=datetime.fromtimestamp(alert.created_ms / 1000, UTC),
        title=alert.title,
        status="open",
        severity=alert.severity.name.lower(),
        rule_name=alert.detection.id,
        event_count=alert.event_count,
        related_events=[parse_json(each.body) for each in new.events],
        comments=comments,
    )
    shape = stand_in.knobs.timeline
    for each in comments:
        entry = {shape.kind: "comment", shape.actor: each["author"], shape.time: each["created_at"]}
        stand_in.add_timeline_entry(alert_id, {**entry, shape.text: each["body"]})
    return AlertId(alert_id)


def _moment(moment_ms: int | None) -> str:
    assert moment_ms is not None
    return format_moment(moment_ms)
