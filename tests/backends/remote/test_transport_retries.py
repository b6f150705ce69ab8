"""What is tried again, after which pause, and what is told when it is given up."""

from __future__ import annotations

import asyncio
import socket
from email.utils import formatdate

import httpx
import pytest

from alerttui.backends.contract import Waiting
from alerttui.backends.remote.asking import Request
from alerttui.backends.remote.transport.retrying import backoff_ms, retry_after_ms
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import (
    NotPermitted,
    Rejected,
    ServerDown,
    SlowDown,
    Unavailable,
    Unreachable,
)
from tests.backends.remote.stage import START_MS, Stage, Step, change, get

OK = httpx.Response(200, json={})
LOST = (httpx.ReadTimeout("slow"), httpx.ReadError("cut"), httpx.WriteError("cut"))
NEVER_SENT = (httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("busy"))


@pytest.mark.parametrize("first", [*LOST, *NEVER_SENT, *map(httpx.Response, (429, 502, 503, 504))])
@pytest.mark.parametrize("asked", [get(), change()], ids=["read", "change"])
async def test_what_may_be_repeated_is(first: Step, asked: Request) -> None:
    stage = Stage(first, first, first, OK)
    answer = await stage.transport.ask(asked)
    assert answer.status == 200
    assert len(stage.sent) == 4
    assert stage.slept == [0.5, 1.0, 2.0]
    assert answer.requested_ms == START_MS + 3500


async def test_four_tries_are_enough() -> None:
    stage = Stage(httpx.Response(503, text="closed for today"))
    with pytest.raises(
        ServerDown, match=r"Could not read alerts: api\.acme\.example .*503.*closed for today"
    ):
        await stage.transport.ask(get())
    assert len(stage.sent) == 4


async def test_who_waits_is_told_until_when_and_why() -> None:
    stage = Stage(httpx.Response(503), httpx.Response(429, headers={"Retry-After": "7"}), OK)
    await stage.transport.ask(get())
    assert stage.waits == [
        Waiting(START_MS + 500, "Panther is not available"),
        None,
        Waiting(START_MS + 7500, "Panther asks to wait"),
        None,
    ]


async def test_a_cancelled_wait_is_over_for_who_was_told() -> None:
    stage = Stage(httpx.Response(503), sleeps_forever=True)
    asking = asyncio.ensure_future(stage.transport.ask(get()))
    while not stage.waits:
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert stage.waits[-1] is None


@pytest.mark.parametrize("safety", [RetrySafety.SETTLE, RetrySafety.NEVER])
@pytest.mark.parametrize("lost", LOST)
async def test_what_may_have_left_is_never_repeated_unless_that_is_safe(
    safety: RetrySafety, lost: Exception
) -> None:
    stage = Stage(lost, OK)
    with pytest.raises(Unreachable, match="may have been done") as caught:
        await stage.transport.ask(change(safety, method="POST"))
    assert caught.value.may_have_acted
    assert len(stage.sent) == 1


@pytest.mark.parametrize("safety", [RetrySafety.SETTLE, RetrySafety.NEVER])
@pytest.mark.parametrize("failed", NEVER_SENT)
async def test_what_never_left_is_repeated_and_never_in_doubt(safety: RetrySafety, failed: Exception) -> None:
    stage = Stage(failed)
    with pytest.raises(Unreachable) as caught:
        await stage.transport.ask(change(safety, method="POST"))
    assert not caught.value.may_have_acted
    assert len(stage.sent) == 4


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_says_it_did_not_leaves_no_doubt(status: int) -> None:
    stage = Stage(httpx.Response(status))
    with pytest.raises(Unavailable) as caught:
        await stage.transport.ask(change(RetrySafety.NEVER, method="POST"))
    assert not caught.value.may_have_acted
    assert len(stage.sent) == 1


@pytest.mark.parametrize("status", [500, 501, 502, 504, 599])
async def test_any_other_failure_of_a_server_leaves_a_change_in_doubt(status: int) -> None:
    stage = Stage(httpx.Response(status))
    with pytest.raises(ServerDown) as caught:
        await stage.transport.ask(change(RetrySafety.SETTLE))
    assert caught.value.may_have_acted
    assert len(stage.sent) == 1


async def test_reading_is_never_in_doubt() -> None:
    for step in (*LOST, httpx.Response(500), httpx.Response(502), httpx.Response(204)):
        with pytest.raises(Unavailable) as caught:
            await Stage(step).transport.ask(get())
        assert not caught.value.may_have_acted


async def test_an_inner_error_is_tried_once_more_for_reading_only() -> None:
    reading, changing = Stage(httpx.Response(500)), Stage(httpx.Response(500))
    for stage, request in ((reading, get()), (changing, change())):
        with pytest.raises(ServerDown):
            await stage.transport.ask(request)
    assert (len(reading.sent), len(changing.sent)) == (2, 1)


@pytest.mark.parametrize(
    "last", [httpx.ConnectError("refused"), httpx.Response(429), httpx.Response(503), httpx.Response(403)]
)
async def test_doubt_of_one_try_outlives_the_clear_failure_of_the_next(
    last: Step,
) -> None:
    with pytest.raises(Unavailable) as caught:
        await Stage(httpx.ReadTimeout("slow"), last).transport.ask(change())
    assert caught.value.may_have_acted
    assert "may have been done" in str(caught.value)


