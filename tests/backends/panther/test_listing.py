"""The list of alerts: exact requests, cursors of our own, and lists that misbehave."""

from __future__ import annotations

from typing import Any

import pytest

from alerttui.backends.remote.asking import Answer
from alerttui.backends.remote.panther.backend import PantherBackend
from alerttui.domain.errors import BadAnswer, Invalid
from alerttui.domain.query import EVERYTHING, AlertQuery, QueryContext, SortKey
from alerttui.domain.query_text import parse
from tests.backends.panther.script import NOW_MS, Script, alert, backend_of, page, scripted, told

NOW = QueryContext(now_ms=NOW_MS, me="user-1")
WINDOW = "created-after=2026-10-19T11:06:39Z&created-before=2026-11-18T11:06:41Z"


async def every_id(backend: PantherBackend, query: AlertQuery = EVERYTHING, limit: int = 50) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        answer = await backend.page(query, NOW, cursor, limit)
        assert len(answer.results) <= limit
        found += [each.id for each in answer.results]
        cursor = answer.next
        if cursor is None:
            return found


async def test_both_dates_are_always_sent_and_stay_the_same_on_every_page() -> None:
    script, backend = scripted(page(alert("a"), following="k/1"), page(alert("b")))
    first = await backend.page(EVERYTHING, NOW)
    later = QueryContext(now_ms=NOW_MS + 600_000, me="user-1")
    assert first.next is not None
    second = await backend.page(EVERYTHING, later, first.next, 7)
    assert [each.id for each in (*first.results, *second.results)] == ["a", "b"]
    assert second.next is None
    assert script.lines() == [
        f"GET /alerts?{WINDOW}&limit=50",
        f"GET /alerts?{WINDOW}&limit=50&cursor=k/1",
    ]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("status:open,Triaged", f"{WINDOW}&status=OPEN&status=TRIAGED"),
        ("phase:open,active", f"{WINDOW}&status=OPEN&status=TRIAGED"),
        ("phase:closed status:closed", f"{WINDOW}&status=CLOSED"),
        ("status:open status:closed", f"{WINDOW}&status=OPEN"),
        ("-status:open", WINDOW),
        ("status:open,snoozed", WINDOW),
        ("status:op*", WINDOW),
        ("is:open", WINDOW),
        ("severity>=high", f"{WINDOW}&severity=CRITICAL&severity=HIGH"),
        ("severity:low..medium", f"{WINDOW}&severity=MEDIUM&severity=LOW"),
        ("severity:high,unknown", WINDOW),
        ("quality:noise", f"{WINDOW}&quality=NOISE"),
        ("quality:noise,none", WINDOW),
        ("assignee:me", f"{WINDOW}&assignee=user-1"),
        ("assignee:stranger", WINDOW),
        ("assignee:none", WINDOW),
        ("tag:Phishing", f"{WINDOW}&context-tag=phishing"),
        ("tag:a,b", WINDOW),
        ("tag:a tag:b", f"{WINDOW}&context-tag=a&context-tag=b"),
        ("tag:none", WINDOW),
        ("rule:AWS.Root", WINDOW),
        ("name-contains:force", WINDOW),
        ('"brute force"', WINDOW),
        ("event-count-min:3 event-count-max:9", f"{WINDOW}&event-count-min=3&event-count-max=9"),
        ("events:3..5,8", f"{WINDOW}&event-count-min=3&event-count-max=8"),
        ("events:3,none", WINDOW),
        ("type:SYSTEM_ERROR", f"type=SYSTEM_ERROR&{WINDOW}"),
        ("type:alert,system_error", WINDOW),
        ("sub-type:rule_error", f"type=DETECTION_ERROR&sub-type=RULE_ERROR&{WINDOW}"),
        ("sub-type:policy,rule", f"type=ALERT&sub-type=RULE&sub-type=POLICY&{WINDOW}"),
        ("sub-type:policy type:system_error", f"type=SYSTEM_ERROR&{WINDOW}"),
        ("sub-type:rule,rule_error", WINDOW),
        ("log-type:AWS.ALB", f"{WINDOW}&log-type=AWS.ALB"),
        ("log-type:AWS.ALB,AWS.S3", WINDOW),
        ("log-type:AWS.*", WINDOW),
        ("log-source:x resource-type:y", f"{WINDOW}&log-source=x&resource-type=y"),
        ("created>24h", "created-after=2026-11-17T11:06:40Z&created-before=2026-11-18T11:06:41Z"),
        ("age<24h", "created-after=2026-11-17T11:06:40Z&created-before=2026-11-18T11:06:41Z"),
        ("created:2026-11-02", "created-after=2026-11-01T23:59:59Z&created-before=2026-11-03T00:00:00Z"),
        ("created<2026-11", "created-after=2026-10-01T23:59:59Z&created-before=2026-11-01T00:00:00Z"),
        ("sort:created", f"{WINDOW}&sort-dir=asc"),
        ("sort:-severity", WINDOW),
    ],
)  # fmt: skip
async def test_what_is_sent_for_a_filter(text: str, sent: str) -> None:
    script, backend = scripted(page())
    await backend.page(parse(text), NOW)
    assert script.lines() == [f"GET /alerts?{sent}&limit=50"]


async def test_ids_are_sent_as_they_were_spelled_by_panther() -> None:
    row = alert("a", detection={"id": "AWS.Root", "type": "RULE"}, assignee={"id": "Ana-7", "type": "user"})
    script, backend = scripted(page(row), page())
    await backend.page(EVERYTHING, NOW)
    await backend.page(parse("rule:aws.root assignee:ANA-7,me"), NOW)
    sent = f"{WINDOW}&detection-id=AWS.Root"
    assert script.lines()[1] == f"GET /alerts?{sent}&assignee=Ana-7&assignee=user-1&limit=50"


