"""Panther as it may be, over a socket: every liberty that its document leaves to a server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.panther.backend import READ_ONLY_TOKEN, PantherBackend
from alerttui.backends.remote.transport import Endpoint, Transport
from alerttui.domain.alert import Event
from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import NotFound, NotLetIn, NotPermitted
from alerttui.domain.listing import Page
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.query import EVERYTHING, AlertQuery, QueryContext
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import AlertId, Quality
from tests.backends.panther.test_changing import CLOSE, change
from tests.standins.panther import ALERT_READ, ANALYST, SECOND_ANALYST, TOKEN, PantherStandIn, alert_id
from tests.standins.running import serving

START = datetime(2026, 11, 18, 12, tzinfo=UTC)
NOW = QueryContext(now_ms=round(START.timestamp() * 1000) + 60_000, me=ANALYST)
STATES = OutcomeState


@pytest.fixture
def panther() -> PantherStandIn:
    """Panther, at a time at which no two moments are the same."""
    moments = (START + timedelta(milliseconds=each) for each in count())
    return PantherStandIn(now=lambda: next(moments))


@pytest.fixture
def url(panther: PantherStandIn) -> Iterator[str]:
    """Where it answers."""
    with serving(panther) as url:
        yield url


@pytest.fixture
async def backend(url: str) -> AsyncIterator[PantherBackend]:
    """A backend that never really waits."""
    made = connected(url)
    yield made
    await made.close()


def connected(url: str, token: str = TOKEN) -> PantherBackend:
    now_ms = [NOW.now_ms]

    async def sleep(seconds: float) -> None:
        now_ms[0] += round(seconds * 1000)

    transport = Transport(
        endpoint=Endpoint.parse(url),
        product="Panther",
        auth=lambda: {"X-API-Key": token},
        clock=lambda: now_ms[0],
        sleep=sleep,
        jitter=lambda: 0.5,
    )
    settings = BackendSettings(url=url, token=token, window_ms=30 * 86_400_000)
    return PantherBackend(settings, transport, server=url, clock=lambda: now_ms[0], sleep=sleep)


async def every_id(backend: PantherBackend, query: AlertQuery = EVERYTHING, limit: int = 10) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        answer: Page[Any] = await backend.page(query, NOW, cursor, limit)
        found += [each.id for each in answer.results]
        cursor = answer.next
        if cursor is None:
            return found


# -- listing


@pytest.mark.parametrize(
    "knobs",
    [
        {"scan_rows": 4}, {"short_pages": 3}, {"empty_pages": frozenset({1, 2, 4})}, {"last_next": "null"},
        {"last_next": "empty"}, {"trailing_empty_page": True}, {"window_inclusive": False},
        {"cursor_binds_limit": False}, {"thin_rows": True}, {"actors": "swapped"}, {"actors": "bare"},
        {"unassigned_as": "blank_id"},
    ],
)  # fmt: skip
async def test_a_list_is_whole_whatever_its_pages_are_like(
    panther: PantherStandIn, backend: PantherBackend, knobs: dict[str, Any]
) -> None:
    vars(panther.knobs).update(knobs)
    ids = panther.fill(35, open=5)
    assert await every_id(backend) == ids
    opened = [each for each in ids if panther.alert(each)["status"] == "OPEN"]
    assert await every_id(backend, parse("status:open")) == opened


async def test_every_parameter_is_understood(panther: PantherStandIn, backend: PantherBackend) -> None:
    one = panther.add_alert(
        "one", status="TRIAGED", severity="LOW", quality="NOISE", contextTags=["phishing"], eventCount=4,
        assignee=ANALYST, log_types=["AWS.ALB"], log_sources=["s-1"], resource_types=["AWS.S3"],
        type="POLICY", detection={"id": "R.1", "type": "POLICY"},
    )  # fmt: skip
    fault = panther.add_alert("fault", type="RULE_ERROR")
    system = panther.add_alert("system", type="SYSTEM_ERROR")
    others = panther.fill(3)
    assert set(await every_id(backend)) == {one, *others}
    for text in (
        "status:triaged", "phase:active", "severity:low", "severity<=low", "quality:noise", "tag:phishing",
        "events:4", f"assignee:{ANALYST}", "assignee:me", "log-type:AWS.ALB", "log-source:s-1",
        "resource-type:AWS.S3", "sub-type:policy", "rule:r.1",
        "created>1h events:4 sub-type:policy sort:created",
    ):  # fmt: skip
        assert one in await every_id(backend, parse(text)), text
        assert await every_id(backend, parse(f"{text} severity:low")) == [one]
    assert await every_id(backend, parse("type:detection_error")) == [fault]
    assert await every_id(backend, parse("sub-type:rule_error")) == [fault]
    assert await every_id(backend, parse("type:system_error")) == [system]
    assert await every_id(backend, parse("sort:created sub-type:rule")) == others[::-1]


@pytest.mark.parametrize("is_all", [True, False])
async def test_tags_are_narrowed_without_loss(
    panther: PantherStandIn, backend: PantherBackend, is_all: bool
) -> None:
    panther.knobs.context_tags_all = is_all
    both = panther.add_alert(contextTags=["a", "b"])
    only = panther.add_alert(contextTags=["a"])
    assert both in await every_id(backend, parse("tag:a tag:b"))
    assert {both, only} <= set(await every_id(backend, parse("tag:a,b")))


# -- reading


async def test_odd_alerts_are_read_one_by_one_and_in_the_list(
    panther: PantherStandIn, backend: PantherBackend
) -> None:
    ids = set(panther.add_odd_alerts().values())
    assert set(await every_id(backend, parse("created>30d"))) >= ids - {"odd-system_error"}
    for each in ids:
        assert (await backend.alert(AlertId(each))).id == each
    assert await every_id(backend, parse("type:SYSTEM_ERROR")) == ["odd-system_error"]


@pytest.mark.parametrize("order", ["oldest", "newest", "mixed"])
async def test_odd_comments_are_read_in_order(
    panther: PantherStandIn, backend: PantherBackend, order: Any
) -> None:
    panther.knobs.comment_order = order
    one = AlertId(panther.add_alert())
    ids = [panther.add_comment(one, f"note {number}") for number in range(70)]
    found = await backend.comments(one, None, 100)
    assert [each.id for each in found.results] == ids
    panther.add_odd_comments(one)
    assert (await backend.comments(one, None, 1)).total == 80


async def test_events_are_read_to_the_end(panther: PantherStandIn, backend: PantherBackend) -> None:
    events = [{"p_row_id": str(number), "n": number} for number in range(120)]
    one = AlertId(panther.add_alert(events=[*events, "text", 7, None, [1]]))
    found: list[Event] = []
    cursor: str | None = None
    while True:
        answer = await backend.events(one, cursor, 50)
        found += answer.results
        cursor = answer.next
        if cursor is None:
            break
    assert [each.sequence for each in found] == list(range(124))
    assert [each.body for each in found[119:]] == ['{"p_row_id":"119","n":119}', "text", "7", "null", "[1]"]


async def test_people_and_names(panther: PantherStandIn, backend: PantherBackend) -> None:
    assert [each.label for each in await backend.people()] == ["Ada Lovelace", "Grace Hopper"]
    one = AlertId(panther.add_alert(assignee="user-3"))
    assignee = (await backend.alert(one)).assignee
    assert assignee is not None and assignee.label == "Alan Turing"


async def test_without_the_permission_people_are_refused(
    panther: PantherStandIn, backend: PantherBackend
) -> None:
    panther.permit(ALERT_READ)
    with pytest.raises(NotPermitted, match="Read User Info"):
        await backend.people()


async def test_tokens_are_told_from_each_other(panther: PantherStandIn, url: str) -> None:
    panther.permit(ALERT_READ)
    reader = connected(url)
    assert (await reader.identity()).permissions == (ALERT_READ,)
    assert reader.capabilities.read_only_reason == READ_ONLY_TOKEN
    stranger = connected(url, "nobody")
    with pytest.raises(NotLetIn):
        await stranger.page(EVERYTHING, NOW)
    await reader.close()
    await stranger.close()


# -- changing


@pytest.mark.parametrize("actors", ["plain", "swapped", "bare", "untyped"])
@pytest.mark.parametrize("unassigned", ["absent", "null", "empty", "blank_id"])
async def test_assigning_is_proven_whatever_actors_look_like(
    panther: PantherStandIn, backend: PantherBackend, actors: Any, unassigned: Any
) -> None:
    panther.knobs.actors, panther.knobs.unassigned_as = actors, unassigned
    one = panther.add_alert()
    for value in (Set(SECOND_ANALYST), Set("ada@example.com"), CLEAR):
        (outcome,) = await backend.apply(change(AlertPatch(assignee=value), one))
        assert outcome.state is STATES.CONFIRMED
    assert "assignee" not in panther.alert(one)


@pytest.mark.parametrize("lag", [1, 2])
async def test_a_lagging_server_is_waited_for(
    panther: PantherStandIn, backend: PantherBackend, lag: int
) -> None:
    panther.knobs.lag_reads = lag
    ids = panther.fill(3)
    outcomes = await backend.apply(change(CLOSE, *ids))
    assert [each.state for each in outcomes] == [STATES.CONFIRMED] * 3


async def test_an_older_release_is_learned(panther: PantherStandIn, backend: PantherBackend) -> None:
    panther.knobs.old_release = True
    one = panther.add_alert()
    (outcome,) = await backend.apply(change(AlertPatch(quality=Set(Quality.NOISE)), one))
    assert outcome.state is STATES.REFUSED
    assert backend.capabilities.refusal("quality") == outcome.reason
    assert not backend.capabilities.refusal("tags")
    assert list(await backend.tags()) == []


@pytest.mark.parametrize(("knob", "patch"), [
    ("blank_assignee", AlertPatch(assignee=CLEAR)), ("empty_tags", AlertPatch(tags=CLEAR)),
])  # fmt: skip
@pytest.mark.parametrize("way", ["ignored", "refused"])
async def test_what_cannot_be_cleared_is_told(
    panther: PantherStandIn, backend: PantherBackend, knob: str, patch: AlertPatch, way: str
) -> None:
    setattr(panther.knobs, knob, way)
    one = panther.add_alert(assignee=ANALYST, contextTags=["phishing"])
    (outcome,) = await backend.apply(change(patch, one))
    assert outcome.state is STATES.REFUSED
    assert ("accepted the request but" in outcome.reason) is (way == "ignored")
    assert ("length of body" in outcome.reason) is (way == "refused")


async def test_a_tag_that_panther_does_not_have_is_named(
    panther: PantherStandIn, backend: PantherBackend
) -> None:
    panther.knobs.unknown_tag = "refuses"
    ids = panther.fill(5)
    outcomes = await backend.apply(change(AlertPatch(tags=Set(("new-tag",))), *ids))
    assert {each.state for each in outcomes} == {STATES.REFUSED}
    assert all("context tag 'new-tag' does not exist" in each.reason for each in outcomes)


@pytest.mark.parametrize("way", ["none_applied", "part_applied"])
async def test_one_of_many_that_is_missing_is_named(
    panther: PantherStandIn, backend: PantherBackend, way: Any
) -> None:
    panther.knobs.bulk_unknown_id = way
    ids = panther.fill(6)
    panther.remove_alert(ids[3])
    outcomes = await backend.apply(change(CLOSE, *ids))
    assert [each.state for each in outcomes].count(STATES.CONFIRMED) == 5
    assert outcomes[3].state is STATES.MISSING


@pytest.mark.parametrize("knobs", [{"bulk_breaks_after": 2}, {"bulk_limit": 3}, {"bulk_status": 200}])
async def test_bulk_that_does_not_answer_as_documented_is_sorted_out(
    panther: PantherStandIn, backend: PantherBackend, knobs: dict[str, Any]
) -> None:
    vars(panther.knobs).update(knobs)
    ids = panther.fill(8)
    outcomes = await backend.apply(change(CLOSE, *ids))
    assert [each.state for each in outcomes] == [STATES.CONFIRMED] * 8
    assert {panther.alert(each)["status"] for each in ids} == {"CLOSED"}
    assert panther.most_at_once <= 4


async def test_alerts_that_keep_their_values_are_told_apart(
    panther: PantherStandIn, backend: PantherBackend
) -> None:
    ids = panther.fill(4)
    panther.knobs.ignored_ids = {ids[0], ids[2]}
    outcomes = await backend.apply(change(CLOSE, *ids))
    assert [each.state.name for each in outcomes] == ["REFUSED", "CONFIRMED", "REFUSED", "CONFIRMED"]
    assert not backend.capabilities.refusal("status")


async def test_odd_ids_reach_their_own_alert(panther: PantherStandIn, backend: PantherBackend) -> None:
    odd = [panther.add_alert(each) for each in ('a/b?c#d%"é', "..", "%2e%2e", "a b&c=d+e", "🙂")]
    for each in odd:
        (outcome,) = await backend.apply(change(CLOSE, each, comment="seen"))
        assert (outcome.state, outcome.comment_added) == (STATES.CONFIRMED, True)
        assert panther.alert(each)["status"] == "CLOSED"
        assert [one.body for one in (await backend.comments(AlertId(each))).results] == ["seen"]
    with pytest.raises(NotFound):
        await backend.alert(AlertId(alert_id(99)))
