"""GET /alerts: each parameter against a plain predicate, windows, orders, pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from random import Random
from typing import Final

import pytest
import pytest_asyncio

pytest.importorskip("starlette")

from starlette.requests import Request

from alerttui.backends.store import NewAlert
from alerttui.demo.generator import generate
from alerttui.domain.alert import Alert, Detection
from alerttui.domain.vocabulary import Phase, Severity
from alerttui.server.alert_filter import KNOWN, alert_query
from alerttui.server.cursors import cursor_for
from alerttui.server.parameters import Parameters
from tests.alerts import NOW_MS, an_alert, with_alert
from tests.server.serving import Api, message, serving

DAY_MS: Final = 86_400_000

ERRORS: Final = {
    "DETECTION_ERROR", "RULE_ERROR", "SCHEDULED_RULE_ERROR", "CORRELATION_RULE_ERROR", "SYSTEM_ERROR",
}  # fmt: skip


def _population() -> list[NewAlert]:
    """Made-up alerts, and some in words that the document does not have."""
    alerts = list(generate(140, 3, NOW_MS))
    odd: list[dict[str, object]] = [
        {"type": "RULE", "sub_type": ""},
        {"type": "RULE_ERROR", "sub_type": ""},
        {"type": "", "sub_type": ""},
        {"type": "signature", "sub_type": "allowed"},
        {"type": "ALERT", "sub_type": "CORRELATION_RULE"},
        {"type": "SYSTEM_ERROR", "sub_type": ""},
        {"status": "new", "phase": Phase.UNKNOWN},
        {"status": "in progress", "phase": Phase.ACTIVE},
        {"status": "false_positive", "phase": Phase.CLOSED},
        {"severity": Severity.UNKNOWN, "severity_word": "weird"},
        {"detection": Detection(id="Other", name="AWS.Console.Login")},
        {"detection": Detection(id="none", name="")},
        {"detection": Detection(id="a*b", name="")},
        {"log_sources": ("none", "src-*"), "resource_types": ("AWS.S3.Bucket", "AWS.EC2")},
        {"log_sources": ("src-1", "src-2"), "log_types": ("AWS.ALB", "a,b & c=d")},
        {"tags": ("vip", "x_1"), "event_count": None},
        {"tags": ("scanner",), "event_count": 0},
        {"event_count": 10**6},
    ]
    made = [an_alert(f"odd-{number}", age_min=30 + 7 * number) for number in range(len(odd))]
    alerts += [with_alert(new, **values) for new, values in zip(made, odd, strict=True)]
    alerts += [an_alert("old", age_min=31 * 24 * 60), an_alert("future", age_min=-5)]
    return alerts


POPULATION: Final = _population()
ALERTS: Final = [new.alert for new in POPULATION]

Holds = Callable[[Alert], bool]


def _is_in_window(alert: Alert) -> bool:
    return NOW_MS - 30 * DAY_MS < alert.created_ms <= NOW_MS


def _is_alert(alert: Alert) -> bool:
    return alert.type not in ERRORS and alert.sub_type not in ERRORS


def _is_detection_error(alert: Alert) -> bool:
    words = ERRORS - {"SYSTEM_ERROR"}
    return alert.type in words or alert.sub_type in words


def _status(alert: Alert) -> str:
    shown = {"new": "OPEN", "in progress": "TRIAGED", "false_positive": "RESOLVED"}
    return shown.get(alert.status, alert.status)


def _sub_type(alert: Alert) -> str:
    return alert.sub_type if alert.sub_type not in ("", "allowed") else alert.type


FILTERS: Final[list[tuple[str, Holds]]] = [
    ("", lambda alert: True),
    ("status=OPEN", lambda alert: _status(alert) == "OPEN"),
    ("status=OPEN&status=TRIAGED", lambda alert: _status(alert) in ("OPEN", "TRIAGED")),
    ("status=RESOLVED", lambda alert: _status(alert) == "RESOLVED"),
    ("status=CLOSED", lambda alert: _status(alert) == "CLOSED"),
    ("status=CLOSED&status=TRIAGED", lambda alert: _status(alert) in ("CLOSED", "TRIAGED")),
    ("status=OPEN&status=TRIAGED&status=RESOLVED&status=CLOSED", lambda alert: True),
    ("severity=HIGH", lambda alert: alert.severity is Severity.HIGH),
    ("severity=HIGH&severity=INFO", lambda alert: alert.severity in (Severity.HIGH, Severity.INFO)),
    ("severity=CRITICAL&status=OPEN", lambda alert: alert.severity == 5 and _status(alert) == "OPEN"),
    ("quality=NOISE", lambda alert: alert.quality is not None and alert.quality.value == "NOISE"),
    ("quality=NOISE&quality=USEFUL", lambda alert: alert.quality is not None),
    ("context-tag=scanner", lambda alert: "scanner" in alert.tags),
    ("context-tag=vip&context-tag=scanner", lambda alert: bool({"vip", "scanner"} & set(alert.tags))),
    ("log-source=src-2", lambda alert: "src-2" in alert.log_sources),
    ("log-source=none", lambda alert: "none" in alert.log_sources),
    ("log-source=src-*", lambda alert: "src-*" in alert.log_sources),
    ("log-type=AWS.ALB", lambda alert: "AWS.ALB" in alert.log_types),
    ("log-type=a%2Cb+%26%20c%3Dd", lambda alert: "a,b & c=d" in alert.log_types),
    ("resource-type=AWS.EC2&resource-type=x", lambda alert: "AWS.EC2" in alert.resource_types),
    ("event-count-min=3", lambda alert: (alert.event_count or 0) >= 3),
    ("event-count-min=0", lambda alert: True),
    ("event-count-min=-7", lambda alert: True),
    ("event-count-max=2", lambda alert: alert.event_count is not None and alert.event_count <= 2),
    ("event-count-max=-1", lambda alert: False),
    ("event-count-min=2&event-count-max=4", lambda alert: 2 <= (alert.event_count or 0) <= 4),
    ("event-count-min=5&event-count-max=4", lambda alert: False),
    ("event-count-min=9223372036854775807", lambda alert: False),
    ("event-count-min=-9223372036854775808", lambda alert: True),
    ("name-contains=LOGIN", lambda alert: "login" in alert.title.casefold()),
    ("name-contains=number%20", lambda alert: "number " in alert.title.casefold()),
    ("name-contains=o", lambda alert: "o" in alert.title.casefold()),
    ("detection-id=AWS.Console.Login", lambda alert: alert.detection.id == "AWS.Console.Login"),
    ("detection-id=Other", lambda alert: alert.detection.id == "Other"),
    ("detection-id=none", lambda alert: alert.detection.id == "none"),
    ("detection-id=a*b", lambda alert: alert.detection.id == "a*b"),
    ("detection-id=*", lambda alert: False),
    ("assignee=me", lambda alert: False),
    ("assignee=none", lambda alert: False),
    ("sub-type=RULE", lambda alert: _sub_type(alert) == "RULE"),
    ("sub-type=POLICY&sub-type=RULE", lambda alert: _sub_type(alert) in ("POLICY", "RULE")),
    ("type=ALERT&sub-type=CORRELATION_RULE", lambda alert: _sub_type(alert) == "CORRELATION_RULE"),
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api() -> AsyncIterator[Api]:
    async with serving(POPULATION) as opened:
        yield opened


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(("text", "holds"), FILTERS, ids=[text or "nothing" for text, _ in FILTERS])
async def test_a_filter_finds_what_the_predicate_does(api: Api, text: str, holds: Holds) -> None:
    expected = [each for each in ALERTS if _is_in_window(each) and _is_alert(each) and holds(each)]
    expected.sort(key=lambda each: each.created_ms, reverse=True)
    found = await api.every(f"/alerts?{text}")
    assert sorted(each["id"] for each in found) == sorted(each.id for each in expected)
    assert [each["createdAt"] for each in found] == sorted(
        (each["createdAt"] for each in found), reverse=True
    )


async def test_several_parameters_must_all_hold(api: Api) -> None:
    dice = Random(5)
    found_any = 0
    for _ in range(80):
        chosen = dice.sample([pair for pair in FILTERS if pair[0]], dice.choice((2, 3)))
        names = [name for text, _ in chosen for name in {part.partition("=")[0] for part in text.split("&")}]
        if len(set(names)) < len(names):
            continue  # the same parameter again would mean either
        expected = {
            each.id
            for each in ALERTS
            if _is_in_window(each) and _is_alert(each) and all(holds(each) for _, holds in chosen)
        }
        text = "&".join(text for text, _ in chosen)
        assert {each["id"] for each in await api.every(f"/alerts?{text}")} == expected, text
        found_any += bool(expected)
    assert found_any > 10


async def test_assignees_are_found_by_their_ids(api: Api) -> None:
    ids = sorted({each.assignee.id for each in ALERTS if each.assignee})
    assert len(ids) > 2
    found = await api.every(f"/alerts?assignee={ids[0]}&assignee={ids[1]}")
    expected = [
        each.id for each in ALERTS if each.assignee and each.assignee.id in ids[:2] and _is_alert(each)
    ]
    assert sorted(each["id"] for each in found) == sorted(expected)


async def test_errors_are_listed_by_their_type_only(api: Api) -> None:
    found = {each["id"] for each in await api.every("/alerts?type=DETECTION_ERROR")}
    assert found == {each.id for each in ALERTS if _is_detection_error(each)}
    assert "odd-1" in found
    found = {each["id"] for each in await api.every("/alerts?type=SYSTEM_ERROR&sub-type=SYSTEM_ERROR")}
    assert found == {each.id for each in ALERTS if "SYSTEM_ERROR" in (each.type, each.sub_type)}
    narrowed = await api.every("/alerts?type=DETECTION_ERROR&sub-type=SCHEDULED_RULE_ERROR")
    assert {each["id"] for each in narrowed} == {
        each.id for each in ALERTS if _sub_type(each) == "SCHEDULED_RULE_ERROR"
    }


async def test_what_is_found_by_a_word_shows_it(api: Api) -> None:
    for word in ("OPEN", "TRIAGED", "RESOLVED", "CLOSED"):
        assert {each["status"] for each in await api.every(f"/alerts?status={word}")} == {word}
    assert {each["type"] for each in await api.every("/alerts?sub-type=POLICY")} == {"POLICY"}
    assert {each["severity"] for each in await api.every("/alerts?severity=LOW")} == {"LOW"}


async def test_the_usual_window_is_thirty_days_until_now(api: Api) -> None:
    usual = {each["id"] for each in await api.every("/alerts")}
    assert not {"old", "future"} & usual
    for empty in ("created-after=", "created-before=", "created-after=&created-before="):
        assert {each["id"] for each in await api.every(f"/alerts?{empty}")} == usual
    for wide in ("2020-01", "2020-01-01", "1577836800", "2020-01-01T00:00:00%2B01:00", "0001-01-01"):
        assert {each["id"] for each in await api.every(f"/alerts?created-after={wide}")} == usual | {"old"}
    for late in ("9999-12-31", "2027", "2027-01-01T00:00:00+01:00"):
        answer = await api.get(f"/alerts?created-before={late}&limit=50")
        if late == "2027":
            assert "created-before" in message(answer, 400)
        else:
            assert answer.json()["results"][0]["id"] == "future"


async def test_bounds_are_strict(api: Api) -> None:
    alert = (await api.results("/alerts?limit=3"))[1]
    at = alert["createdAt"]
    assert alert["id"] not in {each["id"] for each in await api.every(f"/alerts?created-after={at}")}
    assert alert["id"] not in {each["id"] for each in await api.every(f"/alerts?created-before={at}")}


async def test_the_order_is_turned_round(api: Api) -> None:
    down = await api.every("/alerts?sort-dir=desc")
    up = await api.every("/alerts?sort-dir=asc")
    assert [each["createdAt"] for each in up] == [each["createdAt"] for each in reversed(down)]


@pytest.mark.parametrize(
    "text",
    [
        "type=alert", "type=RULE", "type=ALERT&type=ALERT", "sub-type=RULE_ERROR",
        "type=SYSTEM_ERROR&sub-type=RULE", "sub-type=rule", "status=open", "status=OPEN,CLOSED",
        "status=DONE", "severity=high", "severity=UNKNOWN", "quality=none", "limit=0", "limit=51", "limit=-1",
        "limit=ten", "limit=1.5", "limit=٣", "limit=99999999999999999999", "limit=5&limit=6", "sort-dir=up",
        "created-after=yesterday", "created-after=2026-13-01", "created-before=24h", "created-after=%00",
        "event-count-min=many", "event-count-max=1e3", "event-count-min=9223372036854775808",
        "event-count-max=-9223372036854775809",
        "context-tag=Scanner", "context-tag=a%20b", "cursor=rubbish", "cursor=%F0%9F%99%82", "cursor=W10",
        "cursor=e30", "serverity=HIGH", "name=x", "cursor=" + "A" * 5000,
    ],
)  # fmt: skip
async def test_a_wrong_parameter_is_refused_by_its_name(api: Api, text: str) -> None:
    told = message(await api.get(f"/alerts?{text}"), 400)
    assert told.startswith(text.rpartition("&")[2].partition("=")[0])
    assert len(told) < 600


async def test_the_language_of_the_console_narrows_further(api: Api) -> None:
    found = await api.ids("/alerts?query=severity%3E%3Dhigh%20-status:closed&status=OPEN&limit=50")
    assert found == await api.ids("/alerts?status=OPEN&severity=HIGH&severity=CRITICAL&limit=50")
    assert found
    for text in ("stauts:open", "sort:-severity", "(", "status:"):
        answer = await api.get("/alerts", params={"query": text})
        if text != "(":
            assert message(answer, 400).startswith("query: ")


async def test_empty_values_mean_the_default(api: Api) -> None:
    usual = await api.results("/alerts")
    names = (
        "type sub-type cursor limit detection-id sort-dir name-contains log-source status severity quality"
    )
    empty = "&".join(f"{name}=" for name in names.split())
    assert await api.results(f"/alerts?{empty}&event-count-min=&event-count-max=&context-tag=") == usual
    assert len(usual) == 25


@pytest.mark.parametrize(
    ("bound", "counts"),
    [
        ("max=9223372036854775807", [0, 10**18, 2**63 - 1]),
        ("max=1000000000000000000", [0, 10**18]),
        ("max=999999999999999999", [0]),
        ("min=1000000000000000001", [2**63 - 1]),
        ("min=9223372036854775807", [2**63 - 1]),
        ("max=9223372036854775807&query=events%3E9223372036854775807", []),
        ("max=9223372036854775807&query=-events:9223372036854775807", [0, 10**18]),
    ],
)
async def test_counts_of_events_are_compared_in_all_of_their_64_bits(bound: str, counts: list[int]) -> None:
    alerts = []
    for count in (0, 10**18, 2**63 - 1):
        new = an_alert(f"a-{count}")
        alerts.append(replace(new, alert=replace(new.alert, event_count=count)))
    async with serving(alerts) as api:
        found = await api.results(f"/alerts?created-after=2020-01-01&event-count-{bound}")
        assert sorted(each["eventCount"] for each in found) == counts


async def test_parameters_must_be_utf8(api: Api) -> None:
    assert message(await api.get("/alerts?limit=1&cursor=%ff"), 400) == "cursor: it is not UTF-8"
    assert "UTF-8" in message(await api.get("/alerts?name-contains=%ff"), 400)
    assert "UTF-8" in message(await api.get("/alerts?name-contains=%ed%a0%80"), 400)
    assert "parameters" in message(await api.get("/alerts?" + "status=&" * 1001), 400)


async def test_pages_survive_alerts_that_arrive(api: Api) -> None:
    async with serving([an_alert(f"a-{number}", age_min=number + 1) for number in range(120)]) as own:
        first = (await own.get("/alerts?limit=50")).json()
        own.clock[0] += 60_000
        own.store.add([an_alert(f"new-{number}", age_min=0) for number in range(9)])
        second = (await own.get(f"/alerts?limit=50&cursor={first['next']}")).json()
        own.store.add([an_alert("in between", age_min=5)])
        third = (await own.get(f"/alerts?limit=50&cursor={second['next']}")).json()
        assert "next" not in third
        found = [each["id"] for page in (first, second, third) for each in page["results"]]
        assert found == [f"a-{number}" for number in range(120)]
        assert (await own.ids("/alerts?limit=1"))[0].startswith("new-")


async def test_a_page_that_is_just_full_is_the_last(api: Api) -> None:
    async with serving([an_alert(f"a-{number}", age_min=number + 1) for number in range(25)]) as own:
        assert set((await own.get("/alerts")).json()) == {"results"}


async def test_a_cursor_belongs_to_its_filter(api: Api) -> None:
    cursor = (await api.get("/alerts?limit=2&status=OPEN")).json()["next"]
    assert (await api.get(f"/alerts?limit=9&status=OPEN&cursor={cursor}")).status_code == 200
    for other in ("", "&status=TRIAGED", "&status=OPEN&sort-dir=asc", "&status=OPEN&severity=HIGH"):
        told = message(await api.get(f"/alerts?cursor={cursor}{other}"), 400)
        assert "another filter" in told
    assert message(await api.get(f"/alerts?status=OPEN&cursor={cursor[:-2]}"), 400)
    for forged in (10**40, -1, 253_402_300_800_000):
        told = cursor_for(_query_of(""), forged, "x")
        assert message(await api.get(f"/alerts?cursor={told}"), 400).startswith("cursor: ")
    told = cursor_for(_query_of(""), NOW_MS, "x")
    assert message(await api.get(f"/alerts?cursor={told}"), 400).startswith("cursor: ")


def _query_of(query_string: str) -> str:
    """What a cursor of this filter is bound to."""
    request = Request({"type": "http", "query_string": query_string.encode()})
    return repr(alert_query(Parameters(request, KNOWN)))


async def test_many_values_are_one_filter(api: Api) -> None:
    many = "&".join(f"log-type=t{number}" for number in range(900))
    assert await api.ids(f"/alerts?{many}&log-type=AWS.ALB&name-contains=Alert%20odd") == ["odd-14"]


async def test_the_title_is_compared_without_case_in_any_script(api: Api) -> None:
    new = an_alert("greek", 'ΣΊΣΥΦΟΣ 100% [x] "q"')
    async with serving([new, replace(an_alert("other"))]) as own:
        for part in ("σίσυφος", "100%25", "[X]", "%22Q%22", "φ"):
            assert await own.ids(f"/alerts?name-contains={part}") == ["greek"]
