"""Several alerts in one request: what it says, and what its answer tells of each."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.remote.asking import Answer
from alerttui.backends.remote.sentinelnerd.bulk import answers_of
from alerttui.backends.remote.sentinelnerd.statistics import statistics_of
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.change import Change, OutcomeState
from alerttui.domain.errors import (
    BadAnswer,
    NotPermitted,
    Rejected,
    TooLarge,
)
from alerttui.domain.patch import AlertPatch, Set
from tests.backends.panther.script import Reply, bodies, empty, lost, no_such, off, told
from tests.backends.sentinelnerd.script import (
    ACKNOWLEDGE,
    ADA,
    REOPEN,
    RESOLVE,
    change,
    scripted,
    single,
)

STATES = OutcomeState
ASSIGN = AlertPatch(status=Set("acknowledged"), assignee=Set(ADA.id))
KEYS: Final = (
    "data", "results", "failed", "errors", "success", "updated", "succeeded", "id", "alert_id", "status",
    "ok", "error", "message", "reason", "by_status", "by_severity", "total",
)  # fmt: skip
IDS = ("alt_1", "alt_2", "alt_3", "alt_4")


# -- several alerts


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        (change(ACKNOWLEDGE, *IDS), {"action": "acknowledge"}),
        (change(REOPEN, *IDS, comment="x"), {"action": "reopen", "comment": "x"}),
        (
            change(RESOLVE, *IDS, comment="x"),
            {"action": "resolve", "resolution": "benign", "comment": "x"},
        ),
    ],
)
async def test_alerts_that_get_the_same_values_go_out_together(asked: Change, body: dict[str, Any]) -> None:
    script, backend = scripted(told({"data": {"succeeded": list(IDS)}}))
    outcomes = await backend.apply(asked)
    assert {each.state for each in outcomes} == {STATES.CONFIRMED}
    assert {each.comment_added for each in outcomes} == {True if asked.comment else None}
    (request,) = script.asked
    assert request.path == ("alerts", "bulk")
    assert request.body == {"alert_ids": list(IDS), **body}
    assert (request.alert_id, request.safety) == ("", RetrySafety.NEVER)


async def test_chunks_are_as_large_as_the_profile_says() -> None:
    script, backend = scripted(*(told({"success": list(IDS)}) for _ in range(3)), chunk=2)
    assert backend.capabilities.bulk_chunk == 2
    await backend.apply(change(ACKNOWLEDGE, *IDS, "alt_5"))
    sent: list[Any] = bodies(script.asked)
    assert [each["alert_ids"] for each in sent[:2]] == [["alt_1", "alt_2"], ["alt_3", "alt_4"]]
    assert script.asked[2].path == ("alerts", "alt_5")


@pytest.mark.parametrize("asked", [change(ASSIGN, *IDS[:2]), change(RESOLVE, *IDS[:2], actions=("x",))])
async def test_an_assignee_and_a_list_of_actions_go_out_one_by_one(asked: Change) -> None:
    def made(request: Any) -> Answer:
        alert_id = request.path[1]
        if request.method == "GET":
            return single(alert_id)
        status = asked.edits[0].patch.status
        assert isinstance(status, Set)
        return told({"id": alert_id, "status": status.value, "assignee": request.body.get("assignee")})

    script, backend = scripted()
    script.world = made
    outcomes = await backend.apply(asked)
    assert [each.state for each in outcomes] == [STATES.CONFIRMED] * 2
    assert all(each.path[1] != "bulk" for each in script.asked)


async def test_what_was_seen_resolved_is_not_acknowledged_in_bulk() -> None:
    script, backend = scripted(
        single("alt_3", status="resolved"), empty(204), told({"id": "alt_3", "status": "acknowledged"}),
        told({"succeeded": ["alt_1", "alt_2"]}),
    )  # fmt: skip
    await backend.alert(change(REOPEN, "alt_3").edits[0].alert_id)
    outcomes = await backend.apply(change(ACKNOWLEDGE, "alt_1", "alt_2", "alt_3"))
    assert {each.state for each in outcomes} == {STATES.CONFIRMED}
    assert script.asked[-1].body == {"alert_ids": ["alt_1", "alt_2"], "action": "acknowledge"}


SKIPPED = single("alt_2", status="acknowledged")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (told({"succeeded": ["alt_1", "alt_2"], "failed": []}), "CONFIRMED CONFIRMED"),
        (told({"data": {"updated": ["alt_1"], "errors": [{"id": "alt_2", "error": "no"}]}}, 207),
         "CONFIRMED REFUSED"),
        (told({"success": ["alt_1"], "failed": [{"alert_id": "alt_2", "reason": "alert not found"}]}, 207),
         "CONFIRMED MISSING"),
        (told({"results": [{"id": "alt_2", "status": "error", "message": "no"},
                           {"id": "alt_1", "status": "success"}]}), "CONFIRMED REFUSED"),
        (told({"data": {"results": [{"alert_id": "alt_1", "ok": True}, {"alert_id": "alt_2", "ok": False}]}}),
         "CONFIRMED REFUSED"),
        (told({"results": [{"id": "alt_1", "success": True},
                           {"id": "alt_2", "success": False, "error": {"code": "NOT_FOUND"}}]}),
         "CONFIRMED MISSING"),
        (told({"results": [{"id": "alt_1", "error": None}, {"id": "alt_2", "error": "no"}]}),
         "CONFIRMED REFUSED"),
        (told([{"id": "alt_1", "status": "acknowledged"}, {"id": "alt_2", "status": "Acknowledged"}]),
         "CONFIRMED CONFIRMED"),
    ],
)  # fmt: skip
async def test_an_answer_that_names_the_alerts_is_understood(answer: Answer, expected: str) -> None:
    script, backend = scripted(answer)
    outcomes = await backend.apply(change(ACKNOWLEDGE, "alt_1", "alt_2"))
    assert " ".join(each.state.name for each in outcomes) == expected
    assert all(each.reason for each in outcomes if not each.ok)
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        empty(204), told({}), told({"data": {"updated": 2}}), told({"processed": 2}, 207),
        told({"count": "x"}), told({"success": True}), told({"results": "x"}),
        told({"results": [None, 3, {}, {"id": None}]}),
        told({"succeeded": ["alt_9"]}),
        told({"results": [{"id": "alt_1"}, {"id": "alt_2", "status": "queued"}]}, 202),
        Answer(status=200, body=b"OK"),
    ],
)  # fmt: skip
async def test_an_answer_that_does_not_has_every_alert_read(answer: Answer) -> None:
    script, backend = scripted(answer, single("alt_1", status="acknowledged"), no_such("alt_2"))
    outcomes = await backend.apply(change(ACKNOWLEDGE, "alt_1", "alt_2", comment="x"))
    assert [each.state for each in outcomes] == [STATES.CONFIRMED, STATES.MISSING]
    assert outcomes[0].comment_added is True
    assert len(script.asked) == 3


@pytest.mark.parametrize(
    "answer",
    [
        {"succeeded": ["alt_3"], "failed": ["alt_1", "alt_2"]},
        {"succeeded": ["alt_3"]},
        {"results": [{"id": "alt_3", "status": "success"}]},
        {"succeeded": ["alt_1", "alt_2", "alt_3"], "failed": [{"id": "alt_1", "error": "no"}, "alt_2"]},
        {"succeeded": ["alt_3"], "failed": ["alt_1", "alt_2"], "results": [{"id": "alt_1"}]},
    ],
)
async def test_what_failed_without_a_reason_or_was_passed_over_got_no_comment(answer: dict[str, Any]) -> None:
    script, backend = scripted(told(answer, 207), single("alt_1", status="acknowledged"), single("alt_2"))
    outcomes = await backend.apply(change(ACKNOWLEDGE, *IDS[:3], comment="x"))
    assert [(each.state, each.comment_added, each.reason) for each in outcomes] == [
        (
            STATES.UNCHANGED,
            False,
            "Nothing tells whether the comment went along: SentinelNerd did not change it.",
        ),
        (STATES.REFUSED, False, "SentinelNerd did not change it."),
        (STATES.CONFIRMED, True, ""),
    ]
    assert len(script.asked) == 3


async def test_what_failed_and_cannot_be_read_is_not_called_made() -> None:
    untold = told({"data": {"id": "alt_2", "status": "resolved"}})
    _, backend = scripted(told({"succeeded": ["alt_3"], "failed": ["alt_1", "alt_2"]}), lost(), untold)
    outcomes = await backend.apply(change(RESOLVE, *IDS[:3], comment="x"))
    states = [STATES.UNDECIDED, STATES.REFUSED, STATES.CONFIRMED]
    assert [each.state for each in outcomes] == states


# -- a bulk request that is refused


async def test_a_request_that_is_too_large_is_halved_once_and_that_is_remembered() -> None:
    script, backend = scripted(
        TooLarge("at most 3"), told({"succeeded": list(IDS)}), told({"succeeded": list(IDS)}),
        told({"succeeded": list(IDS)}), told({"succeeded": list(IDS)}), chunk=4,
    )  # fmt: skip
    outcomes = await backend.apply(change(ACKNOWLEDGE, *IDS, comment="once"))
    assert {each.state for each in outcomes} == {STATES.CONFIRMED}
    assert backend.capabilities.bulk_chunk == 2
    await backend.apply(change(REOPEN, *IDS))
    sent: list[Any] = bodies(script.asked)
    assert [len(each["alert_ids"]) for each in sent] == [4, 2, 2, 2, 2]


def refusing(refusal: Rejected, *, most: int = 1, gone: str = "") -> Any:
    """A server that refuses every bulk request for more alerts than this."""
    statuses = dict.fromkeys(IDS, "open")

    def world(request: Any) -> Answer:
        if request.path[1] == "bulk":
            ids = request.body["alert_ids"]
            if len(ids) > most or gone in ids:
                raise refusal
            statuses.update(dict.fromkeys(ids, "acknowledged"))
            return told({"succeeded": ids})
        alert_id = request.path[1]
        if alert_id == gone:
            raise no_such(alert_id)
        if request.method == "POST":
            statuses[alert_id] = "acknowledged"
        return single(alert_id, status=statuses[alert_id])

    return world


@pytest.mark.parametrize("refusal", [TooLarge("too large"), Rejected("bad")])
async def test_where_the_halves_are_refused_too_each_goes_out_alone(refusal: Rejected) -> None:
    script, backend = scripted()
    script.world = refusing(refusal)
    outcomes = await backend.apply(change(ACKNOWLEDGE, *IDS))
    assert {each.state for each in outcomes} == {STATES.CONFIRMED}
    assert [each.path[1] for each in script.asked[:2]] == ["bulk", "bulk"]
    assert sum(each.method == "POST" for each in script.asked) == 6
    assert backend.capabilities.bulk_chunk == 50


async def test_a_refused_request_with_a_comment_is_not_made_again_as_it_is() -> None:
    script, backend = scripted()
    script.world = refusing(Rejected("bad"))
    outcomes = await backend.apply(change(ACKNOWLEDGE, *IDS, comment="once"))
    assert {(each.state, each.comment_added) for each in outcomes} == {(STATES.CONFIRMED, True)}
    sent: list[Any] = bodies(script.asked)
    assert [each.get("alert_ids") for each in sent] == [list(IDS), None, None, None, None]


@pytest.mark.parametrize("gone", ["alt_1", "alt_4"])
async def test_one_missing_alert_keeps_no_other_from_being_changed(gone: str) -> None:
    script, backend = scripted()
    script.world = refusing(Rejected("alert not found"), most=50, gone=gone)
    outcomes = await backend.apply(change(ACKNOWLEDGE, *IDS))
    assert [each.state is STATES.MISSING for each in outcomes] == [each == gone for each in IDS]
    assert all(each.ok for each in outcomes if each.alert_id != gone)


@pytest.mark.parametrize("second", [off(), lost(), NotPermitted("no")])
async def test_a_second_half_without_an_answer_leaves_all_in_doubt(second: Reply) -> None:
    script, backend = scripted(Rejected("bad"), told({"succeeded": list(IDS)}), second)
    outcomes = await backend.apply(change(ACKNOWLEDGE, *IDS))
    assert {each.state for each in outcomes} == {STATES.UNDECIDED}
    assert len(script.asked) == 3


async def test_a_comment_is_not_sent_again_where_a_refused_half_was_made_all_the_same() -> None:
    script, backend = scripted(
        TooLarge("at most 3"), told({"succeeded": list(IDS[:2])}), Rejected("bad"),
        single("alt_3", status="acknowledged"),
        single("alt_4"), told({"id": "alt_4", "status": "acknowledged"}),
    )  # fmt: skip
    outcomes = await backend.apply(change(ACKNOWLEDGE, *IDS, comment="once"))
    assert {each.state for each in outcomes} == {STATES.CONFIRMED}
    assert [each.comment_added for each in outcomes] == [True, True, False, True]
    assert outcomes[2].reason == "Nothing tells whether the comment went along: bad"
    assert len(script.asked) == 6


# -- anything at all

JSON: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(("alt_1", "error", "ok")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_no_answer_is_misread_as_an_error_of_ours(value: object) -> None:
    for each in (value, {"data": value}, {"results": value, "failed": value, "success": value}):
        assert len(answers_of(each, ["alt_1", "alt_2"], "resolved")) == 2
    with suppress(BadAnswer):
        statistics_of({"data": value})
