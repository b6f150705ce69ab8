"""What is answered: the documented fields only, in the documented words, whatever the store holds."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

import pytest

pytest.importorskip("starlette")

from alerttui.backends.store import NewAlert
from alerttui.demo.generator import generate
from alerttui.domain.alert import Actor, Delivery, Detection, SystemFault
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity
from alerttui.server.answers import moment
from tests.alerts import NOW_MS, an_alert, with_alert
from tests.server.serving import serving

TEXTS: Final = ("id", "type", "title", "createdAt", "firstEventOccurredAt", "lastReceivedEventAt", "runbook")
STATUSES: Final = ("OPEN", "TRIAGED", "RESOLVED", "CLOSED")
WORDS: Final = {
    "severity": ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"),
    "status": STATUSES,
    "quality": ("NOISE", "USEFUL"),
}
OBJECTS: Final = {
    "assignee": {"id", "type"},
    "updatedBy": {"id", "type"},
    "detection": {"id", "type"},
    "systemError": {"type", "sourceId", "sourceType", "detection"},
}
DELIVERY: Final = {"dispatchedAt", "label", "message", "outputId", "statusCode", "success"}


def check_documented(alert: dict[str, Any]) -> None:
    """Fail unless the answer has what the document describes, and nothing else."""
    rest = dict(alert)
    for name in ("id", "type", "status"):
        assert name in rest
    for name in TEXTS:
        assert isinstance(rest.pop(name, ""), str), name
    for name, words in WORDS.items():
        assert rest.pop(name, words[0]) in words
    for name, keys in OBJECTS.items():
        value = rest.pop(name, {})
        assert isinstance(value, dict)
        assert set(value) <= keys, (name, value)
    tags = rest.pop("contextTags", [])
    assert len(tags) <= 10
    assert isinstance(rest.pop("eventCount", 0), int)
    for delivery in rest.pop("deliveries", []):
        assert set(delivery) == DELIVERY
    rest.pop("context", None)
    assert rest == {}


async def test_made_up_alerts_are_answered_as_documented() -> None:
    async with serving(generate(150, 7, NOW_MS)) as api:
        found = []
        for kind in ("ALERT", "DETECTION_ERROR", "SYSTEM_ERROR"):
            found += await api.every(f"/alerts?type={kind}")
        assert len(found) == 150
        for each in found:
            check_documented(each)
            assert (await api.get(f"/alerts/{each['id']}")).json() == each


def a_full_alert() -> NewAlert:
    """An alert in which every documented field is set."""
    return with_alert(
        an_alert(
            "full", "A title", status="TRIAGED", quality=Quality.USEFUL, tags=["x"], assignee=Actor("ana"),
            context='{"b": 1.50, "a": [null, 12345678901234567890]}', events=['{"e": 1e400}'],
        ),
        type="ALERT", sub_type="RULE", runbook="Look.", first_event_ms=NOW_MS - 5, last_event_ms=NOW_MS,
        event_count=3, detection=Detection(id="R", kind="RULE", name="Rule", severity="HIGH"),
        updated_by=Actor("bob", "user", "Bob"),
        deliveries=(
            Delivery(
                dispatched_ms=NOW_MS, label="#soc", message="sent", output_id="o", status_code=200,
                success=True,
            ),
        ),
        system_error=SystemFault(kind="SOURCE_NO_DATA", source_id="s", source_kind="S3",
                                 detection=Detection(id="R", kind="odd")),
    )  # fmt: skip


async def test_every_documented_field_is_answered() -> None:
    async with serving([a_full_alert()]) as api:
        answer = await api.get("/alerts/full")
        assert answer.headers["content-type"] == "application/json"
        check_documented(answer.json())
        assert answer.json() == {
            "id": "full",
            "type": "RULE",
            "status": "TRIAGED",
            "title": "A title",
            "severity": "MEDIUM",
            "createdAt": "2026-11-20T09:51:02Z",
            "quality": "USEFUL",
            "contextTags": ["x"],
            "assignee": {"id": "ana", "type": "user"},
            "updatedBy": {"id": "bob", "type": "user"},
            "firstEventOccurredAt": "2026-11-20T10:51:01.995Z",
            "lastReceivedEventAt": "2026-11-20T10:51:02Z",
            "eventCount": 3,
            "detection": {"id": "R", "type": "RULE"},
            "runbook": "Look.",
            "deliveries": [
                {
                    "dispatchedAt": "2026-11-20T10:51:02Z",
                    "label": "#soc",
                    "message": "sent",
                    "outputId": "o",
                    "statusCode": 200,
                    "success": True,
                }
            ],
            "systemError": {
                "type": "SOURCE_NO_DATA",
                "sourceId": "s",
                "sourceType": "S3",
                "detection": {"id": "R"},
            },
            "context": {"a": [None, 12345678901234567890], "b": 1.5},
        }
        assert '"context":{"b":1.50,"a":[null,12345678901234567890]}' in answer.text
        assert (await api.get("/alerts/full/events")).text == '{"results":[{"e":1e400}]}'


async def test_a_bare_alert_has_only_what_is_set() -> None:
    bare = with_alert(
        an_alert("bare", severity=Severity.UNKNOWN), title="", detection=Detection(), event_count=None
    )
    async with serving([bare]) as api:
        assert (await api.get("/alerts/bare")).json() == {
            "id": "bare",
            "type": "ALERT",
            "status": "OPEN",
            "createdAt": "2026-11-20T09:51:02Z",
        }


@pytest.mark.parametrize(
    ("values", "field", "shown"),
    [
        ({"status": "new", "phase": Phase.UNKNOWN}, "status", "OPEN"),
        ({"status": "open"}, "status", "OPEN"),
        ({"status": "x", "phase": Phase.ACTIVE}, "status", "TRIAGED"),
        ({"status": "false_positive", "phase": Phase.CLOSED}, "status", "RESOLVED"),
        ({"status": "OPEN\x00"}, "status", "OPEN"),
        ({"severity": Severity.HIGH, "severity_word": "sev1"}, "severity", "HIGH"),
        ({"severity": Severity.UNKNOWN, "severity_word": "weird"}, "severity", None),
        ({"tags": ("ok", "Not ok", "x" * 31, "")}, "contextTags", ["ok"]),
        ({"tags": tuple(f"t{number}" for number in range(14))}, "contextTags", [f"t{n}" for n in range(10)]),
        ({"type": "signature", "sub_type": "allowed"}, "type", "signature"),
        ({"type": "", "sub_type": "policy"}, "type", "POLICY"),
        ({"event_count": 10**30}, "eventCount", None),
        ({"created_ms": 10**30}, "createdAt", None),
        ({"created_ms": -1}, "createdAt", "1969-12-31T23:59:59.999Z"),
        ({"detection": Detection(kind="odd")}, "detection", None),
        ({"assignee": Actor("x", "")}, "assignee", {"id": "x", "type": "user"}),
        ({"context": "null"}, "context", None),
        ({"context": "{"}, "context", "{"),
        ({"context": "[" * 5000}, "context", "[" * 5000),
        ({"context": "9" * 5000}, "context", "9" * 5000),
        ({"context": '{"a": 1, "a": 2}'}, "context", '{"a": 1, "a": 2}'),
        ({"context": "[NaN]"}, "context", "[NaN]"),
        ({"context": '"\\ud800"'}, "context", "\ud800"),
        ({"title": "\ud800 \x00 \u202e \x1b[31m"}, "title", "\ud800 \x00 \u202e \x1b[31m"),
    ],
    ids=lambda value: str(value)[:40].encode("unicode_escape").decode(),
)
async def test_what_the_document_has_no_word_for_is_told_by_the_nearest_or_left_out(
    values: dict[str, object], field: str, shown: object
) -> None:
    async with serving([with_alert(an_alert("odd"), **values)]) as api:
        answer = await api.get("/alerts/odd")
        assert answer.status_code == 200
        body = json.loads(answer.content.decode("utf-8"))
        check_documented(body)
        assert body.get(field) == shown
        assert (
            await api.get("/alerts?created-after=2020-01&created-before=9999-12-31T23:59:59Z")
        ).status_code == 200


async def test_a_delivery_of_which_little_is_known_has_all_that_is_required() -> None:
    delivery = Delivery(
        dispatched_ms=None, label="", message="", output_id="", status_code=None, success=False
    )
    async with serving([with_alert(an_alert("d"), deliveries=(delivery,))]) as api:
        (told,) = (await api.get("/alerts/d")).json()["deliveries"]
        assert told == {
            "dispatchedAt": "", "label": "", "message": "", "outputId": "", "statusCode": 0, "success": False,
        }  # fmt: skip


HOSTILE_EVENTS: Final = (
    '{"a": 1}', "plain text", "", "[" * 3000, '{"k": "\\u0000\\ud800"}', "7" * 6000, '"\u2028\u202e"', "null",
    "\ud800", "1.10",
)  # fmt: skip


async def test_events_are_the_very_records_or_their_text() -> None:
    async with serving([an_alert("e", events=HOSTILE_EVENTS)]) as api:
        answer = await api.get("/alerts/e/events")
        found = json.loads(answer.content.decode("utf-8"))["results"]
        assert found == [
            {"a": 1}, "plain text", "", "[" * 3000, {"k": "\x00\ud800"}, "7" * 6000, "\u2028\u202e", None,
            "\ud800", 1.1,
        ]  # fmt: skip
        assert "\u202e" not in answer.text


async def test_events_come_in_pages() -> None:
    events = [json.dumps({"n": number}) for number in range(130)]
    async with serving([an_alert("e", events=events), an_alert("f", events=events)]) as api:
        assert [each["n"] for each in await api.results("/alerts/e/events")] == list(range(25))
        assert [each["n"] for each in await api.every("/alerts/e/events", 50)] == list(range(130))
        cursor = (await api.get("/alerts/e/events?limit=50")).json()["next"]
        api.store.add([replace(an_alert("e", events=[*events, '{"n": 130}']))])
        rest = (await api.get(f"/alerts/e/events?limit=50&cursor={cursor}")).json()["results"]
        assert [each["n"] for each in rest] == list(range(50, 100))
        for wrong in ("limit=51", "limit=0", "cursor=25", f"cursor={cursor}x", "page=2"):
            assert (await api.get(f"/alerts/e/events?{wrong}")).status_code == 400
        assert (await api.get(f"/alerts/f/events?cursor={cursor}")).status_code == 400


async def test_hostile_alerts_are_answered() -> None:
    from alerttui.demo.hostile import SCENARIOS

    assert SCENARIOS
    hostile = [an_alert(AlertId(f"h\x1b{n}\u202e"), "\x1b]0;x\x07[@click=x]\u200b") for n in range(5)]
    async with serving(hostile) as api:
        answer = await api.get("/alerts")
        assert answer.status_code == 200
        assert {each["title"] for each in answer.json()["results"]} == {"\x1b]0;x\x07[@click=x]\u200b"}
        assert not {"\x1b", "\u202e", "\u200b"} & set(answer.text)


def test_times_are_told_in_four_digits_of_a_year() -> None:
    assert moment(-62_135_596_800_000) == "0001-01-01T00:00:00Z"
    assert moment(253_402_300_799_999) == "9999-12-31T23:59:59.999Z"
    assert moment(253_402_300_800_000) is None
    assert moment(-62_135_596_800_001) is None
