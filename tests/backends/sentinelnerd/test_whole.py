"""SentinelNerd as it may be: every liberty that its page leaves to a server."""

from __future__ import annotations

from typing import Any

import pytest

from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import BadAnswer, NotFound, NotLetIn, NotPermitted, Rejected, ServerDown, SlowDown
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from tests.backends.panther.script import NOW_MS
from tests.backends.sentinelnerd.script import ACKNOWLEDGE, ADA, NOW, REOPEN, RESOLVE, change
from tests.backends.sentinelnerd.serving import over, stand_in_at
from tests.standins.sentinelnerd import (
    ANALYST,
    EXPIRED_KEY,
    READ_ONLY_KEY,
    BulkShape,
    Knobs,
    SentinelNerdStandIn,
    TimelineShape,
)

STATES = OutcomeState
ASSIGN = AlertPatch(status=Set("acknowledged"), assignee=Set(ANALYST))


def texts(stand_in: SentinelNerdStandIn, *ids: str) -> list[list[str]]:
    return [stand_in.texts(each) for each in ids]


@pytest.mark.parametrize(
    "knobs",
    [
        {"meta": False}, {"single": "bare"}, {"single": "alert", "extras_beside": True},
        {"single": "data_alert", "extras_beside": True}, {"events_key": "matched_events"},
        {"comments": "list"}, {"comments": "list", "timeline": TimelineShape(key=None)},
        {"timeline": TimelineShape(key="timeline_events", time="at", kind="action", actor="created_by")},
        {"timeline": TimelineShape(text="details", actor_as="object", newest_first=True)},
        {"assignee_key": "owner", "assignee_as": "object"}, {"assignee_key": None},
        {"unassigned_as": "absent"}, {"resolution_key": "resolved_as"}, {"resolution_key": None},
        {"change_answer": "alert"}, {"change_answer": "bare"}, {"change_answer": "ok"},
        {"change_answer": "empty_object"}, {"change_answer": "text"}, {"change_answer": "empty"},
        {"comment_answer": "bare"}, {"comment_answer": "text"}, {"comment_answer": "ok"},
        {"transitions": "strict"}, {"bulk": BulkShape(answer="empty")}, {"reopen_keeps_resolution": True},
    ],
    ids=str,
)  # fmt: skip
async def test_an_alert_goes_its_way_whatever_the_answers_are_like(knobs: dict[str, Any]) -> None:
    stand_in = stand_in_at(NOW_MS, Knobs(**knobs))
    backend = over(stand_in, NOW_MS, me=ANALYST)
    one = AlertId(stand_in.add_alert())
    assert [each.ok for each in await backend.apply(change(ASSIGN, one, comment="mine"))] == [True]
    comment = await backend.add_comment(one, "a *note*", ADA, NOW_MS)
    asked = change(RESOLVE, one, comment="done", actions=("blocked it",))
    assert [each.ok for each in await backend.apply(asked)] == [True]
    true = stand_in.alert(one)
    assert (true["status"], true["assignee"], true["resolution"]) == ("resolved", ANALYST, "benign")
    assert true["actions_taken"] == ["blocked it"]
    assert stand_in.texts(one) == ["mine", "a *note*", "done"]
    alert = await backend.alert(one)
    assert alert.status == "resolved"
    assert (alert.assignee is not None and alert.assignee.id == ANALYST) or not alert.assignee_known
    assert alert.verdict == "benign" or not alert.verdict_known
    assert len((await backend.events(one)).results) == 2
    found = (await backend.comments(one)).results
    assert [each.body for each in found] == ["mine", "a *note*", "done"]
    assert comment is None or comment.id in [each.id for each in found]
    statuses = [each.after for each in await backend.history(one) if each.field == "status"]
    assert statuses in (["acknowledged", "resolved"], [])
    again = await backend.apply(change(ACKNOWLEDGE, one, comment="again"))
    assert [each.state for each in again] == [STATES.CONFIRMED]
    assert stand_in.texts(one)[-1] == "again"
    await backend.close()


