"""A mirror whose token ends: it says so, waits, and goes on at once with a new one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from alerttui.domain.errors import NotLetIn, NotSupported
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from tests.doorkeeper import DoorEntrance, SignedInRemote
from tests.triage.mirror.conftest import Mirrored, OpenMirrored
from tests.triage.mirror.remote import Clock

RESOLVED = AlertPatch(status=Set("RESOLVED"))


def signed_in(path: Path, *, stored: str = "good") -> tuple[Mirrored, DoorEntrance]:
    """A mirror on a remote with a door, whose token is good."""
    remote = SignedInRemote(Clock())
    remote.fill(3, open_first=3)
    remote.door.valid.add("good")
    entrance = DoorEntrance(remote, stored)
    return Mirrored(remote, path, entrance=entrance), entrance


async def test_a_new_token_reads_and_sends_at_once(tmp_path: Path) -> None:
    mirrored, entrance = signed_in(tmp_path / "m.db")
    await mirrored.sync_for(1)
    entrance.remote.door.valid.clear()
    await mirrored.session.change([AlertId("r-0")], RESOLVED)
    with pytest.raises(NotLetIn):
        await mirrored.send()
    link = mirrored.running.link
    assert (link.is_let_in, link.wait_ms() > 60_000) == (False, True)
    assert not mirrored.running.state.is_let_in
    entrance.remote.door.valid.add("new")
    await mirrored.mirror.signed_in("new")
    assert (link.wait_ms(), link.is_let_in, entrance.kept) == (0, True, ["new"])
    await mirrored.send()
    assert entrance.remote.alerts[AlertId("r-0")].status == "RESOLVED"
    mirrored.close()


async def test_without_a_token_nothing_is_asked_and_the_first_one_connects(tmp_path: Path) -> None:
    mirrored, entrance = signed_in(tmp_path / "m.db", stored="")
    await mirrored.sync_for(1)
    assert (entrance.remote.asked.total(), mirrored.running.link.backend) == (0, None)
    await mirrored.mirror.signed_in("good")
    await mirrored.sync_for(1)
    assert entrance.remote.asked["page"]
    mirrored.close()


async def test_a_refusal_of_the_old_token_does_not_lose_the_new_one(tmp_path: Path) -> None:
    mirrored, entrance = signed_in(tmp_path / "m.db")
    link, remote = mirrored.running.link, entrance.remote
    await mirrored.sync_for(1)
    remote.door.valid.clear()
    is_asked, may_answer = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> str:
        token = remote.token
        is_asked.set()
        await may_answer.wait()
        if token not in remote.door.valid:
            raise NotLetIn("It ended.")
        return "answered"

    asking = asyncio.create_task(link.ask(slow))
    await is_asked.wait()
    remote.door.valid.add("new")
    await mirrored.mirror.signed_in("new")
    may_answer.set()
    assert await asking == "answered"
    assert (link.is_let_in, link.wait_ms()) == (True, 0)
    mirrored.close()


async def test_the_advice_ends_every_refusal(tmp_path: Path) -> None:
    mirrored, entrance = signed_in(tmp_path / "m.db", stored="old")
    mirrored.running.link.advice = "Sign in: so"
    with pytest.raises(NotLetIn, match=r"the token ended\. Sign in: so$"):
        await mirrored.mirror.identity()
    entrance.stored = ""
    mirrored.running.link.backend = None
    with pytest.raises(NotLetIn, match=r"Nobody is signed in to fake\. Sign in: so$"):
        await mirrored.mirror.identity()
    mirrored.close()


async def test_where_there_is_no_entrance_nobody_signs_in(mirrored: OpenMirrored) -> None:
    with pytest.raises(NotSupported):
        mirrored().mirror.sign_in()
