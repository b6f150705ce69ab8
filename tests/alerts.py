"""Alerts made by hand: each test says only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Actor, Alert, Comment, Detection, Event
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity

NOW_MS: Final = 1_795_171_862_000
"""2026-11-20T10:51:02Z: the frozen present of these tests."""

ANA: Final = Actor("ana", "user", "Ana")
BOB: Final = Actor("bob", "user", "Bob")

PHASES: Final = {
    "OPEN": Phase.OPEN,
    "TRIAGED": Phase.ACTIVE,
    "RESOLVED": Phase.CLOSED,
    "CLOSED": Phase.CLOSED,
}


def an_alert(
    id: str = "a-1",
    title: str = "",
    *,
    severity: Severity = Severity.MEDIUM,
    status: str = "OPEN",
    quality: Quality | None = None,
    verdict: str = "",
    tags: Sequence[str] = (),
    assignee: Actor | None = None,
    age_min: int = 60,
    events: Sequence[str] = (),
    comments: Sequence[str] = (),
    context: str = "",
    rule: str = "Test.Rule",
) -> NewAlert:
    """One alert; `age_min` is how many minutes before the present it was created."""
    created_ms = NOW_MS - age_min * 60_000
    alert = Alert(
        id=AlertId(id),
        title=title or f"Alert {id}",
        severity=severity,
        severity_word=severity.name,
        status=status,
        phase=PHASES.get(status, Phase.UNKNOWN),
        quality=quality,
        verdict=verdict,
        tags=tuple(tags),
        assignee=assignee,
        created_ms=created_ms,
        event_count=len(events),
        detection=Detection(id=rule, kind="RULE", name=rule),
        context=context,
        source="test",
    )
    return NewAlert(
        alert=alert,
        source="test",
        native_id=id,
        raw=b"",
        events=[
            Event(sequence=index, body=body, occurred_ms=created_ms + index)
            for index, body in enumerate(events)
        ],
        comments=[
            Comment(id=f"{id}-c{index}", author=BOB, body=body, created_ms=created_ms + index)
            for index, body in enumerate(comments)
        ],
    )


def some_alerts(count: int, *, status: str = "OPEN", first: int = 0) -> list[NewAlert]:
    """Alerts a-0, a-1... of one rule, a minute older each, so that a list shows them in this order."""
    return [
        an_alert(f"a-{number}", f"Alert number {number}", status=status, age_min=10 + number)
        for number in range(first, first + count)
    ]


def with_alert(new: NewAlert, **values: object) -> NewAlert:
    """The same with other values of the alert."""
    return replace(new, alert=replace(new.alert, **values))  # type: ignore[arg-type]  # by field name
