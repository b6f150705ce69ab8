"""One comment of the store: found by its id, found by its change, and written anew by who wrote it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from alerttui.backends.sqlite.store import SqliteStore, open_store
from alerttui.domain.alert import Actor, Person
from alerttui.domain.errors import Invalid, NotFound, NotSupported
from alerttui.domain.vocabulary import AlertId
from tests.alerts import ANA, BOB, NOW_MS, an_alert

A_1 = AlertId("a-1")


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    opened = open_store(None)
    opened.add([an_alert("a-1", comments=["first", "second"]), an_alert("a-2")])
    yield opened
    opened.close()


def test_a_comment_is_found_by_its_id(store: SqliteStore) -> None:
    made = store.add_comment(A_1, "third", ANA, NOW_MS)
    assert store.comment(made.id) == (A_1, made)
    assert store.comment("a-1-c0").comment.body == "first"


def test_an_unknown_comment_is_not_found(store: SqliteStore) -> None:
    for comment_id in ("", "a-1", "a-1-c9", "\ud800"):
        with pytest.raises(NotFound):
            store.comment(comment_id)
    with pytest.raises(NotFound):
        store.comment_of_change("", AlertId("a-2"))


def test_its_author_writes_a_comment_anew_and_history_keeps_what_it_said(store: SqliteStore) -> None:
    made = store.add_comment(A_1, "they did it", ANA, NOW_MS)
    edited = store.edit_comment(made.id, "nobody \ud800 did it", ANA, NOW_MS + 5)
    assert edited == store.comment(made.id)
    assert (edited.comment.body, edited.comment.updated_ms) == ("nobody \ud800 did it", NOW_MS + 5)
    assert edited.comment.created_ms == NOW_MS
    line = store.history(A_1)[-1]
    assert (line.field, line.before, line.after, line.by) == (
        "comment",
        "they did it",
        "nobody \ud800 did it",
        ANA,
    )


def test_the_same_words_again_change_nothing(store: SqliteStore) -> None:
    made = store.add_comment(A_1, "so it was", ANA, NOW_MS)
    lines = len(store.history(A_1))
    assert store.edit_comment(made.id, "so it was", ANA, NOW_MS + 5).comment == made
    assert len(store.history(A_1)) == lines


def test_nobody_else_writes_it_anew(store: SqliteStore) -> None:
    made = store.add_comment(A_1, "mine", ANA, NOW_MS)
    for other in (BOB, Actor("ana", "api-token", "ana")):
        with pytest.raises(NotSupported, match="Ana wrote it"):
            store.edit_comment(made.id, "yours", other, NOW_MS + 5)
    assert store.comment(made.id).comment == made


def test_a_comment_stays_where_the_new_words_are_none(store: SqliteStore) -> None:
    made = store.add_comment(A_1, "mine", ANA, NOW_MS)
    with pytest.raises(Invalid):
        store.edit_comment(made.id, " ", ANA, NOW_MS)
    assert store.comment(made.id).comment.body == "mine"


def test_a_cursor_with_numbers_that_no_column_holds_is_refused(store: SqliteStore) -> None:
    for cursor in ("9999999999999999999.1", "1.-", "--1.1", "1", "٣.1", "1.1.1"):
        with pytest.raises(Invalid):
            store.comments(A_1, cursor)


def test_disabled_people_are_listed_where_they_are_asked_for(store: SqliteStore) -> None:
    store.add_person(Person("gone", "gone@acme.example", "Gone", enabled=False))
    assert "gone" not in [each.id for each in store.people()]
    found = {each.id: each.enabled for each in store.people(with_disabled=True)}
    assert found["gone"] is False
