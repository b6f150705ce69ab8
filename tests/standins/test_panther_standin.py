"""The stand-in follows the published document: listing, access, and everything that is only read."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.standins.conftest import NOW
from tests.standins.panther import (
    ALERT_MODIFY,
    ALERT_READ,
    ANALYST,
    FORMER_ANALYST,
    TOKEN,
    USER_READ,
    Knobs,
    PantherStandIn,
)
from tests.standins.running import serving

Pairs = list[tuple[str, str]]


async def listed(api: httpx.AsyncClient, *pairs: tuple[str, str], path: str = "/alerts") -> dict[str, Any]:
    answer = await api.get(path, params=list(pairs))
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert isinstance(page, dict)
    return page


async def ids(api: httpx.AsyncClient, *pairs: tuple[str, str]) -> list[str]:
    return [row["id"] for row in (await listed(api, *pairs))["results"]]


async def pages(
    api: httpx.AsyncClient, *pairs: tuple[str, str], path: str = "/alerts"
) -> list[dict[str, Any]]:
    """Every page up to one without next."""
    found = [await listed(api, *pairs, path=path)]
    while cursor := found[-1].get("next"):
        found.append(await listed(api, *pairs, ("cursor", cursor), path=path))
    return found


async def test_without_a_valid_key_nothing_answers(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    for headers in ({"X-API-Key": "wrong"}, {"X-API-Key": "", "Authorization": f"Bearer {TOKEN}"}):
        answer = await api.get("/alerts", headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    standin.add_token(expires_at=NOW)
    assert (await api.get("/users")).status_code == 401
    standin.add_token(valid_from=NOW + timedelta(seconds=40))
    assert (await api.get("/users")).status_code == 401
    standin.add_token()
    assert (await api.get("/users")).status_code == 200
    standin.revoke_token()
    assert (await api.get("/nowhere")).status_code == 401


async def test_a_missing_permission_is_forbidden(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert()
    standin.permit(ALERT_READ)
    assert (await api.get(f"/alerts/{alert}")).status_code == 200
    comment = {"alertId": alert, "body": "b", "format": "PLAIN_TEXT"}
    for answer in (
        await api.get("/users"),
        await api.patch(f"/alerts/{alert}", json={"status": "CLOSED"}),
        await api.post("/alert-comments", json=comment),
    ):
        assert (answer.status_code, answer.json()) == (403, {"error": "forbidden"})
    assert (await api.get("/api-tokens/self")).json()["permissions"] == [ALERT_READ]
    standin.permit(ALERT_MODIFY, USER_READ)
    assert (await api.get("/alerts")).status_code == 403


async def test_unknown_paths_and_methods(api: httpx.AsyncClient) -> None:
    assert (await api.get("/v1/alerts")).json() == {"message": "Not Found"}
    assert (await api.get("/alerts/")).status_code == 404
    wrong = await api.put("/alerts/a", json={})
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, PATCH")


async def test_alerts_come_newest_first_in_pages(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    expected = standin.fill(60)
    found = await pages(api)
    assert [len(page["results"]) for page in found] == [25, 25, 10]
    assert [row["id"] for page in found for row in page["results"]] == expected
    assert "next" not in found[-1]
    assert '"' in found[0]["next"] and "{" in found[0]["next"] and len(found[0]["next"]) > 150
    rising = await pages(api, ("sort-dir", "asc"), ("limit", "50"))
    assert [row["id"] for page in rising for row in page["results"]] == expected[::-1]


@pytest.mark.parametrize("other", [("severity", "LOW"), ("limit", "20"), ("sort-dir", "asc")])
async def test_a_cursor_fits_its_own_list_only(
    standin: PantherStandIn, api: httpx.AsyncClient, other: tuple[str, str]
) -> None:
    standin.fill(60)
    cursor = (await listed(api))["next"]
    assert (await api.get("/alerts", params=[("cursor", cursor), other])).status_code == 400
    assert (await api.get("/alerts", params={"cursor": cursor, "severity": ""})).status_code == 200
    tampered = json.loads(cursor)
    tampered["page"]["N"] = "9"
    for wrong in ("nonsense", json.dumps(tampered, ensure_ascii=False)):
        answer = await api.get("/alerts", params={"cursor": wrong})
        assert (answer.status_code, answer.json()) == (400, {"message": "invalid cursor"})


async def test_pages_may_be_short_or_empty(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    expected = standin.fill(30, open=3)
    wanted = [each for each in expected if standin.alert(each)["status"] == "OPEN"]
    standin.knobs.scan_rows = 4
    found = await pages(api, ("status", "OPEN"))
    assert [row["id"] for page in found for row in page["results"]] == wanted
    assert any(not page["results"] and page.get("next") for page in found)
    standin.knobs.scan_rows = None
    standin.knobs.empty_pages = frozenset({1, 3})
    standin.knobs.short_pages = 7
    standin.knobs.trailing_empty_page = True
    sizes = [len(page["results"]) for page in await pages(api)]
    assert sizes == [0, 7, 0, 7, 7, 7, 2, 0]
    standin.knobs.last_next = "null"
    assert (await pages(api))[-1]["next"] is None
    standin.knobs.last_next = "empty"
    assert (await pages(api))[-1]["next"] == ""


@pytest.mark.parametrize(
    "pair",
    [
        ("limit", "51"),
        ("limit", "0"),
        ("limit", "many"),
        ("severity", "HIGH,LOW"),
        ("severity", "high"),
        ("status", "NEW"),
        ("type", "RULE"),
        ("sub-type", "RULE_ERROR"),
        ("quality", "BAD"),
        ("context-tag", "Not A Tag"),
        ("sort-dir", "down"),
        ("created-after", "yesterday"),
        ("created-before", "2025-13"),
        ("event-count-min", "1.5"),
        ("created_after", "2025-01-01"),
    ],
)
async def test_a_wrong_parameter_is_refused(api: httpx.AsyncClient, pair: tuple[str, str]) -> None:
    answer = await api.get("/alerts", params=[pair])
    assert answer.status_code == 400
    assert isinstance(answer.json()["message"], str)
    empty = await api.get("/alerts", params=[(pair[0], "")])
    assert empty.status_code == (400 if pair[0] == "created_after" else 200)


async def test_one_list_type_at_a_time(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    rule = standin.add_alert("r", type="CORRELATION_RULE")
    error = standin.add_alert("e", type="SCHEDULED_RULE_ERROR")
    system = standin.add_alert("s", type="SYSTEM_ERROR")
    assert await ids(api) == await ids(api, ("type", "")) == [rule]
    assert await ids(api, ("type", "DETECTION_ERROR"), ("sub-type", "SCHEDULED_RULE_ERROR")) == [error]
    assert await ids(api, ("type", "SYSTEM_ERROR")) == [system]
    answer = await api.get("/alerts", params=[("type", "ALERT"), ("type", "SYSTEM_ERROR")])
    assert answer.status_code == 400


async def test_the_window_is_thirty_days_unless_named(
    standin: PantherStandIn, api: httpx.AsyncClient
) -> None:
    old = standin.add_alert("old", created=NOW - timedelta(days=31), detection={"id": "D", "type": "RULE"})
    new = standin.add_alert("new", created=NOW - timedelta(days=29))
    future = standin.add_alert("future", created=NOW + timedelta(seconds=1))
    assert await ids(api) == await ids(api, ("created-after", ""), ("created-before", "")) == [new]
    assert await ids(api, ("detection-id", "D")) == []
    standin.knobs.window_with_detection_id = False
    assert await ids(api, ("detection-id", "D")) == [old]
    for start in (
        "2025-01-01T00:00:00Z",
        "2025-01-01",
        "2025-01",
        "1735689600",
        "2025-01-01T01:00:00.5+01:00",
    ):
        assert await ids(api, ("created-after", start)) == [new, old]
    assert await ids(api, ("created-before", "2025-07"), ("created-after", "2025-06-01")) == [future]
    edge = standin.alert(new)["createdAt"]
    assert await ids(api, ("created-after", edge), ("created-before", edge)) == [new]
    standin.knobs.window_inclusive = False
    assert await ids(api, ("created-after", edge)) == []


async def test_filters_meet_and_repeated_values_join(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    one = standin.add_alert(
        "one",
        severity="LOW",
        title="Root Login",
        assignee=ANALYST,
        eventCount=5,
        quality="NOISE",
        contextTags=["a", "b"],
        created=NOW - timedelta(minutes=1),
        log_sources=["src"],
        resource_types=["AWS.S3.Bucket"],
    )
    two = standin.add_alert("two", status="CLOSED", eventCount=1, created=NOW - timedelta(minutes=2))
    standin.add_alert("three", severity="INFO", log_types=["Okta"], created=NOW - timedelta(minutes=3))
    expected: list[tuple[Pairs, list[str]]] = [
        ([("severity", "LOW"), ("severity", "HIGH")], [one, two]),
        ([("status", "OPEN"), ("status", "CLOSED"), ("log-type", "AWS.CloudTrail")], [one, two]),
        ([("severity", "LOW"), ("status", "CLOSED")], []),
        ([("name-contains", "root")], [one]),
        ([("assignee", ANALYST)], [one]),
        ([("assignee", "ada@example.com")], []),
        ([("event-count-min", "5"), ("event-count-max", "5")], [one]),
        ([("quality", "NOISE")], [one]),
        ([("context-tag", "b"), ("context-tag", "c")], [one]),
        ([("log-source", "src"), ("resource-type", "AWS.S3.Bucket")], [one]),
        ([("sub-type", "RULE"), ("severity", "HIGH")], [two]),
    ]
    for pairs, wanted in expected:
        assert await ids(api, *pairs) == wanted, pairs
    standin.knobs.context_tags_all = True
    assert await ids(api, ("context-tag", "b"), ("context-tag", "c")) == []
    standin.knobs.name_contains_ignores_case = False
    assert await ids(api, ("name-contains", "root")) == []


async def test_one_alert_and_thin_rows(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert("a/b c%", context=["any", 1])
    answer = await api.get("/alerts/a%2Fb%20c%25")
    assert (answer.status_code, answer.json()["context"]) == (200, ["any", 1])
    assert "assignee" not in answer.json()
    standin.knobs.thin_rows = True
    assert not {"context", "runbook", "deliveries"} & (await listed(api))["results"][0].keys()
    missing = await api.get("/alerts/none")
    assert missing.status_code == 404 and missing.json().keys() == {"message"}
    assert standin.of("get_alert")[0].path == "/alerts/a%2Fb%20c%25"
    standin.remove_alert(alert)
    assert await ids(api) == []


async def test_events_are_paged_and_any_json(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert(events=[{"n": 1}, "text", None, 4], eventCount=4)
    found = await pages(api, ("limit", "3"), path=f"/alerts/{alert}/events")
    assert [page["results"] for page in found] == [[{"n": 1}, "text", None], [4]]
    standin.add_event(alert, {"n": 5})
    assert (await api.get(f"/alerts/{alert}")).json()["eventCount"] == 5
    made_up = standin.add_alert(eventCount=60)
    found = await pages(api, path=f"/alerts/{made_up}/events")
    assert [len(page["results"]) for page in found] == [25, 25, 10]
    assert (await api.get(f"/alerts/{made_up}/events?limit=51")).status_code == 400
    assert (await api.get("/alerts/none/events")).status_code == 404


async def test_forms_of_actors_and_of_nothing(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    alert = standin.add_alert(assignee=ANALYST)
    forms: dict[str, Any] = {"bare": ANALYST, "untyped": {"id": ANALYST}}
    forms["swapped"] = {"id": "user", "type": ANALYST}
    for form, expected in forms.items():
        standin.knobs = Knobs(actors=form)  # type: ignore[arg-type]
        assert (await api.get(f"/alerts/{alert}")).json()["assignee"] == expected
    standin.knobs = Knobs(unassigned_as="empty", no_quality_as="empty", no_tags_as="null")
    standin.change_alert(alert, assignee=None)
    row = (await api.get(f"/alerts/{alert}")).json()
    assert (row["assignee"], row["quality"], row["contextTags"]) == ({}, "", None)


async def test_odd_alerts_and_comments_are_answered(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    odd = standin.add_odd_alerts()
    assert (await api.get(f"/alerts/{odd['bare']}")).json().keys() == {"id", "type", "status"}
    assert (await api.get(f"/alerts/{odd['null_fields']}")).json()["title"] is None
    assert (await api.get(f"/alerts/{odd['bare_actor']}")).json()["assignee"] == ANALYST
    found = await pages(api, ("limit", "50"))
    assert {row["id"] for page in found for row in page["results"]} == set(odd.values()) - {
        odd["system_error"]
    }
    standin.add_odd_comments(odd["bare"])
    comments = await listed(api, ("alert-id", odd["bare"]), path="/alert-comments")
    assert {type(each["body"]) for each in comments["results"]} == {str, dict, list, int, type(None)}


async def test_users_by_their_parameters(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    standin.add_user(None, "noid@example.com")

    async def emails(*pairs: tuple[str, str]) -> list[str]:
        page = await listed(api, *pairs, path="/users")
        return [user["email"].partition("@")[0] for user in page["results"]]

    assert await emails() == ["ada", "grace", "noid"]
    assert await emails(("include-deactivated", "true")) == ["ada", "grace", "alan", "noid"]
    assert await emails(("contains", "LOVE")) == ["ada"]
    assert await emails(("email", "alan@example.com"), ("contains", "x")) == ["alan"]
    assert await emails(("ids", f"{ANALYST},user-2")) == await emails(("id", ANALYST), ("id", "user-2"))
    assert await emails(("limit", "1")) == ["ada"]
    assert (await api.get("/users?limit=61")).status_code == 400
    assert (await api.get(f"/users/{FORMER_ANALYST}")).json()["enabled"] is False
    assert (await api.get("/users/none")).status_code == 404


async def test_an_old_release_knows_no_catalogue_and_no_new_filter(
    standin: PantherStandIn, api: httpx.AsyncClient
) -> None:
    tags = await listed(api, ("managed", "false"), path="/alert-context-tags")
    assert tags["results"] == [{"tag": "phishing", "category": "custom", "managed": False}]
    alert = standin.add_alert(quality="NOISE", contextTags=["a"])
    standin.knobs.old_release = True
    assert await ids(api, ("quality", "USEFUL"), ("context-tag", "b")) == [alert]
    assert not {"quality", "contextTags"} & (await api.get(f"/alerts/{alert}")).json().keys()
    assert (await api.get("/alert-context-tags")).status_code == 404


async def test_requests_are_recorded_without_the_key(standin: PantherStandIn, api: httpx.AsyncClient) -> None:
    await api.get("/alerts?severity=HIGH&severity=LOW&status=", headers={"Accept": "application/json"})
    await api.patch("/alerts/none", json={"status": "OPEN"})
    first, second = standin.requests
    assert first.query == [("severity", "HIGH"), ("severity", "LOW"), ("status", "")]
    assert (first.has_key, first.headers["accept"], first.status) == (True, "application/json", 200)
    assert TOKEN not in repr(standin.requests)
    assert (second.operation, second.json, second.status) == ("patch_alert", {"status": "OPEN"}, 404)
    assert standin.counts == {"list_alerts": 1, "patch_alert": 1}


def test_ten_thousand_alerts_over_a_socket() -> None:
    standin = PantherStandIn(base_path="/v1")
    standin.fill(10_000, open=100)
    with serving(standin) as url, httpx.Client(base_url=f"{url}/v1", headers={"X-API-Key": TOKEN}) as client:
        page = client.get("/alerts", params={"status": "OPEN", "limit": 50}).json()
        assert len(page["results"]) == 50
        params = {"status": "OPEN", "limit": 50, "cursor": page["next"]}
        assert len(client.get("/alerts", params=params).json()["results"]) == 50
        assert client.get(f"{url}/alerts").status_code == 404
