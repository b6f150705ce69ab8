"""What others do meanwhile waits, is told, and never moves the cursor's alert."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from alerttui.backends.registry import open_local
from alerttui.backends.store import NewAlert
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import Severity
from alerttui.triage.listing import Listing
from alerttui.tui.screens import parts, queue
from tests.alerts import BOB, an_alert, some_alerts
from tests.tui.driver import Console, running

WATCH_S = 0.02


def add(path: Path, alerts: Iterable[NewAlert]) -> None:
    """Somebody else imports alerts."""
    store, _ = open_local(path)
    store.add(alerts)
    store.close()


@asynccontextmanager
async def pair(path: Path, query: str = "") -> AsyncIterator[tuple[Console, Console]]:
    """Ana's and Bob's consoles on one file."""
    async with (
        running(some_alerts(4), path=path, query=query, watch_s=WATCH_S) as first,
        running(path=path, query=query, watch_s=WATCH_S, me=BOB) as second,
    ):
        yield first, second


async def test_new_alerts_wait_until_they_are_let_in(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(4), path=path, watch_s=WATCH_S) as console:
        await console.press("j", "j")
        add(path, [an_alert("new-1", age_min=1, severity=Severity.CRITICAL), an_alert("new-2", age_min=2)])
        await console.until(lambda: console.screen.queue.waiting.count == 2)
        assert "2 new (1 high+)" in console.top_text
        assert console.ids() == ["a-0", "a-1", "a-2", "a-3"]
        assert console.cursor == "a-2"
        await console.do("list.refresh")
        assert console.ids() == ["new-1", "new-2", "a-0", "a-1", "a-2", "a-3"]
        assert (console.cursor, console.opened()) == ("a-2", "a-2")
        assert "new (" not in console.top_text


@pytest.mark.parametrize("where", [parts, queue], ids=["at the start", "with a filter"])
async def test_what_is_written_while_a_listing_is_read_is_not_overlooked(
    where: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "alerts.db"
    late = iter([an_alert("late", age_min=1)])

    def read_and_written(*args: Any) -> Listing:
        listing = Listing(*args)
        add(path, late)
        return listing

    open_local(path)[0].close()
    monkeypatch.setattr(where, "Listing", read_and_written)
    async with running(some_alerts(4), path=path, watch_s=WATCH_S) as console:
        if where is queue:
            console.screen.queue.show(parse("is:open"))
        await console.until(lambda: console.screen.queue.waiting.count == 1)


async def test_alerts_that_do_not_match_do_not_wait(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(2), path=path, query="is:open", watch_s=WATCH_S) as console:
        add(path, [an_alert("done", age_min=1, status="RESOLVED"), an_alert("new", age_min=2)])
        await console.until(lambda: console.screen.queue.waiting.count > 0)
        assert console.screen.queue.waiting.count == 1


async def test_into_an_empty_list_new_alerts_come_by_themselves(tmp_path: Path) -> None:
    path = tmp_path / "alerts.db"
    async with running(path=path, watch_s=WATCH_S) as console:
        add(path, some_alerts(3))
        await console.until(lambda: len(console.screen.queue.listing) == 3)
        await console.until(lambda: console.opened() == "a-0")
        assert console.cursor == "a-0"


async def test_a_colleagues_change_shows_and_what_no_longer_matches_dims(tmp_path: Path) -> None:
    async with pair(tmp_path / "alerts.db", "is:open") as (ana, bob):
        await ana.press("s", "r")
        await bob.until(lambda: bool(bob.screen.queue.listing.gone))
        assert bob.ids() == ["a-0", "a-1", "a-2", "a-3"]
        assert bob.row().status == "RESOLVED"
        assert "1 no longer match" in bob.top_text
        await bob.do("list.refresh")
        assert bob.ids() == ["a-1", "a-2", "a-3"]


async def test_each_of_two_consoles_sees_what_the_other_did(tmp_path: Path) -> None:
    async with pair(tmp_path / "alerts.db") as (ana, bob):
        await ana.do("alert.take")
        await bob.until(lambda: bob.row().assignee_id == "ana")
        await bob.do("alert.take")
        assert "Take it over from" in bob.screen_text()
        await bob.press("y")
        await ana.until(lambda: ana.row().assignee_id == "bob")
        assert [entry.by.id for entry in ana.history("a-0")] == ["ana", "ana", "bob"]


async def test_letting_in_while_the_cursors_alert_is_gone_keeps_its_place(tmp_path: Path) -> None:
    async with pair(tmp_path / "alerts.db", "is:open") as (ana, bob):
        await bob.press("j", "j")
        await ana.press("j", "j", "s", "r")
        await bob.until(lambda: bool(bob.screen.queue.listing.gone))
        await bob.do("list.refresh")
        assert bob.cursor == "a-3"
        assert bob.opened() == "a-3"


async def test_letting_go_of_closed_alerts_above_skips_none_below(tmp_path: Path) -> None:
    async with running(
        some_alerts(6), path=tmp_path / "alerts.db", query="is:open", watch_s=WATCH_S
    ) as console:
        await console.press("s", "r", "s", "r", "s", "r", "z", "Z")  # on a-2 again, closed like those above
        await console.until(lambda: len(console.screen.queue.listing.gone) == 3)
        assert console.cursor == "a-2"
        await console.do("list.refresh")
        assert console.ids() == ["a-3", "a-4", "a-5"]
        assert (console.cursor, console.opened()) == ("a-3", "a-3")


async def test_an_alert_that_came_back_is_no_longer_dimmed(tmp_path: Path) -> None:
    async with pair(tmp_path / "alerts.db", "is:open") as (ana, bob):
        await ana.press("s", "r", "z")
        await bob.until(lambda: not bob.screen.queue.listing.gone and bob.row().status == "OPEN")
        assert "no longer match" not in bob.top_text


async def test_the_panes_show_what_a_colleague_did_to_the_open_alert(tmp_path: Path) -> None:
    async with pair(tmp_path / "alerts.db") as (ana, bob):
        assert bob.opened() == "a-0"
        await ana.press("s", "t")
        await bob.until(lambda: bob.row().status == "TRIAGED")
        await bob.until(lambda: "Triaged" in bob.pane_text("detail"))


async def test_a_colleagues_comment_shows_on_the_open_alert(tmp_path: Path) -> None:
    async with pair(tmp_path / "alerts.db") as (ana, bob):
        await ana.press("n")
        await ana.type("seen before")
        await ana.press("ctrl+s")
        await bob.until(lambda: "4 Comments 1" in bob.screen_text())


@pytest.mark.parametrize("keys", ["st", "sr", "un"])
async def test_a_change_does_not_overwrite_what_a_colleague_did_unseen(tmp_path: Path, keys: str) -> None:
    path = tmp_path / "alerts.db"
    async with running(some_alerts(2), path=path) as ana, running(path=path, me=BOB) as bob:
        await bob.press("s", "c", "k", "u", "u")
        assert ana.row().status == "OPEN"
        await ana.press(*keys)
        assert ana.stored("a-0").status == "CLOSED"
        quality = ana.stored("a-0").quality
        assert quality is not None
        assert quality.value == "USEFUL"
