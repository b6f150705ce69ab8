"""Reading the store: windows, pages, counts, people, and the plans behind them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.sqlite import counting, listing, reading
from alerttui.backends.sqlite.selection import select_rowids
from alerttui.backends.sqlite.store import SqliteStore, open_store
from alerttui.domain.alert import Actor, Comment, Detection, Person
from alerttui.domain.errors import Invalid
from alerttui.domain.listing import Facet, Spread
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import (
    EVERYTHING,
    SORT_FIELDS,
    AlertQuery,
    Operator,
    QueryContext,
    SortKey,
    Term,
)
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import AlertId, Phase, Severity
from alerttui.triage.people import person_meant
from tests.backends.samples import ANA, BOB, NOW, START_MS, change, sample, samples

OPEN_ONLY = AlertQuery((Term("status", Operator.HAS, ("open",)),))


def _plan(store: SqliteStore, sql: str, parameters: object = ()) -> str:
    with store._connections.reading() as connection:
        found = connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()  # type: ignore[arg-type]  # as given
    return "; ".join(row[3] for row in found)


def test_rows_come_by_rowid_with_what_the_list_shows(store: SqliteStore) -> None:
    tagged = replace(sample(1), alert=replace(sample(1).alert, tags=("a", "b"), assignee=BOB))
    store.add([tagged, sample(2)])
    rowids = store.rowids_of([AlertId("alert-1"), AlertId("alert-2"), AlertId("gone")])
    assert set(rowids) == {"alert-1", "alert-2"}
    found = store.rows([*rowids.values(), 99])
    assert set(found) == set(rowids.values())
    row = found[rowids[AlertId("alert-1")]]
    assert (row.title, row.tags, row.assignee_id) == ("Sample alert 1", ("a", "b"), "bob")
    assert (row.status, row.phase, row.severity_word) == ("OPEN", Phase.OPEN, "LOW")
    assert (row.version, row.event_count, row.created_ms) == (1, 1, START_MS + 1000)


def test_the_first_rows_begin_the_whole_listing(store: SqliteStore) -> None:
    store.add(samples(30))
    whole = [rowid for chunk in store.rowids(EVERYTHING, NOW, chunk=7) for rowid in chunk]
    assert len(whole) == 30
    assert [row.rowid for row in store.first_rows(EVERYTHING, NOW, 10)] == whole[:10]
    assert whole == sorted(whole, reverse=True)


@pytest.mark.parametrize("analyzed", [False, True])
def test_windows_and_listings_are_read_through_keys_and_indexes(store: SqliteStore, analyzed: bool) -> None:
    store.add(samples(300))
    if analyzed:
        with store._connections.writing() as connection:
            connection.execute("ANALYZE")
    assert "SEARCH alerts USING INTEGER PRIMARY KEY" in _plan(store, listing.WINDOW, ("[1]",))
    assert "SEARCH alerts USING COVERING INDEX" in _plan(store, listing.by_ids(2), ("x", "y"))
    everything = _plan(store, *select_rowids(EVERYTHING, NOW, None))
    assert "TEMP B-TREE" not in everything
    page = "SELECT alerts.rowid FROM alerts WHERE (alerts.rowid < ?) ORDER BY alerts.rowid DESC LIMIT 50"
    assert "SEARCH alerts USING INTEGER PRIMARY KEY" in _plan(store, page, (1,))
    for table in ("events", "comments", "history", "labels"):
        assert f"SEARCH {table} USING" in _plan(store, f"SELECT * FROM {table} WHERE alert = ?", (1,))
    related = _plan(store, reading.SELECT_RELATED, ("x", 1, 50))
    assert "alerts_detection (detection_id=? AND phase=?)" in related
    identity = "SELECT rowid FROM alerts WHERE source = ? AND native_id = ?"
    assert "alerts_identity (source=? AND native_id=?)" in _plan(store, identity, ("x", "1"))


_ALERTS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(list(Severity)),
        st.sampled_from(["OPEN", "open", "CLOSED", "zzz"]),
        st.sampled_from(["", "a", "B", "é", "x\x00y"]),
        st.one_of(st.none(), st.integers(0, 3)),
    ),
    max_size=12,
)


_FILTERS = (
    "",
    "is:closed",
    "status:open,closed",
    "rule:a,b",
    "rule:*",
    "assignee:a,b is:open",
    "-tag:x",
    '"alert-"',
    "log-type:AWS.CloudTrail severity>=low",
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    alerts=_ALERTS,
    sort=st.lists(st.builds(SortKey, st.sampled_from(SORT_FIELDS), st.booleans()), max_size=3),
    limit=st.integers(1, 5),
    text=st.sampled_from(_FILTERS),
)
def test_pages_follow_the_order_of_the_listing(
    alerts: list[tuple[int, Severity, str, str, int | None]], sort: list[SortKey], limit: int, text: str
) -> None:
    query = AlertQuery(parse(text).terms, tuple(sort))
    store = open_store(None)
    try:
        store.add(
            (
                replace(
                    sample(number),
                    alert=replace(
                        sample(number).alert,
                        created_ms=created,
                        severity=severity,
                        status=status,
                        phase=Phase.OPEN if status.lower() == "open" else Phase.CLOSED,
                        title=word,
                        assignee=Actor(word) if word else None,
                        detection=Detection(id=word),
                        event_count=number_or_none,
                        last_event_ms=number_or_none,
                        closed_ms=number_or_none,
                    ),
                )
                for number, (created, severity, status, word, number_or_none) in enumerate(alerts)
            ),
        )
        paged: list[str] = []
        cursor = None
        while True:
            page = store.page(query, NOW, cursor, limit)
            paged += [each.id for each in page.results]
            assert len(paged) <= len(alerts)
            cursor = page.next
            if cursor is None:
                break
        assert paged == [row.id for row in store.first_rows(query, NOW, 100)]
        assert len(paged) == store.count(query, NOW)
    finally:
        store.close()


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "W10", "eyJ9", "\u202e", "W1siIl1d" * 50])
def test_a_cursor_that_is_none_is_refused(store: SqliteStore, cursor: str) -> None:
    store.add(samples(3))
    with pytest.raises(Invalid, match="cursor"):
        store.page(EVERYTHING, NOW, cursor, 2)
    with pytest.raises(Invalid, match="cursor"):
        store.events(AlertId("alert-1"), cursor or "-", 2)
    with pytest.raises(Invalid, match="cursor"):
        store.comments(AlertId("alert-1"), cursor or "-", 2)


def test_a_cursor_of_another_filter_is_refused(store: SqliteStore) -> None:
    store.add(samples(5))
    cursor = store.page(EVERYTHING, NOW, None, 2).next
    with pytest.raises(Invalid, match="another filter"):
        store.page(OPEN_ONLY, NOW, cursor, 2)


def test_a_page_holds_only_what_matches(store: SqliteStore) -> None:
    store.add(samples(6))
    store.commit(change("c1", AlertPatch(status=Set("CLOSED")), "alert-2", "alert-4"))
    first = store.page(OPEN_ONLY, NOW, None, 3)
    assert [each.id for each in first.results] == ["alert-5", "alert-3", "alert-1"]
    assert [each.id for each in store.page(OPEN_ONLY, NOW, first.next, 3).results] == ["alert-0"]


def test_comments_without_a_time_come_first_and_in_order(store: SqliteStore) -> None:
    notes = [
        Comment(id="1", author=BOB, body="late", created_ms=9),
        Comment(id="2", author=BOB, body="none"),
        Comment(id="3", author=BOB, body="early", created_ms=-5),
    ]
    store.add([replace(sample(1), comments=notes)])
    found: list[str] = []
    cursor = None
    while True:
        page = store.comments(AlertId("alert-1"), cursor, 1)
        found += [each.body for each in page.results]
        cursor = page.next
        if cursor is None:
            break
    assert found == ["early", "none", "late"]


def test_facets_count_the_alerts_that_match(store: SqliteStore) -> None:
    store.add(samples(10))
    store.commit(change("c1", AlertPatch(status=Set("CLOSED"), tags=Set(("x", "y"))), "alert-1", "alert-2"))
    store.commit(change("c2", AlertPatch(tags=Set(("x",)), assignee=Set("bob")), "alert-3"))
    assert store.facets("status", EVERYTHING, NOW) == [Facet("OPEN", 8), Facet("CLOSED", 2)]
    assert store.facets("phase", EVERYTHING, NOW) == [Facet("open", 8), Facet("closed", 2)]
    assert store.facets("tag", EVERYTHING, NOW) == [Facet("x", 3), Facet("y", 2)]
    assert store.facets("tag", OPEN_ONLY, NOW) == [Facet("x", 1)]
    assert store.facets("assignee", OPEN_ONLY, NOW) == [Facet("none", 7), Facet("bob", 1)]
    assert store.facets("rule", EVERYTHING, NOW, 1) == [Facet("rule-0", 4)]
    assert store.facets("log-type", EVERYTHING, NOW) == [Facet("AWS.CloudTrail", 10)]
    assert {each.value for each in store.facets("severity", EVERYTHING, NOW)} == {
        "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL",
    }  # fmt: skip
    fields = ("quality", "verdict", "type", "sub-type", "source", "log-source", "resource-type", "rule-tag")
    for field in fields:
        assert sum(each.alerts for each in store.facets(field, EVERYTHING, NOW)) in (0, 10)
    with pytest.raises(Invalid, match="facet"):
        store.facets("title", EVERYTHING, NOW)


def test_statistics_measure_the_times_in_seconds(store: SqliteStore) -> None:
    store.add(samples(11))
    for number in range(10):
        at_ms = START_MS + number * 1000 + (number + 1) * 60_000
        store.commit(change(f"t{number}", AlertPatch(status=Set("TRIAGED")), f"alert-{number}", at_ms=at_ms))
    for number in range(3):
        at_ms = START_MS + number * 1000 + 3_600_000
        store.commit(change(f"c{number}", AlertPatch(status=Set("RESOLVED")), f"alert-{number}", at_ms=at_ms))
    store.commit(change("r", AlertPatch(status=Set("OPEN")), "alert-0"))
    found = store.statistics(EVERYTHING, NOW)
    assert found.total == 11
    assert found.by_status == {"TRIAGED": 7, "OPEN": 2, "RESOLVED": 2}
    assert found.by_quality == {counting.NO_VALUE: 11}
    assert found.by_rule == {"rule-0": 4, "rule-1": 4, "rule-2": 3}
    assert found.time_to_acknowledge == Spread(median=330.0, p90=540.0)
    assert found.time_to_close == Spread(median=3600.0, p90=3600.0)
    assert store.statistics(OPEN_ONLY, NOW).total == 2


def test_statistics_of_nothing_are_empty(store: SqliteStore) -> None:
    found = store.statistics(EVERYTHING, QueryContext(now_ms=0))
    assert (found.total, found.by_status, found.time_to_close) == (0, {}, Spread())


def test_people_are_those_who_were_added_and_everyone_seen(store: SqliteStore) -> None:
    alert = replace(
        sample(1).alert,
        assignee=Actor("eve@acme.example", "user", "Eve"),
        closed_by=Actor("robot", "api_token"),
    )
    notes = [Comment(id="1", author=Actor("carl", "user", "Carl"), body="x")]
    store.add([replace(sample(1), alert=alert, comments=notes)])
    store.add_person(Person("bob", "bob@acme.example", "Bob"))
    store.add_person(Person("gone", "gone@acme.example", "Gone", enabled=False))
    store.commit(change("c1", AlertPatch(assignee=Set("gone")), "alert-1", by=ANA))
    found = store.people()
    assert {each.id for each in found} == {"bob", "ana", "carl", "eve@acme.example"}
    assert store.people("ACME.example") == [
        Person("bob", "bob@acme.example", "Bob"),
        Person("eve@acme.example", "eve@acme.example", "Eve"),
    ]
    store.add_person(Person("bob", "bob@acme.example", "Robert"))
    assert [each.name for each in store.people("bob")] == ["Robert"]


def test_somebody_of_whom_an_id_is_known_is_not_a_second_person_by_the_e_mail_alone(
    store: SqliteStore,
) -> None:
    alert = replace(
        sample(1).alert,
        assignee=Actor("u-2", "user", "grace@acme.example"),
        acknowledged_by=Actor("Grace@acme.example"),
        closed_by=Actor("bob@acme.example"),
    )
    store.add([replace(sample(1), alert=alert)])
    store.add_person(Person("u-1", "bob@acme.example", "Bob"))
    assert [each.id for each in store.people("@acme.example")] == ["u-1", "u-2"]
    for typed, meant in (("grace@acme.example", "u-2"), ("bob@acme.example", "u-1")):
        person = person_meant(store, typed)
        assert person is not None
        assert person.id == meant


def test_related_alerts_have_the_same_rule(store: SqliteStore) -> None:
    unruled = replace(sample(50), alert=replace(sample(50).alert, detection=Detection()))
    store.add([*samples(7), unruled, replace(unruled, native_id="51")])
    assert [each.id for each in store.related(AlertId("alert-3"))] == ["alert-6", "alert-0"]
    assert store.related(AlertId("alert-50")) == []


def test_an_id_that_holds_nul_and_ids_by_the_thousand_are_found(store: SqliteStore) -> None:
    odd = replace(sample(0), alert=replace(sample(0).alert, id=AlertId("a\x00b")))
    store.add([odd, *samples(1_200, first=1)])
    ids = [AlertId("a\x00b"), AlertId("a"), *(AlertId(f"alert-{number}") for number in range(1, 1_201))]
    rowids = store.rowids_of(ids)
    assert list(rowids) == [ids[0], *ids[2:]]
    assert {row.id for row in store.rows(list(rowids.values())).values()} == set(rowids)
    assert store.rows([]) == {}
    assert store.rowids_of([]) == {}
