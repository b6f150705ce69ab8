"""Several threads, stores and processes on one file."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from alerttui.backends.sqlite.store import SqliteStore, open_store
from alerttui.domain.alert import Actor
from alerttui.domain.change import ChangeKind
from alerttui.domain.errors import StoreError
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from tests.backends.samples import ANA, NOW, NOW_MS, change, samples

_ROOT = Path(__file__).parents[2]

_WRITER = """
import sys
from pathlib import Path
from alerttui.backends.sqlite.store import open_store
from alerttui.domain.patch import AlertPatch, Set
from tests.backends.samples import change, samples
store = open_store(Path(sys.argv[1]))
name = sys.argv[2]
sys.stdout.write("ready\\n"); sys.stdout.flush()
sys.stdin.readline()
for number in range(20):
    store.add(samples(10, first=int(sys.argv[3]) + 10 * number))
    patch = AlertPatch(tags=Set((f"{name}{number}",)))
    store.commit(change(f"{name}-{number}", patch, "alert-0", comment=name))
store.close()
"""

_ENDLESS = """
import sys
from itertools import count
from pathlib import Path
from alerttui.backends.sqlite import adding
from alerttui.backends.sqlite.store import open_store
from tests.backends.samples import sample
adding.BATCH_ALERTS = 50
def records():
    for number in count():
        if number == 500:
            sys.stdout.write("going\\n"); sys.stdout.flush()
        yield sample(number, events=3)
