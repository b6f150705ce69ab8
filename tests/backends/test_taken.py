"""What is taken is told for a batch as SQLite itself would tell it for each alert."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from alerttui.backends.sqlite.store import SqliteStore
from alerttui.backends.sqlite.taken import source_key
from alerttui.domain.vocabulary import AlertId
from tests.backends.samples import sample

SOURCES = ["panther", "Panther", "PANTHER", "É", "é", "éA", "éa", "a\x00b", "A\x00c", "a\x00bc", "a", ""]


def test_two_sources_have_one_key_exactly_where_sqlite_takes_them_for_the_same() -> None:
    connection = sqlite3.connect(":memory:")
    for one in SOURCES:
        for other in SOURCES:
            (is_same,) = connection.execute("SELECT ? = ? COLLATE NOCASE", (one, other)).fetchone()
            assert (source_key(one) == source_key(other)) == bool(is_same), (one, other)
    connection.close()


def test_one_alert_twice_in_a_batch_under_sources_of_other_case_is_known(store: SqliteStore) -> None:
    new = sample(1)
    report = store.add([new, replace(new, source=new.source.upper())])
    assert (report.added, report.known) == (1, 1)


@pytest.mark.parametrize("count", [3, 200])
def test_alerts_of_one_id_get_ids_of_their_own_within_a_batch(store: SqliteStore, count: int) -> None:
    news = [replace(sample(1), native_id=f"n{number}") for number in range(count)]
    report = store.add(news)
    assert report.added == count
    first = news[0].alert.id
    source = news[0].source
    wanted = [AlertId(each) for each in (first, f"{source}:{first}", f"{source}:{first}#2")]
    assert len(store.rowids_of(wanted)) == 3
    assert store.add(news).known == count
