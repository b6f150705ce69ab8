"""Every format that comes along, on small invented files."""

from __future__ import annotations

import json

import pytest

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Indicator
from alerttui.domain.moments import format_moment
from alerttui.domain.vocabulary import Phase
from alerttui.ingest.formats_known import known_formats

from .collecting_store import FIXTURES, NOW_MS, imported

GOLDEN = [
    ("suricata.ndjson", 0, None, "ACME SCAN door [en] knocking", "MEDIUM/", "OPEN",
     "2026-11-20T15:01:38.221Z",
     "1:9000001:3", ("T1046",)),
    ("suricata.ndjson", 2, None, "ACME odd severity", "UNKNOWN/9", "OPEN", "2026-11-20T15:02:00Z",
     "9000002", ()),
    ("sigma.ndjson", 0, None, "Odd child of a shell", "MEDIUM/medium", "OPEN", "2026-11-20T10:00:00.500Z",
     "11111111-2222-4333-8444-555555555555", ("T1059.001",)),
    ("hayabusa.jsonl", 0, None, "Door opened", "CRITICAL/crit", "OPEN", "2026-11-20T08:15:00.759Z",
     "22222222-2222-4333-8444-555555555555", ("T1482", "T1087.001")),
    ("guardduty.json", 0, "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", "A door was probed.", "HIGH/", "CLOSED",
     "2026-11-20T07:00:00Z", "Recon:EC2/Door", ()),
    ("guardduty.json", 1, "1f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", "Another", "UNKNOWN/0.5", "OPEN",
     "2026-11-20T07:00:00Z", "Recon:EC2/Door", ()),
    ("ocsf.json", 0, "f-1", "A door is open", "CRITICAL/Fatal", "TRIAGED", "2026-11-18T11:06:40Z",
     "door_open", ()),
    ("ocsf.json", 1, None, "A door is ajar", "UNKNOWN/Unknown", "99", "2026-11-18T11:06:40Z", "", ()),
    ("falco.ndjson", 0, None, "Door opened", "LOW/Notice", "OPEN", "2026-11-20T12:00:00.881Z", "Door opened",
     ("T1200",)),
    ("wazuh.ndjson", 0, "abc-1", "Door checksum changed", "HIGH/", "OPEN", "2026-11-20T17:00:01Z", "550",
     ("T1565.001",)),
    ("elastic.json", 0, "uuid-1", "Door malware", "CRITICAL/critical", "TRIAGED",
     "2026-11-20T16:42:18Z", "r-1", ()),
    ("elastic.json", 1, "hit-2", "Door malware", "UNKNOWN/odd", "CLOSED", "2026-11-20T16:43:18Z", "r-1", ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "index", "alert_id", "title", "severity", "status", "created", "rule", "techniques"),
    GOLDEN,
)
def test_a_record_says_the_same_in_alerttui_as_at_home(
    file: str,
    index: int,
    alert_id: str | None,
    title: str,
    severity: str,
    status: str,
    created: str,
    rule: str,
    techniques: tuple[str, ...],
) -> None:
    alert = nth(file, index).alert
    source = file.split(".", 1)[0]
    assert alert.id == alert_id or (alert_id is None and alert.id.startswith(f"{source}-"))
    assert alert.title == title
    assert f"{alert.severity.name}/{alert.severity_word}" == severity
    assert alert.status == status
    assert format_moment(alert.created_ms) == created
    assert alert.detection.id == rule
    assert alert.detection.mitre_techniques == techniques
    assert alert.source == source
    assert not alert.observed


def nth(file: str, index: int) -> NewAlert:
    return imported(FIXTURES / file)[0][index]


def test_an_unknown_status_belongs_to_no_phase() -> None:
    assert nth("ocsf.json", 1).alert.phase is Phase.UNKNOWN
    assert nth("elastic.json", 0).alert.phase is Phase.ACTIVE


def test_the_event_is_the_exact_text_of_the_record() -> None:
    new = nth("falco.ndjson", 0)
    assert new.events[0].body.encode() == new.raw == (FIXTURES / "falco.ndjson").read_bytes().rstrip(b"\n")


