"""PATCH /alerts and /alerts/{id}: what is changed, what is refused, and who is told to have done it."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("starlette")

from alerttui.domain.alert import Actor
from alerttui.domain.vocabulary import AlertId
from tests.alerts import ANA, an_alert, some_alerts
from tests.server.serving import Api, message, serving

A_1 = AlertId("a-1")


async def patched(api: Api, body: object, alert_id: str = "a-1") -> dict[str, object]:
    """The alert after a change that must be made."""
    answer = await api.patch(f"/alerts/{alert_id}", body)
    assert (answer.status_code, answer.content) == (200, b""), answer.text
    found: dict[str, object] = (await api.get(f"/alerts/{alert_id}")).json()
    return found


async def test_every_field_can_be_set_at_once() -> None:
    async with serving([an_alert(quality=None)]) as api:
        wanted = {"status": "TRIAGED", "quality": "NOISE", "assignee": "u-1", "contextTags": ["x", "y_2-z"]}
        found = await patched(api, wanted)
        assert found["status"] == "TRIAGED"
        assert found["quality"] == "NOISE"
        assert found["assignee"] == {"id": "u-1", "type": "user"}
        assert found["contextTags"] == ["x", "y_2-z"]
        assert found["updatedBy"] == {"id": "api-token:ci", "type": "api-token"}


async def test_an_absent_field_is_left_alone() -> None:
    async with serving([an_alert(tags=["kept"], assignee=ANA)]) as api:
        before = (await api.get("/alerts/a-1")).json()
        found = await patched(api, {"status": "RESOLVED"})
        changed = {"status": "RESOLVED", "updatedBy": {"id": "api-token:ci", "type": "api-token"}}
        assert found == {**before, **changed}


async def test_empty_values_clear() -> None:
    async with serving([an_alert(tags=["gone"], assignee=ANA)]) as api:
        await patched(api, {"quality": "USEFUL"})
        found = await patched(api, {"quality": "", "assignee": "", "contextTags": []})
        assert not {"quality", "assignee", "contextTags"} & set(found)


async def test_tags_are_replaced_and_each_stands_once() -> None:
    async with serving([an_alert(tags=["old"])]) as api:
        found = await patched(api, {"contextTags": ["b", "a", "b"]})
        assert found["contextTags"] == ["b", "a"]


async def test_an_empty_patch_changes_nothing() -> None:
    async with serving([an_alert()]) as api:
        await patched(api, {})
        assert (await api.patch("/alerts", {"ids": ["a-1"]})).status_code == 204
        assert api.store.history(A_1) == []
        assert api.store.journal() == []
        message(await api.patch("/alerts/none", {}), 404)
        message(await api.patch("/alerts", {"ids": ["none"]}), 404)


async def test_history_and_journal_name_the_token() -> None:
    async with serving([an_alert()]) as api:
        await patched(api, {"status": "CLOSED", "quality": "NOISE"})
        actor = Actor("api-token:ci", "api-token", "ci")
        lines = api.store.history(A_1)
        assert [(line.field, line.before, line.after, line.by) for line in lines] == [
            ("status", "OPEN", "CLOSED", actor),
            ("quality", "", "NOISE", actor),
        ]
        (entry,) = api.store.journal()
        assert entry.change.by == actor
        assert api.store.undoable(actor) is not None
        assert api.store.undoable(Actor("ci", "user", "ci")) is None
        assert await api.results("/users") == []


async def test_an_open_server_acts_as_the_system() -> None:
    async with serving([an_alert()], key="", is_open=True) as api:
        found = await patched(api, {"status": "CLOSED"})
        assert found["updatedBy"] == {"id": "system", "type": "system"}


WRONG: list[tuple[object, str]] = [
    ({"status": "DONE"}, "status"),
    ({"status": "open"}, "status"),
    ({"status": ""}, "status"),
    ({"status": None}, "status"),
    ({"status": 1}, "status"),
    ({"status": ["OPEN"]}, "status"),
    ({"quality": "GOOD"}, "quality"),
    ({"quality": None}, "quality"),
    ({"quality": False}, "quality"),
    ({"assignee": None}, "assignee"),
    ({"assignee": 5}, "assignee"),
    ({"assignee": {"id": "u"}}, "assignee"),
    ({"assignee": "u" * 513}, "assignee"),
    ({"assignee": "\ud800"}, "assignee"),
    ({"contextTags": None}, "contextTags"),
    ({"contextTags": "a"}, "contextTags"),
    ({"contextTags": [1]}, "contextTags[0]"),
    ({"contextTags": ["a", None]}, "contextTags[1]"),
    ({"contextTags": [""]}, "contextTags"),
    ({"contextTags": ["A"]}, "contextTags"),
    ({"contextTags": ["a\n"]}, "contextTags"),
    ({"contextTags": ["é"]}, "contextTags"),
    ({"contextTags": ["x" * 31]}, "contextTags"),
    ({"contextTags": [f"t{number}" for number in range(11)]}, "contextTags"),
    ({"severity": "HIGH"}, "severity"),
    ({"verdict": "benign"}, "verdict"),
    ({"context_tags": []}, "context_tags"),
    ({"ids": ["a-1"]}, "ids"),
    ([], "body"),
    ("OPEN", "body"),
    (None, "body"),
    (b"", "body"),
    (b"{", "body"),
    (b'{"status": "OPEN"} x', "body"),
    (b"\xff\xfe{}", "body"),
    (b'{"status": NaN}', "status"),
    (b'{"status": ' + b"9" * 5000 + b"}", "body"),
    (b'{"status": ' + b"[" * 200 + b"]" * 200 + b"}", "body"),
    (b"[" * 100_000, "body"),
    (b'{"status": "OPEN", "status": "CLOSED"}', "status"),
]


@pytest.mark.parametrize(("body", "field"), WRONG, ids=lambda value: str(value)[:40])
async def test_a_wrong_body_is_refused_by_its_field_and_changes_nothing(body: object, field: str) -> None:
    async with serving([an_alert()]) as api:
        told = message(await api.patch("/alerts/a-1", body), 400)
        assert told.startswith(f"{field}: ")
        assert len(told) < 500
        if isinstance(body, dict) and field != "ids":
            again = message(await api.patch("/alerts", {"ids": ["a-1"], **body}), 400)
            assert again.startswith(f"{field}: ")
        assert api.store.history(A_1) == []


async def test_a_body_that_is_too_large_is_refused() -> None:
    async with serving([an_alert()]) as api:
        told = message(await api.patch("/alerts/a-1", b'{"status": "' + b"x" * 1_000_000 + b'"}'), 400)
        assert "1,000,000 bytes" in told


async def test_a_body_must_say_that_it_is_json() -> None:
    async with serving([an_alert()], key="", is_open=True) as api:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"):
            answer = await api.patch("/alerts/a-1", {"status": "CLOSED"}, headers={"Content-Type": kind})
            assert "Content-Type" in message(answer, 400)
        answer = await api.patch(
            "/alerts/a-1", {"status": "OPEN"}, headers={"Content-Type": "application/json; charset=utf-8"}
        )
        assert answer.status_code == 200


async def test_many_alerts_change_in_one_change() -> None:
    async with serving(some_alerts(60)) as api:
        ids = [f"a-{number}" for number in range(60)]
        answer = await api.patch("/alerts", {"ids": [*ids, "a-0", "a-1"], "status": "RESOLVED"})
        assert (answer.status_code, answer.content) == (204, b"")
        assert len(await api.every("/alerts?status=RESOLVED")) == 60
        (entry,) = api.store.journal()
        assert [outcome.alert_id for outcome in entry.outcomes] == ids


async def test_where_one_alert_is_missing_none_changes_and_the_missing_are_named() -> None:
    async with serving(some_alerts(3)) as api:
        body = {"ids": ["a-0", "nope", "a-1", "neither"], "status": "CLOSED"}
        told = message(await api.patch("/alerts", body), 404)
        assert "nope" in told
        assert "neither" in told
        assert "a-0" not in told
        assert await api.ids("/alerts?status=CLOSED") == []
        many = {"ids": [f"x{number}" for number in range(500)], "status": "CLOSED"}
        told = message(await api.patch("/alerts", many), 404)
        assert "x99" in told
        assert told.endswith("400 more. Nothing was changed.")
        told = message(await api.patch("/alerts", {"ids": ["a-0", ""], "status": "CLOSED"}), 404)
        assert told.startswith("No such alert: ''.")


@pytest.mark.parametrize("ids", [[], None, "a-1", [1], [None], {}, ["a-1", "\ud800"]], ids=repr)
async def test_ids_must_be_a_list_of_texts(ids: object) -> None:
    async with serving([an_alert()]) as api:
        told = message(await api.patch("/alerts", {"ids": ids, "status": "CLOSED"}), 400)
        assert told.startswith("ids")
        told = message(await api.patch("/alerts", {"status": "CLOSED"}), 400)
        assert told.startswith("ids: ")
        assert api.store.history(A_1) == []


async def test_an_unknown_alert_is_told() -> None:
    async with serving([an_alert()]) as api:
        assert "nope" in message(await api.patch("/alerts/nope", {"status": "OPEN"}), 404)
        assert message(await api.get("/alerts/nope"), 404) == "No such alert: nope."
        assert "nope" in message(await api.get("/alerts/nope/events"), 404)


async def test_ids_may_hold_anything_that_is_percent_encoded() -> None:
    odd = ["a/b", "a b?c#d", "50%", "ü🙂", "x/events", "..", "%2F", "a\x00b"]
    async with serving([an_alert(each, events=['{"n": 1}']) for each in odd]) as api:
        from urllib.parse import quote

        for each in odd:
            path = quote(each, safe="")
            if each == "..":
                continue  # clients fold it away
            assert (await api.get(f"/alerts/{path}")).json()["id"] == each
            assert await api.results(f"/alerts/{path}/events") == [{"n": 1}]
            assert (await api.patch(f"/alerts/{path}", {"status": "TRIAGED"})).status_code == 200
        answer = await api.patch("/alerts", {"ids": odd, "status": "CLOSED"})
        assert answer.status_code == 204
        message(await api.get("/alerts/%ff"), 400)
        message(await api.get("/alerts/a/b"), 404)


async def test_changes_at_the_same_time_are_all_made() -> None:
    async with serving(some_alerts(8)) as api:
        answers = await asyncio.gather(
            *(api.patch(f"/alerts/a-{number}", {"contextTags": [f"t{number}"]}) for number in range(8)),
            *(api.get("/alerts") for _ in range(8)),
        )
        assert {answer.status_code for answer in answers} == {200}
        assert len(api.store.journal()) == 8


async def test_the_same_values_again_are_no_change() -> None:
    async with serving([an_alert()]) as api:
        await patched(api, {"status": "TRIAGED"})
        await patched(api, {"status": "TRIAGED"})
        assert len(api.store.history(A_1)) == 1
