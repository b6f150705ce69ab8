"""What the store makes of alerts that are put in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerttui.backends.sqlite.schema import ROWID_SEQUENCE_BITS
from alerttui.backends.sqlite.store import SqliteStore, open_store
from alerttui.backends.store import AddReport, NewAlert
from alerttui.domain.alert import (
    Actor,
    Alert,
    Comment,
    Delivery,
    Detection,
    Document,
    Event,
    Finding,
    Indicator,
    RelatedAlert,
    Risk,
    SystemFault,
)
from alerttui.domain.change import HistoryEntry
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import EVERYTHING, AlertQuery, TextTerm
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity
from tests.backends.samples import ANA, BOB, NOW, change, commented, sample, samples

HOSTILE = "\x1b]0;x\x07 [red]\u202e\x00 \ud800 \U0001f600 \r\n"


def _full(text: str) -> Alert:
    return Alert(
        id=AlertId("full"),
        title=text,
        status=text or "x",
        phase=Phase.UNKNOWN,
        severity=Severity.UNKNOWN,
        severity_word=text,
        quality=Quality.USEFUL,
        verdict="imported verdict",
        verdict_known=False,
        tags=(f"{text}1", f"{text}2"),
        rule_tags=(text, "b"),
        assignee=Actor("eve", "user", "Eve"),
        assignee_known=False,
        created_ms=1,
        first_event_ms=2,
        last_event_ms=3,
        updated_ms=4,
        updated_by=Actor("u", "api_token", "U"),
        acknowledged_ms=5,
        acknowledged_by=Actor("a"),
        closed_ms=6,
        closed_by=Actor("c", "system"),
        observed=frozenset({"closed_ms"}),
        event_count=2**70,
        duplicate_count=2**70,
        fingerprint=text,
        detection=Detection(id=text, kind="RULE", name=text, mitre_tactics=("TA1", text), active=False),
        type=text,
        sub_type=text,
        source=text,
        log_types=(text,),
        log_sources=(text, text),
        resource_types=("r",),
        system_error=SystemFault(kind=text, detection=Detection(id="d")),
        description=text,
        runbook=text,
        reference=text,
        context=text,
        deliveries=(
            Delivery(
                dispatched_ms=None, label=text, message="m", output_id="o", status_code=500, success=False
            ),
        ),
        indicators=(Indicator(kind="ip", value=text, score=3, enrichment="{}"),),
        enrichment=text,
        enrichment_status="done",
        enriched_ms=9,
        risk=Risk(level=text, score=4, override="high", override_by="x", override_ms=3),
        findings=(Finding(origin="AI", summary=text, body=text),),
        documents=(Document(title=text),),
        related=(RelatedAlert(id="r", title=text, created_ms=1, reason="x"),),
        extras=text,
    )


@pytest.mark.parametrize("text", ["", "plain", "ünï", "\U0001f600\u202e", "a\x00b", "[/]\x1b[2J"])
def test_an_alert_with_everything_comes_back_without_loss(store: SqliteStore, text: str) -> None:
    alert = _full(text)
    store.add([NewAlert(alert=alert, source=text, native_id="1", raw=b"\x00\xff")])
    assert store.alert(alert.id) == alert
    assert store.raw(alert.id) == b"\x00\xff"
    assert store.page(EVERYTHING, NOW, None, 5).results == [alert]


def test_texts_that_utf8_cannot_carry_are_kept_where_they_are_shown(store: SqliteStore) -> None:
    new = replace(
        sample(1),
        alert=replace(sample(1).alert, title=HOSTILE, description=HOSTILE, context=HOSTILE),
        events=[Event(sequence=0, body=HOSTILE)],
        comments=[Comment(id="c", author=BOB, body=HOSTILE, created_ms=1)],
    )
    store.add([new])
    alert = store.alert(new.alert.id)
    assert (alert.title, alert.description, alert.context) == (HOSTILE, HOSTILE, HOSTILE)
    assert store.events(alert.id).results[0].body == HOSTILE
    assert store.comments(alert.id).results[0].body == HOSTILE
    assert "\\ud800" in store.first_rows(EVERYTHING, NOW, 1)[0].title


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=st.text(st.characters(codec=None), max_size=30),
    created_ms=st.integers(-(2**80), 2**80),
    events=st.lists(st.text(st.characters(codec=None), max_size=10), max_size=4),
)
def test_whatever_comes_in_comes_out(text: str, created_ms: int, events: list[str]) -> None:
    store = _shared_store()
    number = store.count(EVERYTHING, NOW)
    base = sample(number).alert
    alert = replace(
        base, title=text, created_ms=created_ms, type=text, extras=text, detection=Detection(name=text)
    )
    bodies = [Event(sequence=index, body=body) for index, body in enumerate(events)]
    store.add([NewAlert(alert=alert, source="sample", native_id=str(number), raw=b"", events=bodies)])
    assert store.alert(alert.id) == alert
    assert list(store.events(alert.id).results) == bodies
    row = store.rowids_of([alert.id])[alert.id]
    assert 0 <= row < 2**63


_STORES: list[SqliteStore] = []


def _shared_store() -> SqliteStore:
    if not _STORES:
        _STORES.append(open_store(None))
    return _STORES[0]


@pytest.fixture(autouse=True, scope="module")
def _close_shared_store() -> object:
    yield
    for each in _STORES:
        each.close()
    _STORES.clear()


def test_adding_the_same_file_twice_adds_nothing(store: SqliteStore) -> None:
    assert store.add(samples(5)) == AddReport(added=5, known=0, events_added=0)
    assert store.add(samples(6)) == AddReport(added=1, known=5, events_added=0)
    assert store.count(EVERYTHING, NOW) == 6


def test_a_record_twice_in_one_file_is_one_alert(store: SqliteStore) -> None:
    assert store.add([sample(1), sample(1)]) == AddReport(added=1, known=1)


def test_a_known_alert_keeps_every_decision(store: SqliteStore) -> None:
    store.add([sample(1)])
    alert_id = sample(1).alert.id
    patch = AlertPatch(
        status=Set("CLOSED"),
        quality=Set(Quality.NOISE),
        tags=Set(("mine",)),
        assignee=Set("bob"),
        verdict=Set("benign"),
    )
    store.commit(change("c", patch, alert_id, comment="because"))
    before = store.alert(alert_id)
    newer = replace(sample(1), alert=replace(sample(1).alert, title="Other", tags=("theirs",)))
    store.add([newer])
    assert store.alert(alert_id) == before
    assert len(store.comments(alert_id).results) == 1


def test_a_known_alert_gets_the_events_that_it_lacks_and_no_other(store: SqliteStore) -> None:
    store.add([sample(1, events=2)])
    assert store.add([sample(1, events=4)]) == AddReport(added=0, known=1, events_added=2)
    assert store.add([sample(1, events=4)]).events_added == 0
    events = store.events(AlertId("alert-1"))
    assert [event.sequence for event in events.results] == [0, 1, 2, 3]
    assert [event.body for event in events.results] == [event.body for event in sample(1, events=4).events]
    assert events.total == 4
    assert store.alert(AlertId("alert-1")).event_count == 4


def test_an_event_that_came_twice_in_a_record_is_kept_twice(store: SqliteStore) -> None:
    twice = replace(sample(1), events=[Event(sequence=0, body="x"), Event(sequence=1, body="x")])
    store.add([twice])
    assert store.add([twice]).events_added == 0
    assert store.events(AlertId("alert-1")).total == 2


def test_an_id_that_another_source_has_gets_the_source_before_it(store: SqliteStore) -> None:
    store.add([sample(1)])
    others = [replace(sample(1), source=source) for source in ("falco", "wazuh")]
    assert store.add(others).added == 2
    assert {each.id for each in store.first_rows(EVERYTHING, NOW, 5)} == {
        "alert-1", "falco:alert-1", "wazuh:alert-1",
    }  # fmt: skip
    assert store.add(others).known == 2


def test_two_records_of_one_source_with_one_id_stay_two_alerts(store: SqliteStore) -> None:
    store.add([replace(sample(1), native_id=str(number)) for number in range(3)])
    assert {each.id for each in store.first_rows(EVERYTHING, NOW, 5)} == {
        "alert-1", "sample:alert-1", "sample:alert-1#2",
    }  # fmt: skip


def test_rowids_follow_time_and_then_arrival(store: SqliteStore) -> None:
    at = [
        replace(sample(n), alert=replace(sample(n).alert, created_ms=ms)) for n, ms in enumerate([9, 5, 9, 7])
    ]
    store.add(at)
    rowids = store.rowids_of([each.alert.id for each in at])
    assert [rowids[each.alert.id] for each in at] == [
        9 << ROWID_SEQUENCE_BITS,
        5 << ROWID_SEQUENCE_BITS,
        (9 << ROWID_SEQUENCE_BITS) + 1,
        7 << ROWID_SEQUENCE_BITS,
    ]


@pytest.mark.parametrize("created_ms", [-1, -(2**70), 2**43, 2**63, 2**70])
def test_times_out_of_this_world_are_kept_and_sorted_to_the_edge(store: SqliteStore, created_ms: int) -> None:
    odd = replace(sample(1), alert=replace(sample(1).alert, created_ms=created_ms))
    store.add([odd, sample(2)])
    assert store.alert(odd.alert.id).created_ms == created_ms
    ids = [row.id for row in store.first_rows(EVERYTHING, NOW, 2)]
    assert ids.index(odd.alert.id) == (1 if created_ms < 0 else 0)


def test_a_full_millisecond_spills_into_the_next(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerttui.backends.sqlite.adding._SEQUENCES", 2)
    same = [replace(sample(n), alert=replace(sample(n).alert, created_ms=5)) for n in range(5)]
    store.add(same)
    found = sorted(store.rowids_of([each.alert.id for each in same]).values())
    assert [each >> ROWID_SEQUENCE_BITS for each in found] == [5, 5, 6, 6, 7]


def test_what_came_along_is_kept_and_nothing_is_invented(store: SqliteStore) -> None:
    line = HistoryEntry(at_ms=1, by=BOB, field="status", before="a", after="b", why="w", through="panther")
    new = replace(commented(sample(1), ["one", "two"]), history=[line])
    store.add([new, sample(2)])
    assert store.history(AlertId("alert-1")) == [line]
    assert list(store.comments(AlertId("alert-1")).results) == list(new.comments)
    assert store.history(AlertId("alert-2")) == []


def test_comments_of_two_alerts_with_one_id_are_both_kept(store: SqliteStore) -> None:
    notes = [Comment(id="1", author=None, body="a"), Comment(id="", author=BOB, body="b")]
    store.add([replace(sample(number), comments=notes) for number in (1, 2)])
    for alert_id in ("alert-1", "alert-2"):
        assert [each.body for each in store.comments(AlertId(alert_id)).results] == ["a", "b"]
    assert store.comments(AlertId("alert-1")).results[0].author is None


def test_search_finds_new_events_of_a_known_alert(store: SqliteStore) -> None:
    query = AlertQuery((TextTerm("event number 3"),))
    store.add([sample(1, events=2)])
    assert store.count(query, NOW) == 0
    store.add([sample(1, events=4)])
    assert store.count(query, NOW) == 1
    with store._connections.reading() as connection:
        connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")


def test_search_stays_whole_over_many_batches_and_merges(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerttui.backends.sqlite.adding.BATCH_ALERTS", 10)
    monkeypatch.setattr("alerttui.backends.sqlite.adding.BATCHES_PER_MERGE", 4)
    monkeypatch.setattr("alerttui.backends.sqlite.adding.ANALYZED_FROM", 100)
    store.add(samples(300)[::-1])
    assert store.count(AlertQuery((TextTerm("alert 29"),)), NOW) == 11
    with store._connections.reading() as connection:
        connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")


def test_batches_before_a_broken_record_are_kept(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerttui.backends.sqlite.adding.BATCH_ALERTS", 2)

    def records() -> object:
        yield from samples(3)
        raise ValueError("line 4")

    with pytest.raises(ValueError, match="line 4"):
        store.add(records())  # type: ignore[arg-type]  # a generator that ends in an error
    assert store.count(EVERYTHING, NOW) == 2
    assert store.commit(change("c", AlertPatch(status=Set("CLOSED")), "alert-0", by=ANA))[0].ok
