"""CHAD's list, part by part, while it moves: nothing is lost, and what ends early says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

import pytest

from alerttui.backends.remote.chad import listing, place
from alerttui.backends.remote.chad.backend import CHADBackend
from alerttui.backends.remote.chad.current import Current, Undecided
from alerttui.backends.remote.chad.documented import Documented
from alerttui.domain.alert import Alert
from alerttui.domain.errors import BadAnswer, Invalid, TooLarge
from alerttui.domain.listing import Page
from alerttui.domain.moments import format_moment
from alerttui.domain.query import EVERYTHING, AlertQuery, Operator, Term
from tests.backends.chad.connecting import backend_of, lines
from tests.backends.chad.script import (
    CREATED_MS,
    KEY,
    NOW,
    NOW_MS,
    current,
    documented,
    listed,
    paged,
    scripted,
    told,
)
from tests.standins.chad import ChadStandIn, Form, Knobs, external

FORMS: tuple[Form, ...] = ("current", "documented")


def stand_in(form: Form = "current", **knobs: int) -> ChadStandIn:
    moments = (datetime.fromtimestamp(NOW_MS / 1000, UTC) + timedelta(milliseconds=each) for each in count())
    return ChadStandIn(form, now=lambda: next(moments), knobs=Knobs(**knobs))  # type: ignore[arg-type]


async def rest_of(backend: CHADBackend, page: Page[Alert], limit: int = 50) -> list[str]:
    found: list[str] = []
    for _ in range(200):
        if page.next is None:
            return found
        page = await backend.page(EVERYTHING, NOW, page.next, limit)
        found += [each.id for each in page.results]
    raise AssertionError("it does not end")


async def every_id(backend: CHADBackend, limit: int) -> list[str]:
    first = await backend.page(EVERYTHING, NOW, limit=limit)
    return [each.id for each in first.results] + await rest_of(backend, first, limit)


def created(at_ms: int) -> str:
    return format_moment(CREATED_MS + at_ms)


# -- requests


async def test_the_current_form_is_asked_by_limit_and_offset_and_never_for_clusters() -> None:
    script, backend = scripted(
        listed(current("a"), current("b", created_at=created(-1_000)), total=3),
        listed(current("b", created_at=created(-1_000)), current("c", created_at=created(-2_000)), total=3),
    )
    first = await backend.page(EVERYTHING, NOW, limit=2)
    last = await backend.page(EVERYTHING, NOW, first.next, 2)
    assert script.lines() == [
        "GET /api/alerts?cluster=false&limit=2&offset=0",
        "GET /api/alerts?cluster=false&limit=3&offset=1",
    ]
    assert [[each.id for each in page.results] for page in (first, last)] == [["a", "b"], ["c"]]
    assert (last.next, last.is_cut) == (None, False)


async def test_the_documented_form_is_asked_by_page_and_page_size() -> None:
    script, backend = scripted(
        paged(*(documented(str(each), created_at=created(-each)) for each in range(100)), total=150),
        paged(*(documented(str(each), created_at=created(-each)) for each in range(99, 150)), total=150),
        api="documented",
    )
    first = await backend.page(EVERYTHING, NOW, limit=250)
    last = await backend.page(EVERYTHING, NOW, first.next)
    assert script.lines() == [
        "GET /api/alerts?cluster=false&page=1&page_size=100",
        "GET /api/alerts?cluster=false&page=2&page_size=99",
    ]
    assert [each.id for each in last.results] == [str(each) for each in range(100, 150)]


async def test_a_key_reads_its_own_list_within_times() -> None:
    script, backend = scripted(told({"items": [], "total": 0, "limit": 50, "offset": 0}), token=KEY)
    terms = (
        Term("created", Operator.AT_LEAST, ("2026-11-18T10:00:00Z",)),
        Term("created", Operator.AT_MOST, ("2026-11-18T11:00:00Z",)),
    )
    assert (await backend.page(AlertQuery(terms), NOW)).results == []
    (line,) = script.lines()
    assert line == (
        "GET /api/external/alerts?start_time=2026-11-18T09:59:59Z&end_time=2026-11-18T11:00:01Z"
        "&limit=50&offset=0"
    )


# -- a list that moves


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("limit", [1, 2, 7, 60])
async def test_every_alert_comes_once_whatever_the_pages(form: Form, limit: int) -> None:
    server = stand_in(form)
    ids = server.fill(23)
    backend = backend_of(server, api=form)
    assert await every_id(backend, limit) == ids


@pytest.mark.parametrize("form", FORMS)
async def test_alerts_that_leave_the_list_hide_no_others(form: Form) -> None:
    server = stand_in(form)
    ids = server.fill(40)
    backend = backend_of(server, api=form)
    first = await backend.page(EVERYTHING, NOW, limit=10)
    for each in ids[2:9]:
        server.remove(each)
    assert await rest_of(backend, first, 10) == ids[10:]


@pytest.mark.parametrize("form", FORMS)
async def test_a_list_that_all_but_vanishes_comes_to_its_end(form: Form) -> None:
    server = stand_in(form)
    ids = server.fill(40)
    backend = backend_of(server, api=form)
    first = await backend.page(EVERYTHING, NOW, limit=10)
    for each in ids[1:]:
        server.remove(each)
    assert await rest_of(backend, first, 10) == []


@pytest.mark.parametrize("form", FORMS)
async def test_more_new_alerts_than_a_page_holds_repeat_and_hide_nothing(form: Form) -> None:
    server = stand_in(form)
    ids = server.fill(30)
    backend = backend_of(server, api=form)
    first = await backend.page(EVERYTHING, NOW, limit=5)
    for _ in range(17):
        server.add_alert(created=server.world.now() + timedelta(hours=1), silent=True)
    assert await rest_of(backend, first, 5) == ids[5:]


@pytest.mark.parametrize("form", FORMS)
async def test_alerts_of_one_moment_come_all(form: Form) -> None:
    server = stand_in(form)
    moment = server.world.now()
    ids = {server.add_alert(created=moment, silent=True) for _ in range(12)}
    assert sorted(await every_id(backend_of(server, api=form), 5)) == sorted(ids)


async def test_a_server_that_gives_smaller_pages_is_read_to_the_end() -> None:
    rows = [documented(str(each), created_at=created(-each)) for each in range(70)]
    script, backend = scripted(
        paged(*rows[:50], total=70, page_size=50),
        paged(*rows[49:70], total=70, page=2, page_size=49),
        api="documented",
    )
    first = await backend.page(EVERYTHING, NOW, limit=100)
    second = await backend.page(EVERYTHING, NOW, first.next)
    assert script.lines()[1] == "GET /api/alerts?cluster=false&page=2&page_size=49"
    assert [each.id for each in (*first.results, *second.results)] == [str(each) for each in range(70)]


async def test_a_list_in_no_order_is_read_whole_and_the_capabilities_say_so() -> None:
    script, backend = scripted(
        listed(current("b", created_at=created(-5)), current("a"), total=4),
        listed(
            current("a"), current("c", created_at=created(5)), current("d", created_at=created(-9)), total=4
        ),
    )
    first = await backend.page(EVERYTHING, NOW, limit=2)
    assert not backend.capabilities.is_listed_by_creation
    second = await backend.page(EVERYTHING, NOW, first.next)
    assert [each.id for each in (*first.results, *second.results)] == ["b", "a", "c", "d"]
    assert len(script.asked) == 2


async def test_reading_ends_with_what_is_older_than_wanted() -> None:
    script, backend = scripted(listed(current("a"), current("b", created_at=created(-5_000)), total=900))
    query = AlertQuery((Term("created", Operator.AT_LEAST, (created(-1_000),)),))
    page = await backend.page(query, NOW, limit=2)
    assert ([each.id for each in page.results], page.next, page.is_cut) == (["a", "b"], None, False)
    assert len(script.asked) == 1


async def test_the_window_of_the_profile_is_the_lower_bound_where_a_filter_has_none() -> None:
    old = created(-10_000_000)
    script, backend = scripted(listed(current("a", created_at=old), total=900), window_ms=3_600_000)
    assert (await backend.page(EVERYTHING, NOW, limit=1)).next is None
    assert len(script.asked) == 1


# -- the end of what is listed


@pytest.fixture
def hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search store that lists a hundred alerts instead of ten thousand."""
    for module in (listing, place):
        monkeypatch.setattr(module, "LIST_LIMIT", 100)
    monkeypatch.setattr(external, "MOST_COUNTED", 100)


