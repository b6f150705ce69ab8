"""How many requests a mirror costs, counted where they arrive."""

from __future__ import annotations

from alerttui.domain.query import EVERYTHING, QueryContext
from alerttui.domain.query_text import parse
from tests.remote.conftest import OpenStage
from tests.standins.panther import PantherStandIn, Recorded
from tests.standins.running import serving
from tests.triage.mirror.remote import Clock


async def test_ten_thousand_alerts_are_mirrored_in_210_lists(
    stage: OpenStage, standin: PantherStandIn, clock: Clock
) -> None:
    standin.fill(10_000, open=200)
    with serving(standin) as url:
        mirrored = stage(url)
        began_ms = clock.now_ms
        await mirrored.running.catch_up(lambda: None)
        context = QueryContext(now_ms=clock.now_ms)
        assert mirrored.store.count(EVERYTHING, context) == 10_000
        assert mirrored.store.count(parse("status:open"), context) == 200
        assert (mirrored.state.is_filling, mirrored.state.trouble) == (False, "")
        assert standin.counts["list_alerts"] <= 210
        assert clock.now_ms - began_ms < 10 * 60_000


async def test_an_idle_console_with_200_open_alerts_asks_six_times_a_minute(
    stage: OpenStage, standin: PantherStandIn, clock: Clock
) -> None:
    standin.fill(1_000, open=200)
    with serving(standin) as url:
        mirrored = stage(url)
        await mirrored.sync_for(10)
        minutes = []
        for _ in range(30):
            standin.forget_requests()
            await mirrored.sync_for(1)
            minutes.append(len(standin.requests))
        assert max(minutes) <= 6, minutes
        assert mirrored.state.trouble == ""
        assert mirrored.state.open_as_of_ms is not None
        assert clock.now_ms - mirrored.state.open_as_of_ms < 5 * 60_000


async def test_log_types_are_asked_once_and_remembered(
    stage: OpenStage, standin: PantherStandIn, clock: Clock
) -> None:
    standin.fill(300)
    query = parse("log-type:Okta.SystemLog")
    with serving(standin) as url:
        mirrored = stage(url)
        await mirrored.sync_for(5)
        standin.forget_requests()
        assert mirrored.store.count(query, QueryContext(now_ms=clock.now_ms)) == 0
        assert "is being asked" in (await mirrored.running.holding(query)).missing
        await mirrored.running.want(query)
        await mirrored.sync_for(0.1)
        assert mirrored.store.count(query, QueryContext(now_ms=clock.now_ms)) == 100
        assert (await mirrored.running.holding(query)).is_exact
        assert len(_asked_for_log_types(standin)) == 4
        await mirrored.running.want(query)
        await mirrored.sync_for(1)
        assert len(_asked_for_log_types(standin)) == 4


def _asked_for_log_types(standin: PantherStandIn) -> list[Recorded]:
    return [each for each in standin.of("list_alerts") if each.values("log-type")]
