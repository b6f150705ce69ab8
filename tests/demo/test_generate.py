"""The demo's alerts: the same every time, valid, believable, and hostile enough."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import subprocess
import sys
from collections import Counter
from functools import cache

import pytest

from alerttui.backends.store import NewAlert
from alerttui.demo import DEMO_ME, demo_people, generate
from alerttui.domain.alert import Alert
from alerttui.domain.document import from_document, to_document
from alerttui.domain.json_text import depth_of
from alerttui.domain.patch import checked_tags
from alerttui.domain.vocabulary import Phase, Severity, Verdict

NOW_MS = 1_795_000_000_000
WEEK_MS = 7 * 86_400_000 + 3_600_000

PINNED = "94307fb2669d930e1dffed0c934a9db240cdb861d37026f5d4d9d65ea566bc75"
"""Digest of 200 alerts; a change of the scenarios changes it, and every picture of the demo with it."""

PHASES = {"OPEN": Phase.OPEN, "TRIAGED": Phase.ACTIVE, "RESOLVED": Phase.CLOSED, "CLOSED": Phase.CLOSED}

DOCUMENTATION = [
    ipaddress.ip_network(each)
    for each in (
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
        "0.0.0.0/32",
    )
]  # fmt: skip

HOSTILE = re.compile(
    r"\x1b|\x9b|\[/|\[@|\[bold|[\u202a-\u202e\u2066-\u2069\u200b]|xn--|\n.*\n|<script|[\u4e00-\u9fff]"
    r"|[A-Za-z0-9+/]{120,}"
)


@cache
def demo(count: int = 200, seed: int = 1) -> tuple[NewAlert, ...]:
    return tuple(generate(count, seed, NOW_MS))


def digest(count: int = 200, seed: int = 1, now_ms: int = NOW_MS) -> str:
    sum_of_all = hashlib.sha256()
    for each in generate(count, seed, now_ms):
        sum_of_all.update(each.raw)
        for part in (each.alert, *each.events, *each.comments, *each.history):
            sum_of_all.update(json.dumps(to_document(part), ensure_ascii=True).encode())
    return sum_of_all.hexdigest()


def everything(new: NewAlert) -> str:
    parts = [new.raw.decode(), json.dumps(to_document(new.alert), ensure_ascii=False)]
    parts += [event.body for event in new.events]
    parts += [comment.body for comment in new.comments]
    parts += [entry.after + entry.why for entry in new.history]
    return "\n".join(parts)


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert digest() == digest()


def test_the_bytes_are_those_that_the_pictures_were_made_of() -> None:
    assert digest() == PINNED


def test_another_process_with_another_hash_seed_gives_the_same_bytes() -> None:
    program = (
        "import hashlib; from alerttui.demo import generate; s = hashlib.sha256()\n"
        f"for each in generate(60, 7, {NOW_MS}): s.update(repr(each).encode())\n"
        "print(s.hexdigest())"
    )
    environment = {"PYTHONHASHSEED": "4242", "PYTHONPATH": "src", "PYTHONUTF8": "1"}
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    here = hashlib.sha256()
    for each in demo(60, 7):
        here.update(repr(each).encode())
    assert told.stdout.strip() == here.hexdigest()


@pytest.mark.parametrize(
    ("seed", "now_ms", "count"), [(2, NOW_MS, 200), (1, NOW_MS + 1, 200), (1, NOW_MS, 201)]
)
def test_another_seed_time_or_count_gives_other_alerts(seed: int, now_ms: int, count: int) -> None:
    assert digest(count, seed, now_ms) != digest()


@pytest.mark.parametrize("count", [0, 1, 3, 41])
def test_as_many_alerts_come_as_were_asked_for(count: int) -> None:
    assert len(demo(count)) == count


def test_ids_are_unique_and_look_like_panthers() -> None:
    ids = [new.alert.id for new in demo(6_000)]
    assert len(set(ids)) == 6_000
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)


def test_an_alert_survives_being_written_as_a_document() -> None:
    for new in demo():
        assert from_document(Alert, to_document(new.alert)) == new.alert


def test_status_phase_and_times_agree() -> None:
    for alert in (new.alert for new in demo()):
        assert alert.phase is PHASES[alert.status]
        assert (alert.closed_ms is None) == (alert.phase is not Phase.CLOSED)
        assert (alert.acknowledged_ms is None) == (alert.phase is Phase.OPEN)
        assert (alert.assignee is None) == (alert.phase is Phase.OPEN)
        moments = [
            alert.first_event_ms,
            alert.last_event_ms,
            alert.created_ms,
            alert.acknowledged_ms,
            alert.closed_ms,
        ]
        known = [each for each in moments if each is not None]
        assert known == sorted(known)
        assert alert.verdict in ("", *(each.value for each in Verdict))
        if alert.verdict or alert.quality:
            assert alert.phase is Phase.CLOSED


def test_no_time_is_later_than_now() -> None:
    for new in demo():
        alert = new.alert
        times = [alert.created_ms, alert.updated_ms, alert.closed_ms, alert.enriched_ms]
        times += [event.occurred_ms for event in new.events]
        times += [comment.created_ms for comment in new.comments]
        times += [entry.at_ms for entry in new.history]
        times += [delivery.dispatched_ms for delivery in alert.deliveries]
        assert all(NOW_MS - WEEK_MS <= each <= NOW_MS for each in times if each is not None)


def test_tags_obey_the_rules_and_some_are_used_often() -> None:
    used = Counter(tag for new in demo() for tag in checked_tags(new.alert.tags))
    assert len(used) >= 5
    assert {"scanner", "needs-tuning"} <= set(used)


def test_history_tells_how_the_alert_came_to_be_what_it_is() -> None:
    for new in demo():
        alert, now = new.alert, {"status": "OPEN", "assignee": "", "tags": "", "verdict": "", "quality": ""}
        assert [entry.at_ms for entry in new.history] == sorted(entry.at_ms for entry in new.history)
        for entry in new.history:
            if entry.field != "comment":
                assert entry.before == now[entry.field]
                now[entry.field] = entry.after
        assert now == {
            "status": alert.status,
            "assignee": alert.assignee.id if alert.assignee else "",
            "tags": ", ".join(alert.tags),
            "verdict": alert.verdict,
            "quality": alert.quality.value if alert.quality else "",
        }
        assert [entry.after for entry in new.history if entry.field == "comment"] == [
            comment.body for comment in new.comments
        ]


def test_an_open_alert_has_no_comments_and_no_alert_has_more_than_four() -> None:
    assert all(not new.comments for new in demo() if new.alert.phase is Phase.OPEN)
    assert max(len(new.comments) for new in demo()) in (2, 3, 4)


def test_statuses_are_spread_as_in_a_working_queue() -> None:
    share = Counter(new.alert.status for new in demo(4_000))
    assert 0.48 < share["OPEN"] / 4_000 < 0.62
    assert 0.10 < share["TRIAGED"] / 4_000 < 0.20
    assert 0.15 < share["RESOLVED"] / 4_000 < 0.26
    assert 0.06 < share["CLOSED"] / 4_000 < 0.14


def test_recent_days_have_more_alerts_and_the_newest_is_minutes_old() -> None:
    ages_ms = [NOW_MS - new.alert.created_ms for new in demo()]
    assert 60_000 < min(ages_ms) < 10 * 60_000
    days = Counter(age // 86_400_000 for age in ages_ms)
    assert days[0] > days[2] > days[6]


def test_every_kind_of_rule_fires_in_a_demo_of_200() -> None:
    alerts = [new.alert for new in demo()]
    assert len({alert.detection.id for alert in alerts if alert.type == "ALERT"}) >= 30
    assert {alert.type for alert in alerts} == {"ALERT", "SYSTEM_ERROR", "DETECTION_ERROR"}
    assert {alert.sub_type for alert in alerts} >= {"RULE", "SCHEDULED_RULE", "CORRELATION_RULE", "POLICY"}
    assert {alert.severity for alert in alerts} == set(Severity)
    assert all(alert.system_error for alert in alerts if alert.type == "SYSTEM_ERROR")
    assert any(not delivery.success for alert in alerts for delivery in alert.deliveries)


def test_the_scanner_fires_in_clusters() -> None:
    noisy = [new.alert for new in demo() if "198.51.100.7" in new.alert.title]
    assert len(noisy) >= 12
    assert {alert.detection.id for alert in noisy} == {"Network.PortScan.External", "Linux.SSH.BruteForce"}


def test_event_counts_are_true_and_every_event_is_json_that_names_its_alert() -> None:
    for new in demo():
        assert new.alert.event_count == len(new.events) <= 12
        for position, event in enumerate(new.events):
            body = json.loads(event.body)
            assert event.sequence == position
            assert body["p_alert_id"] == new.alert.id
            assert body["p_log_type"] in new.alert.log_types
            assert body["p_event_time"]
    rows = [json.loads(event.body)["p_row_id"] for new in demo() for event in new.events]
    assert len(set(rows)) == len(rows)


def test_nothing_is_left_unfilled() -> None:
    for new in demo():
        text = everything(new)
        left = re.findall(r"[\x01-\x05]|\$=?[a-z_]{2,}\b", text)
        assert set(left) <= {"$error"}, new.alert.title


def test_the_raw_record_is_one_line_and_says_the_same() -> None:
    for new in demo():
        alert, record = new.alert, json.loads(new.raw)
        assert b"\n" not in new.raw
        assert record["id"] == alert.id == new.native_id
        assert record["title"] == alert.title
        assert record["status"] == alert.status
        assert record.get("severity", "") == alert.severity_word
        assert record["context"] == json.loads(alert.context)
        assert record["runbook"] == alert.runbook
        assert tuple(record.get("contextTags", ())) == alert.tags
        assert record.get("assignee", {}).get("id") == (alert.assignee.id if alert.assignee else None)
        assert len(record["deliveries"]) == len(alert.deliveries)
        assert record.get("detection", {}).get("id", "") == alert.detection.id


def test_no_address_lies_outside_the_ranges_for_documentation() -> None:
    text = "\n".join(everything(new) for new in demo(6_000, 3))
    for address in set(re.findall(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])", text)):
        assert any(ipaddress.ip_address(address) in network for network in DOCUMENTATION), address
    for address in set(re.findall(r"\b[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f:]*::[0-9a-f]+", text)):
        assert address.startswith("2001:db8:"), address


def test_no_link_and_no_mailbox_leads_to_a_real_place() -> None:
    text = "\n".join(everything(new) for new in demo(2_000, 3))
    places = set(re.findall(r"https?://([a-z0-9.-]+)", text)) | set(
        re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text)
    )
    assert places
    assert all(place.rstrip(".").endswith((".example", ".test")) for place in places), places


def test_a_demo_of_200_has_hostile_text_of_every_kind() -> None:
    hostile = [new for new in demo() if HOSTILE.search(new.alert.title)]
    assert 8 <= len(hostile) <= 16
    titles = "\n".join(new.alert.title for new in hostile)
    for sign in (
        "[bold red]",
        "[@click=app.quit]",
        "\x1b]52;c;",
        "\x1b[2J",
        "\u202efdp.exe",
        "xn--",
        "\u8d22",
    ):
        assert sign in titles
    text = "\n".join(everything(new) for new in demo())
    assert "9007199254740993" in text
    assert "](http://evil.example)" in text
    assert max(depth_of(new.alert.context) for new in demo()) == 30
    assert any(len(word) >= 2_000 for word in re.findall(r"[A-Za-z0-9+/=]+", text))


def test_many_alerts_keep_few_events_and_still_differ() -> None:
    many = demo(6_000)
    assert max(len(new.events) for new in many) == 2
    assert max(new.alert.event_count or 0 for new in many) == 12
    assert len({new.alert.title for new in many}) > 1_000


def test_everybody_who_decides_is_a_known_colleague() -> None:
    people = {person.id: person for person in demo_people()}
    assert people[DEMO_ME.id].name == DEMO_ME.name
    assert all(person.email.endswith("@acme.example") for person in people.values())
    owners = {new.alert.assignee.id for new in demo() if new.alert.assignee}
    assert DEMO_ME.id in owners
    assert len(owners) >= 4
    assert all(people[owner].enabled for owner in owners)
