"""Events come page by page; reading pages again doubles none, and a line that came twice is there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.mirror import Part, PartState
from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from alerttui.domain.vocabulary import AlertId
from tests.backends.mirror.telling import events, found, opened, tell, version

A_1 = AlertId("a-1")


def read(mirror: SqliteMirrorStore, *bodies: str, following: str = "", is_first: bool = True) -> int:
    """Have the mirror observe one page of events."""
    state = PartState(as_of_ms=2_000, next_cursor=following)
    return mirror.observe_events(A_1, events(*bodies), state, is_first=is_first)


def stored(mirror: SqliteMirrorStore) -> list[str]:
    """The bodies of all events, in order."""
    return [event.body for event in mirror.events(A_1, limit=1_000).results]


def test_pages_are_added_in_order_and_searched(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    before = version(mirror)
    assert read(mirror, '{"user":"mallory"}', "two", following="2") == 2
    assert read(mirror, "three", "two", is_first=False) == 2
    assert stored(mirror) == ['{"user":"mallory"}', "two", "three", "two"]
    assert mirror.part(A_1, Part.EVENTS) == PartState(as_of_ms=2_000)
    assert (found(mirror, "mallory"), found(mirror, "three")) == (1, 1)
    assert version(mirror) == before + 2


def test_pages_that_are_read_again_add_nothing(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    for _ in range(3):
        read(mirror, "one", "one", following="2")
        read(mirror, "one", "two", following="4", is_first=False)
        read(mirror, "one", "two", following="4", is_first=False)
        read(mirror, "two", is_first=False)
        read(mirror, "two", is_first=False)
    assert Counter(stored(mirror)) == {"one": 3, "two": 2}


def test_what_is_new_at_the_front_shifts_nothing(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    read(mirror, "b", "a", following="2")
    read(mirror, "a", is_first=False)
    assert read(mirror, "c", "b", following="2") == 1
    assert read(mirror, "a", "a", is_first=False) == 0
    assert stored(mirror) == ["b", "a", "a", "c"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteMirrorStore]:
    """One mirror for every example."""
    store = opened(tmp_path_factory.mktemp("shared") / "mirror.db")
    yield store
    store.close()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(bodies=st.lists(st.sampled_from("abc"), max_size=12), sizes=st.lists(st.integers(1, 4), min_size=1))
def test_any_paging_gives_what_the_server_has(
    shared: SqliteMirrorStore, bodies: list[str], sizes: list[int]
) -> None:
    shared.observe_missing([A_1], 2_000)
    tell(shared)
    for size in sizes[:3]:
        pages = [bodies[start : start + size] for start in range(0, len(bodies), size)] or [[]]
        for number, page in enumerate(pages):
            following = str(number + 1) if number + 1 < len(pages) else ""
            read(shared, *page, following=following, is_first=number == 0)
        assert stored(shared) == bodies
