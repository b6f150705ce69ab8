"""The SentinelNerd stand-in changes alerts as the published pages say, and answers in every open form."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.standins.calling_sentinelnerd import nerd, v1
from tests.standins.sentinelnerd import ANALYST, SECOND_ANALYST, BulkShape, SentinelNerdStandIn

__all__ = ["nerd", "v1"]

FALSE_POSITIVE = {"resolution": "false_positive"}


async def bulk(v1: httpx.AsyncClient, ids: list[str], action: str, **also: Any) -> httpx.Response:
    return await v1.post("/alerts/bulk", json={"alert_ids": ids, "action": action, **also})


def refused_fields(answer: httpx.Response) -> set[str]:
    """The fields that a 400 names."""
    assert answer.status_code == 400, answer.text
    return {detail["field"] for detail in answer.json()["error"]["details"]}


async def test_acknowledging_takes_a_comment_and_an_assignee_or_nothing(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()
    answer = await v1.post(f"/alerts/{alert}/acknowledge")
    assert (answer.status_code, answer.json()["data"]) == (200, {"id": alert, "status": "acknowledged"})
    body = {"comment": "looking", "assignee": SECOND_ANALYST}
    assert (await v1.post(f"/alerts/{alert}/acknowledge", json=body)).status_code == 200
    held = nerd.alert(alert)
    assert (held["status"], held["assignee"]) == ("acknowledged", SECOND_ANALYST)
    assert [entry["text"] for entry in held["timeline"]] == [None, None, "looking"]
    assert held["timeline"][-1]["by"] == ANALYST


async def test_an_assignee_must_look_like_an_address_and_cannot_be_taken_away(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert(assignee=ANALYST)
    for value in ("ada", "", None, 5, "a b@example.com"):
        answer = await v1.post(f"/alerts/{alert}/acknowledge", json={"assignee": value})
        assert refused_fields(answer) == {"assignee"}
    nerd.knobs.people = frozenset({ANALYST})
    stranger = await v1.post(f"/alerts/{alert}/acknowledge", json={"assignee": SECOND_ANALYST})
    assert refused_fields(stranger) == {"assignee"}
    assert (nerd.alert(alert)["status"], nerd.alert(alert)["assignee"]) == ("open", ANALYST)


async def test_acknowledging_again_gives_another_entry_and_as_the_knob_says_another_assignee(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()
    body = {"assignee": ANALYST}
    await v1.post(f"/alerts/{alert}/acknowledge", json=body)
    await v1.post(f"/alerts/{alert}/acknowledge", json=body)
    assert [entry["kind"] for entry in nerd.alert(alert)["timeline"]] == [
        *("created", "acknowledged", "acknowledged")
    ]
    nerd.knobs.reacknowledge = "keeps_assignee"
    answer = await v1.post(f"/alerts/{alert}/acknowledge", json={"assignee": SECOND_ANALYST})
    assert (answer.status_code, nerd.alert(alert)["assignee"]) == (200, ANALYST)
    nerd.knobs.reacknowledge = "conflict"
    assert (await v1.post(f"/alerts/{alert}/acknowledge", json=body)).status_code == 409


async def test_resolving_needs_one_of_four_resolutions(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()
    for body in ({}, {"resolution": "fixed"}, {"resolution": None}, {"resolution": "Benign"}):
        assert refused_fields(await v1.post(f"/alerts/{alert}/resolve", json=body)) == {"resolution"}
    for resolution in ("true_positive", "false_positive", "benign", "duplicate"):
        answer = await v1.post(f"/alerts/{alert}/resolve", json={"resolution": resolution})
        assert answer.json()["data"] == {"id": alert, "status": "resolved"}
        assert nerd.alert(alert)["resolution"] == resolution


async def test_resolving_keeps_its_comment_and_its_actions(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()
    body = {**FALSE_POSITIVE, "comment": "a scanner", "actions_taken": ["Blocked it", "Told them"]}
    await v1.post(f"/alerts/{alert}/resolve", json=body)
    held = nerd.alert(alert)
    assert held["actions_taken"] == ["Blocked it", "Told them"]
    assert held["timeline"][-1]["text"] == "a scanner"
    wrong = await v1.post(f"/alerts/{alert}/resolve", json={"actions_taken": "Blocked it"})
    assert refused_fields(wrong) == {"resolution", "actions_taken"}


async def test_a_comment_needs_a_body_and_arrives_as_often_as_it_is_sent(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert(status="resolved")
    for body in ({}, {"body": ""}, {"body": " \n"}, {"body": ["a"]}):
        assert refused_fields(await v1.post(f"/alerts/{alert}/comments", json=body)) == {"body"}
    unknown = await v1.post(f"/alerts/{alert}/comments", json={"body": "b", "comment": "b"})
    assert refused_fields(unknown) == {"comment"}
    for _ in range(2):
        answer = await v1.post(f"/alerts/{alert}/comments", json={"body": "**seen**\n"})
        assert answer.status_code == 201
        assert answer.json()["data"]["body"] == "**seen**\n"
    assert nerd.texts(alert) == ["**seen**\n"] * 2
    assert [entry["text"] for entry in nerd.alert(alert)["timeline"]] == [None, "**seen**\n", "**seen**\n"]
    nerd.knobs.longest_comment = 3
    assert refused_fields(await v1.post(f"/alerts/{alert}/comments", json={"body": "long"})) == {"body"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{", "application/json"), (b"[]", "application/json"), (b"body=a", "text/plain"), (b"{}", "")],
)
async def test_a_body_that_is_no_json_object_is_refused(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient, content: bytes, kind: str
) -> None:
    alert = nerd.add_alert()
    headers = {"Content-Type": kind}
    answer = await v1.post(f"/alerts/{alert}/acknowledge", content=content, headers=headers)
    assert (answer.status_code, nerd.alert(alert)["status"]) == (400, "open")


async def test_a_wrong_body_may_be_422_and_unknown_fields_ignored(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()
    nerd.knobs.invalid_status, nerd.knobs.unknown_fields = 422, "ignored"
    answer = await v1.post(f"/alerts/{alert}/resolve", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unprocessable_entity")
    assert (await v1.post(f"/alerts/{alert}/acknowledge", json={"owner": "x"})).status_code == 200


async def test_a_change_is_answered_in_the_form_of_the_knob(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()
    bare = {"id": alert, "status": "acknowledged"}

    async def answered(form: Any) -> tuple[int, str, Any]:
        nerd.knobs.change_answer = form
        answer = await v1.post(f"/alerts/{alert}/acknowledge")
        is_json = answer.headers.get("content-type") == "application/json"
        return answer.status_code, answer.text, answer.json() if is_json else None

    assert await answered("empty") == (204, "", None)
    assert (await answered("bare"))[2] == bare
    assert (await answered("status"))[2]["data"] == bare
    assert (await answered("ok"))[2] == {"success": True}
    assert (await answered("empty_object"))[2] == {}
    assert (await answered("text"))[1] == "OK"
    nerd.knobs.single = "data_alert"
    assert (await answered("alert"))[2]["data"]["alert"]["status"] == "acknowledged"
    assert len(nerd.alert(alert)["timeline"]) == 8


async def test_a_comment_is_answered_in_the_form_of_the_knob(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert = nerd.add_alert()

    async def answered(form: Any) -> httpx.Response:
        nerd.knobs.comment_answer = form
        return await v1.post(f"/alerts/{alert}/comments", json={"body": "b"})

    empty = await answered("empty")
    assert (empty.status_code, empty.content) == (204, b"")
    assert (await answered("bare")).json()["id"] == "cmt_000002"
    assert (await answered("ok")).json() == {"success": True}
    assert (await answered("text")).text == "OK"
    nerd.knobs.comment_status = 200
    whole = await answered("comment")
    assert (whole.status_code, whole.json()["data"]["author"]) == (200, ANALYST)
    assert nerd.texts(alert) == ["b"] * 5


async def test_strict_transitions_refuse_what_leads_nowhere(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    done = nerd.add_alert(status="resolved", resolution="benign")
    nerd.knobs.transitions = "strict"
    answer = await v1.post(f"/alerts/{done}/acknowledge", json={"comment": "again"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    assert (await v1.post(f"/alerts/{done}/resolve", json=FALSE_POSITIVE)).status_code == 409
    assert nerd.texts(done) == []
    nerd.knobs.transitions = "free"
    assert (await v1.post(f"/alerts/{done}/acknowledge")).status_code == 200
    assert (nerd.alert(done)["status"], nerd.alert(done)["resolution"]) == ("acknowledged", None)


async def test_a_named_alert_refuses_every_change_or_swallows_it(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert, other = nerd.add_alert(), nerd.add_alert()
    nerd.knobs.refused_ids = {alert: 500}
    assert (await v1.post(f"/alerts/{alert}/acknowledge")).status_code == 500
    assert (await v1.post(f"/alerts/{alert}/comments", json={"body": "b"})).status_code == 500
    nerd.knobs.refused_ids, nerd.knobs.ignored_ids = {}, {alert}
    assert (await v1.post(f"/alerts/{alert}/acknowledge")).status_code == 200
    assert (await v1.post(f"/alerts/{alert}/comments", json={"body": "b"})).status_code == 201
    assert (nerd.alert(alert)["status"], nerd.texts(alert)) == ("open", [])
    await v1.post(f"/alerts/{other}/acknowledge")
    assert nerd.alert(other)["status"] == "acknowledged"


async def test_a_bulk_call_acknowledges_resolves_and_alone_reopens(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alerts = [nerd.add_alert() for _ in range(3)]
    answer = await bulk(v1, alerts, "acknowledge", comment="all of them")
    assert (answer.status_code, answer.json()["data"]) == (200, {"succeeded": alerts, "failed": []})
    assert [nerd.texts(alert) for alert in alerts] == [["all of them"]] * 3
    await bulk(v1, alerts, "resolve", **FALSE_POSITIVE)
    assert {nerd.alert(alert)["resolution"] for alert in alerts} == {"false_positive"}
    await bulk(v1, alerts[:1], "reopen")
    held = nerd.alert(alerts[0])
    assert (held["status"], held["resolution"], held["timeline"][-1]["kind"]) == ("open", None, "reopened")
    nerd.knobs.reopen_keeps_resolution = True
    await bulk(v1, alerts[1:2], "reopen")
    assert nerd.alert(alerts[1])["resolution"] == "false_positive"


async def test_a_wrong_bulk_call_changes_nothing(nerd: SentinelNerdStandIn, v1: httpx.AsyncClient) -> None:
    alert = nerd.add_alert()
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"alert_ids", "action"}),
        ({"alert_ids": [], "action": "reopen"}, {"alert_ids"}),
        ({"alert_ids": [alert, 5], "action": "close"}, {"alert_ids", "action"}),
        ({"alert_ids": [alert], "action": "resolve"}, {"resolution"}),
        ({"alert_ids": [alert], "action": "acknowledge", "assignee": ANALYST}, {"assignee"}),
        ({"alert_ids": [alert], "action": "resolve", "actions_taken": []}, {"actions_taken", "resolution"}),
    ]
    for body, fields in wrong:
        assert refused_fields(await v1.post("/alerts/bulk", json=body)) == fields
    assert len(nerd.alert(alert)["timeline"]) == 1


async def test_a_bulk_call_with_a_failure_is_partial(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alert, stuck = nerd.add_alert(), nerd.add_alert(status="resolved")
    nerd.knobs.transitions = "strict"
    answer = await bulk(v1, [alert, stuck, "alt_unknown"], "acknowledge")
    assert answer.status_code == 207
    assert answer.json()["data"] == {
        "succeeded": [alert],
        "failed": [
            {"id": stuck, "error": "cannot acknowledge an alert that is resolved"},
            {"id": "alt_unknown", "error": "alert not found"},
        ],
    }
    nerd.knobs.bulk = BulkShape(unknown_id="skipped", partial_status=200)
    skipped = await bulk(v1, ["alt_unknown"], "reopen")
    assert (skipped.status_code, skipped.json()["data"]) == (200, {"succeeded": [], "failed": []})
    nerd.knobs.bulk = BulkShape(unknown_id="none_applied")
    assert (await bulk(v1, [alert, "alt_unknown"], "reopen")).status_code == 404
    assert nerd.alert(alert)["status"] == "acknowledged"


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (BulkShape("counts", count_key="processed"), {"processed": 1}),
        (
            BulkShape("lists", success_key="success", failed_key="errors", failed_as="strings"),
            {"success": ["good"], "errors": ["bad"]},
        ),
        (
            BulkShape("lists", id_key="alert_id", reason_key="reason"),
            {"succeeded": ["good"], "failed": [{"alert_id": "bad", "reason": "alert not found"}]},
        ),
        (
            BulkShape("results"),
            {
                "results": [
                    {"id": "good", "status": "success"},
                    {"id": "bad", "error": "alert not found", "status": "error"},
                ]
            },
        ),
        (
            BulkShape("results", result_as="ok", reason_key="message"),
            {
                "results": [
                    {"id": "good", "ok": True},
                    {"id": "bad", "message": "alert not found", "ok": False},
                ]
            },
        ),
        (
            BulkShape("results", result_as="error"),
            {"results": [{"id": "good", "error": None}, {"id": "bad", "error": "alert not found"}]},
        ),
        (
            BulkShape("results", result_as="new_status", reason_key="reason"),
            {
                "results": [
                    {"id": "good", "status": "acknowledged"},
                    {"id": "bad", "reason": "alert not found", "status": "error"},
                ]
            },
        ),
    ],
    ids=["counts", "strings", "objects", "status", "ok", "error", "new_status"],
)
async def test_a_bulk_call_is_answered_in_the_form_of_the_knob(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient, shape: BulkShape, expected: dict[str, Any]
) -> None:
    nerd.add_alert("good")
    nerd.knobs.bulk = shape
    answer = await bulk(v1, ["good", "bad"], "acknowledge")
    assert (answer.status_code, answer.json()["data"]) == (207, expected)
    shape.bare = True
    assert (await bulk(v1, ["good", "bad"], "acknowledge")).json() == expected
    nerd.knobs.bulk = BulkShape("empty")
    empty = await bulk(v1, ["good", "bad"], "acknowledge")
    assert (empty.status_code, empty.content) == (204, b"")


async def test_a_bulk_call_of_too_many_is_refused_whole(
    nerd: SentinelNerdStandIn, v1: httpx.AsyncClient
) -> None:
    alerts = [nerd.add_alert() for _ in range(3)]
    nerd.knobs.bulk.limit = 2
    assert (await bulk(v1, alerts, "acknowledge")).status_code == 413
    nerd.knobs.bulk.limit_status = 400
    assert (await bulk(v1, alerts, "acknowledge")).status_code == 400
    assert {nerd.alert(alert)["status"] for alert in alerts} == {"open"}
    assert (await bulk(v1, alerts[:2], "acknowledge")).status_code == 200


async def test_a_bulk_call_may_break_in_the_middle(nerd: SentinelNerdStandIn, v1: httpx.AsyncClient) -> None:
    alerts = [nerd.add_alert() for _ in range(3)]
    nerd.knobs.bulk.breaks_after = 2
    assert (await bulk(v1, alerts, "acknowledge")).status_code == 500
    assert [nerd.alert(alert)["status"] for alert in alerts] == ["acknowledged", "acknowledged", "open"]


async def test_hands_change_alerts_without_a_trace(nerd: SentinelNerdStandIn, v1: httpx.AsyncClient) -> None:
    alert = nerd.add_alert(title=None, raw={"description": None})
    nerd.set(alert, status="acknowledged", assignee=SECOND_ANALYST, source=None)
    held = nerd.alert(alert)
    assert "title" not in held
    assert "source" not in held
    assert held["description"] is None
    assert (held["status"], held["assignee"], len(held["timeline"])) == ("acknowledged", SECOND_ANALYST, 1)
    nerd.remove(alert)
    assert (await v1.get(f"/alerts/{alert}")).status_code == 404