async def test_what_is_told_nowhere_is_an_empty_page() -> None:
    shape = Knobs(comments="nowhere", events_key=None, timeline=TimelineShape(key=None))
    stand_in = stand_in_at(NOW_MS, shape)
    backend = over(stand_in, NOW_MS)
    one = AlertId(stand_in.add_alert())
    await backend.add_comment(one, "x", ADA, NOW_MS)
    assert list((await backend.comments(one)).results) == []
    assert list((await backend.events(one)).results) == []
    assert list(await backend.history(one)) == []


@pytest.mark.parametrize("as_", ["status", "success", "ok", "error", "new_status"])
@pytest.mark.parametrize("id_key", ["id", "alert_id"])
async def test_results_one_by_one_are_understood(as_: Any, id_key: Any) -> None:
    await bulk_is_told(BulkShape(answer="results", result_as=as_, id_key=id_key))


@pytest.mark.parametrize(
    "shape",
    [
        {"answer": "empty"}, {"answer": "counts"},
        {"answer": "counts", "bare": True, "count_key": "processed"},
        {"success_key": "success", "failed_key": "errors", "reason_key": "reason"},
        {"success_key": "updated", "failed_as": "strings"}, {"unknown_id": "skipped"},
        {"unknown_id": "none_applied"}, {"bare": True, "partial_status": 200}, {"limit": 3},
        {"limit": 3, "limit_status": 400}, {"limit": 1},
    ],
    ids=str,
)  # fmt: skip
async def test_every_answer_to_a_bulk_request_is_understood(shape: dict[str, Any]) -> None:
    await bulk_is_told(BulkShape(**shape))


async def bulk_is_told(shape: BulkShape) -> None:
    """Five of six alerts are resolved, with their comment once each; the sixth is not there."""
    stand_in = stand_in_at(NOW_MS, Knobs(bulk=shape))
    backend = over(stand_in, NOW_MS)
    ids = [*stand_in.fill(5), "alt_gone"]
    outcomes = await backend.apply(change(RESOLVE, *ids, comment="noise"))
    assert [each.state for each in outcomes] == [STATES.CONFIRMED] * 5 + [STATES.MISSING]
    assert texts(stand_in, *ids[:5]) == [["noise"]] * 5
    assert {stand_in.alert(each)["resolution"] for each in ids[:5]} == {"benign"}
    reopened = await backend.apply(change(REOPEN, *ids[:5]))
    assert {each.state for each in reopened} == {STATES.CONFIRMED}
    await backend.close()


async def test_alerts_that_the_server_refuses_or_ignores_are_told_apart() -> None:
    stand_in = stand_in_at(NOW_MS, Knobs(bulk=BulkShape(answer="results")))
    ids = stand_in.fill(4)
    stand_in.knobs.refused_ids = {ids[1]: 409}
    backend = over(stand_in, NOW_MS)
    outcomes = await backend.apply(change(ACKNOWLEDGE, *ids))
    assert [each.ok for each in outcomes] == [True, False, True, True]
    assert "cannot be changed" in outcomes[1].reason
    stand_in.knobs.bulk = BulkShape(answer="empty")
    stand_in.knobs.ignored_ids = {ids[0]}
    outcomes = await backend.apply(change(RESOLVE, *ids[:1], *ids[2:]))
    assert [each.ok for each in outcomes] == [False, True, True]
    assert outcomes[0].reason == "SentinelNerd accepted the request but kept the status."


async def test_a_bulk_request_that_breaks_off_is_in_doubt_and_not_repeated() -> None:
    stand_in = stand_in_at(NOW_MS, Knobs(bulk=BulkShape(breaks_after=2)))
    ids = stand_in.fill(4)
    backend = over(stand_in, NOW_MS)
    outcomes = await backend.apply(change(ACKNOWLEDGE, *ids, comment="once"))
    assert {each.state for each in outcomes} == {STATES.UNDECIDED}
    assert stand_in.counts["bulk"] == 1
    assert texts(stand_in, *ids) == [["once"], ["once"], [], []]


