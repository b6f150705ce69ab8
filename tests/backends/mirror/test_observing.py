"""What the server told is taken over, unless it is older than what is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alerttui.backends.mirror import LAG_MS, Observed, ObserveReport, Part
from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from alerttui.domain.alert import Delivery, Detection, Indicator, Risk
from alerttui.domain.change import OutcomeState
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.pending import EditKey
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity
from tests.backends.mirror.telling import (
    ANA,
    BOB,
    change,
    ends,
    events,
    found,
    outcome,
    row_of_a_list,
    server,
    shown,
    status,
    tell,
    told,
    version,
)

A_1 = AlertId("a-1")


def test_new_alerts_are_added_under_the_server_s_id(mirror: SqliteMirrorStore) -> None:
    report = mirror.observe([told(row_of_a_list(f"a-{number}")) for number in range(450)])
    assert report == ObserveReport(added=450)
    assert mirror.alert(AlertId("a-449")).title == "Alert a-449"
    assert mirror.identity(A_1) == ("panther", "a-1")
    copy = mirror.server_copies([A_1, AlertId("nope")])
    assert list(copy) == [A_1]
    assert (copy[A_1].as_of_ms, copy[A_1].created_ms) == (1_000, mirror.alert(A_1).created_ms)


def test_an_alert_that_comes_twice_at_once_is_one(mirror: SqliteMirrorStore) -> None:
    seen = [told(row_of_a_list(), 1_000), told(row_of_a_list(status="TRIAGED"), 1_000)]
    assert mirror.observe(seen) == ObserveReport(added=1, changed=1)
    assert mirror.alert(A_1).status == "TRIAGED"


def test_what_brings_nothing_new_touches_only_the_copy(mirror: SqliteMirrorStore) -> None:
    tell(mirror, requested_ms=1_000)
    before = version(mirror)
    assert tell(mirror, requested_ms=2_000) == ObserveReport(same=1)
    assert tell(mirror, requested_ms=3_000, in_full=True) == ObserveReport(same=1)
    assert tell(mirror, requested_ms=4_000) == ObserveReport(same=1)
    assert version(mirror) == before
    assert mirror.server_copies([A_1])[A_1].as_of_ms == 4_000


def test_news_make_the_row_a_new_version(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    before = version(mirror)
    assert tell(mirror, requested_ms=2_000, title="Another", event_count=7) == ObserveReport(changed=1)
    assert version(mirror) == before + 1
    assert (mirror.alert(A_1).title, mirror.alert(A_1).event_count) == ("Another", 7)
    assert found(mirror, "another") == 1
    assert found(mirror, "title:a-1") == 0


def test_the_phase_is_the_system_s_for_its_words_and_the_alert_s_for_others(
    mirror: SqliteMirrorStore,
) -> None:
    tell(mirror, "a-1", status="TRIAGED", phase=Phase.UNKNOWN)
    tell(mirror, "a-2", status="Parked", phase=Phase.CLOSED)
    tell(mirror, "a-3", status="Odd", phase=Phase.UNKNOWN)
    phases = [mirror.alert(AlertId(f"a-{number}")).phase for number in (1, 2, 3)]
    assert phases == [Phase.ACTIVE, Phase.CLOSED, Phase.UNKNOWN]


FULL: dict[str, Any] = {
    "context": '{"user":"root"}',
    "runbook": "call",
    "description": "what it means",
    "deliveries": (
        Delivery(dispatched_ms=1, label="Slack", message="", output_id="o", status_code=200, success=True),
    ),
    "detection": Detection(id="AWS.Root", name="Root login", kind="RULE"),
    "log_types": ("AWS.CloudTrail",),
    "indicators": (Indicator(kind="ip", value="203.0.113.9"),),
    "reference": "https://wiki.example",
    "verdict": "benign",
    "risk": Risk(level="high", override="low"),
    "updated_by": BOB,
}


def test_a_row_of_a_list_erases_nothing_that_was_read_in_full(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    tell(mirror, requested_ms=2_000, in_full=True, **FULL)
    tell(mirror, requested_ms=3_000, status="TRIAGED", event_count=0)
    alert = mirror.alert(A_1)
    assert {name: getattr(alert, name) for name in FULL} == FULL
    assert (alert.status, alert.event_count) == ("TRIAGED", 0)
    assert found(mirror, "log-type:AWS.CloudTrail") == 1
    assert found(mirror, "203.0.113.9") == 1
    assert mirror.part(A_1, Part.FULL) is not None


def test_a_row_of_a_list_clears_what_lists_carry(mirror: SqliteMirrorStore) -> None:
    tell(
        mirror, in_full=True, quality=Quality.NOISE, tags=("scanner",), assignee=BOB,
        severity=Severity.HIGH, severity_word="HIGH",
    )  # fmt: skip
    assert found(mirror, "tag:scanner") == 1
    tell(mirror, requested_ms=2_000)
    alert = mirror.alert(A_1)
    assert (alert.quality, alert.tags, alert.assignee) == (None, (), None)
    assert (alert.severity, alert.severity_word) == (Severity.MEDIUM, "MEDIUM")
    assert found(mirror, "tag:scanner") == 0


def test_an_assignee_that_a_list_does_not_know_stays(mirror: SqliteMirrorStore) -> None:
    tell(mirror, in_full=True, assignee=BOB)
    tell(mirror, requested_ms=2_000, assignee_known=False)
    assert mirror.alert(A_1).assignee == BOB
    assert mirror.alert(A_1).assignee_known


def test_a_full_reading_replaces_everything(mirror: SqliteMirrorStore) -> None:
    tell(mirror, in_full=True, **FULL)
    tell(mirror, requested_ms=2_000, in_full=True)
    alert = mirror.alert(A_1)
    assert alert == replace(row_of_a_list(), observed=alert.observed)
    assert found(mirror, "log-type:AWS.CloudTrail") == 0
    assert found(mirror, "203.0.113.9") == 0


def test_what_a_full_reading_brings_late_fills_only_what_rows_left_out(mirror: SqliteMirrorStore) -> None:
    tell(mirror, requested_ms=2_000, status="TRIAGED", event_count=9)
    assert tell(mirror, requested_ms=1_500, in_full=True, **FULL).changed == 1
    alert = mirror.alert(A_1)
    assert (alert.status, alert.event_count, alert.context) == ("TRIAGED", 9, FULL["context"])
    assert mirror.server_copies([A_1])[A_1].as_of_ms == 2_000


def test_answers_that_overtook_each_other_leave_the_newer_one(mirror: SqliteMirrorStore) -> None:
    tell(mirror, requested_ms=2_000, status="TRIAGED")
    assert tell(mirror, requested_ms=1_900) == ObserveReport(late=1)
    assert mirror.alert(A_1).status == "TRIAGED"


def test_a_clock_that_was_put_back_does_not_freeze_the_mirror(mirror: SqliteMirrorStore) -> None:
    tell(mirror, requested_ms=5_000_000, status="TRIAGED")
    assert tell(mirror, requested_ms=1_000_000).changed == 1
    assert mirror.alert(A_1).status == "OPEN"


def test_the_raw_record_is_the_full_one_where_there_is_one(mirror: SqliteMirrorStore) -> None:
    mirror.observe([told(row_of_a_list(), raw=b"list")])
    mirror.observe([told(row_of_a_list(), 2_000, in_full=True, raw=b"full")])
    assert mirror.raw(A_1) == b"full"
    mirror.observe([told(row_of_a_list(event_count=3), 3_000, raw=b"list 2")])
    assert mirror.raw(A_1) == b"full"


def test_events_that_come_along_are_added_once(mirror: SqliteMirrorStore) -> None:
    mirror.observe([told(row_of_a_list(), events=events("one"))])
    for requested_ms in (2_000, 3_000):
        mirror.observe([told(row_of_a_list(), requested_ms, in_full=True, events=events("one", "two"))])
    assert [event.body for event in mirror.events(A_1).results] == ["one", "two"]
    assert found(mirror, "two") == 1


# -- the fence and the lag


def confirmed(mirror: SqliteMirrorStore, at_ms: int = 20_000) -> None:
    """An alert of which we changed the status from OPEN to TRIAGED."""
    tell(mirror)
    mirror.enqueue(change("c-1", status("TRIAGED")))
    ends(mirror, "c-1", OutcomeState.CONFIRMED, at_ms=at_ms)


def test_an_answer_to_a_request_from_before_our_write_changes_nothing(mirror: SqliteMirrorStore) -> None:
    confirmed(mirror)
    before = (version(mirror), mirror.server_copies([A_1]), mirror.history(A_1))
    report = tell(mirror, requested_ms=19_999, title="Other", status="RESOLVED", in_full=True)
    assert report == ObserveReport(late=1)
    assert (version(mirror), mirror.server_copies([A_1]), mirror.history(A_1)) == before


def test_the_value_from_before_our_write_is_lag_for_a_while(mirror: SqliteMirrorStore) -> None:
    confirmed(mirror)
    tell(mirror, requested_ms=20_000 + LAG_MS, title="Other")
    assert (mirror.alert(A_1).status, mirror.alert(A_1).title) == ("TRIAGED", "Other")
    assert server(mirror).status == Set("TRIAGED")
    tell(mirror, requested_ms=20_001 + LAG_MS, title="Other", updated_by=BOB)
    assert mirror.alert(A_1).status == "OPEN"
    assert mirror.history(A_1)[-1].by == BOB


def test_lag_is_told_by_field_and_another_value_is_news(mirror: SqliteMirrorStore) -> None:
    confirmed(mirror)
    tell(mirror, requested_ms=21_000, quality=Quality.USEFUL)
    assert shown(mirror).quality == Set(Quality.USEFUL)
    assert shown(mirror).status == Set("TRIAGED")
    tell(mirror, requested_ms=21_500, quality=Quality.USEFUL, status="RESOLVED", updated_by=BOB)
    assert shown(mirror).status == Set("RESOLVED")


def test_every_value_of_a_burst_of_our_writes_can_lag(mirror: SqliteMirrorStore) -> None:
    confirmed(mirror)
    mirror.enqueue(change("c-2", status("RESOLVED")))
    ends(mirror, "c-2", OutcomeState.CONFIRMED, at_ms=21_000)
    for word in ("OPEN", "TRIAGED"):
        tell(mirror, requested_ms=22_000, status=word)
        assert server(mirror).status == Set("RESOLVED")


def test_a_write_that_was_verified_can_lag_as_well(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    mirror.enqueue(change("c-1", status("TRIAGED")))
    ends(mirror, "c-1", OutcomeState.CONFIRMED, server=status("TRIAGED"))
    tell(mirror, requested_ms=21_000)
    assert server(mirror).status == Set("TRIAGED")


def test_lag_that_was_seen_once_is_looked_at_again(mirror: SqliteMirrorStore) -> None:
    """The same stale row, told again after the grace, is no longer lag."""
    confirmed(mirror)
    tell(mirror, requested_ms=21_000)
    tell(mirror, requested_ms=40_000)
    assert server(mirror).status == Set("OPEN")


def test_what_is_seen_while_we_send_is_the_server_s_and_ours_is_laid_over(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    mirror.enqueue(change("c-1", status("TRIAGED")))
    mirror.begin_sending([EditKey("c-1", 0)])
    tell(mirror, requested_ms=6_000, title="Other", status="RESOLVED", updated_by=BOB)
    assert server(mirror).status == Set("RESOLVED")
    assert (mirror.alert(A_1).status, mirror.alert(A_1).title) == ("TRIAGED", "Other")
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    assert server(mirror).status == Set("TRIAGED")


def test_our_own_value_seen_while_we_send_is_told_once_and_as_ours(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    mirror.enqueue(change("c-1", status("TRIAGED")))
    mirror.begin_sending([EditKey("c-1", 0)])
    tell(mirror, requested_ms=6_000, status="TRIAGED", updated_by=BOB)
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    lines = [(line.by.id, line.field, line.before, line.after) for line in mirror.history(A_1)]
    assert lines == [("ana", "status", "OPEN", "TRIAGED")]


# -- history and moments


def test_what_somebody_else_changed_has_its_line(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    tell(mirror, requested_ms=2_000, status="RESOLVED", tags=("x", "y"), updated_by=BOB)
    lines = [(line.at_ms, line.by, line.field, line.before, line.after) for line in mirror.history(A_1)]
    assert lines == [
        (2_000, BOB, "status", "OPEN", "RESOLVED"),
        (2_000, BOB, "tags", "", "x, y"),
    ]
    assert {line.through for line in mirror.history(A_1)} == {"panther"}
    tell(mirror, requested_ms=3_000, quality=Quality.NOISE, status="RESOLVED", tags=("x", "y"))
    assert mirror.history(A_1)[-1].by.kind == "unknown"


def test_moments_are_observed_where_the_server_does_not_tell_them(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    tell(mirror, requested_ms=2_000, status="RESOLVED", updated_by=BOB)
    alert = mirror.alert(A_1)
    assert (alert.acknowledged_ms, alert.closed_ms, alert.closed_by) == (2_000, 2_000, BOB)
    assert alert.observed == {"acknowledged_ms", "closed_ms"}
    tell(mirror, requested_ms=3_000, status="OPEN", updated_by=BOB)
    alert = mirror.alert(A_1)
    assert (alert.acknowledged_ms, alert.closed_ms) == (2_000, None)
    assert alert.observed == {"acknowledged_ms"}


def test_moments_that_the_server_tells_win(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    tell(mirror, requested_ms=2_000, status="RESOLVED")
    tell(mirror, requested_ms=3_000, status="RESOLVED", closed_ms=1_234, closed_by=ANA)
    alert = mirror.alert(A_1)
    assert (alert.closed_ms, alert.closed_by) == (1_234, ANA)
    assert alert.observed == {"acknowledged_ms"}
    tell(mirror, requested_ms=4_000, status="RESOLVED")
    assert mirror.alert(A_1).closed_ms == 1_234


def test_our_own_confirmed_change_moves_them(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    mirror.enqueue(change("c-1", status("RESOLVED")))
    assert mirror.alert(A_1).closed_ms == 5_000
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    alert = mirror.alert(A_1)
    assert (alert.closed_ms, alert.closed_by, alert.acknowledged_ms) == (5_000, ANA, 5_000)


def test_a_refused_change_leaves_no_moments(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    mirror.enqueue(change("c-1", status("RESOLVED")))
    ends(mirror, "c-1", OutcomeState.REFUSED)
    assert (mirror.alert(A_1).closed_ms, mirror.alert(A_1).acknowledged_ms) == (None, None)


def test_malice_is_shown_in_the_alert_s_risk(mirror: SqliteMirrorStore) -> None:
    tell(mirror, in_full=True, risk=Risk(level="high", score=70))
    mirror.enqueue(change("c-1", AlertPatch(malice=Set("low"), severity=Set("HIGH"))))
    alert = mirror.alert(A_1)
    assert alert.risk == Risk(level="high", score=70, override="low")
    assert (alert.severity, alert.severity_word) == (Severity.HIGH, "HIGH")
    ends(mirror, "c-1", OutcomeState.REFUSED)
    assert mirror.alert(A_1).risk == Risk(level="high", score=70)
    assert mirror.alert(A_1).severity is Severity.MEDIUM
    mirror.enqueue(change("c-2", AlertPatch(malice=Set("low"))))
    tell(mirror, requested_ms=30_000, in_full=True, risk=Risk(level="low"))
    assert mirror.alert(A_1).risk == Risk(level="low", override="low")
    assert server(mirror).malice is CLEAR


@pytest.mark.parametrize("in_full", [False, True])
def test_lone_surrogates_and_nuls_pass(mirror: SqliteMirrorStore, in_full: bool) -> None:
    seen: list[Observed] = [told(row_of_a_list("a\udc80\x00-1", title="t\udc80"), in_full=in_full)]
    assert mirror.observe(seen).added == 1
    again = [replace(seen[0], requested_ms=2_000)]
    assert mirror.observe(again).same == 1
    changed = [told(row_of_a_list("a\udc80\x00-1", title="u\udc80", tags=("\udc80",)), 3_000)]
    assert mirror.observe(changed).changed == 1
    assert outcome(OutcomeState.CONFIRMED).ok


@pytest.mark.parametrize("in_full", [False, True])
def test_an_assignee_and_a_verdict_that_an_answer_does_not_tell_stay(
    mirror: SqliteMirrorStore, in_full: bool
) -> None:
    tell(mirror, in_full=True, assignee=BOB, verdict="benign")
    tell(mirror, requested_ms=2_000, in_full=in_full, assignee_known=False, verdict_known=False)
    alert = mirror.alert(A_1)
    assert (alert.assignee, alert.verdict) == (BOB, "benign")
    assert alert.assignee_known
    assert alert.verdict_known
    assert len(mirror.history(A_1)) == 0


@pytest.mark.parametrize("in_full", [False, True])
def test_what_we_set_stays_though_no_answer_ever_tells_it(mirror: SqliteMirrorStore, in_full: bool) -> None:
    tell(mirror, in_full=True, assignee_known=False, verdict_known=False)
    patch = AlertPatch(assignee=Set("bob"), verdict=Set("benign"))
    mirror.enqueue(change("c-1", patch))
    ends(mirror, "c-1", OutcomeState.CONFIRMED, at_ms=6_000)
    tell(mirror, requested_ms=60_000, in_full=in_full, assignee_known=False, verdict_known=False)
    alert = mirror.alert(A_1)
    assert alert.assignee is not None
    assert (alert.assignee.id, alert.verdict) == ("bob", "benign")


@pytest.mark.parametrize("in_full", [False, True])
def test_a_verdict_that_is_not_told_goes_with_the_status_that_it_was_given_with(
    mirror: SqliteMirrorStore, in_full: bool
) -> None:
    tell(mirror, in_full=True, status="CLOSED", verdict="benign")
    tell(mirror, requested_ms=2_000, in_full=in_full, status="OPEN", verdict_known=False)
    alert = mirror.alert(A_1)
    assert (alert.status, alert.verdict, alert.verdict_known) == ("OPEN", "", False)


def test_an_answer_that_tells_assignee_and_verdict_is_believed(mirror: SqliteMirrorStore) -> None:
    tell(mirror, in_full=True, assignee=BOB, verdict="benign")
    tell(mirror, requested_ms=2_000, in_full=True)
    assert (mirror.alert(A_1).assignee, mirror.alert(A_1).verdict) == (None, "")