@pytest.mark.usefixtures("hundred")
@pytest.mark.parametrize("form", FORMS)
async def test_a_list_says_where_the_search_store_gives_no_more(form: Form) -> None:
    server = stand_in(form, window=100)
    ids = server.fill(130)
    backend = backend_of(server, api=form)
    found: list[str] = []
    page = await backend.page(EVERYTHING, NOW, limit=30)
    while page.next is not None:
        found += [each.id for each in page.results]
        page = await backend.page(EVERYTHING, NOW, page.next)
    assert page.is_cut
    assert [*found, *(each.id for each in page.results)] == ids[:100]
    assert all(each.status == 200 for each in server.requests)
    assert backend.capabilities.list_limit == 10_000


@pytest.mark.usefixtures("hundred")
async def test_a_key_reads_on_beyond_that_by_time() -> None:
    server = stand_in(window=100, key_requests=1_000)
    ids = server.fill(230)
    backend = backend_of(server, server.key, api="current")
    assert backend.capabilities.list_limit == 0
    assert await every_id(backend, 30) == ids
    assert any(name == "end_time" for each in server.requests for name, _ in each.query)
    assert all(each.status == 200 for each in server.requests)


@pytest.mark.usefixtures("hundred")
async def test_more_alerts_of_one_moment_than_are_listed_are_told_as_cut() -> None:
    server = stand_in(window=100, key_requests=1_000)
    moment = server.world.now()
    for _ in range(130):
        server.add_alert(created=moment, silent=True)
    backend = backend_of(server, server.key, api="current")
    found: set[str] = set()
    page = await backend.page(EVERYTHING, NOW, limit=40)
    while page.next is not None:
        found |= {each.id for each in page.results}
        page = await backend.page(EVERYTHING, NOW, page.next)
    assert page.is_cut
    assert len(found | {each.id for each in page.results}) == 100