async def test_a_refusal_of_the_second_try_does_not_say_that_the_first_was_refused() -> None:
    stage = Stage(httpx.ReadTimeout("slow"), httpx.Response(409, json={"message": "already closed"}))
    with pytest.raises(Unreachable, match="already closed") as caught:
        await stage.transport.ask(change())
    assert caught.value.may_have_acted


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422])
async def test_a_refusal_is_not_repeated(status: int) -> None:
    stage = Stage(httpx.Response(status))
    with pytest.raises((Rejected, Unavailable)) as caught:
        await stage.transport.ask(change())
    assert len(stage.sent) == 1
    assert not getattr(caught.value, "may_have_acted", False)


async def test_a_permission_that_lacks_is_named() -> None:
    stage = Stage(httpx.Response(403, json={"error": "forbidden"}))
    with pytest.raises(NotPermitted, match=r"forbidden.*Manage Alerts") as caught:
        await stage.transport.ask(get(permission="Manage Alerts"))
    assert caught.value.permission == "Manage Alerts"


@pytest.mark.parametrize("asked", ["61", "3600", "999999999999999999999999"])
async def test_a_long_wait_is_for_the_caller(asked: str) -> None:
    for status in (429, 503):
        stage = Stage(httpx.Response(status, headers={"Retry-After": asked}))
        with pytest.raises(SlowDown) as caught:
            await stage.transport.ask(get())
        assert len(stage.sent) == 1
        assert caught.value.retry_at_ms == START_MS + min(int(asked), 86_400) * 1000


async def test_too_many_requests_without_a_time_come_back_later() -> None:
    stage = Stage(httpx.Response(429))
    with pytest.raises(SlowDown) as caught:
        await stage.transport.ask(get())
    assert len(stage.sent) == 4
    assert caught.value.retry_at_ms == stage.now_ms + 30_000


async def test_a_wait_that_a_server_asks_for_is_not_shorter_than_our_own_patience() -> None:
    for asked in ("0", "-5", "soon", ""):
        stage = Stage(httpx.Response(429, headers={"Retry-After": asked}), OK)
        await stage.transport.ask(get())
        assert stage.slept == [0.5]


def test_retry_after_in_every_spelling() -> None:
    now = START_MS
    assert retry_after_ms("7", now) == 7000
    assert retry_after_ms(" 1.5 ", now) == 1500
    assert retry_after_ms("-3", now) == 0
    assert retry_after_ms("1" + "0" * 40, now) == 86_400_000
    assert retry_after_ms(formatdate(now / 1000 + 20, usegmt=True), now) == 20_000
    assert retry_after_ms(formatdate(now / 1000 - 20, usegmt=True), now) == 0
    assert retry_after_ms("Fri, 31 Dec 9999 23:59:59 GMT", now) == 86_400_000
    for nonsense in ("", "soon", "nan", "inf", "1e3", "0x10", "٣", "Fri, 99 Foo 2026", "1" * 100, "7, 8"):
        assert retry_after_ms(nonsense, now) is None, nonsense


def test_a_date_is_read_against_the_clock_of_the_server_that_wrote_it() -> None:
    wrong = START_MS / 1000 + 7200
    value, date = formatdate(wrong + 20, usegmt=True), formatdate(wrong, usegmt=True)
    assert retry_after_ms(value, START_MS, date) == 20_000
    assert retry_after_ms(value, START_MS, "nonsense") == 7_220_000


def test_the_pause_doubles_up_to_its_cap_and_is_spread() -> None:
    assert [backoff_ms(tries, lambda: 1.0) for tries in range(1, 7)] == [500, 1000, 2000, 4000, 8000, 8000]
    assert backoff_ms(3, lambda: 0.25) == 500
    assert backoff_ms(3, lambda: 0.0) == 0


async def test_each_failure_has_its_own_words() -> None:
    def chained(cause: Exception) -> Exception:
        error = httpx.ConnectError("All connection attempts failed")
        error.__cause__ = cause
        return error

    cases: list[tuple[Exception, str]] = [
        (chained(socket.gaierror(-2, "x")), "no such host: api.acme.example"),
        (chained(ConnectionRefusedError(111, "x")), "api.acme.example refused the connection"),
        (chained(ExceptionGroup("x", [OSError(113, "x")])), "no route to api.acme.example"),
        (httpx.ConnectTimeout("x"), "no connection to api.acme.example within 10 s"),
        (httpx.ReadTimeout("x"), "no answer of api.acme.example within 30 s"),
        (httpx.ReadError("x"), "api.acme.example cut the connection off"),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            "cut the connection off",
        ),
        (httpx.PoolTimeout("x"), "stay busy"),
    ]
    for error, words in cases:
        with pytest.raises(Unreachable) as caught:
            await Stage(error).transport.ask(get())
        assert words in str(caught.value)
        assert str(caught.value).startswith("Could not read alerts: ")
        assert "Check the network" in str(caught.value)
