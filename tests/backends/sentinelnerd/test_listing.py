"""Lists: what narrows them, and pages that move while they are read."""

from __future__ import annotations

from typing import Any, Final

import pytest

from alerttui.backends.remote.sentinelnerd import SentinelNerdBackend
from alerttui.backends.remote.sentinelnerd.narrowing import parameters_for
from alerttui.domain.errors import BadAnswer, Invalid, NotSupported, Rejected
from alerttui.domain.query import EVERYTHING, AlertQuery
from alerttui.domain.query_text import parse
from tests.backends.panther.script import NOW_MS, Reply, empty, lost, refused, told
from tests.backends.sentinelnerd.script import ADA, NOW, listed, row, scripted
from tests.backends.sentinelnerd.serving import over, stand_in_at
from tests.standins.sentinelnerd import Knobs

MAX_PAGES = 60


async def every_id(
    backend: SentinelNerdBackend, query: AlertQuery = EVERYTHING, limit: int = 50
) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        page = await backend.page(query, NOW, cursor, limit)
        found += [each.id for each in page.results]
        cursor = page.next
        if cursor is None:
            return found
    raise AssertionError("the list comes to no end")


# -- narrowing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("status:open", "status=open"),
        ("status:OPEN", "status=open"),
        ("status:open,acknowledged", ""),
        ("status:snoozed", ""),
        ("status:op*", ""),
        ("-status:open", ""),
        ("phase:active", "status=acknowledged"),
        ("phase:closed status:resolved", "status=resolved"),
        ("phase:closed status:open", "status=resolved"),
        ("phase:open,closed", ""),
        ("severity:critical,high", "severity=critical,high"),
        ("severity>=medium", "severity=critical,high,medium"),
        ("severity<high", "severity=medium,low,info"),
        ("severity>=high severity:high", "severity=high"),
        ("severity:unknown,high", ""),
        ("-severity:high", ""),
        ("rule:net.x source:fw title:x created>1h is:open assignee:me", ""),
        ("severity:low status:open words", "status=open&severity=low"),
    ],
)
def test_only_what_surely_returns_every_match_is_asked_for(text: str, expected: str) -> None:
    found = parameters_for(parse(text), NOW, several_statuses=False)
    assert "&".join(f"{name}={value}" for name, value in found) == expected


def test_several_statuses_are_named_where_the_profile_says_that_they_are_understood() -> None:
    query = parse("status:acknowledged,open")
    assert parameters_for(query, NOW, several_statuses=True) == [("status", "open,acknowledged")]
    assert "status" in scripted()[1].capabilities.narrows_singly
    assert not scripted(several_statuses=True)[1].capabilities.narrows_singly


async def test_a_page_is_asked_for_by_number_and_what_narrows_it_goes_along() -> None:
    script, backend = scripted(listed(row(), page=1, per_page=2, total=2, total_pages=2), listed(row("b")))
    query = parse("status:open")
    page = await backend.page(query, NOW, None, 2)
    await backend.page(query, NOW, page.next, 2)
    assert script.lines() == [
        "GET /alerts?status=open&page=1&per_page=2",
        "GET /alerts?status=open&page=2&per_page=2",
    ]


# -- pages


async def test_the_last_page_is_known_by_the_number_of_pages() -> None:
    script, backend = scripted(listed(row(), page=1, per_page=1, total=1, total_pages=1))
    page = await backend.page(EVERYTHING, NOW, None, 1)
    assert (page.next, page.total) == (None, 1)
    assert len(script.asked) == 1


async def test_without_numbers_a_short_page_is_the_last_one() -> None:
    script, backend = scripted(listed(row("a"), row("b")), listed(row("c")))
    assert await every_id(backend, limit=2) == ["a", "b", "c"]
    assert len(script.asked) == 2


async def test_an_empty_page_is_the_last_one() -> None:
    _, backend = scripted(listed(row("a")), listed())
    assert await every_id(backend, limit=1) == ["a"]


async def test_a_page_size_that_the_server_lowers_is_kept_to() -> None:
    script, backend = scripted(
        listed(row("a"), row("b"), page=1, per_page=2, total=3, total_pages=2),
        listed(row("c"), page=2, per_page=2, total=3, total_pages=2),
    )
    assert await every_id(backend) == ["a", "b", "c"]
    assert [each.split("?")[1] for each in script.lines()] == ["page=1&per_page=50", "page=2&per_page=2"]


