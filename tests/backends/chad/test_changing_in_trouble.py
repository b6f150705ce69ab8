"""Changes that CHAD refuses, makes in part, or never answers: each is told as what it is, none sent twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import (
    BadAnswer,
    NotFound,
    NotPermitted,
    Rejected,
    ServerDown,
    Unreachable,
)
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import AlertId
from tests.backends.chad.connecting import backend_of
from tests.backends.chad.script import (
    NOW_MS,
    Reply,
    change,
    current,
    documented,
    empty,
    lost,
    off,
    scripted,
    told,
)
from tests.standins.chad import ChadStandIn, Form

ACK = AlertPatch(status=Set("acknowledged"))
DONE = AlertPatch(status=Set("resolved"))
GRACE = AlertPatch(assignee=Set("u-2"))
MADE = told({"success": True, "status": "resolved"})
HEALTHY: dict[str, Reply] = {"GET /health": told({"status": "healthy", "opensearch": True})}
DOWN: dict[str, Reply] = {"GET /health": told({"status": "degraded", "opensearch": False}, 503)}


def states(outcomes: Sequence[Outcome]) -> list[OutcomeState]:
    return [each.state for each in outcomes]


async def test_a_bulk_change_tells_of_each_what_became_of_it() -> None:
    refused = {"id": "a-3", "error": "Update\n failed \x1b[2J"}
    script, backend = scripted(
        told({"success": ["a-1"], "failed": [{"id": "a-2", "error": "Update failed"}, refused]}),
        NotFound(["a-2"]), told(current("a-3")), routes=HEALTHY,
    )  # fmt: skip
    outcomes = await backend.apply(change(DONE, "a-1", "a-2", "a-3"))
    assert states(outcomes) == [OutcomeState.CONFIRMED, OutcomeState.MISSING, OutcomeState.REFUSED]
    assert outcomes[2].reason == shown("Update failed \x1b[2J.")
    assert len([each for each in script.asked if each.method == "POST"]) == 1


async def test_an_id_that_a_bulk_answer_does_not_name_is_read() -> None:
    _, backend = scripted(told({"success": ["a-1"]}), told(current("a-2", status="resolved")))
    assert states(await backend.apply(change(DONE, "a-1", "a-2"))) == [OutcomeState.CONFIRMED] * 2


async def test_a_bulk_change_while_the_search_store_is_down_waits() -> None:
    failed = [{"id": each, "error": "Update failed"} for each in ("a-1", "a-2")]
    script, backend = scripted(told({"success": [], "failed": failed}), NotFound(["a-1"]), routes=DOWN)
    with pytest.raises(ServerDown, match="search store is down") as down:
        await backend.apply(change(DONE, "a-1", "a-2"))
    assert not down.value.may_have_acted
    assert len([each for each in script.asked if each.method == "POST"]) == 1


async def test_a_bulk_change_that_the_outage_met_halfway_is_undecided() -> None:
    failed = [{"id": "a-2", "error": "Update failed"}]
    _, backend = scripted(told({"success": ["a-1"], "failed": failed}), NotFound(["a-2"]), routes=DOWN)
    outcomes = await backend.apply(change(DONE, "a-1", "a-2"))
    assert states(outcomes) == [OutcomeState.UNDECIDED] * 2


async def test_a_404_while_the_search_store_is_down_is_no_missing_alert() -> None:
    script, backend = scripted(told(current()), NotFound(["a-1"]), routes=DOWN)
    with pytest.raises(ServerDown, match="may still be there"):
        await backend.apply(change(DONE, "a-1"))
    script.replies = [NotFound(["a-2"]), NotFound(["a-3"])]
    for each in ("a-2", "a-3"):
        with pytest.raises(ServerDown):
            await backend.alert(AlertId(each))
    assert sum("health" in each for each in script.lines()) == 1  # once in ten seconds


@pytest.mark.parametrize(
    "health",
    [told({"opensearch": True}), told([]), told({"opensearch": "no"}), Rejected("404"), BadAnswer("a page")],
)
async def test_a_404_is_believed_where_nothing_speaks_against_it(health: Reply) -> None:
    _, backend = scripted(NotFound(["a-1"]), routes={"GET /health": health})
    with pytest.raises(NotFound, match="a-1"):
        await backend.alert(AlertId("a-1"))


async def test_an_answer_that_never_came_is_undecided_and_not_repeated() -> None:
    script, backend = scripted(told(current()), lost())
    assert states(await backend.apply(change(DONE, "a-1"))) == [OutcomeState.UNDECIDED]
    script.replies = [lost()]
    assert states(await backend.apply(change(DONE, "a-1", "a-2"))) == [OutcomeState.UNDECIDED] * 2
    assert len(script.asked) == 3


async def test_a_page_instead_of_an_answer_is_undecided() -> None:
    page = type(MADE)(status=200, body=b"<html>Sign in</html>", requested_ms=NOW_MS)
    _, backend = scripted(told(current()), page)
    assert states(await backend.apply(change(DONE, "a-1"))) == [OutcomeState.UNDECIDED]


async def test_an_answer_without_a_body_is_proven_by_reading() -> None:
    _, backend = scripted(told(current()), empty(), told(current(status="resolved")))
    assert states(await backend.apply(change(DONE, "a-1"))) == [OutcomeState.CONFIRMED]
    _, backend = scripted(told(current()), told({"success": True, "status": "banana"}), told(current()))
    (outcome,) = await backend.apply(change(DONE, "a-1"))
    assert (outcome.state, outcome.reason) == (
        OutcomeState.REFUSED, "CHAD accepted the request but kept the status.",
    )  # fmt: skip


async def test_a_status_that_chad_fails_to_set_is_refused_in_its_words_once_the_alert_was_read() -> None:
    failed = told({"detail": "Failed to update alert status"}, 500)
    script, backend = scripted(told(current()), failed, told(current()))
    (outcome,) = await backend.apply(change(DONE, "a-1"))
    assert (outcome.state, outcome.reason) == (OutcomeState.REFUSED, "Failed to update alert status.")
    assert script.lines()[1:] == [
        'PATCH /api/alerts/a-1/status {"status": "resolved"}',
        "GET /api/alerts/a-1",
    ]
    script.replies = [told(current("a-2")), failed, told(current("a-2", status="resolved"))]
    assert states(await backend.apply(change(DONE, "a-2"))) == [OutcomeState.CONFIRMED]


async def test_a_status_that_chad_fails_to_set_while_its_store_is_down_is_undecided() -> None:
    failed = told({"detail": "Failed to update alert status"}, 500)
    _, backend = scripted(told(current()), failed, NotFound(["a-1"]), routes=DOWN)
    assert states(await backend.apply(change(DONE, "a-1"))) == [OutcomeState.UNDECIDED]


async def test_a_failure_in_nobodys_words_is_undecided() -> None:
    for body in (b"", b"<html>500</html>", b"7", b'{"x": 1}'):
        page = type(MADE)(status=500, body=body, requested_ms=NOW_MS)
        _, backend = scripted(told(current()), page)
        assert states(await backend.apply(change(DONE, "a-1"))) == [OutcomeState.UNDECIDED]


async def test_a_documented_status_that_fails_tells_of_the_comment_too() -> None:
    failed = told({"detail": "Internal Server Error"}, 500)
    csrf: Reply = told({}, 404, headers={"x-csrf-token": "t0k"})
    script, backend = scripted(
        told(documented()), failed, told(documented()), api="documented", routes={"GET /api/auth/me": csrf}
    )  # fmt: skip
    (outcome,) = await backend.apply(change(DONE, "a-1", comment="why"))
    assert (outcome.state, outcome.reason) == (OutcomeState.REFUSED, "Internal Server Error.")
    assert outcome.comment_added is False
    assert sum(each.method == "PATCH" for each in script.asked) == 1


@pytest.mark.parametrize("form", ["current", "documented"])
async def test_one_alert_that_cannot_be_changed_is_no_lost_connection(form: Form) -> None:
    server = ChadStandIn(form)
    one = server.add_alert()
    server.knobs.refused_ids = {one}
    (outcome,) = await backend_of(server).apply(change(DONE, one))
    assert outcome.state is OutcomeState.REFUSED
    assert outcome.reason.startswith(("Failed to update alert status", "Internal Server Error"))


async def test_without_a_connection_nothing_is_begun() -> None:
    _, backend = scripted(told(current()), off())
    with pytest.raises(Unreachable) as raised:
        await backend.apply(change(DONE, "a-1"))
    assert not raised.value.may_have_acted


async def test_a_second_step_that_fails_tells_what_the_first_one_did() -> None:
    both = AlertPatch(status=Set("acknowledged"), assignee=Set("u-2"))
    failed = told({"detail": "Failed to update alert status"}, 500)
    for second in (NotPermitted("Permission required: manage_alerts"), Rejected("Odd."), failed):
        _, backend = scripted(told(current()), told({}), second, told(current(owner_id="u-2")))
        (outcome,) = await backend.apply(change(both, "a-1"))
        assert outcome.state is OutcomeState.REFUSED
        assert outcome.reason.startswith("The assignee was changed, the status was not: ")
    _, backend = scripted(told(current()), told({}), off())
    assert states(await backend.apply(change(both, "a-1"))) == [OutcomeState.UNDECIDED]


async def test_somebody_who_cannot_be_assigned_to_is_refused_before_anything_is_changed() -> None:
    both = AlertPatch(status=Set("acknowledged"), assignee=Set("u-2"))
    team = told({"detail": "You can only assign alerts to members of your team"}, 403)
    script, backend = scripted(told(current()), team)
    (outcome,) = await backend.apply(change(both, "a-1"))
    assert (outcome.state, outcome.reason) == (
        OutcomeState.REFUSED,
        "Could not assign alert a-1: You can only assign alerts to members of your team.",
    )
    assert [each.method for each in script.asked] == ["GET", "POST"]


@pytest.mark.parametrize("words", ["Permission required: manage_alerts", "Not enough permissions"])
async def test_a_role_that_may_not_assign_is_not_permitted(words: str) -> None:
    _, backend = scripted(told(current()), told({"detail": words}, 403))
    with pytest.raises(NotPermitted, match="manage_alerts") as caught:
        await backend.apply(change(GRACE, "a-1"))
    assert caught.value.permission == "manage_alerts"


async def test_a_404_of_an_assignment_may_mean_the_person() -> None:
    nobody = told({"error": {"code": "NOT_FOUND", "message": "Assignee not found or inactive"}}, 404)
    _, backend = scripted(told(current()), nobody)
    (outcome,) = await backend.apply(change(GRACE, "a-1"))
    assert outcome.state is OutcomeState.REFUSED
    assert "Assignee not found or inactive." in outcome.reason
    gone = told({"error": {"code": "NOT_FOUND", "message": "Alert not found"}}, 404)
    _, backend = scripted(told(current()), gone, routes=HEALTHY)
    assert states(await backend.apply(change(GRACE, "a-1"))) == [OutcomeState.MISSING]
    _, backend = scripted(told(current()), gone, routes=DOWN)
    with pytest.raises(ServerDown):
        await backend.apply(change(GRACE, "a-1"))


async def test_what_somebody_else_changed_is_a_conflict() -> None:
    script, backend = scripted(told(current(status="resolved")))
    (outcome,) = await backend.apply(change(ACK, "a-1", expected=AlertPatch(status=Set("new"))))
    assert outcome.state is OutcomeState.CONFLICT
    assert "status is now resolved" in outcome.reason
    assert len(script.asked) == 1


async def test_a_csrf_token_that_the_server_forgot_is_read_anew_and_the_change_made() -> None:
    server = ChadStandIn("documented")
    two = server.fill(2)
    backend = backend_of(server)
    await backend.identity()
    server.world.csrf_tokens.clear()  # as a server that was started anew
    server.forget_requests()
    assert states(await backend.apply(change(DONE, *two, comment="why"))) == [OutcomeState.CONFIRMED] * 2
    assert [(each.operation, each.status) for each in server.requests] == [
        ("bulk_status", 403), ("me", 200), ("bulk_status", 200),
    ]  # fmt: skip
    assert [len(server.comments_of(each)) for each in two] == [1, 1]


async def test_a_csrf_token_that_is_refused_again_is_a_refusal() -> None:
    refused = NotPermitted("CSRF token validation failed.")
    csrf: Reply = told({}, 404, headers={"x-csrf-token": "t0k"})
    script, backend = scripted(
        told(documented()), refused, refused, api="documented", routes={"GET /api/auth/me": csrf}
    )  # fmt: skip
    with pytest.raises(NotPermitted, match="CSRF"):
        await backend.apply(change(DONE, "a-1"))
    assert [each.method for each in script.asked] == ["GET", "GET", "PATCH", "GET", "PATCH"]
