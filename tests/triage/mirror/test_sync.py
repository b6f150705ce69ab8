"""The sync: what a mirror costs in requests, and what it knows for that."""

from __future__ import annotations

from collections import Counter

from alerttui.domain.query import EVERYTHING, AlertQuery, Operator, QueryContext, Term
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import AlertId, Phase
from alerttui.triage.people import person_meant
from tests.triage.mirror.conftest import Mirrored, OpenMirrored
from tests.triage.mirror.remote import Clock, FakeRemote, remote_alert

MINUTE_MS = 60_000


def a_remote(count: int, open_first: int = 0, step_ms: int = MINUTE_MS, latency_ms: int = 0) -> FakeRemote:
    """A remote that holds so many alerts."""
    remote = FakeRemote(Clock(), latency_ms=latency_ms)
    remote.fill(count, open_first=open_first, step_ms=step_ms)
    return remote


def count(one: Mirrored, text: str = "") -> int:
    """How many alerts of the mirror match."""
    context = QueryContext(now_ms=one.clock())
    return one.store.count(parse(text) if text else EVERYTHING, context)


def most_in_a_minute(times: list[int]) -> int:
    """The most requests within any 60 seconds."""
    return max((sum(start <= each < start + MINUTE_MS for each in times) for start in times), default=0)


async def test_ten_thousand_alerts_are_mirrored_in_two_hundred_and_ten_requests(
    mirrored: OpenMirrored,
) -> None:
    one = mirrored(a_remote(10_000, open_first=200, step_ms=200_000, latency_ms=150))
    while one.running.state.is_filling or count(one) < 10_000:
        await one.sync_for(0.1)
    assert count(one) == 10_000
    assert one.remote.asked["page"] <= 210
    assert one.remote.asked["alert"] == 0


async def test_an_idle_console_with_two_hundred_open_alerts_costs_six_requests_a_minute(
    mirrored: OpenMirrored,
) -> None:
    one = mirrored(a_remote(1_000, open_first=200))
    await one.sync_for(5)
    one.remote.times.clear()
    one.remote.asked.clear()
    await one.sync_for(60)
    assert 0 < most_in_a_minute(one.remote.times) <= 6
    assert one.running.state.open_as_of_ms is not None
    assert one.running.state.open_as_of_ms > one.clock() - 3 * MINUTE_MS


async def test_with_ten_thousand_open_alerts_it_stays_in_budget_and_tells_the_oldest_copy(
    mirrored: OpenMirrored,
) -> None:
    one = mirrored(a_remote(10_000, open_first=10_000, step_ms=200_000))
    await one.sync_for(10)
    assert count(one) == 10_000
    one.remote.times.clear()
    await one.sync_for(30)
    assert most_in_a_minute(one.remote.times) <= 6
    as_of_ms = one.running.state.open_as_of_ms
    assert as_of_ms is not None
    assert one.clock() - 60 * MINUTE_MS < as_of_ms < one.clock() - 15 * MINUTE_MS


async def test_a_new_alert_is_here_within_a_minute_or_so(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(300, open_first=20))
    await one.sync_for(5)
    one.remote.put(remote_alert(9_000, age_ms=-(one.clock() - one.remote.alerts[AlertId("r-0")].created_ms)))
    await one.sync_for(1.2)
    assert count(one, "id:r-9000") == 1


async def test_an_alert_that_appears_late_in_the_list_is_found(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(300))
    await one.sync_for(5)
    created_ms = one.clock() - 3 * MINUTE_MS
    one.remote.put(remote_alert(9_000, created_ms=created_ms))
    await one.sync_for(1.2)
    assert count(one, "id:r-9000") == 1


async def test_what_somebody_else_closed_falls_out_of_what_is_open(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(500, open_first=120))
    await one.sync_for(5)
    one.remote.change("r-60", status="RESOLVED")
    one.remote.change("r-90", status="TRIAGED")
    one.remote.asked.clear()
    await one.sync_for(4)
    assert one.store.alert(AlertId("r-60")).phase is Phase.CLOSED
    assert one.store.alert(AlertId("r-90")).phase is Phase.ACTIVE
    assert one.remote.asked["alert"] <= 1


async def test_many_that_fell_out_are_listed_rather_than_read_one_by_one(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(400, open_first=200))
    await one.sync_for(5)
    for number in range(100):
        one.remote.change(f"r-{number}", status="CLOSED")
    one.remote.asked.clear()
    await one.sync_for(5)
    assert count(one, "status:CLOSED") == 100
    assert one.remote.asked["alert"] == 0