async def test_a_page_is_not_taken_for_larger_than_it_was_asked_for() -> None:
    """A server that tells its maximum in place of what it gave would have the alerts between left out."""
    script, backend = scripted(
        listed(row("a"), row("b"), page=1, per_page=100, total=3, total_pages=2),
        listed(row("c"), page=2, per_page=100, total=3, total_pages=2),
    )
    first = await backend.page(EVERYTHING, NOW, limit=2)
    second = await backend.page(EVERYTHING, NOW, first.next, limit=2)
    assert [each.id for each in (*first.results, *second.results)] == ["a", "b", "c"]
    assert script.lines() == ["GET /alerts?page=1&per_page=2", "GET /alerts?page=2&per_page=2"]
    assert second.next is None


async def test_an_alert_that_comes_again_on_a_later_page_is_given_once() -> None:
    _, backend = scripted(
        listed(row("a"), row("b"), page=1, per_page=2, total=3, total_pages=2),
        listed(row("b"), row("c"), page=2, per_page=2, total=4, total_pages=2),
    )
    assert await every_id(backend, limit=2) == ["a", "b", "c"]


async def test_a_page_that_is_asked_for_again_holds_the_same_alerts() -> None:
    second = listed(row("b"))
    _, backend = scripted(listed(row("a")), second, second)
    first = await backend.page(EVERYTHING, NOW, None, 1)
    pages = [await backend.page(EVERYTHING, NOW, first.next, 1) for _ in range(2)]
    assert [[each.id for each in page.results] for page in pages] == [["b"], ["b"]]


async def test_a_list_that_shrank_is_read_again_from_where_alerts_may_have_slipped_to() -> None:
    script, backend = scripted(
        listed(row("a"), row("b"), page=1, per_page=2, total=5, total_pages=3),
        listed(row("d"), row("e"), page=2, per_page=2, total=4, total_pages=2),
        listed(row("b"), row("c"), page=1, per_page=2, total=4, total_pages=2),
        listed(row("d"), row("e"), page=2, per_page=2, total=4, total_pages=2),
    )
    assert await every_id(backend, limit=2) == ["a", "b", "d", "e", "c"]
    assert [dict(each.query)["page"] for each in script.asked] == ["1", "2", "1", "2"]


async def test_a_list_that_shrinks_for_ever_is_given_up_going_back_over() -> None:
    total = 10_000

    def shrinking() -> Any:
        nonlocal total
        total -= 1
        return listed(row(f"a{total}"), page=None, per_page=1, total=total, total_pages=3)

    _, backend = scripted(*([shrinking] * 100))
    assert await every_id(backend, limit=1)


async def test_the_last_page_over_and_over_is_noticed() -> None:
    same = listed(row("a"), row("b"))
    script, backend = scripted(*([same] * 10))
    assert await every_id(backend, limit=2) == ["a", "b"]
    assert len(script.asked) == 4
    _, backend = scripted(
        listed(row("a"), page=1, per_page=1, total=3, total_pages=3),
        listed(row("a"), page=1, per_page=1, total=3, total_pages=3),
    )
    assert await every_id(backend, limit=1) == ["a"]


async def test_a_page_behind_the_last_one_may_be_refused() -> None:
    _, backend = scripted(listed(row("a")), refused("no such page"))
    assert await every_id(backend, limit=1) == ["a"]
    _, backend = scripted(
        listed(row("a"), page=1, per_page=1, total=2, total_pages=2),
        refused("no such page"),
        listed(row("b"), page=1, per_page=1, total=1, total_pages=1),
    )
    assert await every_id(backend, limit=1) == ["a", "b"]


async def test_a_first_page_that_is_refused_is_an_error() -> None:
    _, backend = scripted(refused("bad severity"))
    with pytest.raises(Rejected, match="bad severity"):
        await backend.page(EVERYTHING, NOW)


async def test_walks_at_the_same_time_do_not_hide_alerts_from_each_other() -> None:
    _, backend = scripted(*([listed(row("a"))] * 40))
    pages = [await backend.page(EVERYTHING, NOW, None, 1) for _ in range(20)]
    assert all(len(page.results) == 1 for page in pages)
    forgotten = await backend.page(EVERYTHING, NOW, pages[0].next, 1)
    assert [each.id for each in forgotten.results] == ["a"]


