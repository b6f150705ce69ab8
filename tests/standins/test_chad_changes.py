"""The stand-in in the form of CHAD's server: everything that is changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from tests.standins.chad import ADMIN, ANALYST, SECOND_ANALYST, VIEWER, ChadStandIn, alert_id
from tests.standins.chad.asking import as_user, asking, told
from tests.standins.conftest import NOW
from tests.standins.panther import Clock


@pytest.fixture
def standin(clock: Clock) -> ChadStandIn:
    return ChadStandIn(now=clock)


@pytest.fixture
async def api(standin: ChadStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(standin, ANALYST) as client:
        yield client


async def test_whoever_may_not_manage_alerts_changes_nothing(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    before = standin.alert(alert)
    path = f"/api/alerts/{alert}"

    async def check() -> None:
        for answer in (
            await api.patch(f"{path}/status", json={"status": "new"}),
            await api.post("/api/alerts/bulk/status", json={}),
            await api.post(f"{path}/comments", json={"content": "a"}),
            await api.post(f"{path}/assign", json={}),
            await api.get("/api/alerts/assignable-users"),
            await api.delete(path),
        ):
            assert told(answer) == (403, "Permission required: manage_alerts")
        assert (await api.get(path)).status_code == 200

    standin.user(ANALYST).granted["manage_alerts"] = False
    await check()
    api.headers.update(as_user(standin, VIEWER))
    await check()
    assert standin.alert(alert) == before


async def test_any_word_is_stored_as_a_status(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    path = f"/api/alerts/{alert}/status"
    answer = await api.patch(path, json={"status": "banana", "comment": "not looked at"})
    assert (answer.status_code, answer.json()) == (200, {"success": True, "status": "banana"})
    assert standin.alert(alert)["status"] == "banana" and standin.comments_of(alert) == []
    assert (await api.patch(path, json={})).status_code == 422
    assert (await api.patch(path, json={"status": 1})).status_code == 422
    assert (
        await api.patch(path, content=b"{", headers={"Content-Type": "application/json"})
    ).status_code == 422


async def test_who_acknowledged_stays_and_who_resolved_is_not_written(
    standin: ChadStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    alert = standin.add_alert()
    path = f"/api/alerts/{alert}"
    await api.patch(f"{path}/status", json={"status": "acknowledged"})
    row = (await api.get(path)).json()
    assert (row["acknowledged_by"], row["acknowledged_at"]) == (ANALYST, "2025-06-15T12:00:00Z")
    clock.advance(60)
    await api.patch(f"{path}/status", json={"status": "new"})
    await api.patch(f"{path}/status", json={"status": "resolved"})
    later = (await api.get(path)).json()
    moved = {"status": "resolved", "updated_at": "2025-06-15T12:01:00Z"}
    assert later == row | moved


async def test_an_alert_that_cannot_be_changed_is_a_plain_error(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    standin.knobs.refused_ids.add(alert)
    answer = await api.patch(f"/api/alerts/{alert}/status", json={"status": "new"})
    assert told(answer) == (500, "Failed to update alert status")


async def test_a_bulk_change_succeeds_in_part(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    one, two, three = (standin.add_alert() for _ in range(3))
    standin.knobs.refused_ids.add(two)
    body = {"alert_ids": [one, two, alert_id(99), three], "status": "banana", "change_reason": "noise"}
    answer = await api.post("/api/alerts/bulk/status", json=body)
    assert answer.status_code == 200
    failed = [{"id": name, "error": "Update failed"} for name in (two, alert_id(99))]
    assert answer.json() == {"success": [one, three], "failed": failed}
    assert [standin.alert(each)["status"] for each in (one, two, three)] == ["banana", "new", "banana"]
    lines = (await api.get("/api/audit", headers=as_user(standin, ADMIN))).json()["items"]
    assert lines[0]["details"] == {"old_status": "new", "new_status": "banana", "change_reason": "noise"}


async def test_a_bulk_change_with_ids_out_of_form_is_refused_whole(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    for ids in ([], [alert, "a b"], [alert, "a" * 129], [alert] * 101, [alert, 1], alert):
        body = {"alert_ids": ids, "status": "resolved"}
        assert (await api.post("/api/alerts/bulk/status", json=body)).status_code == 422
    for reason in ("", "a" * 10_001):
        body = {"alert_ids": [alert], "status": "resolved", "change_reason": reason}
        assert (await api.post("/api/alerts/bulk/status", json=body)).status_code == 422
    assert standin.alert(alert)["status"] == "new"
    assert (await api.post("/api/alerts/bulk/delete", json={"alert_ids": ["xyz_"]})).status_code == 422


async def test_a_change_by_query_without_filters_is_a_change_of_everything(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    standin.fill(3)
    standin.add_alert(status="resolved", severity="low")
    path = "/api/alerts/bulk/status-by-query"
    body = {"new_status": "acknowledged", "filters": {"status": "resolved", "severity": "low"}}
    assert (await api.post(path, json=body)).json() == {"updated": 1}
    assert (await api.post(path, json={"new_status": "banana", "filters": {}})).status_code == 422
    excluding = {"new_status": "new", "filters": {"exclude_status": ["new", "resolved"]}}
    assert (await api.post(path, json=excluding)).json() == {"updated": 1}
    assert (await api.post(path, json={"new_status": "resolved", "filters": {}})).json() == {"updated": 4}


async def test_alerts_are_deleted_one_by_one_and_in_bulk(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    one, two = standin.add_alert(), standin.add_alert()
    answer = await api.delete(f"/api/alerts/{one}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert told(await api.delete(f"/api/alerts/{one}")) == (404, "Alert not found")
    bulk = (await api.post("/api/alerts/bulk/delete", json={"alert_ids": [one, two]})).json()
    assert bulk["success"] == [two] and [each["id"] for each in bulk["failed"]] == [one]


async def test_comments_are_taken_without_looking_for_the_alert(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    path = f"/api/alerts/{alert_id(99)}/comments"
    assert (await api.get(path)).json() == []
    answer = await api.post(path, json={"content": "first"})
    comment = answer.json()
    assert answer.status_code == 201 and set(comment) == {
        *("id", "alert_id", "user_id", "username", "content", "created_at", "updated_at", "is_deleted")
    }
    assert (comment["username"], comment["content"], comment["is_deleted"]) == (ANALYST, "first", False)
    standin.add_comment(alert_id(99), "second")
    assert [each["content"] for each in (await api.get(path)).json()] == ["first", "second"]
    for content in ("", "a" * 10_001):
        assert (await api.post(path, json={"content": content})).status_code == 422


async def test_comments_are_edited_by_their_author_and_deleted_by_an_admin(
    standin: ChadStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    alert = standin.add_alert()
    path = f"/api/alerts/{alert}/comments"
    mine = (await api.post(path, json={"content": "mine"})).json()["id"]
    other = standin.add_comment(alert, "other", by=SECOND_ANALYST)
    edited = await api.patch(f"{path}/{mine}", json={"content": "changed"})
    assert (edited.status_code, edited.json()["content"]) == (200, "changed")
    refused = await api.patch(f"{path}/{other}", json={"content": "changed"})
    assert told(refused) == (403, "You can only edit your own comments")
    assert told(await api.delete(f"{path}/{mine}")) == (403, "Permission required: admin")
    deleted = await api.delete(f"{path}/{mine}", headers=as_user(standin, ADMIN))
    assert deleted.status_code == 200 and set(deleted.json()) == {"message"}
    assert [each["id"] for each in standin.comments_of(alert)] == [other]
    gone = await api.patch(f"{path}/{mine}", json={"content": "again"})
    assert (gone.status_code, gone.json()["error"]["message"]) == (404, "Comment not found")


async def test_an_alert_is_assigned_within_a_team_and_keeps_its_time_of_change(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert(created=NOW - timedelta(hours=1))
    path, updated = f"/api/alerts/{alert}", standin.alert(alert)["updated_at"]
    assert (await api.post(f"{path}/assign", json={})).json()["owner"] == ANALYST
    owner = {"assignee_id": standin.user(SECOND_ANALYST).id}
    assert (await api.post(f"{path}/assign", json=owner)).json()["owner"] == SECOND_ANALYST
    row = (await api.get(path)).json()
    assert (row["owner_username"], row["owner_id"]) == (SECOND_ANALYST, owner["assignee_id"])
    assert row["owned_at"] and standin.alert(alert)["updated_at"] == updated
    assert set((await api.post(f"{path}/unassign", json={})).json()) == {"message"}
    assert (await api.get(path)).json()["owner_id"] is None
    standin.user(SECOND_ANALYST).team = "blue"
    refused = await api.post(f"{path}/assign", json=owner)
    assert told(refused) == (403, "You can only assign alerts to members of your team")
    assert (await api.post(f"{path}/assign", json={"assignee_id": "ada"})).status_code == 422
    standin.user(VIEWER).is_active = False
    for absent in (alert_id(1), standin.user(VIEWER).id):
        answer = await api.post(f"{path}/assign", json={"assignee_id": absent})
        assert answer.status_code == 404
        assert answer.json()["error"]["message"] == "Assignee not found or inactive"


async def test_assignable_users_are_oneself_and_a_team_that_is_set(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    async def emails(headers: dict[str, str] | None = None) -> list[str]:
        rows = (await api.get("/api/alerts/assignable-users", headers=headers)).json()
        assert all(set(row) == {"id", "email"} for row in rows)
        return [row["email"] for row in rows]

    assert await emails() == [ANALYST]
    standin.user(ANALYST).team = standin.user(SECOND_ANALYST).team = "blue"
    assert await emails() == [ANALYST, SECOND_ANALYST]
    assert len(await emails(as_user(standin, ADMIN))) == 4
