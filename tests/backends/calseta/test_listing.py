"""The list of alerts: exact requests, and rows that move between one page and the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest

from alerttui.backends.remote.asking import Answer, Request
from alerttui.backends.remote.calseta.backend import CalsetaBackend
from alerttui.backends.remote.calseta.listing import MAX_REQUESTS
from alerttui.domain.errors import BadAnswer, Invalid
from alerttui.domain.moments import format_moment
from alerttui.domain.query import EVERYTHING, AlertQuery, Operator, QueryContext, Term
from alerttui.domain.query_text import parse
from tests.backends.calseta.script import NOW_MS, Script, alert, backend_of, page, scripted, told, uuid

NOW = QueryContext(now_ms=NOW_MS)
NEWEST = "GET /v1/alerts?sort_by=created_at&sort_order=desc"


def row(number: int, *, second: int | None = None, **fields: Any) -> dict[str, Any]:
    """An alert that is a second older than the one of the number before."""
    created = datetime.fromtimestamp(NOW_MS / 1000, UTC) - timedelta(
        seconds=number if second is None else second
    )
    return alert(number, created_at=created.isoformat().replace("+00:00", "Z"), **fields)


class Shelf:
    """A list that is divided anew for each request."""

    def __init__(self, *rows: dict[str, Any], most: int = 500, tells_size: bool = True) -> None:
        self.rows = list(rows)
        self.most = most
        self.tells_size = tells_size
        self.before_each: Callable[[], None] = lambda: None

    def answer(self, request: Request) -> Answer:
        asked = dict(request.query)
        number, size = int(asked["page"]), min(int(asked["page_size"]), self.most)
        assert int(asked["page_size"]) <= 500
        self.before_each()
        meta = {"page": number, "page_size": size} if self.tells_size else {}
        return page(*self.rows[(number - 1) * size : number * size], total=len(self.rows), **meta)


def shelved(*rows: dict[str, Any], **more: Any) -> tuple[Shelf, Script, CalsetaBackend]:
    shelf = Shelf(*rows, **more)
    script = Script(world=shelf.answer)
    return shelf, script, backend_of(script)


async def every_number(
    backend: CalsetaBackend, limit: int = 500, between: Callable[[], None] = lambda: None
) -> list[int]:
    """The numbers of all alerts in the order told; `between` is called after each page."""
    found: list[int] = []
    cursor = None
    for _ in range(1_000):
        answer = await backend.page(EVERYTHING, NOW, cursor, limit)
        assert len(answer.results) <= limit
        found += [int(each.id[-12:], 16) for each in answer.results]
        cursor = answer.next
        if cursor is None:
            return found
        between()
    raise AssertionError("no end")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("status:open,TRIAGING", "&status=Open,Triaging"),
        ("phase:active", "&status=Triaging,Escalated"),
        ("phase:open,active status:triaging", "&status=Triaging"),
        ("status:open status:closed", "&status=Open"),
        ("-status:open", ""),
        ("status:open,snoozed", ""),
        ("status:op*", ""),
        ("phase:unknown", ""),
        ("is:open", ""),
        ("severity>=high", "&severity=Critical,High"),
        ("severity:info..medium", "&severity=Medium,Low,Informational"),
        ("severity:high,unknown", ""),
        ("source:Sentinel,splunk", "&source_name=sentinel,splunk"),
        ("source:crowdstrike", ""),
        ("source:none", ""),
        ("source:sen*", ""),
        ("source:elastic severity:low status:open", "&status=Open&severity=Low&source_name=elastic"),
        ("tag:a", ""),
        ("verdict:Duplicate", ""),
        ("rule:x title:y first>24h assignee:none", ""),
        ("created>24h", ""),
    ],
)
async def test_what_is_sent_for_a_filter(text: str, sent: str) -> None:
    script, backend = scripted(page())
    await backend.page(parse(text), NOW)
    assert script.lines() == [f"{NEWEST}{sent}&page=1&page_size=50"]


async def test_the_very_word_narrows_and_alternatives_do_not() -> None:
    script, backend = scripted(page(), page())
    await backend.page(AlertQuery((Term("status", Operator.IS, ("Closed",)),)), NOW)
    await backend.page(AlertQuery(either=((Term("status", Operator.HAS, ("Open",)),),)), NOW)
    assert script.lines() == [
        f"{NEWEST}&status=Closed&page=1&page_size=50",
        f"{NEWEST}&page=1&page_size=50",
    ]


@pytest.mark.parametrize(("asked", "sent"), [(5_000, 500), (0, 1), (7, 7)])
async def test_a_page_has_at_most_what_the_server_allows(asked: int, sent: int) -> None:
    script, backend = scripted(page())
    await backend.page(EVERYTHING, NOW, limit=asked)
    assert script.lines() == [f"{NEWEST}&page=1&page_size={sent}"]


async def test_pages_overlap_so_that_few_requests_bring_all() -> None:
    _, script, backend = shelved(*(row(each) for each in range(1_200)))
    assert await every_number(backend) == list(range(1_200))
    assert [line.removeprefix(NEWEST) for line in script.lines()] == [
        "&page=1&page_size=500",
        "&page=2&page_size=498",
        "&page=3&page_size=497",
    ]


async def test_the_parameters_stay_the_same_on_every_page() -> None:
    _, script, backend = shelved(*(row(each) for each in range(9)))
    query = parse("status:open created>10m")
    first = await backend.page(query, NOW, None, 5)
    later = QueryContext(now_ms=NOW_MS + 3_600_000)
    second = await backend.page(query, later, first.next, 2)
    assert len(second.results) == 4
    assert all("&status=Open&page=" in each for each in script.lines())


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 500])
async def test_pages_of_any_size_lose_nothing_and_repeat_nothing(limit: int) -> None:
    _, _, backend = shelved(*(row(each) for each in range(23)))
    assert await every_number(backend, limit) == list(range(23))


async def test_alerts_that_arrive_push_rows_on_and_none_comes_twice() -> None:
    shelf, _, backend = shelved(*(row(each) for each in range(30)))

    def arrive() -> None:
        number = 1_000 + len(shelf.rows)
        shelf.rows[:0] = [row(number + each, second=-number - each) for each in range(7, 0, -1)]

    assert [each for each in await every_number(backend, 5, arrive) if each < 1_000] == list(range(30))


async def test_alerts_that_leave_pull_rows_up_and_none_is_hidden() -> None:
    shelf, _, backend = shelved(*(row(each) for each in range(60)))

    def leave() -> None:
        del shelf.rows[:3]

    found = await every_number(backend, 5, leave)
    assert found == list(range(60))


async def test_a_list_that_shrinks_below_the_next_page_hides_nothing() -> None:
    shelf, _, backend = shelved(*(row(each) for each in range(20)))

    def leave() -> None:
        shelf.rows = [each for each in shelf.rows if each["uuid"] >= uuid(10)]

    assert await every_number(backend, 10, leave) == list(range(20))


async def test_rows_of_one_moment_may_change_their_order_between_pages() -> None:
    rows = [row(each, second=0 if each < 3 else 1 if each < 14 else 2) for each in range(20)]
    shelf, _, backend = shelved(*rows)
    turn = [0]

    def shuffle() -> None:
        turn[0] += 1
        for low, high in ((0, 3), (3, 14), (14, 20)):
            part = shelf.rows[low:high]
            at = turn[0] % len(part)
            shelf.rows[low:high] = part[at:] + part[:at]

    shelf.before_each = shuffle
    assert sorted(await every_number(backend, 4)) == list(range(20))


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_moves_between_requests_nothing_that_stays_is_hidden(seed: int) -> None:
    dice = Random(seed)
    rows = [row(each, second=each // dice.choice((1, 1, 3, 5))) for each in range(dice.randint(0, 90))]
    shelf, _, backend = shelved(*sorted(rows, key=lambda each: each["created_at"], reverse=True))
    staying = {each["uuid"] for each in rows if dice.random() < 0.6}
    arrived = count(1_000)

    def move() -> None:
        for _ in range(dice.choice((0, 0, 1, 4, 20))):
            number = next(arrived)
            shelf.rows.insert(0, row(number, second=-number))
        leaving = [each for each in shelf.rows if each["uuid"] not in staying]
        for each in dice.sample(leaving, min(len(leaving), dice.choice((0, 1, 6, 25)))):
            shelf.rows.remove(each)
        shelf.rows.sort(key=lambda each: (each["created_at"], dice.random()), reverse=True)

    shelf.before_each = move
    found = await every_number(backend, dice.choice((1, 3, 5, 8, 20, 500)))
    assert len(found) == len(set(found))
    assert {uuid(each) for each in found} >= staying


async def test_more_alerts_in_one_moment_than_a_page_holds_come_to_an_end() -> None:
    _, _, backend = shelved(*(row(each, second=0) for each in range(1_300)))
    assert sorted(set(await every_number(backend))) == list(range(1_300))


async def test_reading_ends_where_older_alerts_are_not_asked_for() -> None:
    _, script, backend = shelved(*(row(each * 60) for each in range(100)))
    answer = await backend.page(parse("created>10m"), NOW, None, 20)
    assert (len(answer.results), answer.next) == (10, None)
    assert len(script.lines()) == 1
    both = f"created>={format_moment(NOW_MS - 1_800_000)} created<={format_moment(NOW_MS - 600_000)} age<1h"
    answer = await backend.page(parse(both), NOW, None, 50)
    ids = [each.created_ms for each in answer.results]
    assert min(ids) == NOW_MS - 1_800_000
    assert answer.next is None


async def test_without_a_bound_reading_ends_with_the_window() -> None:
    shelf = Shelf(*(row(each * 60) for each in range(100)))
    backend = backend_of(Script(world=shelf.answer), window_ms=600_000)
    answer = await backend.page(EVERYTHING, NOW, None, 50)
    assert (len(answer.results), answer.next) == (11, None)


async def test_a_row_that_is_no_alert_never_loses_a_page() -> None:
    odd: list[object] = [None, 7, "x", [], {}, {"uuid": 5}, {"uuid": "a-1"}, {"uuid": ""}]
    script, backend = scripted(page(row(1), *odd, row(2), row(2), total=11))
    answer = await backend.page(EVERYTHING, NOW)
    assert [each.id for each in answer.results] == [uuid(1), uuid(2)]
    assert (answer.next, backend.left_out) == (None, 8)
    assert len(script.asked) == 1


async def test_pages_full_of_odd_rows_are_passed() -> None:
    odd: list[dict[str, Any]] = [{"title": "no id"}] * 20
    _, _, backend = shelved(*(row(each) for each in range(5)), *odd, *(row(each) for each in range(30, 35)))
    assert await every_number(backend, 5) == [*range(5), *range(30, 35)]


async def test_rows_without_a_time_are_told_and_come_to_an_end() -> None:
    undated = [{**row(each), "created_at": None} for each in range(12)]
    _, _, backend = shelved(*undated)
    found = await every_number(backend, 5)
    assert set(found) == set(range(12))


async def test_a_list_in_no_order_comes_to_an_end() -> None:
    rows = [row(each, second=each * 7_919 % 101) for each in range(60)]
    _, _, backend = shelved(*rows)
    await every_number(backend, 5)


async def test_a_server_that_gives_fewer_rows_than_asked_for_is_followed() -> None:
    _, _, backend = shelved(*(row(each) for each in range(70)), most=20)
    assert await every_number(backend) == list(range(70))


async def test_a_server_that_gives_the_same_rows_for_ever_is_not_followed() -> None:
    _, script, backend = shelved(*(row(each) for each in range(70)), most=20, tells_size=False)
    with pytest.raises(BadAnswer, match="again"):
        await every_number(backend)
    assert len(script.asked) <= MAX_REQUESTS


async def test_a_list_without_a_total_ends_with_a_page_that_is_not_full() -> None:
    _, backend = scripted(told({"data": [row(1)]}))
    assert (await backend.page(EVERYTHING, NOW)).next is None


@pytest.mark.parametrize("value", [None, [], "x", {}, {"data": None}, {"data": {}}, {"error": {}}])
async def test_what_is_no_page_is_a_bad_answer(value: object) -> None:
    _, backend = scripted(told(value))
    with pytest.raises(BadAnswer) as bad:
        await backend.page(EVERYTHING, NOW)
    assert not bad.value.may_have_acted


async def test_a_cursor_continues_its_own_list_only() -> None:
    _, _, backend = shelved(*(row(each) for each in range(9)))
    cursor = (await backend.page(EVERYTHING, NOW, None, 5)).next
    for query, given in (
        (EVERYTHING, "k"), (EVERYTHING, ""), (EVERYTHING, "é"), (EVERYTHING, "x" * 100_000),
        (parse("status:open"), cursor),
    ):  # fmt: skip
        with pytest.raises(Invalid, match="cursor"):
            await backend.page(query, NOW, given)
