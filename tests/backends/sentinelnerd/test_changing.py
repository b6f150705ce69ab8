"""Changes as the deeds that lead there: exact requests, and what each answer says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.backends.remote.asking import Answer
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.change import Change, OutcomeState
from alerttui.domain.errors import (
    BadAnswer,
    Invalid,
    NotPermitted,
    NotSupported,
    SlowDown,
    Stopped,
    Unavailable,
)
from alerttui.domain.patch import CLEAR, PATCH_FIELDS, AlertPatch, Set
from alerttui.domain.vocabulary import Quality
from tests.backends.panther.script import Reply, bodies, empty, lost, no_such, off, refused, told
from tests.backends.sentinelnerd.script import (
    ACKNOWLEDGE,
    ADA,
    ONE,
    REOPEN,
    RESOLVE,
    change,
    ends,
    scripted,
    single,
)

STATES = OutcomeState
ASSIGN = AlertPatch(status=Set("acknowledged"), assignee=Set(ADA.id))
ASSIGN_ALONE = AlertPatch(assignee=Set(ADA.id))
IDS = ("alt_1", "alt_2", "alt_3", "alt_4")


def now(status: str, **fields: object) -> Answer:
    """The answer to a deed: the alert with its new status."""
    return told({"data": {"id": "alt_1", "status": status, **fields}})


# -- one alert: exact requests


@pytest.mark.parametrize(
    ("was", "asked", "path", "body"),
    [
        ("open", change(ACKNOWLEDGE), "/alerts/alt_1/acknowledge", {}),
        ("open", change(ACKNOWLEDGE, comment="on it"), "/alerts/alt_1/acknowledge", {"comment": "on it"}),
        ("open", change(ASSIGN), "/alerts/alt_1/acknowledge", {"assignee": ADA.id}),
        ("acknowledged", change(ASSIGN_ALONE), "/alerts/alt_1/acknowledge", {"assignee": ADA.id}),
        ("acknowledged", change(RESOLVE), "/alerts/alt_1/resolve", {"resolution": "benign"}),
        (
            "open",
            change(RESOLVE, comment="x", actions=(" Blocked it ", "", "a\nb", " ")),
            "/alerts/alt_1/resolve",
            {"resolution": "benign", "comment": "x", "actions_taken": ["Blocked it", "a", "b"]},
        ),
        ("resolved", change(REOPEN), "/alerts/bulk", {"alert_ids": ["alt_1"], "action": "reopen"}),
        (
            "acknowledged",
            change(REOPEN, comment="again"),
            "/alerts/bulk",
            {"alert_ids": ["alt_1"], "action": "reopen", "comment": "again"},
        ),
    ],
)
async def test_each_status_is_led_to_by_its_deed(
    was: str, asked: Change, path: str, body: dict[str, object]
) -> None:
    patch = asked.edits[0].patch
    after = {name: value.value for name, value in patch.changed() if isinstance(value, Set)}
    became = {"status": was, "resolution": after.pop("verdict", None), **after}
    script, backend = scripted(single(status=was), empty(204), single(**became))
    outcomes = await backend.apply(asked)
    assert ends(list(outcomes)) == [("CONFIRMED", "")]
    assert outcomes[0].comment_added is (True if asked.comment else None)
    read, deed, again = script.asked
    assert read.method == again.method == "GET"
    assert ("/" + "/".join(deed.path), deed.body) == (path, body)
    assert (deed.method, deed.safety, deed.permission) == ("POST", RetrySafety.NEVER, "alerts:write")
    assert deed.alert_id == ONE
    assert {200, 201, 202, 204, 207} <= set(deed.expected)


async def test_what_is_so_already_is_not_sent_and_its_comment_goes_alone() -> None:
    script, backend = scripted(single(status="acknowledged"), told({"data": {"id": "c"}}, 201))
    (outcome,) = await backend.apply(change(ACKNOWLEDGE, comment="mine"))
    assert (outcome.state, outcome.comment_added) == (STATES.UNCHANGED, True)
    assert [each.path[-1] for each in script.asked] == ["alt_1", "comments"]
    assert script.asked[1].body == {"body": "mine"}


async def test_no_request_is_made_for_no_edit() -> None:
    script, backend = scripted()
    assert list(await backend.apply(replace(change(REOPEN), edits=()))) == []
    assert script.asked == []


async def test_what_was_read_a_moment_ago_is_not_read_again() -> None:
    script, backend = scripted(single(), now("acknowledged"))
    await backend.alert(ONE)
    (outcome,) = await backend.apply(change(ACKNOWLEDGE))
    assert outcome.before == AlertPatch(status=Set("open"))
    assert len(script.asked) == 2


# -- one alert: what the answer says


@pytest.mark.parametrize(
    "answer",
    [
        now("acknowledged"), now("ACKNOWLEDGED"), told({"id": "alt_1", "status": "acknowledged"}),
        told({"data": {"alert": {"id": "alt_1", "status": "acknowledged"}}}, 201),
    ],
)  # fmt: skip
async def test_an_answer_with_id_and_status_proves_it(answer: Answer) -> None:
    script, backend = scripted(single(), answer)
    (outcome,) = await backend.apply(change(ACKNOWLEDGE))
    assert outcome.state is STATES.CONFIRMED
    assert len(script.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        empty(200), empty(204), told({}), told({"success": True}), told({"data": None}), told([]),
        told({"data": {"id": "alt_2", "status": "acknowledged"}}), told({"data": {"id": "alt_1"}}),
        Answer(status=200, body=b"OK"),
    ],
)  # fmt: skip
async def test_an_answer_that_tells_nothing_has_the_alert_read(answer: Answer) -> None:
    script, backend = scripted(single(), answer, single(status="acknowledged"))
    (outcome,) = await backend.apply(change(ACKNOWLEDGE))
    assert outcome.state is STATES.CONFIRMED
    assert len(script.asked) == 3
    _, backend = scripted(single(), answer, single())
    (outcome,) = await backend.apply(change(ACKNOWLEDGE))
    assert ends([outcome]) == [("REFUSED", "SentinelNerd accepted the request but kept the status.")]


async def test_an_answer_with_another_value_than_asked_for_says_what_was_kept() -> None:
    _, backend = scripted(single(), now("open"))
    assert ends(list(await backend.apply(change(ACKNOWLEDGE)))) == [
        ("REFUSED", "SentinelNerd accepted the request but kept the status.")
    ]
    _, backend = scripted(single(status="acknowledged"), now("acknowledged", assignee="zoe@example.com"))
    assert ends(list(await backend.apply(change(ASSIGN_ALONE)))) == [
        ("REFUSED", "SentinelNerd accepted the request but kept the assignee.")
    ]


async def test_an_answer_without_the_assignee_has_the_alert_read() -> None:
    script, backend = scripted(
        single(), now("acknowledged"), single(status="acknowledged", assignee="zoe@example.com")
    )
    (outcome,) = await backend.apply(change(ASSIGN))
    assert outcome.state is STATES.REFUSED
    assert len(script.asked) == 3
    _, backend = scripted(single(), now("acknowledged", assignee=ADA.id.upper()))
    (outcome,) = await backend.apply(change(ASSIGN))
    assert outcome.state is STATES.CONFIRMED


async def test_an_address_that_is_told_in_another_case_is_the_same() -> None:
    mine = AlertPatch(status=Set("acknowledged"), assignee=Set("Ada@Example.COM"))
    _, backend = scripted(single(), empty(204), single(status="acknowledged", assignee="ada@example.com"))
    assert ends(list(await backend.apply(change(mine)))) == [("CONFIRMED", "")]
    script, backend = scripted(single(status="acknowledged", assignee="ada@example.com"))
    assert ends(list(await backend.apply(change(mine)))) == [("UNCHANGED", "")]
    assert len(script.asked) == 1


async def test_a_server_that_never_tells_assignee_and_resolution_is_believed() -> None:
    untold = told({"data": {"id": "alt_1", "status": "resolved"}})
    _, backend = scripted(told({"data": {"id": "alt_1", "status": "open"}}), empty(204), untold)
    (outcome,) = await backend.apply(change(RESOLVE))
    assert outcome.state is STATES.CONFIRMED
    acknowledged = told({"data": {"id": "alt_1", "status": "acknowledged"}})
    script, backend = scripted(acknowledged, empty(204), acknowledged)
    (outcome,) = await backend.apply(change(ASSIGN_ALONE))
    assert outcome.state is STATES.CONFIRMED
    assert len(script.asked) == 3


async def test_reopening_understands_the_answers_of_a_bulk_request() -> None:
    failed = told({"data": {"failed": [{"id": "alt_1", "error": "it is open"}]}}, 207)
    _, backend = scripted(single(status="resolved"), failed)
    assert ends(list(await backend.apply(change(REOPEN)))) == [
        ("REFUSED", "SentinelNerd refused it: it is open")
    ]
    _, backend = scripted(single(status="resolved"), told({"data": {"succeeded": ["alt_1"], "failed": []}}))
    assert ends(list(await backend.apply(change(REOPEN)))) == [("CONFIRMED", "")]


# -- what no deed leads to


@pytest.mark.parametrize("was", ["open", "snoozed"])
async def test_an_open_alert_is_assigned_only_with_its_status(was: str) -> None:
    script, backend = scripted(single(status=was))
    assert ends(list(await backend.apply(change(ASSIGN_ALONE)))) == [
        ("REFUSED", "SentinelNerd assigns only while acknowledging; set the status too.")
    ]
    assert len(script.asked) == 1


async def test_a_resolved_alert_is_not_assigned_and_gets_no_other_resolution() -> None:
    for patch, word in ((ASSIGN_ALONE, "resolved"), (RESOLVE, "reopen the alert first")):
        script, backend = scripted(single(status="resolved", resolution="duplicate"))
        (outcome,) = await backend.apply(change(patch))
        assert outcome.state is STATES.REFUSED
        assert word in outcome.reason
        assert outcome.reason.endswith(".")
        assert len(script.asked) == 1


async def test_what_is_resolved_gets_no_other_resolution_also_where_none_is_told() -> None:
    untold = told({"data": {"id": "alt_1", "status": "resolved"}})
    script, backend = scripted(untold)
    (outcome,) = await backend.apply(change(RESOLVE, comment="mine"))
    assert ends([outcome]) == [
        ("REFUSED", "SentinelNerd takes a resolution only while resolving; reopen the alert first.")
    ]
    assert outcome.comment_added is False
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("patch", "error", "words"),
    [
        (AlertPatch(status=Set("banana")), Invalid, "open, acknowledged, resolved"),
        (AlertPatch(status=Set("resolved")), Invalid, "closing needs a verdict"),
        (AlertPatch(status=Set("resolved"), verdict=Set("undetermined")), Invalid, "true_positive"),
        (AlertPatch(verdict=Set("benign")), NotSupported, "only while resolving; reopen"),
        (AlertPatch(verdict=CLEAR), NotSupported, "resolution back"),
        (AlertPatch(assignee=CLEAR), NotSupported, "SentinelNerd's API cannot unassign."),
        (AlertPatch(assignee=Set("ada")), Invalid, "e-mail"),
        (AlertPatch(assignee=Set("a b@c")), Invalid, "e-mail"),
        (replace(RESOLVE, assignee=Set(ADA.id)), NotSupported, "together with the status Acknowledged"),
        (replace(REOPEN, assignee=Set(ADA.id)), NotSupported, "together with the status Acknowledged"),
        (AlertPatch(quality=Set(Quality.NOISE)), NotSupported, "SentinelNerd's API has no quality"),
        (AlertPatch(tags=Set(("a",))), NotSupported, "SentinelNerd's API has no tags"),
        (AlertPatch(severity=Set("high")), NotSupported, "SentinelNerd's API has no change of severity"),
        (AlertPatch(malice=Set("x")), NotSupported, "SentinelNerd's API has no malice"),
    ],
)
async def test_what_cannot_be_done_is_refused_before_anything_is_asked(
    patch: AlertPatch, error: type[Exception], words: str
) -> None:
    script, backend = scripted()
    mixed = replace(change(REOPEN, "alt_2"), edits=(*change(REOPEN, "alt_2").edits, *change(patch).edits))
    for each in (change(patch), mixed):
        with pytest.raises(error, match=words):
            await backend.apply(each)
    assert script.asked == []


async def test_a_list_of_actions_belongs_to_resolving() -> None:
    script, backend = scripted()
    with pytest.raises(NotSupported, match="actions only while resolving"):
        await backend.apply(change(ACKNOWLEDGE, actions=("x",)))
    assert script.asked == []
    assert backend.capabilities.actions_refusal == ""


async def test_a_profile_for_reading_changes_nothing() -> None:
    script, backend = scripted(read_only=True)
    assert {backend.capabilities.refusal(name) for name in PATCH_FIELDS} == {
        "This profile is for reading only."
    }
    for each in (change(ACKNOWLEDGE), change(AlertPatch(), comment="x")):
        with pytest.raises(NotSupported):
            await backend.apply(each)
    with pytest.raises(NotSupported):
        await backend.add_comment(ONE, "x", ADA, 0)
    assert script.asked == []


async def test_an_address_is_sent_as_it_was_seen() -> None:
    script, backend = scripted(single(assignee="Ada@Example.com"), single(), empty(), single())
    await backend.alert(ONE)
    script.now_ms += 60_000
    await backend.apply(change(ASSIGN))
    assert bodies(script.asked) == [{"assignee": "Ada@Example.com"}]


@pytest.mark.parametrize("kept", [None, "benign"])
async def test_reopening_takes_the_resolution_back_even_where_the_server_keeps_it(kept: str | None) -> None:
    was, is_now = single(status="resolved", resolution="benign"), single(status="open", resolution=kept)
    script, backend = scripted(was, empty(204), is_now)
    (outcome,) = await backend.apply(change(AlertPatch(status=Set("open"), verdict=CLEAR)))
    assert ends([outcome]) == [("CONFIRMED", "")]
    assert bodies(script.asked) == [{"alert_ids": ["alt_1"], "action": "reopen"}]


async def test_where_nothing_reopens_an_alert_that_is_there_it_is_not_called_missing() -> None:
    resolved = single(status="resolved")
    _, backend = scripted(resolved, no_such(ONE), resolved)
    (outcome,) = await backend.apply(change(REOPEN))
    assert outcome.state is STATES.REFUSED
    assert outcome.reason.startswith("Could not reopen alert alt_1: SentinelNerd knows the alert and no ")
    assert outcome.reason.endswith("; nothing was changed.")
    _, backend = scripted(resolved, no_such(ONE), no_such(ONE))
    assert ends(list(await backend.apply(change(REOPEN)))) == [("MISSING", "No such alert: alt_1")]


# -- two deeds


async def test_what_is_resolved_is_reopened_to_be_acknowledged() -> None:
    script, backend = scripted(single(status="resolved"), told({"data": {"updated": 1}}), now("acknowledged"))
    (outcome,) = await backend.apply(change(ACKNOWLEDGE, comment="again"))
    assert (outcome.state, outcome.comment_added) == (STATES.CONFIRMED, True)
    assert bodies(script.asked) == [
        {"alert_ids": ["alt_1"], "action": "reopen"},
        {"comment": "again"},
    ]


@pytest.mark.parametrize(
    ("second", "state"),
    [
        (refused("not now"), STATES.REFUSED),
        (NotPermitted("not you"), STATES.REFUSED),
        (lost(), STATES.UNDECIDED),
        (off(), STATES.UNDECIDED),
        (SlowDown("wait", 1), STATES.UNDECIDED),
    ],
)
async def test_where_the_second_deed_fails_it_is_told_that_the_first_was_done(
    second: Reply, state: OutcomeState
) -> None:
    script, backend = scripted(single(status="resolved"), empty(204), second)
    (outcome,) = await backend.apply(change(ACKNOWLEDGE))
    assert outcome.state is state
    assert outcome.reason == f"The alert was reopened, to be acknowledged: {second}"
    assert len(script.asked) == 3


async def test_where_the_first_deed_is_refused_the_second_is_not_asked_for() -> None:
    for first in (refused("locked"), told({"failed": [{"id": "alt_1", "reason": "locked"}]}, 207)):
        script, backend = scripted(single(status="resolved"), first)
        (outcome,) = await backend.apply(change(ACKNOWLEDGE))
        assert outcome.state is STATES.REFUSED
        assert "locked" in outcome.reason
        assert len(script.asked) == 2


# -- refusals and lost answers


async def test_a_lost_answer_is_told_and_nothing_is_sent_again() -> None:
    script, backend = scripted(single(), lost())
    (outcome,) = await backend.apply(change(ACKNOWLEDGE, comment="once"))
    assert (outcome.state, outcome.comment_added) == (STATES.UNDECIDED, None)
    assert len(script.asked) == 2
    script, backend = scripted(lost())
    outcomes = await backend.apply(change(ACKNOWLEDGE, *IDS, comment="once"))
    assert {each.state for each in outcomes} == {STATES.UNDECIDED}
    assert len(script.asked) == 1
    assert backend.capabilities.retry == dict.fromkeys(("apply", "add_comment"), RetrySafety.NEVER)


async def test_a_web_page_in_place_of_an_answer_proves_nothing() -> None:
    page = Answer(status=200, body=b"<html>Sign in</html>")
    for ids, replies in ((IDS[:1], [single(), page]), (IDS, [page])):
        _, backend = scripted(*replies)
        outcomes = await backend.apply(change(ACKNOWLEDGE, *ids))
        assert {each.state for each in outcomes} == {STATES.UNDECIDED}
    _, backend = scripted(page)
    with pytest.raises(BadAnswer) as raised:
        await backend.add_comment(ONE, "x", ADA, 0)
    assert raised.value.may_have_acted


async def test_what_did_not_leave_is_raised_or_waits() -> None:
    _, backend = scripted(single(), off())
    with pytest.raises(Unavailable):
        await backend.apply(change(ACKNOWLEDGE))
    script, backend = scripted(told({"succeeded": ["alt_1", "alt_2"]}), off(), chunk=2)
    outcomes = await backend.apply(change(ACKNOWLEDGE, *IDS))
    assert [each.state for each in outcomes] == [STATES.CONFIRMED] * 2 + [STATES.QUEUED] * 2
    assert len(script.asked) == 2


async def test_a_refusal_is_told_in_the_server_s_words_and_a_missing_alert_is_named() -> None:
    _, backend = scripted(single(), refused("cannot acknowledge"))
    assert ends(list(await backend.apply(change(ACKNOWLEDGE)))) == [("REFUSED", "cannot acknowledge")]
    for replies in ([no_such(ONE)], [single(), no_such(ONE)]):
        _, backend = scripted(*replies)
        assert ends(list(await backend.apply(change(ACKNOWLEDGE)))) == [("MISSING", "No such alert: alt_1")]


@pytest.mark.parametrize("alert_id", ["", "stats", "bulk"])
async def test_what_cannot_be_an_id_is_missing_and_never_sent(alert_id: str) -> None:
    script, backend = scripted(told({"succeeded": ["alt_1", "alt_2"]}))
    outcomes = await backend.apply(change(ACKNOWLEDGE, "alt_1", alert_id, "alt_2"))
    assert [each.state for each in outcomes] == [STATES.CONFIRMED, STATES.MISSING, STATES.CONFIRMED]
    assert bodies(script.asked) == [{"alert_ids": ["alt_1", "alt_2"], "action": "acknowledge"}]


async def test_values_that_somebody_else_changed_are_a_conflict() -> None:
    script, backend = scripted(single(status="resolved", resolution="benign"))
    asked = change(ACKNOWLEDGE, expected=AlertPatch(status=Set("open")))
    (outcome,) = await backend.apply(asked)
    assert outcome.state is STATES.CONFLICT
    assert len(script.asked) == 1


async def test_a_change_that_is_stopped_before_anything_was_sent_is_given_up() -> None:
    script, backend = scripted()

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        await backend.apply(change(ACKNOWLEDGE, *IDS), stop)
    assert script.asked == []
