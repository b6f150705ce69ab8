"""A file is the mirror of one system, and of no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alerttui.backends import registry
from alerttui.backends.mirror import MirrorIdentity
from alerttui.backends.sqlite.mirror.store import open_mirror
from alerttui.backends.sqlite.store import open_store
from alerttui.domain.errors import NotSupported, ReadOnly, StoreError
from alerttui.domain.patch import AlertPatch
from alerttui.domain.pending import EditKey
from alerttui.domain.vocabulary import AlertId
from tests.backends.mirror.telling import ANA, CAPABILITIES, IDENTITY, change, opened, status, tell
from tests.backends.samples import samples


def test_a_mirror_is_opened_again_by_its_own_system(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    first = opened(path)
    tell(first)
    first.close()
    again = registry.open_mirror(path)
    again.bind(IDENTITY, CAPABILITIES)
    assert again.alert(AlertId("a-1")).status == "OPEN"
    again.close()


@pytest.mark.parametrize(
    "other",
    [
        replace(IDENTITY, backend="chad"),
        replace(IDENTITY, url="https://api.other.example"),
        replace(IDENTITY, tenant=""),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_a_mirror_of_another_system_is_refused_untouched(
    tmp_path: Path, other: MirrorIdentity, read_only: bool
) -> None:
    path = tmp_path / "mirror.db"
    opened(path).close()
    before = path.read_bytes()
    store = open_mirror(path, read_only=read_only)
    with pytest.raises(StoreError) as refusal:
        store.bind(other, CAPABILITIES)
    assert "https://api.acme.example" in str(refusal.value)
    assert other.url in str(refusal.value)
    assert other.backend in str(refusal.value)
    store.close()
    assert path.read_bytes() == before


def test_reading_only_makes_no_mirror(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no mirror"):
        open_mirror(tmp_path / "mirror.db", read_only=True)
    assert not list(tmp_path.iterdir())


def test_a_local_store_with_alerts_is_no_mirror(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    local = open_store(path)
    local.add(samples(2))
    local.close()
    store = open_mirror(path)
    with pytest.raises(StoreError, match="local store"):
        store.bind(IDENTITY, CAPABILITIES)
    store.close()


def test_what_needs_to_know_the_system_says_that_it_was_not_bound(tmp_path: Path) -> None:
    store = open_mirror(tmp_path / "mirror.db")
    with pytest.raises(StoreError, match="not bound"):
        store.enqueue(change("c-1", status("TRIAGED")))
    store.close()


def test_reading_only_reads_and_refuses_every_write(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    writer = opened(path)
    tell(writer)
    writer.enqueue(change("c-1", status("TRIAGED")))
    writer.close()
    store = opened(path, read_only=True)
    key = EditKey("c-1", 0)
    assert store.alert(AlertId("a-1")).status == "TRIAGED"
    assert store.pending_counts().queued == 1
    assert [each.key for each in store.pending()] == [key]
    for write in (
        lambda: tell(store, requested_ms=9_000),
        lambda: store.enqueue(change("c-2", status("OPEN"))),
        lambda: store.begin_sending([key]),
        lambda: store.drop([key]),
        lambda: store.purge(2**42),
    ):
        with pytest.raises(ReadOnly):
            write()
    store.close()


def test_what_only_a_local_store_writes_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path / "mirror.db")
    tell(store)
    for write in (
        lambda: store.add(samples(1)),
        lambda: store.commit(change("c-1", AlertPatch())),
        lambda: store.add_comment(AlertId("a-1"), "text", ANA, 1),
        lambda: store.edit_comment("c", "text", ANA, 1),
    ):
        with pytest.raises(NotSupported, match="is a mirror"):
            write()
    store.close()
