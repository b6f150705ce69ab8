"""The SentinelNerd stand-in tells one alert in every shape that the pages leave open, and statistics."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import httpx
import pytest

from tests.standins.calling_sentinelnerd import nerd, read, v1
from tests.standins.conftest import NOW
from tests.standins.sentinelnerd import ANALYST, SECOND_ANALYST, Clock, SentinelNerdStandIn, TimelineShape

__all__ = ["nerd", "v1"]


async def test_one_alert_comes_bare_or_in_any_envelope(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()
    found = await read(v1, alert)
    assert set(found) == {"data", "meta"}
    told = found["data"]
    assert told["id"] == alert
    assert told["timeline"] == [{"timestamp": "2025-06-15T12:00:00Z", "type": "created"}]
    assert len(told["related_events"]) == 2
    nerd.knobs.meta = False
    assert await read(v1, alert) == {"data": told}
    nerd.knobs.single = "bare"
    assert await read(v1, alert) == told
    nerd.knobs.single = "alert"
    assert await read(v1, alert) == {"alert": told}
    nerd.knobs.single = "data_alert"
    assert await read(v1, alert) == {"data": {"alert": told}}
    nerd.knobs.extras_beside = True
    beside = (await read(v1, alert))["data"]
    assert set(beside) == {"alert", "related_events", "timeline"}
    assert (
        beside["alert"] | {"related_events": beside["related_events"], "timeline": beside["timeline"]} == told
    )


@pytest.mark.parametrize("key", ["related_events", "events", "matched_events", None])
async def test_related_events_are_under_one_key_or_none(
    nerd: SentinelNerdStandIn,
    v1: httpx.AsyncClient,
    key: Literal["related_events", "events", "matched_events"] | None,
) -> None:
    alert = nerd.add_alert(related_events=["a line", {"id": 1}, None])
    nerd.knobs.events_key = key
    told = (await read(v1, alert))["data"]
    keys = {"related_events", "events", "matched_events"} & set(told)
    assert keys == ({key} if key else set())
    assert not key or told[key] == ["a line", {"id": 1}, None]


async def test_a_timeline_has_the_shape_of_its_knobs(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()
    nerd.add_comment(alert, "seen before")
    nerd.add_timeline_entry(alert, "odd")
    at = "2025-06-15T12:00:00Z"
    told = (await read(v1, alert))["data"]["timeline"]
    assert told[1:] == [
        {"timestamp": at, "type": "comment", "user": SECOND_ANALYST, "comment": "seen before"},
        "odd",
    ]
    nerd.knobs.timeline = TimelineShape(
        "history", "at", "action", "created_by", actor_as="object", text="details", newest_first=True
    )
    other = (await read(v1, alert))["data"]
    assert "timeline" not in other
    person = {"id": "usr_grace", "email": SECOND_ANALYST, "name": "Grace"}
    assert other["history"] == [
        "odd",
        {"at": at, "action": "comment", "created_by": person, "details": "seen before"},
        {"at": at, "action": "created"},
    ]
    nerd.knobs.timeline = TimelineShape(None)
    assert not {"timeline", "activity", "history", "timeline_events"} & set((await read(v1, alert))["data"])


async def test_comments_are_a_list_or_in_the_timeline_or_nowhere(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()
    made = nerd.add_comment(alert, "seen before")
    assert "comments" not in (await read(v1, alert))["data"]
    nerd.knobs.comments = "list"
    assert (await read(v1, alert))["data"]["comments"] == [
        {"id": made, "body": "seen before", "author": SECOND_ANALYST, "created_at": "2025-06-15T12:00:00Z"}
    ]
    nerd.knobs.comments = "nowhere"
    told = await read(v1, alert)
    assert "seen before" not in str(told)
    assert told["data"]["timeline"][1]["type"] == "comment"


async def test_the_assignee_is_text_an_object_null_or_not_told(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert, free = nerd.add_alert(assignee=ANALYST), nerd.add_alert()
    assert (await read(v1, alert))["data"]["assignee"] == ANALYST
    assert (await read(v1, free))["data"]["assignee"] is None
    nerd.knobs.unassigned_as = "absent"
    assert "assignee" not in (await read(v1, free))["data"]
    nerd.knobs.assignee_key, nerd.knobs.assignee_as = "owner", "object"
    told = (await read(v1, alert))["data"]
    assert told["owner"] == {"id": "usr_ada", "email": ANALYST, "name": "Ada"}
    assert "assignee" not in told
    nerd.knobs.assignee_key = None
    assert ANALYST not in str(await read(v1, alert))


async def test_the_resolution_is_told_under_one_key_or_not(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert(status="resolved", resolution="duplicate")
    assert (await read(v1, alert))["data"]["resolution"] == "duplicate"
    nerd.knobs.resolution_key = "resolved_as"
    assert (await read(v1, alert))["data"]["resolved_as"] == "duplicate"
    nerd.knobs.resolution_key = None
    assert "duplicate" not in str(await read(v1, alert))


async def test_statistics_count_by_status_and_severity_and_tell_means_in_words(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient, clock: Clock
) -> None:
    first, second = (nerd.add_alert(created=NOW) for _ in range(2))
    nerd.add_alert(created=NOW - timedelta(days=20), severity="low", status="resolved")
    clock.advance(12 * 60)
    await v1.post(f"/alerts/{first}/acknowledge")
    clock.advance(123 * 60)
    await v1.post(f"/alerts/{second}/resolve", json={"resolution": "benign"})
    expected = {
        "total": 3,
        "by_status": {"open": 0, "acknowledged": 1, "resolved": 2},
        "by_severity": {"high": 2, "low": 1},
        "mean_time_to_acknowledge": "12m",
        "mean_time_to_resolve": "2h 15m",
    }
    assert (await v1.get("/alerts/stats")).json()["data"] == expected
    bounded = (await v1.get("/alerts/stats", params={"from": "2025-06-10"})).json()["data"]
    assert (bounded["total"], bounded["by_severity"]) == (2, {"high": 2})
    nerd.knobs.stats_range = "ignored"
    assert (await v1.get("/alerts/stats", params={"from": "2025-06-10"})).json()["data"] == expected
    nerd.knobs.stats_range = "refused"
    assert (await v1.get("/alerts/stats", params={"from": "2025-06-10"})).status_code == 400
    nerd.knobs.stats_zeros, nerd.knobs.stats_texts = True, {"mean_time_to_resolve": "about a day"}
    told = (await v1.get("/alerts/stats")).json()["data"]
    assert told["by_severity"] == {"critical": 0, "high": 2, "medium": 0, "low": 1, "info": 0}
    assert told["mean_time_to_resolve"] == "about a day"
