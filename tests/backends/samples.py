"""Alerts to seed a backend with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Actor, Alert, Comment, Detection, Event
from alerttui.domain.change import Change, ChangeKind, Edit
from alerttui.domain.patch import AlertPatch
from alerttui.domain.query import QueryContext
from alerttui.domain.vocabulary import AlertId, Phase, Severity

START_MS: Final = 1_763_600_000_000
"""Creation of the first sample; the others follow second by second."""

NOW_MS: Final = START_MS + 86_400_000
NOW: Final = QueryContext(now_ms=NOW_MS, me="ana")
ANA: Final = Actor("ana", "user", "Ana")
BOB: Final = Actor("bob", "user", "Bob")


def sample(number: int, *, status: str = "OPEN", phase: Phase = Phase.OPEN, events: int = 1) -> NewAlert:
    """One alert; its number makes it unlike the others."""
    alert = Alert(
        id=AlertId(f"alert-{number}"),
        title=f"Sample alert {number}",
        status=status,
        phase=phase,
        severity=Severity(1 + number % 5),
        severity_word=Severity(1 + number % 5).name,
        created_ms=START_MS + number * 1000,
        detection=Detection(id=f"rule-{number % 3}", kind="RULE", name=f"Rule {number % 3}"),
        source="sample",
        event_count=events,
        log_types=("AWS.CloudTrail",),
        context=f'{{"number":{number}}}',
    )
    return NewAlert(
        alert=alert,
        source="sample",
        native_id=str(number),
        raw=f'{{"id": {number}}}'.encode(),
        events=[
            Event(
                sequence=index,
                body=f'{{"alert":{number},"said":"event number {index}"}}',
                occurred_ms=START_MS + index,
            )
            for index in range(events)
        ],
    )


def samples(count: int, first: int = 0) -> list[NewAlert]:
    """Alerts with numbers in a row."""
    return [sample(number) for number in range(first, first + count)]


def commented(new: NewAlert, bodies: Iterable[str]) -> NewAlert:
    """The same alert with comments."""
    comments = [
        Comment(id=f"{new.alert.id}-note-{index}", author=BOB, body=body, created_ms=START_MS + index)
        for index, body in enumerate(bodies)
    ]
    return NewAlert(
        alert=new.alert,
        source=new.source,
        native_id=new.native_id,
        raw=new.raw,
        events=new.events,
        comments=comments,
    )


def change(
    change_id: str,
    patch: AlertPatch,
    *ids: str,
    expected: AlertPatch | None = None,
    comment: str = "",
    kind: ChangeKind = ChangeKind.CHANGE,
    reverses: str = "",
    by: Actor = ANA,
    at_ms: int = NOW_MS,
) -> Change:
    """One patch for some alerts."""
    return Change(
        id=change_id,
        at_ms=at_ms,
        by=by,
        label="test",
        edits=tuple(Edit(alert_id=AlertId(each), patch=patch, expected=expected) for each in ids),
        comment=comment,
        kind=kind,
        reverses=reverses,
    )
