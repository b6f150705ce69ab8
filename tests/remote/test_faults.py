"""One misbehaviour after the other under a running mirror: told in words, nothing lost, and then over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import pytest

from alerttui.domain.errors import Unavailable
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from tests.remote.conftest import OpenStage
from tests.remote.stage import Stage
from tests.standins import misbehaviour as bad
from tests.standins import wrong_answers as wrong
from tests.standins.faults import AfterApplying, Always, Fault, FaultServer
from tests.standins.panther import TOKEN, PantherStandIn
from tests.triage.mirror.remote import Clock

MakeFault = Callable[[], Fault]

CASES: dict[str, tuple[MakeFault, str]] = {
    "a byte a second": (lambda: bad.Trickle(seconds=0.05), "no whole answer of"),
    "a head a second": (lambda: bad.Trickle(seconds=0.05, head_too=True), "no whole answer of"),
    "silence": (bad.Silence, "no answer of"),
    "silence behind the head": (lambda: bad.Silence(after_head=True), "no answer of"),
    "cut body": (bad.CutBody, "cut the connection off"),
    "cut chunks": (lambda: bad.CutBody(chunked=True), "cut the connection off"),
    "closed at once": (bad.CloseAtOnce, "cut the connection off"),
    "reset": (bad.Reset, "cut the connection off"),
    "reset behind the head": (lambda: bad.Reset(after_head=True), "cut the connection off"),
    "too short": (lambda: wrong.wrong_length(-5), "is not what Panther documents"),
    "too long": (lambda: wrong.wrong_length(5), "cut the connection off"),
    "a sign-in page": (wrong.html_page, "it is a web page; a login page or a proxy may stand in between"),
    "a redirect elsewhere": (
        lambda: bad.Redirect("https://evil.example/alerts"),
        "redirects (307) to https://evil.example, where the token is not sent",
    ),
    "a redirect in a circle": (bad.Redirect, "redirects more than 3 times"),
    "no HTTP": (wrong.not_http, "cut the connection off"),
    "nested JSON": (wrong.nested_json, "is not alert"),
    "a gzip bomb": (wrong.gzip_bomb, "larger than"),
    "no gzip": (wrong.not_gzip, "cannot be read"),
    "a flood": (lambda: bad.Flood(20_000_000, "chunked"), "larger than 16 MB"),
    "the same cursor": (wrong.same_next, "lead back to an earlier one"),
    "two cursors": (wrong.alternating_next, "lead back to an earlier one"),
    "the same page": (wrong.repeated_page, "the same page of alerts twice"),
    "empty pages": (wrong.empty_forever, "20 empty pages of alerts in a row"),
    **{
        f"broken JSON: {form}": (lambda form=form: wrong.broken_json(form), words)  # type: ignore[misc]
        for form, words in (
            ("truncated", "is not what Panther documents"),
            ("nothing", "it is empty"),
            ("not_utf8", "it is not UTF-8"),
            ("utf16", "it is not UTF-8"),
            ("single_quotes", "is not what Panther documents"),
        )
    },
    **{
        f"wrong shape: {form}": (lambda form=form: wrong.wrong_shape(form), "no page of alerts")  # type: ignore[misc]
        for form in ("list", "null", "no_results", "object_results", "number_next")
    },
    **{
        f"500 {shape}": (lambda shape=shape: wrong.error(500, shape, "disk on fire"), "failed (500)")  # type: ignore[misc]
        for shape in ("message", "errors", "html", "nothing", "not_utf8", "long_text")
    },
    "503": (lambda: wrong.error(503), "is not available now (503): it was refused"),
    "502 of a gateway": (lambda: wrong.html_page(502), "is not available now (502)"),
    "400": (lambda: wrong.error(400, text="no such parameter"), "refused it (400): no such parameter"),
    "404": (lambda: wrong.error(404), "knows no such thing (404)"),
    "414": (lambda: wrong.error(414), "too large"),
}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that is logged, however little it matters."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.parametrize("name", CASES)
async def test_a_fault_is_told_and_over_when_it_is_over(
    name: str, stage: OpenStage, standin: PantherStandIn, clock: Clock, log: pytest.LogCaptureFixture
) -> None:
    make, words = CASES[name]
    ids = standin.fill(3)
    async with FaultServer(app=standin) as server:
        mirrored = stage(server.url)
        await mirrored.sync_for(2)
        await mirrored.change(ids[:1], AlertPatch(status=Set("TRIAGED")), comment="mine")
        clock.now_ms += 10_000
        server.add("*", "/", Always(make()))
        mirrored.be_patient(0.12, 0.2)
        began_ms = clock.now_ms
        await _read(mirrored)
        read = mirrored.state.trouble
        sent = await mirrored.send()
        assert clock.now_ms - began_ms < 120_000
        assert words in read
        _check_words([read, sent, log.text, repr(mirrored.state)], mirrored)
        assert mirrored.state.counts.queued + mirrored.state.counts.held + _refused(mirrored) == 2
        assert mirrored.store.count_created(0, 1 << 50) >= 3
        server.behave()
        mirrored.be_patient(5.0, 5.0)
        await _brought_back(mirrored, ids[0], standin)


@pytest.mark.parametrize("form", wrong.RETRY_AFTER)
async def test_however_odd_a_wait_is_asked_for_it_is_bounded_and_told(
    form: str, stage: OpenStage, standin: PantherStandIn, clock: Clock
) -> None:
    ids = standin.fill(3)
    async with FaultServer(app=standin) as server:
        mirrored = stage(server.url)
        await mirrored.sync_for(2)
        await mirrored.change(ids[:1], AlertPatch(status=Set("TRIAGED")))
        clock.now_ms += 10_000
        server.add("*", "/", Always(wrong.too_many(wrong.RETRY_AFTER[form])))
        await _read(mirrored)
        assert "asks to wait for" in mirrored.state.trouble
        assert "Too Many Requests" in mirrored.state.trouble
        assert mirrored.state.retry_at_ms is not None
        assert mirrored.state.retry_at_ms - clock.now_ms <= 24 * 3_600_000
        assert "asks to wait for" in await mirrored.send()
        assert mirrored.state.counts.queued == 1
        asked = len(server.requests)
        await mirrored.sync_for(10)
        assert len(server.requests) - asked <= 100
        server.behave()
        clock.now_ms = max(clock.now_ms, mirrored.state.retry_at_ms or 0)
        await _brought_back(mirrored, ids[0], standin)


async def test_more_rows_than_were_asked_for_are_all_taken(
    stage: OpenStage, standin: PantherStandIn, clock: Clock
) -> None:
    async with FaultServer(app=standin) as server:
        server.add("GET", "/alerts", wrong.limit_ignored(500))
        mirrored = stage(server.url)
        await mirrored.sync_for(0.2)
        assert mirrored.state.trouble == ""
        assert len(server.requests) < 10
        assert mirrored.store.alert(AlertId("row-49")).title == "Row 49"


WRITING: dict[str, MakeFault] = {
    "reset": bad.Reset,
    "done, then reset": lambda: AfterApplying(bad.Reset()),
    "done, then cut": lambda: AfterApplying(bad.CutBody()),
    "done, then silence": lambda: AfterApplying(bad.Silence()),
    "done, then 500": lambda: AfterApplying(wrong.error(500)),
    "500": lambda: wrong.error(500),
    "503": lambda: wrong.error(503),
    "a sign-in page": wrong.html_page,
    "moved with another method": lambda: bad.Redirect("/elsewhere", 303),
}


@pytest.mark.parametrize("name", WRITING)
async def test_a_write_without_an_answer_is_made_once_or_asked_about(
    name: str, stage: OpenStage, standin: PantherStandIn, clock: Clock
) -> None:
    (alert,) = standin.fill(1)
    async with FaultServer(app=standin) as server:
        mirrored = stage(server.url)
        await mirrored.sync_for(2)
        await mirrored.change([alert], AlertPatch(status=Set("TRIAGED")), comment="mine")
        mirrored.be_patient(0.15, 0.3)
        for place in (("PATCH", "/alerts"), ("POST", "/alert-comments")):
            server.add(*place, *[WRITING[name]() for _ in range(4)])
        for _ in range(12):
            if not await mirrored.send() and not mirrored.state.counts.queued:
                break
            clock.now_ms += 60_000
            mirrored.be_patient(0.3, 0.6)
        assert standin.alert(alert)["status"] == "TRIAGED"
        assert mirrored.store.alert(AlertId(alert)).status == "TRIAGED"
        comments = [each["body"] for each in standin.comments_of(alert)]
        assert mirrored.state.counts.queued == 0
        assert comments == ["mine"] or (not comments and mirrored.state.counts.held == 1)


async def _read(mirrored: Stage) -> None:
    """Ask for the newest, as an analyst does, until something is wrong."""
    await mirrored.running.hurry()
    for _ in range(30):
        try:
            await mirrored.running.sync.step()
        except Unavailable:
            break
        await mirrored.running.look()
        if mirrored.state.trouble:
            break
    await mirrored.running.look()


async def _brought_back(mirrored: Stage, alert_id: str, standin: PantherStandIn) -> None:
    mirrored.running.link.try_now()
    await mirrored.sync_for(6)
    assert mirrored.state.trouble == ""
    if not _refused(mirrored):
        assert await mirrored.send() == ""
        assert not mirrored.state.counts
        assert standin.alert(alert_id)["status"] == "TRIAGED"
    assert mirrored.state.is_connected


def _refused(mirrored: Stage) -> int:
    """Edits and comments that were given back because the system refused them."""
    return 2 * len(mirrored.told)


def _check_words(texts: Sequence[str], mirrored: Stage) -> None:
    everything = "\n".join(texts) + mirrored.path.read_bytes().decode("latin-1")
    assert TOKEN not in everything
    for text in texts[:2]:
        assert text.isprintable()
        assert "Traceback" not in text
        assert "Error(" not in text