open_store(Path(sys.argv[1])).add(records())
"""


def _start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=_ROOT,
        env={"PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_two_stores_on_one_file_see_each_other(tmp_path: Path) -> None:
    one, two = open_store(tmp_path / "a.db"), open_store(tmp_path / "a.db")
    version = two.data_version()
    assert two.data_version() == version
    one.add(samples(2))
    assert two.data_version() != version
    assert two.count(EVERYTHING, NOW) == 2
    version = one.data_version()
    two.commit(change("c1", AlertPatch(status=Set("CLOSED")), "alert-1"))
    assert one.data_version() != version
    assert one.alert(AlertId("alert-1")).status == "CLOSED"
    assert one.journal()[0].change.id == "c1"
    one.close()
    two.close()


def test_data_version_is_one_number_for_all_threads_and_counts_own_writes(store: SqliteStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: store.data_version(), range(16)))) == 1
        before = store.data_version()
        pool.submit(store.add, samples(1)).result()
        assert store.data_version() != before
        before = store.data_version()
        store.add_comment(AlertId("alert-0"), "hello", ANA, NOW_MS)
        assert pool.submit(store.data_version).result() != before


def test_writers_of_two_processes_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    store = open_store(path)
    store.add(samples(1))
    writers = [_start(_WRITER, str(path), name, first) for name, first in (("x", "1000"), ("y", "2000"))]
    for writer in writers:
        assert _line(writer) == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for number in range(20):
        store.commit(change(f"z-{number}", AlertPatch(assignee=Set(f"z{number}")), "alert-0", comment="z"))
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert store.count(EVERYTHING, NOW) == 401
    assert len(store.journal(1000)) == 60
    assert store.comments(AlertId("alert-0"), None, 100).total == 60
    fields = [line.field for line in store.history(AlertId("alert-0"))]
    assert (fields.count("tags"), fields.count("assignee"), fields.count("comment")) == (40, 20, 60)
    store.close()


def test_threads_that_write_at_once_lose_nothing(store: SqliteStore) -> None:
    store.add(samples(1))

    def work(name: int) -> None:
        for number in range(10):
            store.add(samples(5, first=1000 * (name + 1) + 5 * number))
            patch = AlertPatch(tags=Set((f"t{name}-{number}",)))
            store.commit(change(f"{name}-{number}", patch, "alert-0", by=Actor(f"p{name}")))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert store.count(EVERYTHING, NOW) == 201
    assert len(store.journal(1000)) == 40


def test_opening_a_new_file_from_many_threads_at_once_makes_one_store(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.db"
    barrier = threading.Barrier(6)

    def opened(_: int) -> SqliteStore:
        barrier.wait()
        return open_store(path)

    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(opened, range(6)))
    stores[0].add(samples(1))
    assert [each.count(EVERYTHING, NOW) for each in stores] == [1] * 6
    for each in stores:
        each.close()


def test_a_process_killed_while_it_adds_leaves_whole_alerts_and_a_usable_store(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    process = _start(_ENDLESS, str(path))
    assert _line(process) == "going\n"
    process.kill()
    process.communicate()
    reader = open_store(path, read_only=True)
    found = reader.count(EVERYTHING, NOW)
    assert found >= 400
    reader.close()
    store = open_store(path)
    assert store.count(EVERYTHING, NOW) == found
    with store._connections.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (found * 3,)
        assert connection.execute("SELECT count(*) FROM search_documents").fetchone() == (found,)
        connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
    store.add(samples(found + 10))
    assert store.count(EVERYTHING, NOW) == found + 10
    store.close()


def test_a_listing_that_is_read_slowly_neither_sees_nor_blocks_a_write(store: SqliteStore) -> None:
    store.add(samples(30))
    listing = store.rowids(EVERYTHING, NOW, chunk=10)
    first = next(listing)
    store.commit(change("c1", AlertPatch(status=Set("CLOSED")), "alert-1"))
    store.add(samples(5, first=100))
    rest = [rowid for chunk in listing for rowid in chunk]
    assert len(first) + len(rest) == 30
    assert store.count(EVERYTHING, NOW) == 35


def test_a_listing_can_be_stopped(store: SqliteStore) -> None:
    store.add(samples(30))
    for _ in range(5):
        listing = store.rowids(EVERYTHING, NOW, chunk=10)
        next(listing)
        listing.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(store._connections._leases) <= 3


def test_closing_ends_a_listing_of_another_thread_with_a_plain_error(store: SqliteStore) -> None:
    store.add(samples(30))
    listing = store.rowids(EVERYTHING, NOW, chunk=10)
    next(listing)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        next(listing)


def test_connections_of_threads_that_ended_are_let_go(store: SqliteStore) -> None:
    for _ in range(8):
        thread = threading.Thread(target=store.count, args=(EVERYTHING, NOW))
        thread.start()
        thread.join()
    assert len(store._connections._leases) <= 3


@pytest.mark.parametrize(
    "work",
    [
        lambda store: store.commit(change("c1", AlertPatch(status=Set("CLOSED")), "alert-1", comment="x")),
        lambda store: store.add_comment(AlertId("alert-1"), "hello", ANA, NOW_MS),
        lambda store: store.add(samples(3, first=50)),
    ],
)
def test_a_write_that_fails_half_way_leaves_nothing_behind(
    store: SqliteStore, work: Callable[[SqliteStore], object]
) -> None:
    store.add(samples(3))
    with store._connections.reading() as connection:
        connection.execute(
            "CREATE TEMP TRIGGER broken BEFORE INSERT ON history "
            "BEGIN SELECT RAISE(ABORT, 'disk on fire'); END"
        )
        connection.execute(
            "CREATE TEMP TRIGGER broken2 BEFORE INSERT ON search_documents "
            "BEGIN SELECT RAISE(ABORT, 'disk on fire'); END"
        )
    before = store.alert(AlertId("alert-1"))
    with pytest.raises(StoreError, match="disk on fire"):
        work(store)
    assert store.alert(AlertId("alert-1")) == before
    assert store.count(EVERYTHING, NOW) == 3
    assert store.journal() == []
    assert store.comments(AlertId("alert-1")).results == []


def test_an_undo_across_stores_reads_the_same_journal(tmp_path: Path) -> None:
    one = open_store(tmp_path / "a.db")
    one.add(samples(2))
    one.commit(change("c1", AlertPatch(status=Set("CLOSED")), "alert-1"))
    one.close()
    two = open_store(tmp_path / "a.db")
    entry = two.undoable(ANA)
    assert entry is not None
    undo = change("u1", entry.outcomes[0].before, "alert-1", kind=ChangeKind.UNDO, reverses=entry.change.id)
    assert two.commit(undo)[0].ok
    assert two.alert(AlertId("alert-1")).status == "OPEN"
    two.close()


def test_a_store_is_closed_while_another_thread_asks_whether_anybody_wrote(tmp_path: Path) -> None:
    """Closing a connection under a running statement ends the process, whatever Python says."""
    path = tmp_path / "alerts.db"
    for _ in range(60):
        opened = open_store(path)
        begun = threading.Event()

        def ask(store: SqliteStore = opened, begun: threading.Event = begun) -> None:
            with suppress(StoreError):
                while True:
                    store.data_version()
                    begun.set()

        asking = threading.Thread(target=ask)
        asking.start()
        begun.wait(5)
        opened.close()
        asking.join(5)
        assert not asking.is_alive()
