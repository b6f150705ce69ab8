"""Answers that are lost or wrong on their way: each change is made once, or told as what it is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from alerttui.backends.remote.panther.backend import PantherBackend
from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import BadAnswer, Unreachable
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from tests.backends.panther.test_changing import ANA, CLOSE, change
from tests.backends.panther.test_over_the_wire import NOW, connected, panther
from tests.standins.faults import AfterApplying, Always, Fault, FaultServer
from tests.standins.misbehaviour import CloseAtOnce, CutBody, Reply, Reset
from tests.standins.panther import PantherStandIn

__all__ = ["panther"]

A_PAGE = b"<!doctype html><title>Sign in</title>"
PORTAL = Reply(body=A_PAGE, headers=(("Content-Type", "text/html"),))
LOSSES = [CloseAtOnce(), Reset(), Reset(after_head=True), CutBody()]
OF_LOSS = [type(each).__name__ + str(index) for index, each in enumerate(LOSSES)]


@pytest.fixture
async def faults(panther: PantherStandIn) -> AsyncIterator[FaultServer]:
    """A server in front of Panther that plays faults."""
    async with FaultServer(app=panther) as server:
        yield server


@pytest.fixture
async def backend(faults: FaultServer) -> AsyncIterator[PantherBackend]:
    """A backend that never really waits."""
    made = connected(faults.url)
    yield made
    await made.close()


def patches(panther: PantherStandIn) -> int:
    return len(panther.of("patch_alert")) + len(panther.of("patch_alerts"))


@pytest.mark.parametrize("loss", LOSSES, ids=OF_LOSS)
async def test_a_change_whose_answer_is_lost_is_made_once(
    panther: PantherStandIn, faults: FaultServer, backend: PantherBackend, loss: Fault
) -> None:
    one = panther.add_alert()
    faults.add("PATCH", "/alerts", AfterApplying(loss))
    (outcome,) = await backend.apply(change(CLOSE, one))
    assert outcome.state is OutcomeState.CONFIRMED
    assert patches(panther) == 1


@pytest.mark.parametrize("count", [1, 5])
async def test_a_change_that_is_lost_is_sent_once_more(
    panther: PantherStandIn, faults: FaultServer, backend: PantherBackend, count: int
) -> None:
    ids = panther.fill(count)
    faults.add("PATCH", "/alerts", CloseAtOnce())
    outcomes = await backend.apply(change(CLOSE, *ids))
    assert [each.state for each in outcomes] == [OutcomeState.CONFIRMED] * count
    assert patches(panther) == count


async def test_many_whose_answer_is_lost_are_read(
    panther: PantherStandIn, faults: FaultServer, backend: PantherBackend
) -> None:
    ids = panther.fill(30)
    faults.add("PATCH", "/alerts", AfterApplying(Reset()))
    outcomes = await backend.apply(change(CLOSE, *ids))
    assert [each.state for each in outcomes] == [OutcomeState.CONFIRMED] * 30
    assert patches(panther) == 2


@pytest.mark.parametrize("is_applied", [True, False])
async def test_a_comment_without_an_answer_is_never_sent_twice(
    panther: PantherStandIn, faults: FaultServer, backend: PantherBackend, is_applied: bool
) -> None:
    one = panther.add_alert()
    faults.add("POST", "/alert-comments", AfterApplying(CloseAtOnce()) if is_applied else CloseAtOnce())
    (outcome,) = await backend.apply(change(CLOSE, one, comment="why"))
    assert (outcome.state, outcome.comment_added) == (OutcomeState.CONFIRMED, is_applied)
    assert len(panther.comments_of(one)) == is_applied
    assert sum(each.method == "POST" for each in faults.requests) == 1


async def test_a_lost_comment_raises_that_it_may_be_there(
    panther: PantherStandIn, faults: FaultServer, backend: PantherBackend
) -> None:
    one = AlertId(panther.add_alert())
    faults.add("POST", "/alert-comments", AfterApplying(Reset()))
    with pytest.raises(Unreachable) as raised:
        await backend.add_comment(one, "why", ANA, NOW.now_ms)
    assert raised.value.may_have_acted
    assert len(panther.comments_of(one)) == 1


@pytest.mark.parametrize("count", [1, 3])
async def test_a_login_page_that_says_yes_to_everything_is_no_success(
    panther: PantherStandIn, faults: FaultServer, backend: PantherBackend, count: int
) -> None:
    ids = panther.fill(count)
    faults.add("PATCH", "/alerts", Always(PORTAL))
    outcomes = await backend.apply(change(CLOSE, *ids))
    assert {each.state for each in outcomes} == {OutcomeState.QUEUED}
    faults.add("GET", "/", Always(PORTAL))
    with pytest.raises(BadAnswer, match="web page"):
        await backend.page(EVERYTHING, NOW)
    if count > 1:
        outcomes = await backend.apply(change(CLOSE, *ids))
        assert {each.state for each in outcomes} == {OutcomeState.UNDECIDED}


async def test_a_server_that_vanishes_is_raised(
    panther: PantherStandIn, faults: FaultServer, backend: PantherBackend
) -> None:
    ids = panther.fill(3)
    faults.add("*", "/", Always(CloseAtOnce()))
    with pytest.raises(Unreachable):
        await backend.page(EVERYTHING, NOW)
    with pytest.raises(Unreachable):
        await backend.apply(change(CLOSE, ids[0]))
