"""What Calseta tells beside alerts: history, related alerts, figures, tags, and who we are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alerttui.backends.remote.calseta.activity import MAX_PAGES
from alerttui.domain.alert import Actor, RelatedAlert
from alerttui.domain.errors import BadAnswer, Invalid, NotFound, NotSupported
from alerttui.domain.listing import Facet
from alerttui.domain.query import EVERYTHING, QueryContext
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import AlertId
from tests.backends.calseta.script import NOW_MS, alert, backend_of, one, page, scripted, told, uuid

ID = AlertId(uuid(1))
NOW = QueryContext(now_ms=NOW_MS)
DAY_MS = 86_400_000


def event(kind: str, second: int = 0, **fields: Any) -> dict[str, Any]:
    usual = {
        "uuid": f"{kind}-{second}",
        "event_type": kind,
        "actor_type": "api",
        "actor_key_prefix": "cai_good",
        "created_at": f"2026-11-18T10:00:{second:02d}Z",
    }
    return {**usual, **fields}


async def told_of(*events: object) -> list[tuple[str, str, str]]:
    """Field, before and after of each line of a history."""
    _, backend = scripted(page(*events))
    return [(each.field, each.before, each.after) for each in await backend.history(ID)]


async def test_history_is_told_oldest_first_and_by_whose_key() -> None:
    script, backend = scripted(
        page(
            event("alert_closed", 9, references={"from_status": "Open", "close_classification": "Duplicate"}),
            event("alert_ingested", 1, actor_type="system", actor_key_prefix=None,
                  references={"source_name": "sentinel", "severity": "High"}),
        )
    )  # fmt: skip
    found = await backend.history(ID)
    assert [(each.field, each.before, each.after) for each in found] == [
        ("alert_ingested", "", "source_name sentinel, severity High"),
        ("status", "Open", "Closed"),
        ("verdict", "", "Duplicate"),
    ]
    assert [each.by for each in found] == [Actor("system", "system"), *[Actor("cai_good", "api-token")] * 2]
    assert {each.through for each in found} == {"calseta"}
    assert found[0].at_ms < found[1].at_ms
    assert script.lines() == ["GET /v1/alerts/#1/activity?page=1&page_size=500"]


@pytest.mark.parametrize(
    ("kind", "references", "line"),
    [
        ("alert_status_updated", {"from_status": "Open", "to_status": "Triaging"},
         ("status", "Open", "Triaging")),
        ("alert_severity_updated", {"from_severity": "Low", "to_severity": "High"},
         ("severity", "Low", "High")),
        ("alert_malice_updated", {"from_malice": None, "to_malice": "Benign", "malice_source": "analyst"},
         ("malice", "", "Benign")),
        ("indicator_malice_updated", {"from_malice": "Pending", "to_malice": "Benign"},
         ("indicator malice", "Pending", "Benign")),
        ("alert_finding_added", {"agent_name": "a", "confidence": None}, ("alert_finding_added", "",
         "agent_name a")),
        ("quantum_event", {"x": {"y": [1]}}, ("quantum_event", "", 'x {"y":[1]}')),
        ("quantum_event", None, ("quantum_event", "", "")),
        ("quantum_event", "text", ("quantum_event", "", "")),
        ("alert_status_updated", "[REDACTED]", ("status", "", "")),
    ],
)  # fmt: skip
async def test_events_of_every_kind(kind: str, references: object, line: tuple[str, str, str]) -> None:
    assert await told_of(event(kind, references=references)) == [line]


async def test_an_override_that_was_taken_back_says_so() -> None:
    _, backend = scripted(
        page(event("alert_malice_updated", references={"from_malice": "Benign", "malice_source": "reset"}))
    )
    (line,) = await backend.history(ID)
    assert (line.field, line.before, line.after, line.why) == ("malice", "Benign", "", "override reset")


async def test_odd_events_are_told_as_far_as_they_go() -> None:
    odd = [None, 1, "x", {}, event("x", created_at=None), {"created_at": "2026-11-18T10:00:00Z"}]
    assert await told_of(*odd) == [("event", "", "")]
    ((_, _, after),) = await told_of(event("big", references={"text": "x\n" * 1_000}))
    assert len(after) == 500
    assert "\n" not in after


async def test_a_long_history_is_read_page_by_page_to_a_bound_and_no_event_comes_twice() -> None:
    pages = [page(*(event("e", number % 60, uuid=f"{each}-{number}") for number in range(500)), total=9_999)
             for each in range(MAX_PAGES)]  # fmt: skip
    script, backend = scripted(*pages)
    assert len(await backend.history(ID)) == 500 * MAX_PAGES
    assert len(script.asked) == MAX_PAGES
    same = [event("e", uuid="same")] * 500
    _, backend = scripted(page(*same, total=501), page(event("e", 1, uuid="same"), total=501))
    assert len(await backend.history(ID)) == 1


def node(number: int, minute: int) -> dict[str, Any]:
    return {
        "uuid": uuid(number), "title": f"Alert {number}", "severity": "High", "status": "Open",
        "source_name": "generic", "occurred_at": f"2026-11-18T10:{minute:02d}:00Z", "tags": [],
    }  # fmt: skip


def indicator(value: str, *siblings: object) -> dict[str, Any]:
    return {"uuid": "i", "type": "ip", "value": value, "sibling_alerts": list(siblings)}


async def test_alerts_that_share_an_indicator_are_related_newest_first() -> None:
    graph = {
        "alert": node(1, 0),
        "indicators": [
            indicator("192.0.2.1", node(2, 5), node(3, 9), node(1, 0)),
            indicator("192.0.2.2", node(2, 5)),
            indicator("x" * 200, node(4, 1)),
        ],
    }
    script, backend = scripted(one(graph))
    first, second, third = await backend.related(ID)
    assert first == RelatedAlert(
        id=uuid(3), title="Alert 3", created_ms=1_794_996_540_000, reason="shares ip 192.0.2.1"
    )
    assert (second.id, second.reason) == (uuid(2), "shares ip 192.0.2.1, ip 192.0.2.2")
    assert (third.id, len(third.reason)) == (uuid(4), len("shares ip ") + 80)
    assert script.lines() == ["GET /v1/alerts/#1/relationship-graph?sibling_limit=50"]


async def test_an_indicator_in_more_alerts_than_the_graph_gives_says_in_how_many() -> None:
    common = {**indicator("192.0.2.1", node(2, 5)), "total_alert_count": 1_312}
    _, backend = scripted(
        one({"indicators": [common, {**indicator("x", node(2, 5)), "total_alert_count": 1}]})
    )
    (found,) = await backend.related(ID)
    assert found.reason == "shares ip 192.0.2.1 (in 1,312 other alerts), ip x"


async def test_odd_graphs_are_read_as_far_as_they_go() -> None:
    many = [indicator(str(each), node(2, 1)) for each in range(9)]
    odd: list[object] = [None, 1, {}, {"sibling_alerts": 7}, {"sibling_alerts": [None, {}, node(3, 0)]}]
    _, backend = scripted(one({"indicators": [*many, *odd]}), one({}), one({"indicators": {}}), one([]))
    first, second = await backend.related(ID)
    assert first.reason == "shares ip 0, ip 1, ip 2 and 6 more"
    assert second.reason == "shares an indicator"
    assert list(await backend.related(ID)) == []
    assert list(await backend.related(ID)) == []
    with pytest.raises(BadAnswer):
        await backend.related(ID)


METRICS: dict[str, Any] = {
    "period_from": "2026-11-17T11:06:40Z", "period_to": "2026-11-18T11:06:40Z", "total_alerts": 12,
    "alerts_by_status": {"Open": 8, "Closed": 4},
    "alerts_by_severity": {"High": 12}, "alerts_by_source": {"sentinel": 11, "generic": 1},
    "alerts_over_time": [{"date": "2026-11-18", "count": 12}], "false_positive_rate": 0.25,
    "mean_time_to_enrich": 4.25, "mean_time_to_detect": 0.0, "mean_time_to_acknowledge": 8_100.4,
    "mean_time_to_triage": None, "mean_time_to_conclusion": 180_000, "active_alerts_by_severity": {"High": 8},
    "top_detection_rules": [{"uuid": "u", "name": "Brute force", "count": 7}, {"uuid": "v", "count": 2}],
    "enrichment_coverage": 1,
}  # fmt: skip


async def test_statistics_are_those_of_the_product_over_the_window() -> None:
    script, backend = scripted(one(METRICS), window_ms=DAY_MS)
    found = await backend.statistics(EVERYTHING, NOW)
    assert (found.total, found.by_status, found.by_severity) == (12, {"Open": 8, "Closed": 4}, {"High": 12})
    assert found.by_rule == {"Brute force": 7, "v": 2}
    assert found.told == {
        "alerts created": "2026-11-17 11:06 to 2026-11-18 11:06",
        "mean time to detect": "0 s",
        "mean time to enrich": "4.2 s",
        "mean time to acknowledge": "2 h 15 min",
        "mean time to close": "2 d 2 h",
        "false positives": "25 % of the closed alerts",
        "enrichment coverage": "100 % of the alerts",
        "alerts by day": "2026-11-18 12",
        "alerts by source": "sentinel 11, generic 1",
        "active alerts by severity": "High 8",
    }
    both = "from_time=2026-11-17T11:06:40Z&to_time=2026-11-18T11:06:40Z"
    assert script.lines() == [f"GET /v1/metrics/alerts?{both}"]


async def test_alerts_by_day_are_told_newest_first_and_the_earlier_ones_counted() -> None:
    days = [{"date": f"2026-11-{day:02d}", "count": day} for day in range(1, 19)]
    odd = [None, {}, {"date": "2026-10-01"}, {"date": 7, "count": -1}]
    _, backend = scripted(one({"alerts_over_time": [*odd, *days]}), one({"alerts_over_time": odd}))
    told = (await backend.statistics(EVERYTHING, NOW)).told
    assert told["alerts by day"].startswith("2026-11-18 18, 2026-11-17 17, ")
    assert told["alerts by day"].endswith(", 2026-11-09 9, and 36 on 8 earlier days")
    assert (await backend.statistics(EVERYTHING, NOW)).told == {}


async def test_odd_figures_are_left_out() -> None:
    odd = dict.fromkeys(METRICS, "x") | {"false_positive_rate": True, "mean_time_to_enrich": -1}
    rules = [None, {}, {"name": "a"}, {"name": "a", "count": 1}, {"name": "a", "count": 2}]
    _, backend = scripted(
        one({**odd, "top_detection_rules": rules, "alerts_by_status": {"Open": 2}}), one(None)
    )
    found = await backend.statistics(EVERYTHING, NOW)
    assert (found.total, found.by_status, found.by_rule, found.told) == (2, {"Open": 2}, {"a": 3}, {})
    with pytest.raises(BadAnswer):
        await backend.statistics(EVERYTHING, NOW)


async def test_statistics_without_a_window_begin_in_1970_and_take_no_filter() -> None:
    script, backend = scripted(one({}))
    await backend.statistics(EVERYTHING, NOW)
    assert "from_time=1970-01-01T00:00:00Z" in script.lines()[0]
    with pytest.raises(NotSupported, match="no filter"):
        await backend.statistics(parse("status:open"), NOW)
    assert not script.asked


async def test_tags_are_those_of_the_newest_alerts() -> None:
    rows = [alert(1, tags=["VIP", "mail"]), alert(2, tags=["mail"]), {"no": "alert"}]
    script, backend = scripted(page(*rows), page(*rows))
    assert list(await backend.tags()) == [Facet("mail", 0), Facet("VIP", 0)]
    assert list(await backend.tags("vip")) == [Facet("VIP", 0)]
    assert script.lines()[0].endswith("&page=1&page_size=500")


async def test_one_cheap_reading_tells_that_a_key_is_let_in() -> None:
    headers = {"date": "Wed, 18 Nov 2026 11:06:42 GMT"}
    answer = replace(page(), headers=headers)
    script, backend = scripted(answer, answer, me="ana@acme.example")
    identity = await backend.identity()
    assert (identity.me, identity.permissions) == (Actor("ana@acme.example"), ())
    assert (identity.server, identity.clock_ahead_ms) == ("https://calseta.acme.example", 2_500)
    assert script.lines() == ["GET /v1/alerts?sort_by=created_at&sort_order=desc&page=1&page_size=1"]
    assert (await backend_of(script).identity()).me is None


@pytest.mark.parametrize("value", [{}, [], {"data": {}}, {"detail": "ok"}])
async def test_an_answer_that_is_no_list_of_alerts_is_not_taken_for_calseta(value: object) -> None:
    _, backend = scripted(told(value))
    with pytest.raises(BadAnswer, match="no page of alerts"):
        await backend.identity()


async def test_what_there_is_not_is_refused_without_asking() -> None:
    script, backend = scripted()
    can = backend.capabilities
    with pytest.raises(NotSupported) as refused:
        await backend.comments(ID)
    assert str(refused.value) == can.comments.read_refusal
    with pytest.raises(NotSupported, match="local note"):
        await backend.add_comment(ID, "x", Actor("ana"), NOW_MS)
    assert list(await backend.people()) == []
    with pytest.raises(NotSupported, match="live stream"):
        backend.live()
    with pytest.raises(Invalid, match="cursor"):
        await backend.events(ID, "1")
    for reading in (backend.history, backend.related, backend.events, backend.alert):
        with pytest.raises(NotFound, match="not-an-id"):
            await reading(AlertId("not-an-id"))
    assert not script.asked


async def test_what_is_no_list_of_events_is_a_bad_answer() -> None:
    _, backend = scripted(told({"data": 7}))
    with pytest.raises(BadAnswer):
        await backend.history(ID)


async def test_closing_lets_go_of_connections() -> None:
    script, backend = scripted()
    await backend.close()
    assert script.is_closed
