"""A listing: a frozen sequence, rows by window, and a refresh that is a difference."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alerttui.backends.store import AlertStore
from alerttui.domain.listing import AlertRow
from alerttui.domain.query import AlertQuery, QueryContext
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import AlertId, Severity
from alerttui.triage.listing import FIRST_ROWS, WINDOW_ROWS, Listing, Waiting
from tests.alerts import an_alert, some_alerts
from tests.triage.conftest import Open


def a_row(rowid: int) -> AlertRow:
    """The row with this rowid."""
    return AlertRow(
        rowid, AlertId(f"a-{rowid}"), 1, f"Alert {rowid}", 3, "MEDIUM", "OPEN", 1, "", "", "", rowid, 1,
        "rule", (),
    )  # fmt: skip


@dataclass
class CountingStore:
    """Rows 0 to `count`, and how many were asked for."""

    count: int
    asked: list[int] = field(default_factory=list)

    def first_rows(self, query: AlertQuery, context: QueryContext, limit: int) -> list[AlertRow]:
        return [a_row(rowid) for rowid in range(min(limit, self.count))]

    def rows(self, rowids: Sequence[int]) -> dict[int, AlertRow]:
        self.asked.append(len(rowids))
        return {rowid: a_row(rowid) for rowid in rowids if rowid < self.count}

    def rowids(self, query: AlertQuery, context: QueryContext, chunk: int = 10_000) -> Iterator[array[int]]:
        for start in range(0, self.count, chunk):
            yield array("q", range(start, min(start + chunk, self.count)))


def counted(count: int) -> tuple[CountingStore, Listing]:
    """A listing of this many rows, loaded whole."""
    store = CountingStore(count)
    door: AlertStore = store  # type: ignore[assignment]  # what a listing needs of a store
    listing = Listing(door, parse(""), QueryContext(now_ms=0))
    sequence = listing.load(lambda: False)
    assert sequence is not None
    listing.adopt(sequence)
    return store, listing


def listing_of(open_session: Open, count: int, query: str = "") -> tuple[AlertStore, Listing]:
    """A listing over a real store."""
    session = open_session(some_alerts(count))
    return session.store, Listing(session.store, parse(query), session.query_context())


def ids(listing: Listing) -> list[str]:
    """The listed ids."""
    return [row.id for row in listing.window(0, len(listing)) if row is not None]


def test_the_first_screenful_is_there_at_once_and_the_rest_when_loaded(open_session: Open) -> None:
    _, listing = listing_of(open_session, FIRST_ROWS + 50)
    assert (len(listing), listing.complete) == (FIRST_ROWS, False)
    sequence = listing.load(lambda: False)
    assert sequence is not None
    listing.adopt(sequence)
    assert (len(listing), listing.complete) == (FIRST_ROWS + 50, True)
    assert ids(listing)[:3] == ["a-0", "a-1", "a-2"]
    assert ids(listing)[-1] == f"a-{FIRST_ROWS + 49}"


def test_a_short_listing_is_complete_at_once(open_session: Open) -> None:
    _, listing = listing_of(open_session, 3)
    assert listing.complete
    assert listing.row(-1) is None
    assert listing.row(3) is None


def test_loading_and_comparing_can_be_cancelled() -> None:
    _, listing = counted(50_000)
    assert listing.load(lambda: True) is None
    assert listing.newer(lambda: True) is None


def test_a_window_is_read_with_one_query_and_neighbours_with_none() -> None:
    store, listing = counted(5_000)
    listing.window(2_000, 40)
    assert store.asked == [WINDOW_ROWS]
    listing.window(2_010, 30)
    assert store.asked == [WINDOW_ROWS]


def test_jumps_over_a_hundred_thousand_rows_read_a_window_each() -> None:
    store, listing = counted(100_000)
    for position in (0, 99_999, 50_000, 25_000, 75_000):
        row = listing.row(position)
        assert row is not None
        assert row.rowid == position
    assert len(store.asked) <= 4
    assert listing.position(99_999) == 99_999
    assert listing.position(100_000) is None
    refresh = listing.newer(lambda: False)
    assert refresh is not None
    assert (len(refresh.arrived), len(refresh.gone)) == (0, 0)


def test_the_cache_stays_bounded() -> None:
    store, listing = counted(100_000)
    for position in range(0, 100_000, WINDOW_ROWS):
        listing.row(position)
    assert sum(listing.known(rowid) is not None for rowid in range(100_000)) < 25_000
    assert store.asked


def test_newer_tells_what_arrived_and_what_is_gone_and_changes_nothing(open_session: Open) -> None:
    store, listing = listing_of(open_session, 3)
    store.add([an_alert("new", age_min=1, severity=Severity.HIGH), an_alert("newer", age_min=0)])
    refresh = listing.newer(lambda: False)
    assert refresh is not None
    assert ids(listing) == ["a-0", "a-1", "a-2"]
    assert listing.waiting(refresh) == Waiting(2, 1)
    assert refresh.gone == frozenset()
    listing.adopt(refresh.rowids)
    assert ids(listing) == ["newer", "new", "a-0", "a-1", "a-2"]


def test_adopting_forgets_what_was_gone() -> None:
    _, listing = counted(10)
    listing.gone = frozenset({3})
    listing.adopt(array("q", [1, 2]))
    assert listing.gone == frozenset()
    assert ids(listing) == ["a-1", "a-2"]


def test_an_alert_that_is_no_more_is_an_empty_row() -> None:
    store, listing = counted(10)
    listing.forget()
    store.count = 5
    assert listing.row(7) is None
    assert [row is None for row in listing.window(3, 4)] == [False, False, True, True]
    assert [row.rowid for row in listing.rows_of([1, 7, 2])] == [1, 2]


def test_an_overlay_shows_what_a_change_will_make_until_it_is_settled() -> None:
    _, listing = counted(10)
    listing.overlay([2, 3], lambda row: row._replace(status="RESOLVED"))
    shown = [row.status for row in listing.window(1, 3) if row is not None]
    assert shown == ["OPEN", "RESOLVED", "RESOLVED"]
    assert listing.pending == {2, 3}
    known = listing.known(2)
    assert known is not None
    assert known.status == "OPEN"
    listing.settle([2])
    assert listing.pending == {3}
    settled = listing.row(2)
    assert settled is not None
    assert settled.status == "OPEN"


def test_forgotten_rows_are_read_anew() -> None:
    store, listing = counted(10)
    before = len(store.asked)
    listing.forget([4])
    listing.row(4)
    assert len(store.asked) == before + 1
    listing.row(4)
    assert len(store.asked) == before + 1


def test_rows_are_given_in_the_order_asked_for() -> None:
    _, listing = counted(300)
    assert [row.rowid for row in listing.rows_of([250, 3, 120])] == [250, 3, 120]
