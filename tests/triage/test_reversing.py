"""What an undo does where the backend cannot put everything back."""

from __future__ import annotations

from dataclasses import replace

from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES
from alerttui.domain.alert import Actor
from alerttui.domain.capabilities import Capabilities, FieldRule
from alerttui.domain.change import Change, Edit, JournalEntry, Outcome, OutcomeState
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.reversing import possible_reversal

ONE = AlertId("a-1")
CLOSED = AlertPatch(status=Set("CLOSED"), verdict=Set("benign"))
OPEN = AlertPatch(status=Set("OPEN"), verdict=CLEAR)
NO_CLEARING = "The product cannot clear a verdict."


def limited(**more: object) -> Capabilities:
    """A connection that cannot clear a verdict."""
    fields = {**LOCAL_CAPABILITIES.fields, "verdict": FieldRule(clear_refusal=NO_CLEARING)}
    return replace(LOCAL_CAPABILITIES, fields=fields, **more)  # type: ignore[arg-type]  # named fields


def entry(
    before: AlertPatch, after: AlertPatch, state: OutcomeState = OutcomeState.CONFIRMED
) -> JournalEntry:
    """A change that was made of one alert."""
    change = Change(id="c", at_ms=1, by=Actor("ana"), label="close", edits=(Edit(alert_id=ONE, patch=after),))
    return JournalEntry(
        change=change, outcomes=(Outcome(alert_id=ONE, state=state, before=before, after=after),)
    )


def test_all_is_restored_where_the_backend_can() -> None:
    found = possible_reversal(entry(OPEN, CLOSED), LOCAL_CAPABILITIES, overwrite=False)
    assert [each.patch for each in found.edits] == [OPEN]
    assert found.kept == ()


def test_what_cannot_be_put_back_is_left_out_and_told() -> None:
    found = possible_reversal(entry(OPEN, CLOSED), limited(), overwrite=False)
    assert [each.patch for each in found.edits] == [AlertPatch(status=Set("OPEN"))]
    assert found.kept == (f"the verdict stays: {NO_CLEARING}",)


def test_of_what_is_still_queued_nothing_stays() -> None:
    found = possible_reversal(entry(OPEN, CLOSED, OutcomeState.QUEUED), limited(), overwrite=False)
    assert found.kept == ()
    assert [each.patch for each in found.edits] == [OPEN]


def test_what_is_queued_is_taken_back_also_where_it_could_not_be_put_back() -> None:
    before, after = AlertPatch(verdict=CLEAR), AlertPatch(verdict=Set("benign"))
    found = possible_reversal(entry(before, after, OutcomeState.QUEUED), limited(), overwrite=False)
    assert [each.patch for each in found.edits] == [before]


def test_an_earlier_verdict_is_not_put_back_where_it_goes_with_closing_only() -> None:
    other = AlertPatch(status=Set("OPEN"), verdict=Set("duplicate"))
    found = possible_reversal(
        entry(other, CLOSED), limited(verdict_alone_refusal="Only while closing."), overwrite=False
    )
    assert [each.patch for each in found.edits] == [AlertPatch(status=Set("OPEN"))]
    assert found.kept == ("the verdict stays: Only while closing.",)


def test_an_earlier_assignee_is_not_put_back_where_another_status_goes_with_it() -> None:
    before = AlertPatch(status=Set("OPEN"), assignee=Set("bea"))
    after = AlertPatch(status=Set("TRIAGED"), assignee=Set("ana"))
    found = possible_reversal(entry(before, after), limited(assigns_into="TRIAGED"), overwrite=False)
    assert [each.patch for each in found.edits] == [AlertPatch(status=Set("OPEN"))]
    (kept,) = found.kept
    assert kept.startswith("the assignee stays: ")
    assert kept.endswith(" assigns only together with the status Triaged.")
    redone = possible_reversal(entry(after, before), limited(assigns_into="TRIAGED"), overwrite=False)
    assert [each.patch for each in redone.edits] == [after]


def test_where_nothing_can_be_put_back_there_is_no_edit() -> None:
    before, after = AlertPatch(verdict=CLEAR), AlertPatch(verdict=Set("benign"))
    found = possible_reversal(entry(before, after), limited(), overwrite=False)
    assert found.edits == ()
    assert len(found.kept) == 1


def test_a_verdict_that_counts_while_closed_only_is_cleared_by_reopening() -> None:
    found = possible_reversal(entry(OPEN, CLOSED), limited(verdict_while_closed=True), overwrite=False)
    assert [each.patch for each in found.edits] == [OPEN]
    assert found.kept == ()
