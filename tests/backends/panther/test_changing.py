"""Changes: the exact requests, and an outcome for every edit whatever the server answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from alerttui.backends.remote.asking import Answer, Request
from alerttui.backends.remote.panther.backend import PantherBackend
from alerttui.domain.alert import Actor
from alerttui.domain.change import NO_VALUES, Change, Edit, Outcome, OutcomeState
from alerttui.domain.errors import (
    BadAnswer,
    Invalid,
    NotFound,
    NotPermitted,
    NotSupported,
    Rejected,
    ServerDown,
    SlowDown,
    Stopped,
    Unreachable,
)
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.vocabulary import AlertId, Quality
from tests.backends.panther.script import (
    Script,
    alert,
    backend_of,
    bodies,
    empty,
    lost,
    no_such,
    off,
    page,
    refused,
    scripted,
    told,
)

CLOSE = AlertPatch(status=Set("CLOSED"))
ANA = Actor("ana", "user", "Ana")


def change(patch: AlertPatch, *ids: str, expected: AlertPatch | None = None, comment: str = "") -> Change:
    return change_of(*((each, patch, expected) for each in ids), comment=comment)


def change_of(*edits: tuple[str, AlertPatch, AlertPatch | None], comment: str = "") -> Change:
    made = tuple(
        Edit(alert_id=AlertId(each), patch=patch, expected=expected) for each, patch, expected in edits
    )
    return Change(id="c", at_ms=0, by=ANA, label="test", edits=made, comment=comment)


def states(outcomes: Any) -> list[tuple[str, OutcomeState]]:
    return [(each.alert_id, each.state) for each in outcomes]


class World:
    """Alerts that change as they are told; `hook` may answer, or break, first."""

    def __init__(self, *ids: str, hook: Callable[[Request], Answer | None] = lambda request: None) -> None:
        self.alerts: dict[str, dict[str, Any]] = {each: alert(each) for each in ids}
        self.hook = hook

    def __call__(self, request: Request) -> Answer:
        answer = self.hook(request)
        if answer is not None:
            return answer
        if request.path == ("alerts",):
            body = dict(request.body)  # type: ignore[call-overload]
            ids = body.pop("ids")
            if any(each not in self.alerts for each in ids):
                raise Rejected("no such alert")
            for each in ids:
                self.alerts[each].update(body)
            return empty(204)
        alert_id = request.path[1]
        if alert_id not in self.alerts:
            raise NotFound([alert_id])
        if request.method == "GET":
            return told(_shown(self.alerts[alert_id]))
        self.alerts[alert_id].update(request.body)  # type: ignore[call-overload]
        return empty()


def _shown(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "assignee": {"id": fields.get("assignee", ""), "type": "user"}}


def over(world: World, **settings: Any) -> tuple[Script, PantherBackend]:
    script = Script(world=world)
    return script, backend_of(script, **settings)


# -- one alert


async def test_one_alert_is_read_changed_and_read_again() -> None:
    script, backend = scripted(told(alert()), empty(), told(alert(status="CLOSED")))
    (outcome,) = await backend.apply(change(CLOSE, "a-1"))
    assert outcome == Outcome(
        alert_id=AlertId("a-1"),
        state=OutcomeState.CONFIRMED,
        before=AlertPatch(status=Set("OPEN")),
        after=CLOSE,
    )
    assert script.lines() == ["GET /alerts/a-1", 'PATCH /alerts/a-1 {"status": "CLOSED"}', "GET /alerts/a-1"]


@pytest.mark.parametrize(
    ("patch", "body"),
    [
        (AlertPatch(quality=CLEAR), {"quality": ""}),
        (AlertPatch(quality=Set(Quality.NOISE)), {"quality": "NOISE"}),
        (AlertPatch(tags=CLEAR), {"contextTags": []}),
        (AlertPatch(tags=Set(("b", "a"))), {"contextTags": ["b", "a"]}),
        (AlertPatch(assignee=CLEAR), {"assignee": ""}),
        (AlertPatch(assignee=Set("u-7"), status=Set("TRIAGED")), {"status": "TRIAGED", "assignee": "u-7"}),
    ],
)
async def test_only_what_changes_is_sent(patch: AlertPatch, body: object) -> None:
    world = World("a-1")
    world.alerts["a-1"] |= {"quality": "USEFUL", "contextTags": ["x"], "assignee": "u-1"}
    script, backend = over(world)
    (outcome,) = await backend.apply(change(patch, "a-1"))
    assert outcome.state is OutcomeState.CONFIRMED
    assert bodies(script.asked) == [body]


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_an_answer_without_a_body_is_never_decoded(status: int) -> None:
    _, backend = scripted(told(alert()), empty(status), told(alert(status="CLOSED")))
    (outcome,) = await backend.apply(change(CLOSE, "a-1"))
    assert outcome.state is OutcomeState.CONFIRMED


async def test_what_an_alert_has_already_is_not_sent() -> None:
    script, backend = scripted(told(alert(status="CLOSED")))
    (outcome,) = await backend.apply(change(CLOSE, "a-1"))
    assert outcome.state is OutcomeState.UNCHANGED
    assert len(script.asked) == 1


async def test_right_after_a_write_an_alert_that_seems_to_have_it_is_written_all_the_same() -> None:
    script, backend = over(World("a-1"))
    await backend.apply(change(CLOSE, "a-1"))
    (outcome,) = await backend.apply(change(CLOSE, "a-1"))
    assert outcome.state is OutcomeState.CONFIRMED
    assert len(bodies(script.asked)) == 2


async def test_reading_again_waits_for_a_server_that_lags() -> None:
    script, backend = scripted(
        told(alert()), empty(), told(alert()), told(alert()), told(alert(status="CLOSED"))
    )
    (outcome,) = await backend.apply(change(CLOSE, "a-1"))
    assert outcome.state is OutcomeState.CONFIRMED
    assert script.slept == [1.0, 2.0]


async def test_a_missing_alert_is_an_outcome() -> None:
    script, backend = scripted(no_such("a-1"))
    (outcome,) = await backend.apply(change(CLOSE, "a-1", comment="bye"))
    assert (outcome.state, outcome.reason) == (OutcomeState.MISSING, "No such alert: a-1")
    assert (outcome.comment_added, outcome.after) == (False, NO_VALUES)
    assert len(script.asked) == 1


@pytest.mark.parametrize("answer", [told(alert("a-2")), told({}), told([]), told(None), told({"id": 1})])
async def test_an_answer_about_another_alert_changes_nothing(answer: Answer) -> None:
    script, backend = scripted(answer)
    with pytest.raises(BadAnswer, match="not alert a-1"):
        await backend.apply(change(CLOSE, "a-1"))
    assert not bodies(script.asked)


@pytest.mark.parametrize("alert_id", ["", "a/b", "..", "é ?#"])
async def test_an_id_is_one_segment_and_an_empty_one_asks_for_nothing(alert_id: str) -> None:
    script, backend = over(World("a/b", "..", "é ?#"))
    (outcome,) = await backend.apply(change(CLOSE, alert_id))
    assert outcome.ok is bool(alert_id)
    assert {each.path for each in script.asked} == ({("alerts", alert_id)} if alert_id else set())


async def test_a_refusal_is_told_in_the_servers_words() -> None:
    words = "Could not change alert a-1: context tag 'new' does not exist."
    _, backend = scripted(told(alert()), refused(words))
    (outcome,) = await backend.apply(change(AlertPatch(tags=Set(("new",))), "a-1"))
    assert (outcome.state, outcome.reason) == (OutcomeState.REFUSED, words)
    assert outcome.before == AlertPatch(tags=CLEAR)


async def test_a_patch_without_an_answer_is_settled_by_reading() -> None:
    script, backend = scripted(told(alert()), lost(), told(alert(status="CLOSED")))
    (outcome,) = await backend.apply(change(CLOSE, "a-1"))
    assert (outcome.state, outcome.reason) == (OutcomeState.CONFIRMED, "")
    assert len(bodies(script.asked)) == 1


async def test_a_patch_that_did_not_arrive_is_sent_once_more() -> None:
    still = told(alert())
    script, backend = scripted(still, lost(), still, still, still, empty(), told(alert(status="CLOSED")))
    (outcome,) = await backend.apply(change(CLOSE, "a-1"))
    assert outcome.state is OutcomeState.CONFIRMED
    assert len(bodies(script.asked)) == 2


async def test_a_patch_that_never_arrives_waits() -> None:
    still = told(alert())
    script, backend = scripted(still, lost(), still, still, still, lost(), still, still, still)
    (outcome,) = await backend.apply(change(CLOSE, "a-1"))
    assert outcome.state is OutcomeState.QUEUED
    assert outcome.reason == "No answer. Reading shows that it was not done."
    assert len(bodies(script.asked)) == 2


async def test_a_patch_of_which_nothing_tells_is_undecided() -> None:
    _, backend = scripted(told(alert()), lost(), off())
    (outcome,) = await backend.apply(change(CLOSE, "a-1"))
    assert outcome.state is OutcomeState.UNDECIDED
    assert "No answer" in outcome.reason and "No connection" in outcome.reason


@pytest.mark.parametrize(
    ("patch", "state"),
    [(CLOSE, OutcomeState.CONFIRMED), (AlertPatch(assignee=CLEAR), OutcomeState.UNDECIDED),
     (AlertPatch(tags=CLEAR), OutcomeState.UNDECIDED)],
)  # fmt: skip
async def test_an_answer_that_says_yes_proves_what_the_document_promises(
    patch: AlertPatch, state: OutcomeState
) -> None:
    had = alert(assignee={"id": "u-1", "type": "user"}, contextTags=["x"])
    _, backend = scripted(told(had), empty(), off())
    (outcome,) = await backend.apply(change(patch, "a-1"))
    assert outcome.state is state
    assert outcome.reason.startswith("Panther accepted it; it could not be read back")


# -- what is accepted and ignored


async def test_an_assignee_that_is_kept_is_told_and_not_asked_again() -> None:
    had = told(alert(assignee={"id": "u-1", "type": "user"}))
    script, backend = scripted(had, empty(), had, had, had)
    patch = AlertPatch(assignee=CLEAR)
    (outcome,) = await backend.apply(change(patch, "a-1"))
    assert outcome.state is OutcomeState.REFUSED
    assert outcome.reason.startswith("Panther accepted the request but kept the assignee; ")
    assert outcome.after == AlertPatch(assignee=Set("u-1"))
    assert script.slept == [1.0, 2.0]
    assert backend.capabilities.refusal("assignee", clear=True) == outcome.reason
    assert not backend.capabilities.refusal("assignee")
    with pytest.raises(NotSupported, match="kept the assignee"):
        await backend.apply(change(patch, "a-2"))


async def test_an_older_release_that_ignores_fields_is_told() -> None:
    patch = AlertPatch(status=Set("CLOSED"), quality=Set(Quality.NOISE), tags=Set(("a",)))
    after = told(alert(status="CLOSED"))
    _, backend = scripted(told(alert()), empty(), after, after, after)
    (outcome,) = await backend.apply(change(patch, "a-1"))
    assert outcome.state is OutcomeState.REFUSED
    words = "Panther accepted the request but ignored quality/contextTags; it may be an older release."
    assert outcome.reason == words
    capabilities = backend.capabilities
    assert capabilities.refusal("quality") == capabilities.refusal("tags") == words
    assert not capabilities.refusal("status")


async def test_one_alert_that_is_kept_proves_nothing_where_others_were_changed() -> None:
    rated = told(alert("a-2", quality="NOISE"))
    still = told(alert())
    _, backend = scripted(rated, still, empty(), still, still, still)
    await backend.alert(AlertId("a-2"))
    (outcome,) = await backend.apply(change(AlertPatch(quality=Set(Quality.USEFUL)), "a-1"))
    assert outcome.state is OutcomeState.REFUSED
    assert not backend.capabilities.refusal("quality")


async def test_somebody_who_was_quicker_after_our_change_is_named() -> None:
    theirs = told(alert(status="TRIAGED", updatedBy={"id": "grace", "type": "user"}))
    _, backend = scripted(told(alert()), empty(), theirs, theirs, theirs)
    (outcome,) = await backend.apply(change(CLOSE, "a-1"))
    assert outcome.state is OutcomeState.CONFLICT
    assert outcome.reason == "status is now TRIAGED, changed by grace, after this change was made."


# -- expected values


async def test_an_edit_whose_alert_has_other_values_is_a_conflict() -> None:
    theirs = alert(status="RESOLVED", updatedBy={"id": "grace", "type": "user"})
    script, backend = scripted(told(theirs))
    expected = AlertPatch(status=Set("OPEN"))
    (outcome,) = await backend.apply(change(CLOSE, "a-1", expected=expected))
    assert outcome.state is OutcomeState.CONFLICT
    assert outcome.reason == "status is now RESOLVED, changed by grace; nothing was changed."
    assert outcome.before == outcome.after == AlertPatch(status=Set("RESOLVED"))
    assert len(script.asked) == 1


async def test_an_old_value_right_after_our_own_write_is_lag_and_no_conflict() -> None:
    script, backend = over(World("a-1"))
    await backend.apply(change(AlertPatch(status=Set("TRIAGED")), "a-1"))
    stale, fresh = told(alert()), told(alert(status="TRIAGED"))
    script.replies = [stale, stale, fresh, empty(), told(alert(status="CLOSED"))]
    (outcome,) = await backend.apply(change(CLOSE, "a-1", expected=AlertPatch(status=Set("TRIAGED"))))
    assert outcome.state is OutcomeState.CONFIRMED


async def test_the_order_of_tags_is_no_conflict() -> None:
    _, backend = scripted(told(alert(contextTags=["b", "a"])), empty(), told(alert(contextTags=["c", "a"])))
    patch = AlertPatch(tags=Set(("a", "c")))
    (outcome,) = await backend.apply(change(patch, "a-1", expected=AlertPatch(tags=Set(("a", "b")))))
    assert outcome.state is OutcomeState.CONFIRMED


async def test_tags_that_break_the_rules_may_stay_where_they_were() -> None:
    world = World("a-1")
    world.alerts["a-1"]["contextTags"] = ["Odd Tag"]
    _, backend = over(world)
    patch = AlertPatch(tags=Set(("Odd Tag", "new")))
    (outcome,) = await backend.apply(change(patch, "a-1", expected=AlertPatch(tags=Set(("Odd Tag",)))))
    assert outcome.state is OutcomeState.CONFIRMED
    with pytest.raises(Invalid):
        await backend.apply(change(patch, "a-1"))


async def test_expected_values_are_read_and_those_that_hold_go_out_together() -> None:
    world = World("a", "b", "c", "d")
    world.alerts["b"]["status"] = "RESOLVED"
    script, backend = over(world)
    expected = AlertPatch(status=Set("OPEN"))
    outcomes = await backend.apply(change(CLOSE, "a", "b", "c", "d", expected=expected))
    assert [each.state.name for each in outcomes] == ["CONFIRMED", "CONFLICT", "CONFIRMED", "CONFIRMED"]
    assert all(each.before == expected for each in (outcomes[0], outcomes[2]))
    assert bodies(script.asked) == [{"ids": ["a", "c", "d"], "status": "CLOSED"}]


# -- many alerts


async def test_many_alerts_go_out_in_chunks_and_one_of_each_is_read() -> None:
    ids = [f"a-{number}" for number in range(60)]
    script, backend = over(World(*ids))
    told_progress: list[tuple[int, int]] = []
    outcomes = await backend.apply(change(CLOSE, *ids), lambda done, all_: told_progress.append((done, all_)))
    assert states(outcomes) == [(each, OutcomeState.CONFIRMED) for each in ids]
    assert all(each.before == NO_VALUES and each.after == CLOSE for each in outcomes)
    assert told_progress == [(0, 60), (25, 60), (50, 60), (60, 60)]
    chunks = [ids[:25], ids[25:50], ids[50:]]
    assert script.lines() == [
        line
        for chunk in chunks
        for line in (
            f"PATCH /alerts {json.dumps({'ids': chunk, 'status': 'CLOSED'})}",
            f"GET /alerts/{chunk[0]}",
        )
    ]


async def test_the_chunk_can_be_set() -> None:
    script, backend = over(World("a", "b", "c"), chunk=2)
    await backend.apply(change(CLOSE, "a", "b", "c"))
    assert backend.capabilities.bulk_chunk == 2
    assert [each.path for each in script.asked if each.method == "PATCH"] == [("alerts",), ("alerts", "c")]


async def test_equal_patches_go_out_together_whatever_their_order() -> None:
    script, backend = over(World("a", "b", "c", "d"))
    one, other = AlertPatch(tags=Set(("x",))), AlertPatch(tags=Set(("x", "y")))
    edits = [("a", one, None), ("b", other, None), ("c", one, None), ("d", other, None)]
    outcomes = await backend.apply(change_of(*edits))
    assert [each.alert_id for each in outcomes] == ["a", "b", "c", "d"]
    assert bodies(script.asked) == [
        {"ids": ["a", "c"], "contextTags": ["x"]},
        {"ids": ["b", "d"], "contextTags": ["x", "y"]},
    ]


async def test_an_alert_that_occurs_twice_keeps_the_order_of_its_edits() -> None:
    script, backend = over(World("a", "b"))
    triage = AlertPatch(status=Set("TRIAGED"))
    outcomes = await backend.apply(change_of(("a", CLOSE, None), ("a", triage, None), ("b", CLOSE, None)))
    assert [each.state for each in outcomes] == [OutcomeState.CONFIRMED] * 3
    assert bodies(script.asked) == [{"status": "CLOSED"}, {"status": "TRIAGED"}, {"status": "CLOSED"}]


async def test_the_missing_one_is_named_and_the_others_are_done() -> None:
    script, backend = over(World("a", "c"))
    outcomes = await backend.apply(change(CLOSE, "a", "b", "c"))
    assert [each.state.name for each in outcomes] == ["CONFIRMED", "MISSING", "CONFIRMED"]
    assert len(script.asked) == 1 + 3 + 2 * 2


async def test_half_a_chunk_that_was_done_is_not_done_again() -> None:
    ids = ["a", "b", "c", "d"]

    def half(request: Request) -> Answer | None:
        if request.path == ("alerts",):
            world.alerts["a"]["status"] = world.alerts["c"]["status"] = "CLOSED"
            raise ServerDown("500.", may_have_acted=True)
        return None

    world = World(*ids, hook=half)
    script, backend = over(world)
    outcomes = await backend.apply(change(CLOSE, *ids))
    assert [each.state for each in outcomes] == [OutcomeState.CONFIRMED] * 4
    assert [each.path[1] for each in script.asked[1:] if each.method == "PATCH"] == ["b", "d"]


async def test_the_bad_id_is_named_with_the_servers_words() -> None:
    def locked(request: Request) -> Answer | None:
        if request.method == "PATCH" and request.path in (("alerts",), ("alerts", "b")):
            raise Rejected("alert b is locked")
        return None

    _, backend = over(World("a", "b", "c", hook=locked))
    outcomes = await backend.apply(change(CLOSE, "a", "b", "c"))
    assert [each.state.name for each in outcomes] == ["CONFIRMED", "REFUSED", "CONFIRMED"]
    assert outcomes[1].reason == "alert b is locked"


async def test_a_value_that_is_refused_twice_in_the_same_words_is_not_asked_for_every_alert() -> None:
    def bad_tag(request: Request) -> Answer | None:
        if request.method == "PATCH":
            raise Rejected(f"Could not change alert {request.path[-1]}: tag x does not exist.")
        return None

    ids = [f"a-{number}" for number in range(25)]
    script, backend = over(World(*ids, hook=bad_tag))
    outcomes = await backend.apply(change(AlertPatch(tags=Set(("x",))), *ids))
    assert [each.reason for each in outcomes] == [
        f"Could not change alert {each}: tag x does not exist." for each in ids
    ]
    assert sum(each.method == "PATCH" for each in script.asked) == 3


async def test_a_chunk_that_was_ignored_is_read_alert_by_alert() -> None:
    def ignoring(request: Request) -> Answer | None:
        if request.path == ("alerts",):
            world.alerts["b"]["quality"] = "NOISE"
            return empty(204)
        return None

    world = World("a", "b", "c", hook=ignoring)
    _, backend = over(world)
    outcomes = await backend.apply(change(AlertPatch(quality=Set(Quality.NOISE)), "a", "b", "c"))
    assert [each.state.name for each in outcomes] == ["REFUSED", "CONFIRMED", "REFUSED"]


async def test_what_was_learned_from_the_first_chunk_spares_the_rest() -> None:
    ids = [f"a-{number}" for number in range(100)]
    ignoring = World(*ids, hook=lambda request: empty(204) if request.method == "PATCH" else None)
    script, backend = over(ignoring)
    outcomes = await backend.apply(change(AlertPatch(quality=Set(Quality.NOISE)), *ids))
    assert {each.state for each in outcomes} == {OutcomeState.REFUSED}
    assert len(bodies(script.asked)) == 1


async def test_reading_many_asks_four_at_a_time() -> None:
    import asyncio

    ids = [f"a-{number}" for number in range(12)]
    running = most = 0

    class Slow(Script):
        async def ask(self, request: Request) -> Answer:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            try:
                return await super().ask(request)
            finally:
                running -= 1

    backend = backend_of(Slow(world=World(*ids)))
    await backend.apply(change(CLOSE, *ids, expected=AlertPatch(status=Set("OPEN"))))
    assert most == 4


# -- ends early


async def test_an_analyst_stops_between_chunks() -> None:
    ids = [f"a-{number}" for number in range(60)]
    script, backend = over(World(*ids))

    def stop(done: int, _: int) -> None:
        if done >= 25:
            raise Stopped("stopped")

    outcomes = await backend.apply(change(CLOSE, *ids, comment=""), stop)
    assert [each.state for each in outcomes[:25]] == [OutcomeState.CONFIRMED] * 25
    assert {(each.state, each.reason) for each in outcomes[25:]} == {
        (OutcomeState.QUEUED, "stopped before it was sent")
    }
    assert len(bodies(script.asked)) == 1


async def test_an_analyst_stops_before_anything() -> None:
    def stop(done: int, total: int) -> None:
        raise Stopped("stopped")

    script, backend = over(World("a", "b"))
    with pytest.raises(Stopped):
        await backend.apply(change(CLOSE, "a", "b"), stop)
    assert not script.asked


@pytest.mark.parametrize("error", [off(), SlowDown("wait", 7), NotPermitted("no", "Manage Alerts")])
async def test_a_server_that_cannot_be_asked_at_all_is_raised(error: Any) -> None:
    for replies in ([error], [told(alert()), error]):
        _, backend = scripted(*replies)
        with pytest.raises(type(error)) as raised:
            await backend.apply(change(CLOSE, "a-1"))
        assert raised.value is error
    _, backend = scripted(error)
    with pytest.raises(type(error)):
        await backend.apply(change(CLOSE, "a-1", "a-2"))


async def test_a_server_that_goes_away_in_the_middle_leaves_the_rest_waiting() -> None:
    ids = [f"a-{number}" for number in range(75)]
    sent = 0

    def going(request: Request) -> Answer | None:
        nonlocal sent
        sent += request.method == "PATCH"
        if sent > 1:
            raise Unreachable("No connection.")
        return None

    _, backend = over(World(*ids, hook=going))
    outcomes = await backend.apply(change(CLOSE, *ids))
    assert [each.state for each in outcomes[:25]] == [OutcomeState.CONFIRMED] * 25
    assert {(each.state, each.reason) for each in outcomes[25:]} == {(OutcomeState.QUEUED, "No connection.")}


async def test_a_permission_that_is_taken_away_in_the_middle_is_a_refusal() -> None:
    def forbidding(request: Request) -> Answer | None:
        if request.path == ("alerts", "b") and request.method == "PATCH":
            raise NotPermitted("Manage Alerts is needed.")
        return None

    _, backend = over(World("a", "b", hook=forbidding))
    triage = AlertPatch(status=Set("TRIAGED"))
    outcomes = await backend.apply(change_of(("a", CLOSE, None), ("b", triage, None)))
    assert [each.state.name for each in outcomes] == ["CONFIRMED", "REFUSED"]
    assert outcomes[1].reason == "Manage Alerts is needed."


async def test_everything_is_checked_before_anything_is_asked() -> None:
    script, backend = scripted()
    for patch, error in (
        (AlertPatch(status=Set("banana")), Invalid), (AlertPatch(tags=Set(("Up",))), Invalid),
        (AlertPatch(severity=Set("HIGH")), NotSupported), (AlertPatch(verdict=Set("benign")), NotSupported),
    ):  # fmt: skip
        with pytest.raises(error):
            await backend.apply(change_of(("a", CLOSE, None), ("b", patch, None)))
    with pytest.raises(Invalid):
        await backend.apply(change(CLOSE, "a", comment="x" * 10_001))
    assert list(await backend.apply(change(CLOSE))) == []
    assert not script.asked


# -- assignees by name, comments


async def test_an_address_becomes_an_id_before_anything_is_sent() -> None:
    users = page({"id": "u-7", "email": "Bob@acme.example", "givenName": "Bob", "familyName": "B"})
    after = told(alert(assignee={"id": "u-7", "type": "user"}))
    script, backend = scripted(users, told(alert()), empty(), after)
    (outcome,) = await backend.apply(change(AlertPatch(assignee=Set("bob@acme.example")), "a-1"))
    assert outcome.after == AlertPatch(assignee=Set("u-7"))
    assert script.lines() == [
        "GET /users?limit=60", "GET /alerts/a-1", 'PATCH /alerts/a-1 {"assignee": "u-7"}', "GET /alerts/a-1"
    ]  # fmt: skip


async def test_an_address_that_nobody_or_too_many_have_is_refused() -> None:
    twins = [{"id": f"u-{n}", "givenName": "Bob", "familyName": "B"} for n in (1, 2)]
    for users, name, rule in (
        ([], "x@acme.example", "nobody"), (twins, "Bob B", "2 people"),
    ):  # fmt: skip
        _, backend = scripted(page(*users))
        with pytest.raises(Invalid, match=rule):
            await backend.apply(change(AlertPatch(assignee=Set(name)), "a-1"))
    _, backend = scripted(NotPermitted("Read User Info is needed."))
    with pytest.raises(Invalid, match="a user id is expected"):
        await backend.apply(change(AlertPatch(assignee=Set("x@acme.example")), "a-1"))


async def test_a_comment_follows_its_values() -> None:
    comment = told({"id": "c-1", "alertId": "a-1", "body": "why"})
    script, backend = scripted(told(alert()), empty(), told(alert(status="CLOSED")), comment)
    (outcome,) = await backend.apply(change(CLOSE, "a-1", comment="why"))
    assert (outcome.state, outcome.comment_added, outcome.reason) == (OutcomeState.CONFIRMED, True, "")
    assert script.lines()[-1] == (
        'POST /alert-comments {"alertId": "a-1", "body": "why", "format": "PLAIN_TEXT"}'
    )


async def test_a_comment_that_is_refused_is_told_apart() -> None:
    _, backend = scripted(told(alert()), empty(), told(alert(status="CLOSED")), refused("too long"))
    (outcome,) = await backend.apply(change(CLOSE, "a-1", comment="why"))
    assert (outcome.state, outcome.comment_added) == (OutcomeState.CONFIRMED, False)
    assert outcome.reason == "The comment was not added: too long"


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_comment_without_an_answer_is_looked_for_and_never_sent_twice(is_there: bool) -> None:
    written = {"id": "c-1", "body": "why", "createdAt": "2026-11-18T11:06:40Z"}
    script, backend = scripted(
        told(alert()), empty(), told(alert(status="CLOSED")), lost(), page(*[written] * is_there)
    )
    (outcome,) = await backend.apply(change(CLOSE, "a-1", comment="why"))
    assert outcome.comment_added is is_there
    assert bool(outcome.reason) is not is_there
    assert sum(each.method == "POST" for each in script.asked) == 1


async def test_a_comment_without_values_is_only_a_comment() -> None:
    script, backend = scripted(told({"id": "c-1", "body": "why"}))
    (outcome,) = await backend.apply(change(AlertPatch(), "a-1", comment="why"))
    assert (outcome.state, outcome.comment_added) == (OutcomeState.UNCHANGED, True)
    assert [each.method for each in script.asked] == ["POST"]


async def test_an_edit_without_values_asks_for_nothing() -> None:
    script, backend = scripted()
    (outcome,) = await backend.apply(change(AlertPatch(), "a-1"))
    assert outcome.state is OutcomeState.UNCHANGED
    assert not script.asked


async def test_tags_that_a_colleague_added_while_many_are_sent_one_by_one_are_not_lost() -> None:
    world = World("a", "b")
    script = Script(world=world)
    backend = backend_of(script)
    world.alerts["b"]["contextTags"] = ["theirs"]
    edits = [
        Edit(alert_id=AlertId(each), patch=AlertPatch(tags=Set((each,))), seen=AlertPatch(tags=CLEAR))
        for each in ("a", "b")
    ]
    outcomes = await backend.apply(Change(id="c", at_ms=0, by=ANA, label="test", edits=tuple(edits)))
    assert states(outcomes) == [("a", OutcomeState.CONFIRMED), ("b", OutcomeState.CONFLICT)]
    assert world.alerts["b"]["contextTags"] == ["theirs"]