# -- odd answers


async def test_clusters_are_refused_because_they_hide_alerts() -> None:
    _, backend = scripted(told({"total": 2, "total_clusters": 1, "clusters": []}))
    with pytest.raises(BadAnswer, match="clusters"):
        await backend.page(EVERYTHING, NOW)


@pytest.mark.parametrize("value", [None, 7, "x", {}, {"alerts": 7}, {"items": {}}])
async def test_what_is_no_list_is_told(value: object) -> None:
    _, backend = scripted(told(value))
    with pytest.raises(BadAnswer, match="not what it documents"):
        await backend.page(EVERYTHING, NOW)


async def test_rows_that_are_no_alerts_are_counted_and_hide_no_others() -> None:
    _, backend = scripted(listed(7, {"alert_id": ""}, current("a"), current("a"), None))
    page = await backend.page(EVERYTHING, NOW)
    assert ([each.id for each in page.results], backend.left_out) == (["a"], 3)


async def test_a_row_that_is_no_alert_where_a_part_begins_is_no_gap() -> None:
    rows = [current(str(each), created_at=created(-each)) for each in range(4)]
    script, backend = scripted(listed(*rows[:2], total=4), listed({}, *rows[2:], total=4))
    first = await backend.page(EVERYTHING, NOW, limit=2)
    second = await backend.page(EVERYTHING, NOW, first.next)
    assert [each.id for each in second.results] == ["2", "3"]
    assert (second.next, len(script.asked)) == (None, 2)


async def test_the_record_of_a_row_is_kept_exactly() -> None:
    body = b'{"total": 1, "alerts": [{"alert_id": "a", "n": 1.50, "created_at": "2026-11-18T10:00:00Z"}]}'
    answer = listed()
    _, backend = scripted(type(answer)(status=200, body=body, requested_ms=NOW_MS))
    (alert,) = (await backend.page(EVERYTHING, NOW)).results
    assert alert.raw == b'{"alert_id":"a","n":1.50,"created_at":"2026-11-18T10:00:00Z"}'


async def test_a_row_nested_too_deep_does_not_hide_the_list() -> None:
    deep = "[" * 120 + "]" * 120
    body = f'{{"total": 2, "alerts": [{{"alert_id": "a", "log_document": {deep}}}, {{"alert_id": "b"}}]}}'
    _, backend = scripted(type(listed())(status=200, body=body.encode(), requested_ms=NOW_MS))
    assert [each.id for each in (await backend.page(EVERYTHING, NOW)).results] == ["a", "b"]


