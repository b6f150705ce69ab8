"""Lists that end early, that cannot be narrowed by time, or that come in no known order."""

from __future__ import annotations

from dataclasses import replace

from alerttui.domain.alert import Alert
from alerttui.domain.errors import Rejected
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.holding import holding
from tests.triage.mirror.conftest import OpenMirrored
from tests.triage.mirror.remote import CAPABILITIES, Clock, FakeRemote, remote_alert
from tests.triage.mirror.test_sync import count

DAY_MS = 86_400_000
NOT_BY_TIME = replace(CAPABILITIES, narrows={"status": "the fake's word"})


async def test_a_list_that_ends_early_is_known_as_far_as_it_goes_and_says_so(mirrored: OpenMirrored) -> None:
    capabilities = replace(NOT_BY_TIME, list_limit=120)
    remote = FakeRemote(Clock(), capabilities=capabilities, list_limit=120)
    remote.fill(300)
    one = mirrored(remote)
    await one.sync_for(5)
    assert count(one) == 120
    state = one.running.state
    assert state.cut_from_ms == sorted(each.created_ms for each in remote.alerts.values())[-120]
    assert not state.is_filling
    told = holding(EVERYTHING, state, one.mirror.capabilities, one.clock())
    assert "fake lists the newest 120" in told.missing
    asked = remote.asked["page"]
    await one.sync_for(10)
    assert remote.asked["page"] - asked < 30  # what is cut off is not asked for again and again


async def test_a_list_that_takes_no_dates_is_read_to_the_end_of_the_window_only(
    mirrored: OpenMirrored,
) -> None:
    remote = FakeRemote(Clock(), capabilities=NOT_BY_TIME)
    remote.fill(1_000, step_ms=DAY_MS // 20)  # 50 days of which the mirror wants 30
    one = mirrored(remote)
    await one.sync_for(3)
    assert 600 <= count(one) <= 602
    assert remote.asked["page"] <= 40
    assert not one.running.state.is_filling


async def test_where_pages_are_large_few_are_asked_for_to_see_what_is_new(mirrored: OpenMirrored) -> None:
    capabilities = replace(NOT_BY_TIME, page_limit=500)
    remote = FakeRemote(Clock(), capabilities=capabilities)
    remote.fill(900)
    one = mirrored(remote)
    await one.sync_for(1)
    assert count(one) == 900
    remote.limits.clear()
    for number in range(120):
        remote.put(remote_alert(2_000 + number, age_ms=-(one.clock() - remote.clock.now_ms)))
    await one.sync_for(3)
    assert count(one) == 1_020  # more than a glance shows: the rest is read in large pages
    assert remote.limits[0] == 50
    assert 500 in remote.limits


async def test_where_one_status_can_be_asked_for_each_unhandled_one_is_a_list(
    mirrored: OpenMirrored,
) -> None:
    capabilities = replace(CAPABILITIES, narrows_singly=frozenset({"status"}))
    remote = FakeRemote(Clock(), capabilities=capabilities)
    remote.fill(10, open_first=5)
    remote.change("r-1", status="TRIAGED")
    one = mirrored(remote)
    await one.sync_for(5)
    remote.change("r-0", status="TRIAGED")
    remote.change("r-1", status="OPEN")
    await one.sync_for(3)
    assert (count(one, "status:triaged"), count(one, "status:open")) == (1, 4)


async def test_a_list_without_an_order_that_ends_early_says_as_of_when_it_was_read(
    mirrored: OpenMirrored,
) -> None:
    capabilities = replace(NOT_BY_TIME, is_listed_by_creation=False, list_limit=120)
    remote = FakeRemote(Clock(), capabilities=capabilities, list_limit=120)
    remote.fill(300, open_first=5)
    one = mirrored(remote)
    await one.sync_for(10)
    held = holding(EVERYTHING, one.running.state, one.mirror.capabilities, one.clock())
    assert held.as_of_ms is not None
    assert "fake lists the newest 120" in held.missing
    assert not one.running.state.is_filling


async def test_a_stream_does_not_have_a_list_without_an_order_read_again_and_again(
    mirrored: OpenMirrored,
) -> None:
    capabilities = replace(NOT_BY_TIME, is_listed_by_creation=False)
    remote = FakeRemote(Clock(), capabilities=capabilities)
    remote.fill(300, open_first=5)
    one = mirrored(remote)
    await one.sync_for(2)
    due_ms = dict(one.running.sync.newest.due_ms)
    assert due_ms
    one.running._look_for_new()
    assert one.running.sync.newest.due_ms == due_ms
    remote.capabilities = CAPABILITIES
    one.running._look_for_new()
    assert one.running.sync.newest.due_ms == {}


async def test_where_the_order_is_unknown_old_alerts_stay_out_and_new_ones_are_found(
    mirrored: OpenMirrored,
) -> None:
    capabilities = replace(NOT_BY_TIME, is_listed_by_creation=False)
    remote = FakeRemote(Clock(), capabilities=capabilities)
    remote.fill(200, open_first=3, step_ms=DAY_MS // 4)  # 50 days
    one = mirrored(remote)
    await one.sync_for(2)
    assert 120 <= count(one) <= 126  # a day beyond the window is kept
    remote.put(remote_alert(999, age_ms=-(one.clock() - remote.clock.now_ms)))
    await one.sync_for(3)
    assert count(one, "id:r-999") == 1


async def test_a_list_that_ends_early_and_takes_dates_is_read_on_by_its_dates(
    mirrored: OpenMirrored,
) -> None:
    remote = FakeRemote(Clock(), list_limit=120)
    remote.fill(300)
    one = mirrored(remote)
    await one.sync_for(5)
    assert count(one) == 300
    assert not one.running.state.is_filling


class Untold(FakeRemote):
    """A system that fails on one alert: it neither lists nor tells it."""

    untold: AlertId = AlertId("")

    async def alert(self, alert_id: AlertId) -> Alert:
        if alert_id == self.untold:
            self.asked["untold"] += 1
            raise Rejected("The fake cannot tell it.")
        return await super().alert(alert_id)


async def test_an_alert_that_cannot_be_told_keeps_no_other_waiting(mirrored: OpenMirrored) -> None:
    remote = Untold(Clock())
    remote.fill(40, open_first=20)
    one = mirrored(remote)
    await one.sync_for(2)
    remote.untold = AlertId("r-3")
    remote.remove("r-3")
    await one.sync_for(2)
    remote.change("r-5", status="RESOLVED")
    await one.sync_for(2)
    assert count(one, "is:open") == 19  # the one that is not told stays as it was
    assert remote.asked["untold"] >= 2
    assert one.running.state.trouble == ""