async def test_a_cursor_of_another_list_or_of_none_is_refused() -> None:
    script, backend = scripted(listed(row("a")))
    page = await backend.page(EVERYTHING, NOW, None, 1)
    assert page.next is not None
    with pytest.raises(Invalid):
        await backend.page(parse("status:open"), NOW, page.next, 1)
    for cursor in ("", "x", page.next[:-4], page.next + "A" * 8):
        with pytest.raises(Invalid):
            await backend.page(EVERYTHING, NOW, cursor, 1)
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    "value",
    [{"data": [{"id": "a"}]}, [{"id": "a"}], {"alerts": [{"id": "a"}]}, {"data": {"alerts": [{"id": "a"}]}}],
)
async def test_a_list_is_found_in_its_envelope(value: object) -> None:
    _, backend = scripted(told(value))
    assert await every_id(backend) == ["a"]


@pytest.mark.parametrize("value", [None, {}, "x", {"data": {}}, {"data": None}, {"error": "x"}, 3])
async def test_an_answer_without_a_list_is_no_empty_list(value: object) -> None:
    _, backend = scripted(told(value))
    with pytest.raises(BadAnswer, match="no page of alerts"):
        await backend.page(EVERYTHING, NOW)


@pytest.mark.parametrize("numbers", [None, [], "x", {"total": "x", "page": None, "total_pages": -1}])
async def test_numbers_that_are_none_do_not_end_a_list(numbers: object) -> None:
    _, backend = scripted(told({"data": [row("a")], "pagination": numbers}), listed(row("b")), listed())
    assert await every_id(backend, limit=1) == ["a", "b"]


async def test_rows_that_are_no_alerts_are_counted_and_hide_no_others() -> None:
    rows: list[object] = [
        None,
        1,
        "x",
        [],
        {},
        {"id": None},
        {"id": ""},
        {"id": "stats"},
        {"id": {}},
        row("a"),
        row("a"),
    ]
    _, backend = scripted(listed(*rows))
    assert await every_id(backend) == ["a"]
    assert backend.left_out == 9


# -- a stand-in of the whole


@pytest.mark.parametrize(
    "knobs",
    [
        {}, {"order": "oldest"}, {"order": "arbitrary"}, {"order": "last_changed"}, {"per_page_maximum": 7},
        {"pagination": False}, {"pagination": False, "page_beyond": "last_again"},
        {"pagination": False, "page_beyond": "refused"}, {"page_beyond": "refused"}, {"list_meta": True},
        {"empty_total_pages": 1}, {"status_comma": "refused"}, {"status_comma": "matches_nothing"},
        {"name_match": "substring"}, {"range_field": "last_event_at"},
    ],
)  # fmt: skip
async def test_a_list_is_whole_whatever_its_pages_are_like(knobs: dict[str, Any]) -> None:
    stand_in = stand_in_at(NOW_MS, Knobs(**knobs))
    backend = over(stand_in, NOW_MS)
    assert await every_id(backend) == []
    ids = stand_in.fill(40, open=11)
    found = await every_id(backend, limit=10)
    assert sorted(found) == sorted(ids)
    assert len(found) == 40
    opened = [each for each in ids if stand_in.alert(each)["status"] == "open"]
    assert sorted(await every_id(backend, parse("status:open"), 10)) == sorted(opened)
    handled = parse("status:open,acknowledged severity:high rule:net.rule_1 created>1h")
    assert sorted(await every_id(backend, handled, 50)) == sorted(
        each for each in ids if stand_in.alert(each)["severity"] == "high"
    )
    await backend.close()


async def test_alerts_that_others_acknowledge_meanwhile_hide_none_that_stay_open() -> None:
    stand_in = stand_in_at(NOW_MS)
    ids = stand_in.fill(30)
    backend = over(stand_in, NOW_MS)
    page = await backend.page(parse("status:open"), NOW, None, 10)
    for each in ids[:7]:
        stand_in.set(each, status="acknowledged")
    found = [each.id for each in page.results]
    while page.next is not None:
        page = await backend.page(parse("status:open"), NOW, page.next, 10)
        found += [each.id for each in page.results]
    assert sorted(found) == sorted(ids)


# -- who, and how many


async def test_identity_is_one_cheap_reading_and_who_the_profile_says() -> None:
    script, backend = scripted(listed(), me=ADA.id)
    identity = await backend.identity()
    assert script.lines() == ["GET /alerts?page=1&per_page=1"]
    assert (identity.me, identity.permissions) == (ADA, ())
    assert (await scripted(listed())[1].identity()).me is None


