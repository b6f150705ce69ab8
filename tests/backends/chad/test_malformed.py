"""One malformed document fails every page that it is on: the others are listed all the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerttui.backends.remote.chad import listing
from alerttui.backends.remote.chad.backend import CHADBackend
from alerttui.domain.errors import Rejected, ServerDown
from alerttui.domain.query import EVERYTHING, QueryContext
from alerttui.domain.vocabulary import AlertId
from tests.backends.chad.connecting import backend_of
from tests.backends.chad.script import CREATED, current, documented, listed, scripted, told
from tests.standins.chad import ChadStandIn

BROKEN = {"detail": "An unexpected error occurred", "error_code": "INTERNAL_ERROR"}


async def every_id(backend: CHADBackend, limit: int) -> list[str]:
    context = QueryContext(now_ms=round(datetime.now(UTC).timestamp() * 1000))
    found: list[str] = []
    cursor: str | None = None
    for _ in range(400):
        page = await backend.page(EVERYTHING, context, cursor, limit)
        found += [each.id for each in page.results]
        cursor = page.next
        if cursor is None:
            return found
    raise AssertionError("it does not end")


@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize("broken", [{0}, {119}, {7}, {0, 1}, {50, 51, 110}, {3, 30, 31, 32, 80}])
async def test_what_chad_cannot_tell_hides_no_other_alert(broken: set[int], limit: int) -> None:
    server = ChadStandIn()
    ids = server.fill(120)
    for each in broken:
        server.take_away(ids[each], "tags")
    backend = backend_of(server, api="current")
    found = await every_id(backend, limit)
    assert found == [each for index, each in enumerate(ids) if index not in broken]
    assert backend.left_out == len(broken)


async def test_the_smaller_parts_become_large_again_behind_it() -> None:
    server = ChadStandIn()
    ids = server.fill(600)
    server.take_away(ids[100], "tags")
    server.forget_requests()
    await every_id(backend_of(server, api="current"), 250)
    sizes = [int(each.values("limit")[0]) for each in server.of("list_alerts")]
    assert len(sizes) < 25
    assert sizes[-1] > 200


async def test_a_server_that_fails_on_every_part_is_down() -> None:
    script, backend = scripted(*[told(BROKEN, 500)] * 20)
    with pytest.raises(ServerDown, match="An unexpected error occurred"):
        await backend.page(EVERYTHING, QueryContext(now_ms=0), limit=250)
    assert len(script.asked) <= listing.MAX_REQUESTS


async def test_a_failure_that_passes_leaves_nothing_out() -> None:
    rows = [current(f"a-{each}", created_at=CREATED) for each in range(3)]
    _, backend = scripted(told(BROKEN, 500), listed(*rows, total=3))
    page = await backend.page(EVERYTHING, QueryContext(now_ms=0), limit=50)
    assert [each.id for each in page.results] == ["a-0", "a-1", "a-2"]
    assert (page.next, backend.left_out) == (None, 0)


async def test_an_alert_that_chad_cannot_tell_is_no_lost_connection() -> None:
    server = ChadStandIn()
    one = server.add_alert()
    server.take_away(one, "tags")
    with pytest.raises(Rejected, match=f"cannot tell alert {one}: An unexpected error occurred"):
        await backend_of(server, api="current").alert(AlertId(one))


async def test_a_failure_that_passes_is_no_refusal() -> None:
    script, backend = scripted(told(BROKEN, 500), told(current()))
    assert (await backend.alert(AlertId("a-1"))).id == "a-1"
    assert len(script.asked) == 2


async def test_the_documented_form_knows_no_such_thing() -> None:
    script, backend = scripted(told(documented()), api="documented")
    await backend.alert(AlertId("a-1"))
    assert script.asked[0].expected == (200,)
