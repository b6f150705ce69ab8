"""Changes in the store: outcomes, conflicts, moments, history."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.sqlite import changing
from alerttui.backends.sqlite.connections import connect
from alerttui.backends.sqlite.store import SqliteStore, open_store
from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES
from alerttui.domain.alert import Actor, Alert, Person
from alerttui.domain.capabilities import FieldRule
from alerttui.domain.change import Change, ChangeKind, Edit, OutcomeState
from alerttui.domain.errors import Invalid, NotFound, NotSupported
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.query import EVERYTHING, AlertQuery, Operator, Term
from alerttui.domain.vocabulary import AlertId, Phase, Quality
from alerttui.triage.reversing import reversal
from tests.backends.samples import ANA, BOB, NOW, NOW_MS, change, sample, samples

ONE = AlertId("alert-1")
CLOSE = AlertPatch(status=Set("CLOSED"))
TRIAGE = AlertPatch(status=Set("TRIAGED"))
REOPEN = AlertPatch(status=Set("OPEN"))


def test_a_change_writes_values_history_comment_and_journal(store: SqliteStore) -> None:
    store.add([sample(1)])
    patch = AlertPatch(status=Set("RESOLVED"), tags=Set(("a", "b")), assignee=Set("bob"))
    (outcome,) = store.commit(change("c1", patch, ONE, comment="known scanner"))
    assert outcome.state is OutcomeState.CONFIRMED
    assert outcome.before == AlertPatch(status=Set("OPEN"), tags=CLEAR, assignee=CLEAR)
    assert outcome.after == patch
    assert outcome.comment_added is True
    alert = store.alert(ONE)
    assert (alert.status, alert.phase, alert.tags) == ("RESOLVED", Phase.CLOSED, ("a", "b"))
    assert alert.assignee == Actor("bob")
    assert (alert.updated_ms, alert.updated_by) == (NOW_MS, ANA)
    assert [(line.field, line.before, line.after, line.why) for line in store.history(ONE)] == [
        ("status", "OPEN", "RESOLVED", "known scanner"),
        ("tags", "", "a, b", "known scanner"),
        ("assignee", "", "bob", "known scanner"),
        ("comment", "", "known scanner", ""),
    ]
    assert [(each.author, each.body) for each in store.comments(ONE).results] == [(ANA, "known scanner")]
    assert store.rows([store.rowids_of([ONE])[ONE]]).popitem()[1].version == 3
    (entry,) = store.journal()
    assert entry.change == change("c1", patch, ONE, comment="known scanner")
    assert entry.outcomes == (outcome,)


def test_why_is_the_label_where_there_is_no_comment(store: SqliteStore) -> None:
    store.add([sample(1)])
    store.commit(change("c1", CLOSE, ONE))
    assert [line.why for line in store.history(ONE)] == ["test"]


def test_values_that_are_there_already_change_nothing_but_keep_the_comment(store: SqliteStore) -> None:
    store.add([sample(1)])
    before = store.alert(ONE)
    (outcome,) = store.commit(change("c1", REOPEN, ONE))
    assert (outcome.state, outcome.comment_added) == (OutcomeState.UNCHANGED, None)
    assert store.alert(ONE) == before
    assert store.history(ONE) == []
    (outcome,) = store.commit(change("c2", REOPEN, ONE, comment="still open"))
    assert (outcome.state, outcome.comment_added) == (OutcomeState.UNCHANGED, True)
    assert [line.field for line in store.history(ONE)] == ["comment"]


def test_only_the_fields_that_differ_are_written_into_history(store: SqliteStore) -> None:
    store.add([sample(1)])
    store.commit(change("c1", replace(REOPEN, quality=Set(Quality.USEFUL)), ONE))
    assert [(line.field, line.after) for line in store.history(ONE)] == [("quality", "USEFUL")]


def test_a_conflict_is_told_and_nothing_is_written_for_that_alert(store: SqliteStore) -> None:
    store.add(samples(2))
    store.commit(change("c1", TRIAGE, ONE, by=BOB))
    before = store.alert(ONE)
    expected = AlertPatch(status=Set("OPEN"))
    outcomes = store.commit(change("c2", CLOSE, "alert-0", ONE, expected=expected, comment="x"))
    assert [each.state for each in outcomes] == [OutcomeState.CONFIRMED, OutcomeState.CONFLICT]
    assert "status is now TRIAGED" in outcomes[1].reason
    assert "Bob" in outcomes[1].reason
    assert outcomes[1].comment_added is False
    assert store.alert(ONE) == before
    assert store.comments(ONE).results == []


def test_fields_that_are_not_expected_may_have_changed(store: SqliteStore) -> None:
    store.add([sample(1)])
    store.commit(change("c1", AlertPatch(tags=Set(("x",))), ONE, by=BOB))
    (outcome,) = store.commit(change("c2", CLOSE, ONE, expected=AlertPatch(status=Set("OPEN"))))
    assert outcome.state is OutcomeState.CONFIRMED


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        (AlertPatch(status=Set("banana")), Invalid),
        (AlertPatch(verdict=Set("banana")), Invalid),
        (AlertPatch(tags=Set(("A B",))), Invalid),
        (AlertPatch(severity=Set("HIGH")), NotSupported),
        (AlertPatch(malice=CLEAR), NotSupported),
    ],
)
def test_one_bad_edit_refuses_the_whole_change_before_anything_is_written(
    store: SqliteStore, patch: AlertPatch, error: type[Exception]
) -> None:
    store.add(samples(2))
    edits = (Edit(alert_id=AlertId("alert-0"), patch=CLOSE), Edit(alert_id=ONE, patch=patch))
    with pytest.raises(error):
        store.commit(Change(id="c1", at_ms=NOW_MS, by=ANA, label="x", edits=edits, comment="x"))
    assert store.alert(AlertId("alert-0")).status == "OPEN"
    assert store.journal() == []


ODD = AlertId("alert-2")
"""An alert that came with a tag that nobody could set."""


def _add_odd_tags(store: SqliteStore) -> None:
    odd = sample(2)
    store.add([sample(1), replace(odd, alert=replace(odd.alert, tags=("Imported Tag", "x")))])


def test_a_list_of_tags_may_keep_odd_ones_that_the_alert_has(store: SqliteStore) -> None:
    _add_odd_tags(store)
    (outcome,) = store.commit(change("c1", AlertPatch(tags=Set(("Imported Tag", "ok"))), ODD))
    assert outcome.state is OutcomeState.CONFIRMED
    assert store.alert(ODD).tags == ("Imported Tag", "ok")


@pytest.mark.parametrize(("alert_id", "tag"), [(ONE, "Imported Tag"), (ODD, "Another Tag")])
def test_an_odd_tag_that_the_alert_does_not_have_refuses_the_whole_change(
    store: SqliteStore, alert_id: AlertId, tag: str
) -> None:
    _add_odd_tags(store)
    patch = AlertPatch(tags=Set(("Imported Tag", tag)))
    edits = (Edit(alert_id=ODD, patch=CLOSE), Edit(alert_id=alert_id, patch=patch))
    with pytest.raises(Invalid, match=tag):
        store.commit(Change(id="c1", at_ms=NOW_MS, by=ANA, label="x", edits=edits, comment="x"))
    assert store.alert(ODD).status == "OPEN"
    assert store.journal() == []


def test_an_odd_tag_that_was_removed_meanwhile_is_a_conflict_of_its_alert_alone(store: SqliteStore) -> None:
    _add_odd_tags(store)
    expected = AlertPatch(tags=Set(("Imported Tag", "x")))
    store.commit(change("c1", AlertPatch(tags=Set(("x",))), ODD, by=BOB))
    edits = (
        Edit(alert_id=ONE, patch=AlertPatch(tags=Set(("ok",))), expected=AlertPatch(tags=CLEAR)),
        Edit(alert_id=ODD, patch=AlertPatch(tags=Set(("Imported Tag", "x", "ok"))), expected=expected),
    )
    outcomes = store.commit(Change(id="c2", at_ms=NOW_MS, by=ANA, label="x", edits=edits))
    assert [each.state for each in outcomes] == [OutcomeState.CONFIRMED, OutcomeState.CONFLICT]
    assert store.alert(ODD).tags == ("x",)


def test_a_field_that_the_store_does_not_write_is_refused_even_if_it_were_allowed(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add([sample(1)])
    allowing = replace(
        LOCAL_CAPABILITIES,
        severities=("LOW",),
        fields={**LOCAL_CAPABILITIES.fields, "severity": FieldRule(), "malice": FieldRule()},
    )
    monkeypatch.setattr(changing, "LOCAL_CAPABILITIES", allowing)
    for patch in (replace(CLOSE, severity=Set("LOW")), replace(CLOSE, malice=Set("odd"))):
        with pytest.raises(NotSupported, match=r"severity|malice"):
            store.commit(change("c1", patch, ONE))
    assert store.alert(ONE).status == "OPEN"
    assert store.journal() == []


def test_comments_and_history_name_the_change_that_wrote_them(store: SqliteStore) -> None:
    store.add([sample(1)])
    store.commit(change("c1", CLOSE, ONE, comment="done"))
    store.add_comment(ONE, "later", ANA, NOW_MS)
    with closing(connect(store.path, read_only=True)) as connection:
        history = connection.execute("SELECT field, change_id FROM history ORDER BY sequence").fetchall()
        comments = connection.execute("SELECT body, change_id FROM comments ORDER BY sequence").fetchall()
    assert history == [("status", "c1"), ("comment", "c1"), ("comment", "")]
    assert comments == [("done", "c1"), ("later", "")]


def test_a_change_that_was_made_already_is_not_made_again(store: SqliteStore) -> None:
    store.add([sample(1)])
    first = store.commit(change("c1", CLOSE, ONE, comment="once"))
    store.commit(change("c2", REOPEN, ONE))
    assert store.commit(change("c1", CLOSE, ONE, comment="once")) == first
    assert store.alert(ONE).status == "OPEN"
    assert len(store.comments(ONE).results) == 1
    with pytest.raises(Invalid, match="c1"):
        store.commit(change("c1", TRIAGE, ONE))


def test_a_change_of_nothing_is_no_change(store: SqliteStore) -> None:
    assert store.commit(change("c1", CLOSE)) == []
    assert store.journal() == []


def test_leaving_open_for_the_first_time_acknowledges_and_closing_closes(store: SqliteStore) -> None:
    store.add([sample(1)])
    store.commit(change("c1", TRIAGE, ONE, at_ms=1000, by=BOB))
    store.commit(change("c2", CLOSE, ONE, at_ms=2000))
    alert = store.alert(ONE)
    assert (alert.acknowledged_ms, alert.acknowledged_by) == (1000, BOB)
    assert (alert.closed_ms, alert.closed_by) == (2000, ANA)
    assert alert.observed == {"acknowledged_ms"}
    store.commit(change("c3", AlertPatch(status=Set("RESOLVED")), ONE, at_ms=3000))
    assert store.alert(ONE).closed_ms == 2000
    store.commit(change("c4", REOPEN, ONE, at_ms=4000))
    alert = store.alert(ONE)
    assert (alert.closed_ms, alert.closed_by, alert.acknowledged_ms) == (None, None, 1000)
    store.commit(change("c5", CLOSE, ONE, at_ms=5000))
    alert = store.alert(ONE)
    assert (alert.closed_ms, alert.acknowledged_ms) == (5000, 1000)
    assert store.statistics(EVERYTHING, NOW).time_to_close.median == 0
    store.commit(change("c6", AlertPatch(verdict=Set("benign")), ONE, at_ms=6000))
    store.commit(change("c7", REOPEN, ONE, at_ms=7000))
    assert store.alert(ONE).verdict == "benign"


def test_undoing_a_reopening_brings_back_the_imported_moments(store: SqliteStore) -> None:
    closed = replace(
        sample(1).alert, status="done", phase=Phase.CLOSED, closed_ms=77, closed_by=BOB, acknowledged_ms=66
    )
    store.add([replace(sample(1), alert=closed)])
    store.commit(change("c1", REOPEN, ONE))
    assert store.alert(ONE).closed_ms is None
    patch = AlertPatch(status=Set("done"))
    store.commit(change("u1", patch, ONE, kind=ChangeKind.UNDO, reverses="c1"))
    alert = store.alert(ONE)
    assert (alert.status, alert.phase) == ("done", Phase.CLOSED)
    assert (alert.closed_ms, alert.closed_by, alert.acknowledged_ms) == (77, BOB, 66)


def test_undoing_a_triage_takes_the_acknowledgement_back(store: SqliteStore) -> None:
    store.add([sample(1)])
    store.commit(change("c1", TRIAGE, ONE))
    store.commit(change("u1", REOPEN, ONE, kind=ChangeKind.UNDO, reverses="c1"))
    alert = store.alert(ONE)
    assert (alert.acknowledged_ms, alert.acknowledged_by, alert.observed) == (None, None, frozenset())


def test_a_foreign_status_can_be_put_back_by_undo_only(store: SqliteStore) -> None:
    store.add([sample(1, status="weird", phase=Phase.ACTIVE)])
    back = AlertPatch(status=Set("weird"))
    store.commit(change("c1", CLOSE, ONE))
    with pytest.raises(Invalid, match="weird"):
        store.commit(change("c2", back, ONE))
    store.commit(change("u1", back, ONE, kind=ChangeKind.UNDO, reverses="c1"))
    assert (store.alert(ONE).status, store.alert(ONE).phase) == ("weird", Phase.ACTIVE)


def test_an_assignee_has_the_name_by_which_he_is_known(store: SqliteStore) -> None:
    store.add(samples(2))
    store.add_person(Person("bob", "bob@acme.example", "Bob B."))
    store.commit(change("c1", AlertPatch(assignee=Set("bob")), ONE))
    assert store.alert(ONE).assignee == Actor("bob", "user", "Bob B.")
    store.commit(change("c2", AlertPatch(assignee=Set("nobody-knows")), ONE))
    assert store.alert(ONE).assignee == Actor("nobody-knows")
    store.commit(change("c3", AlertPatch(assignee=Set("ana")), ONE))
    assert store.alert(ONE).assignee == ANA


def test_labels_follow_the_tags(store: SqliteStore) -> None:
    store.add([sample(1)])
    query = AlertQuery((Term("tag", Operator.HAS, ("new",)),))
    store.commit(change("c1", AlertPatch(tags=Set(("old", "new"))), ONE))
    assert store.count(query, NOW) == 1
    store.commit(change("c2", AlertPatch(tags=Set(("old",))), ONE))
    assert store.count(query, NOW) == 0
    assert [tuple(each) for each in store.tags()] == [("old", 1)]
    store.commit(change("c3", AlertPatch(tags=CLEAR), ONE))
    assert store.tags() == []


def test_a_comment_on_a_missing_alert_names_it(store: SqliteStore) -> None:
    with pytest.raises(NotFound, match="alert-1"):
        store.add_comment(ONE, "hello", ANA, NOW_MS)


def test_comments_have_ids_of_their_own_even_beside_imported_ones(store: SqliteStore) -> None:
    store.add([sample(1)])
    store.commit(change("c1", CLOSE, ONE, comment="a"))
    store.add_comment(ONE, "b", ANA, NOW_MS + 1)
    ids = [each.id for each in store.comments(ONE).results]
    assert ids == ["alert-1.1", "alert-1.2"]


_PATCHES = st.builds(
    AlertPatch,
    status=st.sampled_from(["OPEN", "TRIAGED", "RESOLVED", "CLOSED"]).map(Set),
    quality=st.one_of(st.just(CLEAR), st.sampled_from(Quality).map(Set)),
    tags=st.one_of(
        st.just(CLEAR), st.lists(st.sampled_from("abcdef"), unique=True, min_size=1).map(tuple).map(Set)
    ),
    assignee=st.one_of(st.just(CLEAR), st.sampled_from(["ana", "bob", "\x1beve"]).map(Set)),
    verdict=st.one_of(st.just(CLEAR), st.sampled_from(["benign", "duplicate"]).map(Set)),
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    patches=st.lists(_PATCHES, min_size=1, max_size=4), status=st.sampled_from(["OPEN", "CLOSED", "alien"])
)
def test_applying_changes_and_then_their_inverses_restores_every_value(
    patches: list[AlertPatch], status: str
) -> None:
    store = open_store(None)
    try:
        phase = {"OPEN": Phase.OPEN, "CLOSED": Phase.CLOSED}.get(status, Phase.ACTIVE)
        base = sample(1, status=status, phase=phase)
        imported = replace(
            base.alert, tags=("Not A Tag", "\u202e"), verdict="odd", assignee=Actor("x", "team", "X")
        )
        store.add([replace(base, alert=imported)])
        befores: list[Alert] = []
        for number, patch in enumerate(patches):
            befores.append(store.alert(ONE))
            store.commit(change(f"c{number}", patch, ONE, at_ms=NOW_MS + number))
        entries = store.journal()
        for number, alert, entry in zip(
            reversed(range(len(patches))), reversed(befores), entries, strict=True
        ):
            edits = tuple(reversal(entry, overwrite=False))
            assert len(edits) == (entry.outcomes[0].state is OutcomeState.CONFIRMED)
            undo = change(f"u{number}", AlertPatch(), kind=ChangeKind.UNDO, reverses=f"c{number}")
            assert all(each.ok for each in store.commit(replace(undo, edits=edits)))
            after = store.alert(ONE)
            assert replace(after, updated_ms=None, updated_by=None) == replace(
                alert, updated_ms=None, updated_by=None
            )
    finally:
        store.close()
