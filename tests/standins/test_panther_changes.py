"""The stand-in follows the published document: changes to alerts, and comments."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.standins.panther import ANALYST, SECOND_ANALYST, Clock, PantherStandIn


async def change(api: httpx.AsyncClient, alert: str, **fields: Any) -> httpx.Response:
    return await api.patch(f"/alerts/{alert}", json=fields)


async def test_a_change_answers_200_with_nothing(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    answer = await change(
        api, alert, status="CLOSED", assignee=ANALYST, quality="NOISE", contextTags=["x", "y"]
    )
    assert (answer.status_code, answer.content) == (200, b"")
    row = (await api.get(f"/alerts/{alert}")).json()
    assert (row["status"], row["quality"], row["contextTags"]) == ("CLOSED", "NOISE", ["x", "y"])
    assert row["assignee"] == {"id": ANALYST, "type": "user"}
    assert row["updatedBy"] == {"id": "api-token-1", "type": "api-token"}
    await change(api, alert, contextTags=["z"])
    assert standin.alert(alert)["contextTags"] == ["z"]
    await change(api, alert, quality="", assignee="", contextTags=[])
    assert not {"quality", "assignee", "contextTags"} & standin.alert(alert).keys()
    assert standin.alert(alert)["status"] == "CLOSED"
    found = await api.get("/alerts", params={"status": "CLOSED"})
    assert [each["id"] for each in found.json()["results"]] == [alert]


@pytest.mark.parametrize(
    "body",
    [
        {"status": None},
        {"assignee": None},
        {"quality": None},
        {"contextTags": None},
        {"status": ""},
        {"status": "open"},
        {"status": 1},
        {"quality": "noise"},
        {"assignee": {"id": ANALYST}},
        {"assignee": "ada@example.com"},
        {"contextTags": "a"},
        {"contextTags": [f"t{number}" for number in range(11)]},
        {"contextTags": ["a" * 31]},
        {"contextTags": [""]},
        {"contextTags": ["Upper"]},
        {"contextTags": ["new\n"]},
        {"contextTags": [1]},
        {"severity": "LOW"},
        [],
        None,
        "text",
    ],
)
async def test_a_wrong_body_changes_nothing(
    standin: PantherStandIn, api: httpx.AsyncClient, body: object
) -> None:
    alert = standin.add_alert()
    before = standin.alert(alert)
    single = await api.patch(f"/alerts/{alert}", json=body)
    bulk = await api.patch("/alerts", json={"ids": [alert], **body} if isinstance(body, dict) else body)
    for answer in (single, bulk):
        assert answer.status_code == 400
        assert isinstance(answer.json()["message"], str)
    assert standin.alert(alert) == before


async def test_a_body_is_json_and_says_so(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    body = b'{"status": "CLOSED"}'
    for content, kind in ((body, "text/plain"), (b"{", "application/json"), (b"", "application/json")):
        answer = await api.patch(f"/alerts/{alert}", content=content, headers={"Content-Type": kind})
        assert answer.status_code == 400
    assert (await change(api, alert)).status_code == 200
    assert "updatedBy" not in standin.alert(alert)
    assert (await change(api, "none", status="OPEN")).status_code == 404


async def test_what_a_server_may_ignore(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert(assignee=ANALYST, quality="NOISE")
    standin.knobs.blank_assignee = "ignored"
    assert (await change(api, alert, assignee="")).status_code == 200
    assert standin.alert(alert)["assignee"]["id"] == ANALYST
    standin.knobs.blank_assignee = "refused"
    assert (await change(api, alert, assignee="")).status_code == 400
    standin.knobs.unknown_tag = "refuses"
    answer = await change(api, alert, contextTags=["phishing", "brand-new"])
    assert answer.status_code == 400 and "brand-new" in answer.json()["message"]
    assert (await api.post("/alert-context-tags", json={"tag": "brand-new"})).status_code == 201
    assert (await api.post("/alert-context-tags", json={"tag": "brand-new"})).status_code == 409
    assert (await change(api, alert, contextTags=["brand-new"])).status_code == 200
    standin.knobs.old_release = True
    assert (await change(api, alert, quality="USEFUL", contextTags=["a"], status="CLOSED")).status_code == 200
    held = standin.alert(alert)
    assert (held["status"], held["quality"], held["contextTags"]) == ("CLOSED", "NOISE", ["brand-new"])
    standin.knobs.ignored_ids.add(alert)
    assert (await change(api, alert, status="OPEN")).status_code == 200
    assert standin.alert(alert)["status"] == "CLOSED"


async def test_many_alerts_at_once(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alerts = standin.fill(5)

    async def changed(status: str, *ids: str) -> tuple[int, list[bool]]:
        answer = await api.patch("/alerts", json={"ids": list(ids), "status": status})
        return answer.status_code, [standin.alert(each)["status"] == status for each in alerts]

    assert await changed("TRIAGED", *alerts[:3]) == (204, [True, True, True, False, False])
    mixed = [alerts[0], "none", alerts[1]]
    assert await changed("CLOSED", *mixed) == (404, [False] * 5)
    standin.knobs.bulk_unknown_id = "part_applied"
    assert await changed("CLOSED", *mixed) == (404, [True, False, False, False, False])
    standin.knobs.bulk_unknown_id = "skipped"
    assert await changed("CLOSED", *mixed) == (204, [True, True, False, False, False])
    standin.knobs.bulk_breaks_after = 2
    assert await changed("RESOLVED", *alerts) == (500, [True, True, False, False, False])
    standin.knobs.bulk_limit = 4
    assert (await changed("OPEN", *alerts))[0] == 413
    assert (await api.patch("/alerts", json={"status": "OPEN"})).status_code == 400
    assert (await api.patch("/alerts", json={"ids": alerts[0], "status": "OPEN"})).status_code == 400


async def test_reads_may_lag_behind_a_change(
    standin: PantherStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    alert = standin.add_alert()
    standin.knobs.lag_reads = 2
    await change(api, alert, status="CLOSED")
    seen = [(await api.get(f"/alerts/{alert}")).json()["status"] for _ in range(3)]
    assert seen == ["OPEN", "OPEN", "CLOSED"]
    await change(api, alert, status="TRIAGED")

    async def found(status: str) -> int:
        return len((await api.get("/alerts", params={"status": status})).json()["results"])

    assert [await found("TRIAGED"), await found("CLOSED"), await found("TRIAGED")] == [0, 1, 1]
    standin.knobs.lag_reads, standin.knobs.lag_seconds = 0, 5.0
    await change(api, alert, status="OPEN")
    assert (await api.get(f"/alerts/{alert}")).json()["status"] == "TRIAGED"
    clock.advance(5)
    assert (await api.get(f"/alerts/{alert}")).json()["status"] == "OPEN"


async def test_changes_by_others_are_seen_at_once(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    standin.change_alert(alert, status="RESOLVED", assignee=SECOND_ANALYST)
    row = (await api.get(f"/alerts/{alert}")).json()
    assert (row["status"], row["assignee"]["id"]) == ("RESOLVED", SECOND_ANALYST)
    assert row["updatedBy"] == {"id": SECOND_ANALYST, "type": "user"}


async def test_comments(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    given = {"alertId": alert, "body": "<b>b</b>", "format": "HTML"}
    answer = await api.post("/alert-comments", json=given)
    made = answer.json()
    assert answer.status_code == 200 and given.items() <= made.items()
    assert made["createdBy"] == {"id": "api-token-1", "type": "api-token"} and "updatedAt" not in made
    path = f"/alert-comments/{made['id']}"
    edited = await api.post(path, json={**given, "body": "new"})
    assert (edited.status_code, edited.json()["body"]) == (200, "new")
    assert (await api.get(path)).json()["updatedBy"]["id"] == "api-token-1"
    standin.add_comment(alert, {"blocks": []}, format="JSON_SCHEMA")
    listed = (await api.get("/alert-comments", params={"alert-id": alert, "limit": 1})).json()
    assert listed["results"][0]["body"] == {"blocks": []} and listed["next"]
    assert (await api.get("/alert-comments", params={"alert-id": "none"})).json() == {"results": []}
    assert (await api.get("/alert-comments")).status_code == 400
    assert (await api.get("/alert-comments/none")).status_code == 404
    assert (await api.delete(path)).status_code == 405
    assert (await api.patch(path, json=given)).status_code == 405
    standin.knobs.comment_lag_reads = 1
    await api.post("/alert-comments", json=given)
    counts = [len((await api.get(f"/alert-comments?alert-id={alert}")).json()["results"]) for _ in range(2)]
    assert counts == [2, 3]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"format": "MARKDOWN"}, 400),
        ({"format": None}, 400),
        ({"body": {"a": 1}}, 400),
        ({"body": "x" * 101}, 400),
        ({"alertId": "none"}, 404),
        ({"extra": 1}, 400),
    ],
)
async def test_a_wrong_comment_is_refused(
    standin: PantherStandIn, api: httpx.AsyncClient, wrong: dict[str, Any], status: int
) -> None:
    standin.knobs.longest_comment = 100
    given = {"alertId": standin.add_alert(), "body": "b", "format": "PLAIN_TEXT"}
    assert (await api.post("/alert-comments", json=given | wrong)).status_code == status
    del given["format"]
    assert (await api.post("/alert-comments", json=given)).status_code == 400
    assert not standin.comments_of(given["alertId"])


async def test_calls_at_the_same_time_are_counted(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    standin.knobs.delays = {"get_alert": 0.02}
    await asyncio.gather(*[api.get(f"/alerts/{alert}") for _ in range(4)])
    assert standin.most_at_once == 4
