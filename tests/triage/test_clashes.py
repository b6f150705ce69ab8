"""Clashes: what somebody else changed since it was seen, by whom, and what the change wants."""

from __future__ import annotations

import pytest

from alerttui.domain.change import Change, Edit, OutcomeState
from alerttui.domain.patch import CLEAR, AlertPatch, Set, TagEdit
from alerttui.domain.vocabulary import AlertId
from alerttui.triage import planning
from alerttui.triage.session import Session
from tests.alerts import BOB, NOW_MS, some_alerts
from tests.triage.conftest import Open

FIRST, SECOND = AlertId("a-0"), AlertId("a-1")


def bob_sets(session: Session, alert_id: AlertId, patch: AlertPatch) -> None:
    """Bob changes an alert."""
    edits = (Edit(alert_id=alert_id, patch=patch),)
    change = Change(id=f"bob-{alert_id}", at_ms=NOW_MS - 5, by=BOB, label="by bob", edits=edits)
    session.store.commit(change)


def seen(session: Session) -> dict[AlertId, AlertPatch]:
    """What a list shows of both alerts."""
    rows = planning.rows_by_id(session.store, [FIRST, SECOND])
    return {alert_id: planning.row_values(row) for alert_id, row in rows.items()}


async def test_a_clash_names_the_field_the_three_values_and_who_and_when(open_session: Open) -> None:
    session = open_session(some_alerts(2))
    shown = seen(session)
    bob_sets(session, SECOND, AlertPatch(status=Set("CLOSED"), verdict=Set("benign")))
    (clash,) = await session.clashes([FIRST, SECOND], AlertPatch(status=Set("RESOLVED")), seen=shown)
    assert clash.row.id == SECOND
    (field,) = clash.fields
    assert (field.name, field.seen, field.now, field.wanted) == ("status", "OPEN", "CLOSED", "RESOLVED")
    assert field.by == BOB
    assert field.at_ms == NOW_MS - 5


async def test_tags_clash_as_the_whole_lists_they_would_become(open_session: Open) -> None:
    session = open_session(some_alerts(2))
    shown = seen(session)
    bob_sets(session, FIRST, AlertPatch(tags=Set(("his",))))
    patch = AlertPatch(tags=Set(("mine",)))
    (clash,) = await session.clashes([FIRST], patch, seen=shown)
    assert [(each.seen, each.now, each.wanted) for each in clash.fields] == [("", "his", "mine")]
    assert await session.clashes([FIRST], AlertPatch(), tags=TagEdit(add=("x",)), seen=seen(session)) == ()


async def test_a_value_that_the_change_only_relied_on_is_not_called_wanted(open_session: Open) -> None:
    session = open_session(some_alerts(2))
    plan = await session.take([FIRST])
    bob_sets(session, FIRST, AlertPatch(status=Set("TRIAGED")))
    (clash,) = await session.clashes_of(plan.edits)
    assert [(each.name, each.is_wanted) for each in clash.fields] == [("status", True)]
    edit = Edit(
        alert_id=FIRST, patch=AlertPatch(assignee=Set("ana")), expected=AlertPatch(status=Set("OPEN"))
    )
    (clash,) = await session.clashes_of([edit])
    assert [(each.name, each.wanted, each.is_wanted) for each in clash.fields] == [("status", "", False)]


async def test_a_clash_of_an_undo_is_told_alike(open_session: Open) -> None:
    session = open_session(some_alerts(2))
    await session.change([FIRST, SECOND], AlertPatch(status=Set("TRIAGED")))
    bob_sets(session, FIRST, AlertPatch(status=Set("CLOSED")))
    plan = await session.foresee_undo()
    assert plan is not None
    (clash,) = await session.clashes_of(plan.edits)
    assert [(each.seen, each.now, each.wanted) for each in clash.fields] == [("TRIAGED", "CLOSED", "OPEN")]


@pytest.mark.parametrize("malice", [CLEAR, Set("Malicious")])
def test_what_a_row_does_not_tell_is_not_foreseen_as_a_conflict(open_session: Open, malice: Set[str]) -> None:
    session = open_session(some_alerts(1))
    row = planning.rows_by_id(session.store, [FIRST])[FIRST]
    edit = Edit(alert_id=FIRST, patch=AlertPatch(malice=Set("Benign")), expected=AlertPatch(malice=malice))
    assert planning.foreseen(edit, row).state is OutcomeState.CONFIRMED