def test_integers_past_what_a_float_holds_keep_their_digits() -> None:
    assert "1795176000881781397" in nth("falco.ndjson", 0).events[0].body


def test_parts_of_a_record_become_events_of_their_own() -> None:
    events = nth("ocsf.json", 0).events
    assert [json.loads(event.body) for event in events] == [{"door": 1}, {"door": 2}]
    assert nth("ocsf.json", 0).alert.event_count == 2


def test_a_counter_without_events_stays_a_counter() -> None:
    new = nth("guardduty.json", 0)
    assert (new.alert.event_count, list(new.events)) == (12, [])


def test_what_no_part_of_the_alert_is_read_from_is_kept_in_its_extras() -> None:
    extras = json.loads(nth("guardduty.json", 0).alert.extras)
    assert extras["Service"]["ServiceName"] == "guardduty"
    assert "Action" in extras["Service"]
    assert "Title" not in extras
    assert nth("guardduty.json", 0).alert.detection.severity == "8.5"


def test_ready_made_observables_become_indicators_of_a_known_kind() -> None:
    found = [(each.kind, each.value) for each in nth("ocsf.json", 0).alert.indicators]
    assert found == [("ip", "203.0.113.5"), ("Door", "north")]


def test_indicators_are_found_under_nested_and_flattened_keys_alike() -> None:
    indicators = nth("elastic.json", 0).alert.indicators
    assert Indicator(kind="ip", value="203.0.113.1") in indicators
    assert Indicator(kind="ip", value="192.0.2.2") in indicators


def test_hashes_are_taken_out_of_a_text_that_holds_several() -> None:
    hashes = [each.value for each in nth("sigma.ndjson", 0).alert.indicators if each.kind == "hash"]
    assert hashes == ["00112233445566778899AABBCCDDEEFF", "00112233445566778899AABBCCDDEEFE"]


def test_a_dash_or_a_placeholder_is_no_identity() -> None:
    alerts, report = imported(FIXTURES / "hayabusa.jsonl")
    assert report.added == 3
    assert [new.native_id.startswith("sha256:") for new in alerts] == [False, True, True]
    assert nth("ocsf.json", 1).native_id.startswith("sha256:")


def test_flow_records_are_passed_over_and_counted_and_equal_alerts_are_all_kept() -> None:
    alerts, report = imported(FIXTURES / "suricata.ndjson")
    assert (report.read, report.added, report.skipped, report.rejected) == (4, 3, 1, 0)
    assert alerts[0].raw == alerts[1].raw
    assert alerts[1].alert.id == alerts[0].alert.id + "-2"


def test_every_format_has_a_name_of_its_own() -> None:
    names = [each.name for each in known_formats()]
    assert len(set(names)) == len(names) == 11


def test_panther_alerts_are_read_however_odd_they_are() -> None:
    alerts, report = imported(FIXTURES / "panther.json")
    assert report.format == "panther"
    first, second = alerts
    assert first.alert.assignee is not None
    assert (first.alert.assignee.id, first.alert.assignee.kind) == ("u-42", "user")
    assert first.alert.updated_by is not None
    assert first.alert.updated_by.id == "u-7"
    assert first.alert.tags == ("vip", "night-shift")
    assert first.alert.context == '{"ratio":0.10,"account":123456789012345678901234567890}'
    assert json.loads(first.alert.extras) == {"acmeNote": {"keep": 1.0}}
    assert [event.body for event in first.events] == [
        '{"p_event_time":"2026-11-20 08:14:00.000","n":1.50}',
        '{"n":2}',
    ]
    assert first.alert.deliveries[0].success
    assert [(each.id, each.body) for each in first.comments] == [("c1", "seen")]
    assert first.alert.phase is Phase.ACTIVE

    assert (second.alert.status, second.alert.phase) == ("ESCALATED", Phase.UNKNOWN)
    assert second.alert.assignee is None
    assert second.alert.created_ms == NOW_MS
    assert second.alert.observed == {"created_ms"}
    assert json.loads(second.alert.extras) == {"createdAt": "yesterday", "quality": "GREAT"}
    assert second.alert.system_error is not None
    assert second.alert.system_error.kind == "SOURCE_NO_DATA"