async def test_without_a_window_the_list_begins_in_1970() -> None:
    script, backend = scripted(page(), window_ms=0)
    await backend.page(EVERYTHING, NOW)
    assert "created-after=1970-01-01T00:00:00Z" in script.lines()[0]


async def test_a_window_that_cannot_hold_anything_is_still_one() -> None:
    script, backend = scripted(page())
    await backend.page(parse("created>2027-01-01"), NOW)
    sent = "created-after=2027-01-01T00:00:00Z&created-before=2027-01-01T00:00:01Z"
    assert script.lines() == [f"GET /alerts?{sent}&limit=50"]


@pytest.mark.parametrize(("asked", "sent"), [(500, 50), (0, 1), (7, 7)])
async def test_a_page_has_at_most_what_the_document_allows(asked: int, sent: int) -> None:
    script, backend = scripted(page())
    await backend.page(EVERYTHING, NOW, limit=asked)
    assert script.lines() == [f"GET /alerts?{WINDOW}&limit={sent}"]


async def test_a_cursor_continues_its_own_list_only() -> None:
    _, backend = scripted(page(alert("a"), following="k"))
    cursor = (await backend.page(EVERYTHING, NOW)).next
    for query, given in (
        (EVERYTHING, "k"), (EVERYTHING, ""), (EVERYTHING, "é"), (EVERYTHING, "x" * 100_000),
        (parse("status:open"), cursor), (AlertQuery(sort=(SortKey("created", False),)), cursor),
    ):  # fmt: skip
        with pytest.raises(Invalid, match="cursor"):
            await backend.page(query, NOW, given)


@pytest.mark.parametrize("last", [None, ""])
async def test_null_and_an_empty_text_end_a_list(last: object) -> None:
    _, backend = scripted(told({"results": [alert("a")], "next": last}))
    assert (await backend.page(EVERYTHING, NOW)).next is None


async def test_empty_pages_that_lead_on_are_followed() -> None:
    script, backend = scripted(
        page(following="1"), page(following="2"), page(alert("a"), following="3"), page()
    )
    assert await every_id(backend) == ["a"]
    assert len(script.asked) == 4


async def test_empty_pages_without_end_are_said() -> None:
    number = iter(range(100))
    script = Script(world=lambda request: page(following=f"k{next(number)}"))
    with pytest.raises(BadAnswer, match="20 empty pages"):
        await backend_of(script).page(EVERYTHING, NOW)
    assert len(script.asked) == 20


@pytest.mark.parametrize("length", [1, 2, 3, 5, 8])
async def test_cursors_that_lead_in_a_circle_are_said(length: int) -> None:
    seen: list[str] = []

    def answer(request: Any) -> Any:
        seen.append("")
        return page(alert(f"a-{len(seen)}"), following=f"k{len(seen) % length}")

    backend = backend_of(Script(world=answer))
    with pytest.raises(BadAnswer, match="lead back"):
        await every_id(backend)
    assert len(seen) <= 4 * length + 4


async def test_a_page_that_repeats_is_said() -> None:
    number = iter(range(1000))
    script = Script(world=lambda request: page(alert("a"), alert("b"), following=f"k{next(number)}"))
    with pytest.raises(BadAnswer, match="same page"):
        await every_id(backend_of(script))


async def test_an_alert_that_a_page_repeats_is_given_once() -> None:
    _, backend = scripted(page(alert("a"), alert("b"), alert("a")))
    assert await every_id(backend) == ["a", "b"]


async def test_a_server_that_ignores_the_limit_loses_nothing() -> None:
    rows = [alert(f"a-{number}") for number in range(12)]
    script = Script(world=lambda request: page(*rows, following="k") if len(request.query) == 3 else page())
    assert await every_id(backend_of(script), limit=5) == [each["id"] for each in rows]
    assert [len(each.query) for each in script.asked] == [3, 3, 3, 4]


async def test_rows_that_are_no_alerts_are_left_out_and_counted() -> None:
    _, backend = scripted(page(None, "x", 7, [], {}, {"id": None}, {"id": ""}, {"id": True}, alert("a")))
    assert await every_id(backend) == ["a"]
    assert backend.left_out == 8


@pytest.mark.parametrize("value", [[], {}, {"results": {}}, {"results": [], "next": 7}, "x", None, 3])
async def test_what_is_no_page_is_said(value: object) -> None:
    _, backend = scripted(told(value))
    with pytest.raises(BadAnswer, match="no page of alerts"):
        await backend.page(EVERYTHING, NOW)


async def test_one_alert_that_nobody_can_parse_does_not_hide_the_others() -> None:
    deep = "[" * 5_000 + "]" * 5_000
    body = (
        '{"results":[{"id":"a","type":"RULE","status":"OPEN","context":{"x":' + deep + '},"eventCount":'
        + "9" * 5_000 + '},{"id":"b","type":"RULE","status":"OPEN","context":{"y":1.50}}]}'
    )  # fmt: skip
    _, backend = scripted(Answer(status=200, body=body.encode(), requested_ms=NOW_MS))
    first, second = (await backend.page(EVERYTHING, NOW)).results
    assert deep in first.context
    assert first.event_count is None
    assert "9" * 5_000 in first.extras
    assert second.context == '{"y":1.50}'
