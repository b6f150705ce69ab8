"""A budget: so many requests within any minute."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alerttui.triage.mirror.budget import MINUTE_MS, Budget, background_share
from tests.triage.mirror.conftest import OpenMirrored
from tests.triage.mirror.remote import CAPABILITIES, Clock, FakeRemote


def test_within_the_limit_nothing_waits_and_beyond_it_until_the_minute_is_over() -> None:
    budget = Budget(3)
    for now_ms in (0, 10, 20):
        assert budget.wait_ms(now_ms) == 0
        budget.spend(now_ms)
    assert budget.wait_ms(30) == MINUTE_MS - 30
    assert budget.wait_ms(MINUTE_MS - 1) == 1
    assert budget.wait_ms(MINUTE_MS) == 0


def test_what_an_analyst_waits_for_is_counted_beyond_the_limit() -> None:
    budget = Budget(2)
    budget.spend(0, 5)
    assert budget.wait_ms(1) == MINUTE_MS - 1


def test_a_limit_becomes_lower_and_never_higher() -> None:
    budget = Budget(10)
    for per_minute, kept in ((0, 10), (4, 4), (8, 4)):
        budget.narrow(per_minute)
        assert budget.per_minute == kept


async def test_a_connection_keeps_the_limit_that_its_token_brings(mirrored: OpenMirrored) -> None:
    remote = FakeRemote(Clock(), capabilities=replace(CAPABILITIES, requests_per_minute=7))
    one = mirrored(remote)
    await one.sync_for(0.1)
    assert one.running.link.budget.per_minute == 7


def test_a_clock_that_is_set_back_does_not_stop_it_for_long() -> None:
    budget = Budget(1)
    budget.spend(10 * MINUTE_MS)
    assert budget.wait_ms(0) == 0


@given(st.lists(st.integers(0, 5_000), max_size=80), st.integers(1, 10))
def test_no_minute_ever_has_more_than_the_limit(pauses: list[int], limit: int) -> None:
    budget, now_ms, spent = Budget(limit), 0, []
    for pause in pauses:
        now_ms += pause + budget.wait_ms(now_ms + pause)
        budget.spend(now_ms)
        spent.append(now_ms)
    for each in spent:
        assert sum(each <= other < each + MINUTE_MS for other in spent) <= limit


def test_an_idle_console_uses_a_tenth_and_at_most_six_a_minute() -> None:
    assert [background_share(each) for each in (1, 9, 40, 60, 600)] == [1, 1, 4, 6, 6]