async def test_assigning_again_tells_when_the_server_keeps_the_first_assignee() -> None:
    stand_in = stand_in_at(NOW_MS, Knobs(reacknowledge="keeps_assignee"))
    one = stand_in.add_alert(status="acknowledged", assignee="grace@example.com")
    backend = over(stand_in, NOW_MS)
    (outcome,) = await backend.apply(change(AlertPatch(assignee=Set(ANALYST)), one))
    assert (outcome.state, outcome.reason) == (
        STATES.REFUSED, "SentinelNerd accepted the request but kept the assignee.",
    )  # fmt: skip


@pytest.mark.parametrize("form", ["object", "string", "message", "detail", "errors", "text", "html"])
async def test_a_refusal_is_told_in_the_server_s_words(form: Any) -> None:
    stand_in = stand_in_at(NOW_MS, Knobs(error_form=form, invalid_status=422, longest_comment=3))
    one = AlertId(stand_in.add_alert())
    backend = over(stand_in, NOW_MS)
    with pytest.raises(Rejected, match=r"422.*(longer than 3|validation failed)"):
        await backend.add_comment(one, "long", ADA, NOW_MS)
    is_json = form not in ("text", "html")  # which may be of whatever stands before the server
    with pytest.raises(NotFound if is_json else BadAnswer, match="alt_gone"):
        await backend.alert(AlertId("alt_gone"))


async def test_what_a_key_may_not_do_names_its_scope() -> None:
    stand_in = stand_in_at(NOW_MS)
    one = AlertId(stand_in.add_alert())
    backend = over(stand_in, NOW_MS, token=READ_ONLY_KEY)
    assert len((await backend.page(EVERYTHING, NOW)).results) == 1
    with pytest.raises(NotPermitted, match="alerts:write"):
        await backend.apply(change(ACKNOWLEDGE, one))
    with pytest.raises(NotPermitted, match="alerts:write"):
        await backend.add_comment(one, "x", ADA, NOW_MS)
    with pytest.raises(NotLetIn):
        await over(stand_in, NOW_MS, token=EXPIRED_KEY).identity()
    stand_in.permit("alerts:write")
    with pytest.raises(NotPermitted, match="alerts:read"):
        await over(stand_in, NOW_MS).page(EVERYTHING, NOW)


async def test_a_limit_and_an_outage_are_told_as_such() -> None:
    stand_in = stand_in_at(NOW_MS, Knobs(rate_limit=0, rate_seconds=600))
    one = AlertId(stand_in.add_alert())
    backend = over(stand_in, NOW_MS)
    with pytest.raises(SlowDown) as raised:
        await backend.alert(one)
    assert raised.value.retry_at_ms > NOW_MS
    stand_in.knobs = Knobs(outage=500)
    with pytest.raises(ServerDown):
        await backend.alert(one)
    with pytest.raises(ServerDown) as down:
        await backend.add_comment(one, "x", ADA, NOW_MS)
    assert stand_in.counts["comment"] == 1
    assert down.value.may_have_acted


async def test_statistics_come_with_the_range_of_the_profile_or_without() -> None:
    stand_in = stand_in_at(NOW_MS)
    stand_in.fill(10, open=4)
    backend = over(stand_in, NOW_MS, window_ms=30 * 86_400_000)
    found = await backend.statistics(EVERYTHING, NOW)
    assert (found.total, found.by_status["open"]) == (10, 4)
    assert found.told["time range"].startswith("since ")
    for stand_in.knobs.stats_range in ("refused", "ignored"):
        found = await backend.statistics(EVERYTHING, NOW)
        assert (found.total, found.told["time range"]) == (10, "of SentinelNerd's own choosing")
