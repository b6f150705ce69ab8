"""`alerttui doctor` on a remote profile: way, server and mirror; bounded, and silent about secrets."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import cast

import pytest

from alerttui.backends.contract import Backend, Identity
from alerttui.backends.remote.asking import Answer
from alerttui.backends.remote.clock import clock_ahead_ms
from alerttui.cli.doctor.connection import server_sections
from alerttui.cli.reaching import Reach, reach
from tests.cli.conftest import Run
from tests.cli.remote import MARKER, Served, configure, make_mirror, panther, prod

__all__ = ["panther"]


def report(run: Run, *arguments: str) -> tuple[int, dict[str, dict[str, dict[str, str]]], list[str]]:
    """Exit code, sections and problems."""
    done = run("doctor", "--profile", "prod", "--json", *arguments)
    found = json.loads(done.stdout)
    assert MARKER not in done.output
    return (
        done.exit_code,
        found["sections"],
        [f"{each['about']}: {each['what']}" for each in found["problems"]],
    )


def test_a_remote_profile_that_works_is_told_whole(run: Run, home: Path, panther: Served) -> None:
    configure(home, prod(panther.url, 'me = "ada@example.com"\nrequests_per_minute = 60\n'))
    make_mirror(home)
    exit_code, sections, problems = report(run)
    assert (exit_code, problems) == (0, [])
    way, server, store = sections["Way to the server"], sections["Server"], sections["Store"]
    assert way["address"] == {"value": panther.url, "note": "file ~/config/alerttui/config.toml, line 3"}
    assert way["encryption"]["value"] == "none: plain HTTP on this machine"
    assert way["proxy"]["value"] == "none"
    assert way["at most"]["value"] == "60 requests a minute"
    assert (server["reached"]["value"], server["me"]["value"]) == ("yes", "Ada Lovelace")
    assert store["file"]["value"].startswith("~/data/alerttui/mirrors/panther-127.0.0.1-")
    assert (store["unsent"]["value"], store["covers"]["value"]) == ("nothing", "nothing yet")
    assert sections["What it can do"]["set status"]["value"] == "yes"
    said = sections["Configuration"]
    assert said["prod.me"] == {
        "value": "ada@example.com",
        "note": "file ~/config/alerttui/config.toml, line 5",
    }
    assert said["prod.token_env"]["value"] == "PROD_TOKEN"


def test_what_waits_in_the_mirror_is_told(run: Run, home: Path, panther: Served) -> None:
    configure(home, prod(panther.url))
    make_mirror(home, unsent=2)
    exit_code, sections, problems = report(run)
    assert exit_code == 0
    assert sections["Store"]["unsent"]["value"] == "2 unsent"
    assert all(each.startswith("mirror: 2 changes unsent for up to") for each in problems)


def test_a_mirror_that_was_not_made_is_nothing_wrong(run: Run, home: Path, panther: Served) -> None:
    configure(home, prod(panther.url))
    exit_code, sections, _ = report(run)
    assert (exit_code, sections["Store"]["check"]["value"]) == (0, "not made yet")


def test_without_a_server_the_rest_is_told_all_the_same(run: Run, home: Path, panther: Served) -> None:
    configure(home, prod("http://127.0.0.1:1"))
    make_mirror(home)
    exit_code, sections, problems = report(run)
    assert exit_code == 1
    assert len(problems) == 1
    assert "refused the connection" in problems[0]
    assert sections["Store"]["check"]["value"] == "fine"


def test_a_token_that_cannot_be_read_is_told_once(
    run: Run, home: Path, panther: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROD_TOKEN")
    configure(home, prod(panther.url))
    exit_code, _, problems = report(run)
    assert exit_code == 1
    assert [each.split(",")[0] for each in problems] == ["token: the variable PROD_TOKEN"]
    assert panther.standin.requests == []


def test_a_proxy_and_plain_http_are_told_without_the_proxys_password(
    run: Run, home: Path, panther: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://ana:{MARKER}@127.0.0.1:1")
    configure(home, prod("http://soc.example", "allow_http = true\n"))
    _, sections, problems = report(run)
    way = sections["Way to the server"]
    assert way["proxy"] == {"value": "http://127.0.0.1:1", "note": "http_proxy"}
    assert way["encryption"]["note"].endswith("line 5")
    assert "connection: the token and every alert cross the network in clear text (allow_http)" in problems


def test_memory_that_is_not_there_is_told(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerttui.config.mirror_place.read_mounts", lambda: ())
    configure(home, prod(more='cache = "memory"\n'))
    exit_code, _, problems = report(run)
    assert exit_code == 1
    assert problems[0].startswith('configuration: cache = "memory" cannot be kept here')


# -- bounds


class Silent:
    """A backend that never answers, and never closes."""

    async def identity(self) -> Identity:
        await asyncio.sleep(3_600)
        raise AssertionError

    async def close(self) -> None:
        await asyncio.sleep(3_600)


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerttui.cli.reaching.CLOSING_S", 0.05)
    began = time.monotonic()
    found = reach(cast(Backend, Silent()), longest_s=0.05)
    assert time.monotonic() - began < 5
    assert "no answer within" in str(found.error)


# -- clocks


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Wed, 18 Nov 2026 11:06:40 GMT", 500),
        ("Wed, 18 Nov 2026 11:08:40 GMT", 120_500),
        ("yesterday", None),
        ("", None),
        ("Wed, 18 Nov 99999 11:06:40 GMT", None),
    ],
)
def test_the_servers_clock_is_read_from_an_answer(date: str, expected: int | None) -> None:
    answer = Answer(status=200, headers={"date": date}, requested_ms=1_795_000_000_000)
    assert clock_ahead_ms(answer) == expected


@pytest.mark.parametrize(
    ("ahead_ms", "words", "is_told"),
    [
        (1_000, "as here, within 2 seconds", False),
        (-59_000, "59 seconds behind this one", False),
        (120_500, "120 seconds ahead of this one", True),
    ],
)
def test_clocks_that_differ_much_are_a_problem(ahead_ms: int, words: str, is_told: bool) -> None:
    section = server_sections(Reach(identity=Identity(me=None, clock_ahead_ms=ahead_ms)))[0]
    assert words in [fact.value for fact in section.facts]
    assert bool(section.problems) is is_told
