"""Calseta behind a mirror: what is closed, reopened and closed again, here and elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from alerttui.backends.contract import BackendSettings
from alerttui.backends.mirror import MirrorIdentity
from alerttui.backends.registry import open_mirror, reading_from
from alerttui.backends.remote.calseta import CalsetaBackend, bearer
from alerttui.backends.remote.transport import Endpoint, Transport
from alerttui.domain.change import Change, OnProgress, Outcome, OutcomeState
from alerttui.domain.errors import BadAnswer, Invalid
from alerttui.domain.patch import AlertPatch, Set, TagEdit
from alerttui.domain.pending import Decision
from alerttui.domain.query import QueryContext
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.budget import Budget
from alerttui.triage.mirror.link import Link
from alerttui.triage.mirror.mirror import Mirror
from alerttui.triage.mirror.passes import Ground
from alerttui.triage.mirror.running import Running
from alerttui.triage.mirror.turn import Turn
from alerttui.triage.mirror.walk import read_one
from alerttui.triage.session import Session
from tests.standins.calseta import KEY, CalsetaStandIn, Knobs
from tests.triage.mirror.remote import ME, Clock

URL = "https://calseta.acme.example"
MONTH_MS = 30 * 86_400_000
CLOSE = AlertPatch(status=Set("Closed"), verdict=Set("Duplicate"))


@dataclass
class Console:
    """A session on a mirror of the stand-in, with a clock that stands still unless something takes time."""

    calseta: CalsetaStandIn
    clock: Clock
    running: Running
    mirror: Mirror
    session: Session

    async def look(self) -> None:
        """Read the list, as the sync does."""
        self.running.sync.refresh()
        for _ in range(20):
            self.clock.now_ms += 2_000
            await self.running.sync.step()

    async def verdict(self, alert_id: AlertId) -> tuple[str, str]:
        """The status and the verdict that are shown."""
        alert = await self.mirror.alert(alert_id)
        return alert.status, alert.verdict

    async def read(self, alert_id: AlertId) -> None:
        """Read the alert in full."""
        self.clock.now_ms += 20_000
        await read_one(self.running.link, self.running.ground.store, alert_id)

    def found(self, text: str) -> list[AlertId]:
        """The alerts that a filter finds in what was read."""
        context = QueryContext(now_ms=self.clock.now_ms)
        return [each.id for each in self.running.ground.store.first_rows(parse(text), context, 100)]

    async def history(self, alert_id: AlertId) -> list[tuple[str, str, str, str]]:
        """Who changed what from what into what, as far as was seen here."""
        lines = await self.mirror.reading.history(alert_id)
        return [(each.by.label, each.field, each.before, each.after) for each in lines]


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Console]:
    clock = Clock()
    calseta = CalsetaStandIn(now=lambda: datetime.fromtimestamp(clock.now_ms / 1000, UTC))
    transport = Transport(
        endpoint=Endpoint.parse(URL),
        product="Calseta",
        auth=lambda: bearer(KEY),
        clock=clock,
        sleep=clock.sleep,
        handler=httpx.ASGITransport(calseta),
        environ={},
    )
    settings = BackendSettings(url=URL, window_ms=MONTH_MS)
    backend = CalsetaBackend(settings, transport, server=URL, clock=clock)
    path = tmp_path / "mirror.db"
    store = open_mirror(path)
    store.bind(MirrorIdentity(backend="calseta", url=URL), backend.capabilities)
    link = Link(lambda: backend, clock, Budget(300))
    ground = Ground(store, link, backend.capabilities, MONTH_MS)
    running = Running(ground, Turn(path), clock.sleep)
    mirror = Mirror(store, reading_from(store), running)
    session = Session(store, mirror, me=ME, clock=clock, profile="calseta", mirror=mirror)
    running.turn.take()
    yield Console(calseta, clock, running, mirror, session)
    running.turn.give_up()
    store.close()


async def test_closing_is_undone_and_made_again_without_a_word_of_anybody_else(console: Console) -> None:
    alert_id = AlertId(console.calseta.add_alert())
    await console.look()
    await console.session.change([alert_id], CLOSE)
    await console.running.send()
    assert await console.verdict(alert_id) == ("Closed", "Duplicate")
    await console.look()
    undone = await console.session.undo()
    assert undone is not None
    assert (undone.outcomes[0].state, undone.note) == (OutcomeState.QUEUED, "")
    await console.running.send()
    await console.look()
    await console.read(alert_id)
    assert await console.verdict(alert_id) == ("Open", "")
    await console.session.redo()
    await console.running.send()
    await console.read(alert_id)
    assert await console.verdict(alert_id) == ("Closed", "Duplicate")
    assert {by for by, *_ in await console.history(alert_id)} == {"Ana"}
    bodies = [each.json for each in console.calseta.of("patch_alert")]
    closing = {"status": "Closed", "close_classification": "Duplicate"}
    assert bodies == [closing, {"status": "Open"}, closing]


async def test_reopening_elsewhere_takes_the_verdict_along(console: Console) -> None:
    alert_id = AlertId(console.calseta.add_alert(status="Closed", close_classification="Duplicate"))
    await console.look()
    assert await console.verdict(alert_id) == ("Closed", "Duplicate")
    console.calseta.set(alert_id, status="Open")
    console.clock.now_ms += 60_000
    await console.look()
    assert await console.verdict(alert_id) == ("Open", "")
    await console.session.change([alert_id], CLOSE)
    await console.running.send()
    assert [each.json for each in console.calseta.of("patch_alert")] == [
        {"status": "Closed", "close_classification": "Duplicate"}
    ]


async def test_a_classification_is_changed_by_closing_again(console: Console) -> None:
    alert_id = AlertId(console.calseta.add_alert(status="Closed", close_classification="Duplicate"))
    await console.look()
    await console.session.change([alert_id], AlertPatch(status=Set("Closed"), verdict=Set("Undetermined")))
    await console.running.send()
    await console.read(alert_id)
    assert await console.verdict(alert_id) == ("Closed", "Undetermined")
    assert [each.json for each in console.calseta.of("patch_alert")] == [
        {"close_classification": "Undetermined"}
    ]


async def test_a_row_of_the_list_hides_nothing_of_the_alert_in_full(console: Console) -> None:
    rule = console.calseta.add_rule("Brute force", documentation="# Why")
    alert_id = AlertId(console.calseta.add_alert(rule=rule, indicators=[("ip", "192.0.2.1")]))
    await console.look()
    await console.read(alert_id)
    whole = await console.mirror.alert(alert_id)
    assert whole.extras
    console.calseta.set(alert_id, severity="Low")
    console.clock.now_ms += 60_000
    await console.look()
    found = await console.mirror.alert(alert_id)
    assert found.severity_word == "Low"
    for name in ("detection", "indicators", "extras", "enrichment", "risk"):
        assert getattr(found, name) == getattr(whole, name), name


async def test_alerts_are_found_by_the_product_or_feed_that_they_came_from(console: Console) -> None:
    elastic = AlertId(console.calseta.add_alert(source_name="elastic"))
    sentinel = AlertId(console.calseta.add_alert(source_name="sentinel"))
    await console.look()
    assert console.found("source:sentinel") == [sentinel]
    await console.read(sentinel)
    assert console.found("source:Sentinel") == [sentinel]
    console.calseta.set(elastic, source_name="splunk")
    console.clock.now_ms += 60_000
    await console.look()
    assert (console.found("source:splunk"), console.found("source:elastic,calseta")) == ([elastic], [])


async def test_a_decision_outlives_a_gateway_that_knows_no_alert(console: Console) -> None:
    alert_id = AlertId(console.calseta.add_alert())
    await console.look()
    await console.session.change([alert_id], CLOSE)
    console.calseta.knobs = Knobs(outage=404)
    console.clock.now_ms += 60_000
    with pytest.raises(BadAnswer, match="does not answer as Calseta"):
        await console.running.send()
    assert await console.verdict(alert_id) == ("Closed", "Duplicate")
    console.calseta.knobs = Knobs()
    await console.running.send()
    assert console.calseta.alert(alert_id)["close_classification"] == "Duplicate"


async def test_an_alert_keeps_tags_that_break_the_rule_when_it_gets_another(console: Console) -> None:
    """The server trims nothing: whatever a source sent is a tag."""
    alert_id = AlertId(console.calseta.add_alert(tags=[" odd", "x" * 120]))
    await console.look()
    result = await console.session.change([alert_id], AlertPatch(), tags=TagEdit(add=("VIP user",)))
    assert result.outcomes[0].state is OutcomeState.QUEUED
    await console.running.send()
    assert console.calseta.alert(alert_id)["tags"] == [" odd", "x" * 120, "VIP user"]
    with pytest.raises(Invalid, match="a tag is 1 to 100 characters") as refused:
        await console.session.change([alert_id], AlertPatch(), tags=TagEdit(add=("a\u202eb",)))
    assert "\\x" not in refused.value.rule


async def test_what_somebody_changes_while_many_are_sent_is_not_written_over(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alerts go one by one: a large change is under way for long after it was checked."""
    first, second, third = (AlertId(console.calseta.add_alert()) for _ in range(3))
    await console.look()
    backend = await console.running.link.made()
    made = backend.apply

    async def meanwhile(change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        console.calseta.set(second, status="Escalated")
        console.calseta.set(third, status="Closed", close_classification="Duplicate")
        return await made(change, on_progress)

    monkeypatch.setattr(backend, "apply", meanwhile)
    result = await console.session.change([first, second, third], CLOSE)
    await console.running.send()
    outcomes = console.running.ground.store.outcomes(result.change.id)
    assert [each.state for each in outcomes] == [
        OutcomeState.CONFIRMED, OutcomeState.CONFLICT, OutcomeState.UNCHANGED,
    ]  # fmt: skip
    assert console.calseta.alert(second)["status"] == "Escalated"
    assert len(console.calseta.of("patch_alert")) == 1
    (held,) = console.running.ground.store.pending(held=True)
    await console.running.decide([held.key], Decision.SEND)
    monkeypatch.setattr(backend, "apply", made)
    await console.running.send()
    assert console.calseta.alert(second)["status"] == "Closed"


async def test_what_somebody_made_just_so_while_many_are_sent_is_no_conflict(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (AlertId(console.calseta.add_alert()) for _ in range(2))
    await console.look()
    backend = await console.running.link.made()
    made = backend.apply

    async def meanwhile(change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        console.calseta.set(second, status="Escalated")
        return await made(change, on_progress)

    monkeypatch.setattr(backend, "apply", meanwhile)
    result = await console.session.change(
        [first, second], AlertPatch(status=Set("Escalated"), severity=Set("Low"))
    )
    await console.running.send()
    outcomes = console.running.ground.store.outcomes(result.change.id)
    assert [each.state for each in outcomes] == [OutcomeState.CONFIRMED] * 2
    assert console.calseta.alert(second)["severity"] == "Low"