async def test_an_alert_that_is_gone_leaves(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(100, open_first=50))
    await one.sync_for(5)
    one.remote.remove("r-7")
    await one.sync_for(4)
    assert count(one) == 99


async def test_a_closed_alert_that_is_reopened_is_seen_by_the_sweep(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(200))
    await one.sync_for(5)
    one.remote.change("r-150", status="OPEN")
    await one.sync_for(30)
    assert one.store.alert(AlertId("r-150")).phase is Phase.OPEN


async def test_after_a_night_off_the_hole_is_filled(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(100))
    await one.sync_for(5)
    before = one.clock()
    one.clock.now_ms += 10 * 3_600_000
    for number in range(400):
        one.remote.put(remote_alert(10_000 + number, created_ms=before + (number + 1) * 80_000))
    await one.sync_for(5)
    assert count(one) == 500
    assert not one.running.state.is_filling


async def test_the_backfill_goes_on_where_it_was_left(mirrored: OpenMirrored) -> None:
    remote = a_remote(3_000, step_ms=800_000, latency_ms=100)
    one = mirrored(remote, per_minute=20)
    await one.sync_for(1)
    assert 0 < count(one) < 3_000
    await one.mirror.close()
    again = mirrored(remote, per_minute=300)
    await again.sync_for(3)
    assert count(again) == 3_000
    assert remote.asked["page"] <= 75


async def test_what_the_window_leaves_is_let_go_unless_something_is_pending(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(50, step_ms=12 * 3_600_000))
    await one.sync_for(3)
    assert count(one) == 50
    one.clock.now_ms += 10 * 86_400_000
    await one.sync_for(10)
    assert count(one) == 50 - 8


async def test_a_log_type_is_asked_for_and_remembered(mirrored: OpenMirrored) -> None:
    remote = a_remote(300)
    remote.log_types = {AlertId(f"r-{number}"): "AWS.ALB" for number in range(0, 300, 10)}
    one = mirrored(remote)
    await one.sync_for(3)
    query = parse("log-type:AWS.ALB")
    assert count(one, "log-type:AWS.ALB") == 0
    assert "log-type:AWS.ALB is being asked" in (await one.running.holding(query)).missing
    await one.running.want(query)
    await one.sync_for(0.1)
    assert count(one, "log-type:AWS.ALB") == 30
    assert (await one.running.holding(query)).is_exact
    asked = Counter(one.remote.asked)
    await one.running.want(query)
    await one.sync_for(0.1)
    assert one.remote.asked["page"] - asked["page"] <= 1


async def test_a_pattern_of_log_types_is_told_to_be_unknown(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(10))
    await one.sync_for(3)
    told = await one.running.holding(parse("log-type:AWS.*"))
    assert "known only where it was asked for by its whole name" in told.missing


async def test_a_filter_that_reaches_further_back_has_the_rest_read(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(60, step_ms=86_400_000))
    await one.sync_for(3)
    assert count(one) == 31
    query = parse("created>45d")
    assert "not here yet" in (await one.running.holding(query)).missing
    await one.running.want(query)
    await one.sync_for(2)
    assert count(one, "created>45d") == 46 or count(one, "created>45d") == 45
    assert (await one.running.holding(query)).is_exact


async def test_an_answer_to_the_open_queue_is_as_old_as_its_oldest_copy(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(100, open_first=50))
    await one.sync_for(3)
    query = AlertQuery((Term("is", Operator.HAS, ("open",)),))
    told = await one.running.holding(query)
    assert told.is_exact
    assert told.as_of_ms == min(one.running.state.open_as_of_ms or 0, one.running.state.new_as_of_ms or 0)


async def test_offline_is_told_with_since_when_and_ends_by_itself(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(100, open_first=10))
    await one.sync_for(3)
    one.remote.is_down = True
    await one.sync_for(10)
    state = one.running.state
    assert state.offline_since_ms is not None
    assert state.trouble == "The fake is down."
    assert one.remote.asked["refused"] <= 16
    one.remote.is_down = False
    await one.sync_for(3)
    assert one.running.state.offline_since_ms is None
    assert one.running.state.trouble == ""


async def test_people_and_tags_are_learned(mirrored: OpenMirrored) -> None:
    one = mirrored(a_remote(10))
    await one.sync_for(2)
    assert [each.id for each in one.store.people("ana")] == ["u-ana"]
    assert "scanner" in [each.value for each in one.store.tags()]
    me = person_meant(one.store, "ana@acme.example")
    assert me is not None
    assert me.id == "u-ana"