async def test_a_part_that_is_too_large_is_asked_for_in_smaller_ones() -> None:
    rows = [current(str(each), created_at=created(-each)) for each in range(9)]
    script, backend = scripted(
        TooLarge("larger than 16 MB"), TooLarge("larger than 16 MB"), listed(*rows[:2], total=9),
        listed(*rows[1:3], total=9), TooLarge("larger than 16 MB"),
    )  # fmt: skip
    first = await backend.page(EVERYTHING, NOW, limit=30)
    second = await backend.page(EVERYTHING, NOW, first.next)
    assert [each.id for each in (*first.results, *second.results)] == ["0", "1", "2"]
    with pytest.raises(TooLarge):
        await backend.page(EVERYTHING, NOW, second.next)
    assert [each.partition("?")[2] for each in script.lines()] == [
        f"cluster=false&limit={limit}&offset={offset}"
        for limit, offset in ((30, 0), (7, 0), (2, 0), (2, 1), (2, 2))
    ]


# -- cursors


async def test_a_list_goes_on_with_what_it_was_begun_with() -> None:
    script, backend = scripted(listed(current("a"), total=9), listed(current("a"), total=1))
    query = AlertQuery((Term("rule", Operator.HAS, ("r-1",)),))
    first = await backend.page(query, NOW, limit=1)
    await backend.page(query, NOW, first.next)
    assert [each.partition("?")[2] for each in script.lines()] == [
        "cluster=false&limit=1&offset=0", "cluster=false&limit=2&offset=0",
    ]  # fmt: skip


@pytest.mark.parametrize("cursor", ["", "x", "WzFd", "e30", "bnVsbA", "A" * 70_000])
async def test_a_cursor_that_is_none_is_refused_before_anything_is_asked(cursor: str) -> None:
    script, backend = scripted()
    with pytest.raises(Invalid, match="cursor"):
        await backend.page(EVERYTHING, NOW, cursor)
    assert script.asked == []


async def test_a_cursor_belongs_to_its_filter() -> None:
    _, backend = scripted(listed(current("a"), total=9))
    first = await backend.page(EVERYTHING, NOW, limit=1)
    with pytest.raises(Invalid, match="another filter"):
        await backend.page(AlertQuery((Term("status", Operator.HAS, ("new",)),)), NOW, first.next)


# -- parts


@pytest.mark.parametrize("form", [Current(), Documented()])
@pytest.mark.parametrize("limit", [1, 2, 50, 100])
def test_a_part_begins_with_a_row_that_is_known_and_brings_something_new(
    form: Current | Documented, limit: int
) -> None:
    for position in (1, 2, 3, 10, 99, 100, 101, 250, 997, 4_999, 9_990, 9_999):
        stretch = form.stretch(position, limit, 0, 10_000)
        assert stretch is not None
        assert stretch.start < position < stretch.start + stretch.size <= 10_000
        assert stretch.start + stretch.size - position <= max(limit, 51)
    assert form.stretch(10_000, limit, 0, 10_000) is None


def test_a_part_of_an_unknown_form_is_the_same_in_both() -> None:
    stretch = Undecided().stretch(200, 250, 0, 10_000)
    assert stretch is not None
    assert stretch.parameters == [("limit", "100"), ("offset", "200"), ("page", "3"), ("page_size", "100")]
    assert lines(stand_in()) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(4))
async def test_whatever_comes_and_goes_meanwhile_what_stays_is_listed(form: Form, seed: int) -> None:
    chance = Random(seed)
    server = stand_in(form)
    staying = set(server.fill(60)[::2])
    backend = backend_of(server, api=form)
    found: set[str] = set()
    page = await backend.page(EVERYTHING, NOW, limit=7)
    while page.next is not None:
        found |= {each.id for each in page.results}
        going = [each for each in server.world.alerts if each not in staying]
        for each in chance.sample(going, min(len(going), chance.randrange(4))):
            server.remove(each)
        for _ in range(chance.randrange(3)):
            server.add_alert(created=server.world.now(), silent=True)
        page = await backend.page(EVERYTHING, NOW, page.next)
    assert staying <= found | {each.id for each in page.results}
