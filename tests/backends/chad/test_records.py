"""One alert of CHAD's and what belongs to it: its event, its comments, and what is related to it."""

from __future__ import annotations

from typing import Any

import pytest

from alerttui.domain.alert import RelatedAlert
from alerttui.domain.errors import BadAnswer, Invalid, NotFound, NotSupported
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from tests.backends.chad.connecting import backend_of
from tests.backends.chad.script import CREATED_MS, NOW, NOW_MS, current, documented, scripted, told
from tests.standins.chad import ANALYST, SECOND_ANALYST, ChadStandIn

A_1 = AlertId("a-1")


async def test_an_alert_is_read_with_its_exact_record() -> None:
    body = b'{"alert_id": "a-1", "created_at": "2026-11-18T10:00:00Z", "n": 1.50}'
    answer = told({})
    script, backend = scripted(type(answer)(status=200, body=body, requested_ms=NOW_MS))
    alert = await backend.alert(A_1)
    assert (alert.raw, alert.extras) == (body, '{"n":1.50}')
    assert script.lines() == ["GET /api/alerts/a-1"]


@pytest.mark.parametrize("value", [[], None, "a-1", {}, {"alert_id": "a-2"}, {"detail": "x"}])
async def test_an_answer_that_is_another_thing_is_told(value: object) -> None:
    _, backend = scripted(told(value))
    with pytest.raises(BadAnswer, match="not alert a-1"):
        await backend.alert(A_1)


async def test_a_log_nested_too_deep_does_not_hide_the_alert() -> None:
    body = '{"alert_id": "a-1", "rule_title": "T", "log_document": ' + "[" * 150 + "]" * 150 + "}"
    answer = type(told({}))(status=200, body=body.encode(), requested_ms=NOW_MS)
    _, backend = scripted(answer, answer)
    assert (await backend.alert(A_1)).title == "T"
    (event,) = (await backend.events(A_1)).results
    assert event.body == "[" * 150 + "]" * 150


async def test_the_log_is_the_one_event() -> None:
    _, backend = scripted(
        told(documented(matched_log={"@timestamp": "2026-11-18T10:00:00Z", "n": 1})), told({"id": "a-1"}),
        api="documented",
    )  # fmt: skip
    (event,) = (await backend.events(A_1)).results
    assert (event.sequence, event.body, event.occurred_ms) == (
        0, '{"@timestamp":"2026-11-18T10:00:00Z","n":1}', CREATED_MS,
    )  # fmt: skip
    assert (await backend.events(A_1)).results == []
    with pytest.raises(Invalid, match="cursor"):
        await backend.events(A_1, "x")


async def test_what_the_current_form_relates_is_asked_for_and_says_why() -> None:
    rows = [current("b", created_at="2026-11-18T09:59:00Z"), current("a-1"), current("c")]
    script, backend = scripted(told({"alert_id": "a-1", "window_minutes": 60, "alerts": rows}))
    why = "same rule within 60 minutes"
    assert await backend.related(A_1) == (
        RelatedAlert(id="c", title="Rule 1", created_ms=CREATED_MS, reason=why),
        RelatedAlert(id="b", title="Rule 1", created_ms=CREATED_MS - 60_000, reason=why),
    )
    assert script.lines() == ["GET /api/alerts/a-1/related?limit=100"]


@pytest.mark.parametrize("value", [None, {}, {"alerts": 7}, "x"])
async def test_related_alerts_that_are_no_list_are_told(value: object) -> None:
    _, backend = scripted(told(value))
    with pytest.raises(BadAnswer, match="not what it documents"):
        await backend.related(A_1)


async def test_comments_come_in_pages_of_ours_from_one_answer_each() -> None:
    rows: list[Any] = [
        {"id": str(each), "content": f"n{each}", "created_at": f"2026-11-18T10:00:0{each}Z"}
        for each in range(5)
    ]
    script, backend = scripted(told(rows), told(rows), told(rows))
    first = await backend.comments(A_1, None, 2)
    second = await backend.comments(A_1, first.next, 2)
    third = await backend.comments(A_1, second.next, 2)
    assert [[each.body for each in page.results] for page in (first, second, third)] == [
        ["n0", "n1"], ["n2", "n3"], ["n4"],
    ]  # fmt: skip
    assert (third.next, first.total, len(script.asked)) == (None, 5, 3)
    with pytest.raises(Invalid, match="cursor"):
        await backend.comments(A_1, "x")


async def test_comments_that_are_no_list_are_told() -> None:
    _, backend = scripted(told({"detail": "x"}))
    with pytest.raises(BadAnswer, match="a list is expected"):
        await backend.comments(A_1)


async def test_comments_tell_who_wrote_them() -> None:
    server = ChadStandIn()
    one = AlertId(server.add_alert())
    server.add_comment(one, "theirs", by=SECOND_ANALYST)
    backend = backend_of(server)
    identity = await backend.identity()
    assert identity.me is not None
    ours = await backend.add_comment(one, "ours", identity.me, NOW_MS)
    found = (await backend.comments(one)).results
    assert [each.author and each.author.label for each in found] == [SECOND_ANALYST, ANALYST]
    assert ours is not None
    assert ours.author == found[1].author == identity.me


async def test_what_chad_has_no_list_of_is_refused() -> None:
    script, backend = scripted()
    for refused in (backend.history(A_1), backend.tags(), backend.statistics(EVERYTHING, NOW)):
        with pytest.raises(NotSupported, match="CHAD"):
            await refused
    assert script.asked == []


async def test_letting_go_closes_the_connection() -> None:
    script, backend = scripted()
    await backend.close()
    assert script.is_closed


async def test_a_missing_alert_is_missing_in_both_forms() -> None:
    for server in (ChadStandIn(), ChadStandIn("documented")):
        server.add_alert()
        backend = backend_of(server)
        with pytest.raises(NotFound, match="no-such"):
            await backend.alert(AlertId("no-such"))
        assert len(server.of("health")) == 1