async def test_people_are_those_of_the_profile_and_of_the_alerts_that_were_seen() -> None:
    rows = [
        row("a", assignee={"email": "Zoe@example.com", "name": "Zoe"}),
        row("b", assignee="queue"),
        row("c", owner="Ada@example.com"),
    ]
    _, backend = scripted(listed(*rows), me=ADA.id, people=["grace@example.com"])
    assert [each.id for each in await backend.people()] == [ADA.id, "grace@example.com"]
    await backend.page(EVERYTHING, NOW)
    assert [each.id for each in await backend.people()] == [
        "Ada@example.com", "grace@example.com", "Zoe@example.com",
    ]  # fmt: skip
    assert [each.name for each in await backend.people("zo")] == ["Zoe"]
    assert await backend.people("nobody") == []
    assert await backend.tags() == []


FIGURES: Final = told({"data": {"total": 9}})
NEVER: Final = "GET /alerts/stats?from=1970-01-01T00:00:00Z&to=1970-01-02T00:00:00Z"
OWN: Final = {"time range": "of SentinelNerd's own choosing"}


async def test_statistics_are_told_as_the_product_has_them() -> None:
    data = {
        "total": 9, "by_status": {"open": 4, "snoozed": "x"}, "by_severity": {"high": 5},
        "mean_time_to_resolve": "2h 15m", "trend": [1], "nothing": None,
    }  # fmt: skip
    script, backend = scripted(told({"data": data}), told({"data": {"total": 0}}), window_ms=86_400_000)
    found = await backend.statistics(EVERYTHING, NOW)
    asked = "GET /alerts/stats?from=2026-11-17T11:06:40Z&to=2026-11-18T11:06:40Z"
    assert script.lines() == [asked, NEVER]
    assert (found.total, found.by_status, found.by_severity) == (9, {"open": 4}, {"high": 5})
    assert found.told == {
        "time range": "since 2026-11-17T11:06:40Z",
        "mean time to resolve": "2h 15m", "trend": "[1]", "by status": '{"snoozed":"x"}',
    }  # fmt: skip


@pytest.mark.parametrize("never", [FIGURES, refused("no such range"), lost(), told([])])
async def test_a_range_that_the_server_is_not_seen_to_keep_to_is_called_its_own(never: Reply) -> None:
    """Of a day on which there were no computers it has no alerts, unless it leaves the range out."""
    script, backend = scripted(FIGURES, never, window_ms=86_400_000)
    found = await backend.statistics(EVERYTHING, NOW)
    assert (found.total, found.told) == (9, OWN)
    assert script.lines()[1:] == [NEVER]


async def test_of_no_alerts_at_all_there_are_none_in_any_range() -> None:
    script, backend = scripted(told({"data": {"total": 0}}), window_ms=86_400_000)
    found = await backend.statistics(EVERYTHING, NOW)
    assert found.told == {"time range": "since 2026-11-17T11:06:40Z"}
    assert len(script.asked) == 1


async def test_statistics_without_a_range_are_those_of_the_product_s_own() -> None:
    figures = told({"data": {"by_status": {"open": 2}}})
    script, backend = scripted(refused("unknown from"), figures, window_ms=1)
    found = await backend.statistics(EVERYTHING, NOW)
    assert script.lines()[1:] == ["GET /alerts/stats"]
    assert (found.total, found.told) == (2, OWN)
    script, backend = scripted(figures)
    assert (await backend.statistics(EVERYTHING, NOW)).told == OWN
    assert script.lines() == ["GET /alerts/stats"]
    _, backend = scripted(refused("not now"))
    with pytest.raises(Rejected):
        await backend.statistics(EVERYTHING, NOW)


@pytest.mark.parametrize("answer", [told([]), told({"data": 3}), told("x")])
async def test_an_answer_without_statistics_is_refused(answer: Any) -> None:
    _, backend = scripted(answer)
    with pytest.raises(BadAnswer):
        await backend.statistics(EVERYTHING, NOW)


async def test_statistics_of_a_filter_are_not_the_product_s() -> None:
    script, backend = scripted()
    with pytest.raises(NotSupported, match="of all alerts"):
        await backend.statistics(parse("status:open"), NOW)
    assert script.asked == []


async def test_nothing_is_sent_by_making_and_closing_a_backend() -> None:
    script, backend = scripted(empty())
    assert backend.capabilities.backend == backend.name == "sentinelnerd"
    await backend.close()
    assert script.is_closed
    assert script.asked == []
