"""Planning: what each alert gets, and how it is said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.registry import open_local
from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES
from alerttui.domain.alert import Actor
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, ChangeKind, Edit, JournalEntry, Outcome, OutcomeState
from alerttui.domain.listing import AlertRow
from alerttui.domain.patch import CLEAR, KEEP, AlertPatch, Set, TagEdit
from alerttui.domain.vocabulary import AlertId, Phase, Quality
from alerttui.triage import planning, reversing

ONE, TWO = AlertId("one"), AlertId("two")
TAGS = st.lists(st.sampled_from([f"t{number}" for number in range(14)]), max_size=12, unique=True).map(tuple)


@pytest.fixture(scope="module")
def capabilities() -> Capabilities:
    """What the local store can do."""
    store, backend = open_local(None)
    store.close()
    return backend.capabilities


def a_row(alert_id: AlertId = ONE, **values: Any) -> AlertRow:
    """A row with some values, by field name."""
    row = AlertRow(
        1, alert_id, 1, "Title", 3, "MEDIUM", "OPEN", int(Phase.OPEN), "", "", "", 0, 1, "rule", ()
    )
    return row._replace(**values)


def an_outcome(
    alert_id: AlertId, state: OutcomeState, before: str = "OPEN", after: str = "RESOLVED"
) -> Outcome:
    """How a status edit ended."""
    return Outcome(
        alert_id=alert_id,
        state=state,
        before=AlertPatch(status=Set(before)),
        after=AlertPatch(status=Set(after)),
    )


def a_change(label: str = "close") -> Change:
    """A change of this name."""
    return Change(id="c", at_ms=0, by=Actor("ana"), label=label, edits=())


def test_row_values_restore_every_field_of_the_row() -> None:
    assert planning.row_values(a_row()) == AlertPatch(
        status=Set("OPEN"), quality=CLEAR, tags=CLEAR, assignee=CLEAR, verdict=CLEAR, severity=Set("MEDIUM")
    )
    full = a_row(quality="NOISE", tags=("x",), assignee_id="bob", verdict="benign")
    assert planning.row_values(full) == AlertPatch(
        status=Set("OPEN"), quality=Set(Quality.NOISE), tags=Set(("x",)), assignee=Set("bob"),
        verdict=Set("benign"), severity=Set("MEDIUM"),
    )  # fmt: skip


def test_what_an_edit_will_lead_to_is_foreseen() -> None:
    edit = Edit(alert_id=ONE, patch=AlertPatch(status=Set("RESOLVED")))
    assert planning.foreseen(edit, None).state is OutcomeState.MISSING
    assert planning.foreseen(edit, a_row()).state is OutcomeState.CONFIRMED
    assert planning.foreseen(edit, a_row(status="RESOLVED")).state is OutcomeState.UNCHANGED
    guarded = Edit(alert_id=ONE, patch=edit.patch, expected=AlertPatch(status=Set("TRIAGED")))
    assert planning.foreseen(guarded, a_row()).state is OutcomeState.CONFLICT


def test_an_overlaid_row_is_the_row_after_the_patch(capabilities: Capabilities) -> None:
    patch = AlertPatch(
        status=Set("RESOLVED"),
        quality=Set(Quality.NOISE),
        tags=Set(("x",)),
        assignee=CLEAR,
        verdict=Set("benign"),
    )
    row = planning.overlaid(a_row(assignee_id="bob"), patch, capabilities)
    assert (row.status, row.phase, row.quality, row.tags, row.assignee_id, row.verdict) == (
        "RESOLVED", Phase.CLOSED, "NOISE", ("x",), "", "benign",
    )  # fmt: skip
    assert planning.overlaid(a_row(tags=("x",)), AlertPatch(), capabilities) == a_row(tags=("x",))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(tags=TAGS, add=TAGS, remove=TAGS)
def test_an_edit_of_tags_is_refused_or_leaves_a_list_that_keeps_the_rules(
    tags: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...]
) -> None:
    edits, refused = planning.tag_edits(
        [ONE], {ONE: a_row(tags=tags)}, AlertPatch(), TagEdit(add, remove), {}, LOCAL_CAPABILITIES
    )
    assert len(edits) + len(refused) == 1
    for edit in edits:
        is_kept = edit.patch.tags is KEEP
        result = tags if is_kept else edit.patch.tags.value if isinstance(edit.patch.tags, Set) else ()
        assert set(add) <= set(result)
        assert not (set(remove) - set(add)).intersection(result)
        assert edit.expected == (None if is_kept else AlertPatch(tags=Set(tags) if tags else CLEAR))
        assert len(result) <= 10 or set(result) <= set(tags)
    for outcome in refused:
        assert "at most 10 tags" in outcome.reason


def test_only_what_was_really_changed_is_reversed() -> None:
    entry = JournalEntry(
        change=a_change(),
        outcomes=(
            an_outcome(ONE, OutcomeState.CONFIRMED),
            an_outcome(TWO, OutcomeState.UNCHANGED),
            an_outcome(AlertId("three"), OutcomeState.CONFLICT),
        ),
    )
    (edit,) = reversing.reversal(entry, overwrite=False)
    assert edit.alert_id == ONE
    assert edit.patch == AlertPatch(status=Set("OPEN"))
    assert edit.expected == AlertPatch(status=Set("RESOLVED"))
    (forced,) = reversing.reversal(entry, overwrite=True)
    assert forced.expected is None


def test_undo_and_redo_are_called_after_the_change_and_not_after_each_other() -> None:
    for label in ("close", "undo: close", "redo: close"):
        entry = JournalEntry(change=a_change(label), outcomes=())
        assert planning.reversal_label(entry, ChangeKind.UNDO) == "undo: close"
        assert planning.reversal_label(entry, ChangeKind.REDO) == "redo: close"


def test_one_alert_is_told_by_the_name_of_the_change_and_many_by_counts() -> None:
    one = [an_outcome(ONE, OutcomeState.CONFIRMED)]
    assert planning.summary(a_change(), one) == "close"
    many = [*one, an_outcome(TWO, OutcomeState.CONFLICT), an_outcome(AlertId("3"), OutcomeState.MISSING)]
    assert planning.summary(a_change(), many) == (
        "close: 1 changed, 1 changed by somebody else, left alone, 1 missing"
    )
    assert planning.summary(a_change(), []) == "close: nothing to do"


def test_a_change_without_a_name_is_called_by_what_it_does() -> None:
    patch = AlertPatch(status=Set("RESOLVED"), quality=CLEAR)
    assert planning.label(patch, TagEdit(("a",), ("b",))) == "status RESOLVED, quality none, +a, -b"
    assert planning.label(AlertPatch()) == "comment"


def test_outcomes_are_put_in_the_order_asked_for() -> None:
    outcomes = [an_outcome(TWO, OutcomeState.CONFIRMED), an_outcome(ONE, OutcomeState.REFUSED)]
    assert [each.alert_id for each in planning.in_order([ONE, TWO], outcomes)] == [ONE, TWO]
