"""The alerts that the commands are tried on: an ordinary one, a full one and a hostile one."""

from __future__ import annotations

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Actor, Alert, Comment, Delivery, Detection, Event, Indicator
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity

NOW_MS = 1_795_000_000_000
"""2026-11-18T11:06:40Z."""

HOUR_MS = 3_600_000

HOSTILE = "a\x1b]0;owned\x07b\u202ec\x9bd\r\n=1+1 `x` <b> [y](http://e.example)"


def plain() -> NewAlert:
    """An open alert with nothing special, two events, and a record that is no UTF-8."""
    alert = Alert(
        id=AlertId("a-1"),
        title="Many failed logins",
        status="OPEN",
        phase=Phase.OPEN,
        severity=Severity.HIGH,
        severity_word="HIGH",
        created_ms=NOW_MS - 2 * HOUR_MS,
        event_count=2,
        detection=Detection(id="Auth.Failed", kind="RULE"),
        type="ALERT",
        source="panther",
        context='{"user":"mara","score":1.10,"tries":[3,{}]}',
    )
    events = (
        Event(sequence=0, body='{"ip":"10.0.0.1","took":0.50}', occurred_ms=NOW_MS - 3 * HOUR_MS),
        Event(sequence=1, body="not json"),
    )
    return NewAlert(alert=alert, source="panther", native_id="a-1", raw=b'{"a":\xff}', events=events)


def full() -> NewAlert:
    """A closed alert with every usual fact."""
    alert = Alert(
        id=AlertId("a-2"),
        title="Port scan",
        status="RESOLVED",
        phase=Phase.CLOSED,
        severity=Severity.LOW,
        severity_word="LOW",
        quality=Quality.NOISE,
        tags=("scanner", "wiki"),
        assignee=Actor(id="u-7", name="Mara"),
        created_ms=NOW_MS - 26 * HOUR_MS,
        first_event_ms=NOW_MS - 27 * HOUR_MS,
        last_event_ms=NOW_MS - 25 * HOUR_MS,
        acknowledged_ms=NOW_MS - 24 * HOUR_MS,
        closed_ms=NOW_MS - 20 * HOUR_MS,
        event_count=120,
        detection=Detection(id="Net.Scan", kind="RULE", name="Network scan", mitre_techniques=("T1046",)),
        type="ALERT",
        source="panther",
        log_types=("Zeek.Conn",),
        description="Somebody looks around.",
        runbook="1. Ask the scanner's owner.",
        indicators=(Indicator(kind="ip", value="10.0.0.9"),),
        deliveries=(
            Delivery(
                dispatched_ms=NOW_MS,
                label="#soc",
                message="sent",
                output_id="o",
                status_code=200,
                success=True,
            ),
        ),
    )
    comments = (
        Comment(id="c-1", author=Actor(id="u-7", name="Mara"), body="our own\nscanner", created_ms=NOW_MS),
    )
    return NewAlert(alert=alert, source="panther", native_id="a-2", raw=b'{"b":1}', comments=comments)


def hostile() -> NewAlert:
    """An alert whose every text is written by an attacker."""
    alert = Alert(
        id=AlertId("a-3"),
        title=HOSTILE,
        status="TRIAGED",
        phase=Phase.ACTIVE,
        severity=Severity.CRITICAL,
        severity_word="CRITICAL",
        created_ms=NOW_MS - 60_000,
        detection=Detection(id=HOSTILE),
        type="ALERT",
        source="panther",
        description="=cmd()\n```\n" + HOSTILE,
        runbook=HOSTILE,
        context=HOSTILE,
    )
    comments = (Comment(id="c-2", author=Actor(id=HOSTILE), body=HOSTILE, created_ms=NOW_MS),)
    events = (Event(sequence=0, body=HOSTILE),)
    return NewAlert(alert=alert, source="panther", native_id="a-3", raw=b"", events=events, comments=comments)


def shift() -> list[NewAlert]:
    """All three."""
    return [plain(), full(), hostile()]


def many(count: int) -> list[NewAlert]:
    """Open alerts of one rule, a minute apart: n-0, n-1..."""
    return [
        NewAlert(
            alert=Alert(
                id=AlertId(f"n-{number}"),
                title=f"Number {number}",
                status="OPEN",
                phase=Phase.OPEN,
                created_ms=NOW_MS - number * 60_000,
                detection=Detection(id="Many"),
            ),
            source="made",
            native_id=f"n-{number}",
            raw=b"",
        )
        for number in range(count)
    ]
