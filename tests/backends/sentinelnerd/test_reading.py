"""Alerts as ours, whatever a server sends."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.remote.sentinelnerd.reading import AI, alert_of, raw_of, unwrapped
from alerttui.backends.remote.sentinelnerd.timeline import comments_of, events_of, history_of
from alerttui.domain.alert import Actor, Alert, Detection, Finding, Risk
from alerttui.domain.errors import AlertTuiError, BadAnswer
from alerttui.domain.json_text import exact_json, parse_json, storable, text_of
from alerttui.domain.vocabulary import Phase, Severity
from tests.backends.panther.script import NOW_MS, told
from tests.backends.sentinelnerd.script import ONE, row, scripted
from tests.domain.documented_properties import SENTINELNERD

DOCUMENTED: Final[dict[str, Any]] = {
    "id": "alt_9",
    "rule_name": "net.port_scan",
    "title": "A port scan",
    "description": "40 ports in a minute",
    "severity": "medium",
    "status": "resolved",
    "source": "firewall",
    "event_count": 40,
    "first_event_at": "2026-11-18T09:00:00Z",
    "last_event_at": "2026-11-18T09:01:00Z",
    "created_at": "2026-11-18T09:02:00Z",
    "enrichment": {"geo": {"country": "NL", "city": "Delft"}, "abuse_ipdb": {"score": 61.5}},
    "ai_analysis": {"summary": "It is a scanner.", "threat_score": 42},
    "resolution": "Benign",
    "assignee": "ada@example.com",
}
WORDS_OF_REQUESTS: Final = {"actions_taken", "comment"}


def read(value: dict[str, Any], *, in_full: bool = False) -> Alert:
    return alert_of(value, raw_of(value), NOW_MS, in_full=in_full)


def test_every_documented_property_has_its_place() -> None:
    assert set(DOCUMENTED) | WORDS_OF_REQUESTS == {name for name in SENTINELNERD if "." not in name}
    alert = read(DOCUMENTED)
    created_ms = 1_794_992_520_000
    expected = Alert(
        id=alert.id, title="A port scan", description="40 ports in a minute", status="resolved",
        phase=Phase.CLOSED, severity=Severity.MEDIUM, severity_word="medium", verdict="benign",
        assignee=Actor("ada@example.com"), detection=Detection(id="net.port_scan", name="net.port_scan"),
        source="firewall", event_count=40, created_ms=created_ms, first_event_ms=created_ms - 120_000,
        last_event_ms=created_ms - 60_000, risk=Risk(score=42, origin=AI),
        findings=(Finding(origin=AI, summary="It is a scanner.", score=42),),
        enrichment='{"geo":{"country":"NL","city":"Delft"},"abuse_ipdb":{"score":61.5}}',
    )  # fmt: skip
    assert alert == expected
    assert json.loads(alert.raw) == DOCUMENTED


@pytest.mark.parametrize("name", sorted(set(DOCUMENTED) - {"id"}))
@pytest.mark.parametrize(
    "value", [None, True, [], {}, [[1]], {"x": ["\x1b[31m"]}, "", "\ud800", -1, "other"], ids=repr
)
def test_a_property_that_means_nothing_loses_no_alert_and_is_kept(name: str, value: object) -> None:
    alert = read({**DOCUMENTED, name: value})
    assert alert.id == "alt_9"
    if value not in (None, "", [], {}):
        kept = repr(dataclasses.replace(alert, raw=b"")).replace("\\\\", "\\").lower()
        assert storable(text_of(value)).lower() in kept


def test_what_has_no_place_stays_in_extras() -> None:
    alert = read(
        {**DOCUMENTED, "tags": ["a"], "updated_at": "x", "ai_analysis": {"model": "m", "summary": "s"}}
    )
    assert json.loads(alert.extras) == {"tags": ["a"], "updated_at": "x"}
    assert alert.findings == (Finding(origin=AI, summary="s", body='{"model":"m"}'),)
    assert alert.risk is None


def test_known_words_are_known_in_any_case_and_others_are_kept() -> None:
    assert (read(row(status="OPEN")).status, read(row(status="OPEN")).phase) == ("open", Phase.OPEN)
    alert = read(row(status="Snoozed", severity="Severe", resolution="Not a bug"))
    assert (alert.status, alert.phase) == ("Snoozed", Phase.UNKNOWN)
    assert (alert.severity_word, alert.severity) == ("Severe", Severity.UNKNOWN)
    assert alert.verdict == "Not a bug"


def test_an_assignee_that_is_not_told_is_not_nobody() -> None:
    assert not read(row()).assignee_known
    nobody: tuple[object, ...] = (None, "", {})
    for value in nobody:
        alert = read(row(assignee=value))
        assert (alert.assignee, alert.assignee_known) == (None, True)
    assert not read(row(assignee=[1])).assignee_known


@pytest.mark.parametrize("key", ["assignee", "assigned_to", "owner"])
def test_an_assignee_is_an_address_or_an_object_with_one(key: str) -> None:
    assert read(row(**{key: "ada@example.com"})).assignee == Actor("ada@example.com")
    person = {"id": "usr_1", "email": "ada@example.com", "name": "Ada"}
    assert read(row(**{key: person})).assignee == Actor("ada@example.com", "user", "Ada")
    assert read(row(**{key: {"id": 7}})).assignee == Actor("7")


@pytest.mark.parametrize("key", ["resolution", "resolution_type", "resolved_as"])
def test_a_resolution_is_told_under_one_of_its_names_or_not_known(key: str) -> None:
    assert not read(row()).verdict_known
    assert read(row(**{key: None})).verdict_known
    assert read(row(status="resolved", **{key: "duplicate"})).verdict == "duplicate"


@pytest.mark.parametrize("status", ["open", "Acknowledged"])
def test_a_resolution_that_a_reopened_alert_kept_is_no_verdict_any_more(status: str) -> None:
    alert = read(row(status=status, resolution="benign"))
    assert (alert.verdict, alert.verdict_known) == ("", True)
    assert parse_json(alert.extras) == {"resolution": "benign"}
    assert not read(row(status=status, resolution="")).extras


def test_times_of_events_stand_for_a_creation_that_is_not_told() -> None:
    alert = read({"id": "alt_1", "last_event_at": "2026-11-18T09:00:00Z"})
    assert alert.created_ms == alert.last_event_ms
    assert "created_ms" in alert.observed
    assert read({"id": "alt_1"}).created_ms == NOW_MS
    assert read({"id": "alt_1"}).title == "Alert without a title"


ALERT: Final = {"id": "alt_1", "title": "t"}


@pytest.mark.parametrize(
    "value",
    [
        ALERT, {"data": ALERT}, {"alert": ALERT}, {"data": {"alert": ALERT}},
        {"data": ALERT, "meta": {"request_id": "r"}}, {"data": {"alert": ALERT}, "meta": {}},
    ],
)  # fmt: skip
def test_an_alert_is_found_in_every_envelope(value: dict[str, Any]) -> None:
    assert unwrapped(value) == ALERT


def test_what_stands_beside_an_alert_belongs_to_it() -> None:
    told = {"data": {"alert": ALERT, "timeline": [1], "title": "other"}, "events": [2]}
    assert unwrapped(told) == {**ALERT, "timeline": [1], "events": [2]}
    own = {"id": "alt_1", "data": {"bytes": 3}}
    assert unwrapped(own) == own
    assert unwrapped([ALERT]) == {}


async def test_an_answer_about_another_alert_is_refused() -> None:
    others: tuple[object, ...] = ({"data": {"id": "alt_2"}}, {"data": []}, [], {}, "x", None)
    for value in others:
        _, backend = scripted(told(value))
        with pytest.raises(BadAnswer, match="alt_1"):
            await backend.alert(ONE)


async def test_a_single_alert_leaves_out_what_is_read_by_itself() -> None:
    _, backend = scripted(told({"data": row(events=[{"a": 1}], timeline=[{}], comments=[{}], note="n")}))
    alert = await backend.alert(ONE)
    assert alert.extras == '{"note":"n"}'
    assert json.loads(alert.raw)["events"] == [{"a": 1}]


async def test_what_is_nested_too_deep_hides_neither_the_alert_nor_the_rest() -> None:
    deep = "[" * 150 + "]" * 150
    text = '{"data":{"id":"alt_1","title":"t","enrichment":%s,"event_count":1e400,"big":%s}}'
    answer = dataclasses.replace(told(None), body=(text % (deep, "9" * 5_000)).encode())
    _, backend = scripted(answer)
    alert = await backend.alert(ONE)
    assert alert.title == "t"
    assert alert.enrichment.count("[") == 150


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
NAMES: Final = (
    *DOCUMENTED, "activity", "data", "alert", "owner", "resolved_as", "timeline", "comments",
    "related_events",
)  # fmt: skip
PART: Final = st.lists(
    JSON | st.dictionaries(st.sampled_from(("type", "at", "user", "body", "details", "id", "time")), JSON)
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON | PART))
async def test_no_answer_ends_in_anything_but_an_alert_or_an_error_of_ours(value: dict[str, object]) -> None:
    body = exact_json({"data": {**value, "id": "alt_1"}}).replace("NaN", "1").replace("Infinity", "2")
    record = unwrapped(parse_json(body))
    alert = alert_of(record, raw_of(record), NOW_MS, in_full=True)
    assert alert.extras.encode() is not None
    for parts in (events_of(record), comments_of(record), history_of(record, NOW_MS)):
        assert str(parts).encode("utf-8", "surrogatepass")
    _, backend = scripted(dataclasses.replace(told(None), body=body.encode()))
    try:
        await backend.alert(ONE)
    except AlertTuiError:
        assert record.get("id") != "alt_1"
