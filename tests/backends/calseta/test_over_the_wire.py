"""Calseta as its server is, behind the whole transport: keys, scopes, limits, one request at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest

from alerttui.backends.contract import BackendSettings
from alerttui.backends.registry import connect
from alerttui.backends.remote.calseta import CalsetaBackend, bearer
from alerttui.backends.remote.calseta import connect as connect_calseta
from alerttui.backends.remote.transport import Endpoint, Transport
from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import (
    BadAnswer,
    ConfigError,
    NotFound,
    NotLetIn,
    NotPermitted,
    Rejected,
    ServerDown,
)
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.query import EVERYTHING, QueryContext
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import AlertId
from tests.backends.calseta.script import scripted, told, uuid
from tests.backends.samples import change
from tests.standins.calseta import EXPIRED_KEY, KEY, READ_KEY, CalsetaStandIn, Knobs
from tests.standins.running import serving

START = datetime(2026, 11, 18, 12, tzinfo=UTC)
NOW_MS = round(START.timestamp() * 1000)
NOW = QueryContext(now_ms=NOW_MS)
URL = "https://calseta.acme.example"
CLOSE = AlertPatch(status=Set("Closed"), verdict=Set("Duplicate"))


@pytest.fixture
def calseta() -> CalsetaStandIn:
    """Calseta, at a time at which no two moments are the same."""
    moments = (START + timedelta(milliseconds=each) for each in count())
    return CalsetaStandIn(now=lambda: next(moments))


def connected(
    calseta: CalsetaStandIn, key: str = KEY, on_sleep: Callable[[], None] = lambda: None
) -> CalsetaBackend:
    async def sleep(seconds: float) -> None:
        on_sleep()

    transport = Transport(
        endpoint=Endpoint.parse(URL),
        product="Calseta",
        auth=lambda: bearer(key),
        sleep=sleep,
        handler=httpx.ASGITransport(calseta),
        environ={},
    )
    return CalsetaBackend(BackendSettings(url=URL), transport, server=URL, clock=lambda: NOW_MS)


async def every_id(backend: CalsetaBackend, text: str = "", limit: int = 500) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = await backend.page(parse(text), NOW, cursor, limit)
        found += [each.id for each in page.results]
        cursor = page.next
        if cursor is None:
            return found


async def test_no_alert_is_lost_where_rows_of_one_moment_wander(calseta: CalsetaStandIn) -> None:
    ids = {calseta.add_alert(created=START - timedelta(seconds=each // 7)) for each in range(60)}
    backend = connected(calseta)
    for limit in (9, 17, 500):
        found = await every_id(backend, limit=limit)
        assert (set(found), len(found)) == (ids, 60)


async def test_alerts_that_are_closed_while_the_open_ones_are_read_hide_none(calseta: CalsetaStandIn) -> None:
    ids = calseta.fill(40)
    backend = connected(calseta)
    first = await backend.page(parse("status:open"), NOW, None, 10)
    for each in ids[:10]:
        calseta.set(each, status="Closed", close_classification="Duplicate")
    found = [each.id for each in first.results]
    cursor = first.next
    while cursor is not None:
        page = await backend.page(parse("status:open"), NOW, cursor, 10)
        found += [each.id for each in page.results]
        cursor = page.next
    assert found == ids


async def test_one_request_is_under_way_at_a_time(calseta: CalsetaStandIn) -> None:
    ids = [AlertId(each) for each in calseta.fill(5)]
    calseta.knobs = Knobs(delays={"*": 0.001})
    backend = connected(calseta)
    await asyncio.gather(*map(backend.alert, ids), backend.page(EVERYTHING, NOW), backend.history(ids[0]))
    assert (calseta.most_at_once, len(calseta.requests)) == (1, 7)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (EXPIRED_KEY, "API key has expired"),
        ("cai_unknown", "Invalid API key"),
        ("key", "Invalid API key format"),
    ],
)
async def test_a_key_that_is_not_let_in_says_why(calseta: CalsetaStandIn, key: str, words: str) -> None:
    with pytest.raises(NotLetIn, match=words) as error:
        await connected(calseta, key).identity()
    assert key not in str(error.value).replace("API key", "")


async def test_a_missing_scope_is_named(calseta: CalsetaStandIn) -> None:
    alert_id = calseta.add_alert()
    with pytest.raises(NotPermitted, match="required scopes alerts:write") as refused:
        await connected(calseta, READ_KEY).apply(change("c", CLOSE, alert_id))
    assert refused.value.permission == "alerts:write"
    calseta.permit("agents:read")
    with pytest.raises(NotPermitted, match="required scopes alerts:read"):
        await connected(calseta).identity()


async def test_a_limit_is_waited_for(calseta: CalsetaStandIn) -> None:
    calseta.knobs = Knobs(per_minute={"list_alerts": 1})
    backend = connected(calseta, on_sleep=calseta.refill)
    await backend.identity()
    await backend.identity()
    assert [each.status for each in calseta.requests] == [200, 429, 200]


async def test_a_change_that_the_server_failed_at_is_undecided_and_made_once(calseta: CalsetaStandIn) -> None:
    alert_id = calseta.add_alert()
    calseta.knobs = Knobs(failing_ids={alert_id})
    (outcome,) = await connected(calseta).apply(change("c", CLOSE, alert_id))
    assert outcome.state is OutcomeState.UNDECIDED
    assert calseta.counts["patch_alert"] == 1


async def test_a_change_that_was_accepted_and_not_made_is_refused(calseta: CalsetaStandIn) -> None:
    alert_id = calseta.add_alert()
    calseta.knobs = Knobs(ignored_ids={alert_id})
    (outcome,) = await connected(calseta).apply(change("c", CLOSE, alert_id))
    assert outcome.reason == "Calseta accepted the request but kept the status, verdict."


async def test_closing_undoing_and_closing_again(calseta: CalsetaStandIn) -> None:
    alert_id = AlertId(calseta.add_alert())
    backend = connected(calseta)
    for patch in (CLOSE, AlertPatch(status=Set("Open"), verdict=CLEAR), AlertPatch(status=Set("Closed"))):
        (outcome,) = await backend.apply(change("c", patch, alert_id))
        assert outcome.state is OutcomeState.CONFIRMED
    assert (await backend.alert(alert_id)).verdict == "Duplicate"
    assert [each.field for each in await backend.history(alert_id)] == [
        "status", "verdict", "status", "status", "verdict",
    ]  # fmt: skip


async def test_what_a_change_answers_hides_nothing_that_reading_told(calseta: CalsetaStandIn) -> None:
    """The answer of a change leaves rule and documents out."""
    alert_id = AlertId(calseta.add_alert(rule=calseta.add_rule("Brute force")))
    calseta.add_document("Runbook", "Ask.")
    backend = connected(calseta)
    await backend.apply(change("c", CLOSE, alert_id))
    found = await backend.alert(alert_id)
    assert (found.detection.name, [each.title for each in found.documents]) == ("Brute force", ["Runbook"])


async def test_an_outage_is_told(calseta: CalsetaStandIn) -> None:
    calseta.knobs = Knobs(outage=500)
    with pytest.raises(ServerDown, match="unexpected error"):
        await connected(calseta).identity()


async def test_only_calsetas_own_word_says_that_an_alert_is_gone(calseta: CalsetaStandIn) -> None:
    """While the server is away, what stands before it may answer 404 for everything."""
    alert_id = AlertId(calseta.add_alert())
    backend = connected(calseta)
    await backend.alert(alert_id)
    calseta.knobs = Knobs(outage=404)
    for reading in (backend.alert, backend.history, backend.related):
        with pytest.raises(BadAnswer, match="does not answer as Calseta: 404 from the gateway"):
            await reading(alert_id)
    with pytest.raises(BadAnswer) as unsent:
        await backend.apply(change("c", CLOSE, alert_id))
    assert not unsent.value.may_have_acted
    calseta.knobs = Knobs()
    calseta.remove(alert_id)
    for reading in (backend.alert, backend.history, backend.related):
        with pytest.raises(NotFound):
            await reading(alert_id)
    (outcome,) = await backend.apply(change("c", CLOSE, alert_id))
    assert outcome.state is OutcomeState.MISSING


async def test_a_path_that_the_server_does_not_have_is_no_lost_alert() -> None:
    """A wrong path has the same status and code as an alert that is gone."""
    words = {
        "error": {"code": "NOT_FOUND", "message": "The requested resource was not found.", "details": {}}
    }
    _, backend = scripted(told(words, 404), told(words, 404))
    for reading in (backend.history, backend.alert):
        with pytest.raises(Rejected, match="requested resource was not found"):
            await reading(AlertId(uuid(1)))


@pytest.fixture
def url(calseta: CalsetaStandIn) -> Iterator[str]:
    """Where it answers."""
    with serving(calseta) as url:
        yield url


async def test_the_url_of_a_profile_may_end_with_the_version(url: str, calseta: CalsetaStandIn) -> None:
    for written in (url, f"{url}/", f"{url}/v1", f"{url}/v1/"):
        backend = connect("calseta", BackendSettings(url=written, token=KEY))
        identity = await backend.identity()
        await backend.close()
        assert identity.server == url
        assert identity.clock_ahead_ms is not None
    assert {each.path for each in calseta.requests} == {"/v1/alerts"}


async def test_making_a_backend_sends_nothing_and_needs_no_key() -> None:
    backend = connect_calseta(BackendSettings(url=URL))
    assert (backend.name, backend.capabilities.backend) == ("calseta", "calseta")
    with pytest.raises(NotLetIn, match="needs an API key"):
        await backend.identity()
    with pytest.raises(ConfigError, match="needs the url"):
        connect_calseta(BackendSettings())
