"""Changes: exact requests, what the answer proves, and what is refused before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from alerttui.backends.remote.calseta.capabilities import CALSETA, NEEDS_VERDICT, NO_CLEARING, VERDICT_OF_OPEN
from alerttui.domain.capabilities import AssignBy, RetrySafety
from alerttui.domain.change import Change, Outcome, OutcomeState
from alerttui.domain.errors import (
    BadAnswer,
    Invalid,
    NotFound,
    NotPermitted,
    NotSupported,
    Rejected,
    Unreachable,
)
from alerttui.domain.patch import CLEAR, AlertPatch, Set, values_of
from alerttui.domain.vocabulary import AlertId
from tests.backends import samples
from tests.backends.calseta.script import alert, backend_of, lost, off, one, scripted, uuid

TRUE_POSITIVE = "True Positive - Suspicious Activity"
DUPLICATE = "Duplicate"
CLOSE = AlertPatch(status=Set("Closed"), verdict=Set(TRUE_POSITIVE))
STATES = OutcomeState


def change(patch: AlertPatch, *numbers: int, **more: Any) -> Change:
    return samples.change("c-1", patch, *map(uuid, numbers or (1,)), **more)


async def made(patch: AlertPatch, before: dict[str, Any], after: dict[str, Any]) -> tuple[list[str], Outcome]:
    """What was sent beside the reading for one change, and what came of it."""
    script, backend = scripted(one(before), one(after))
    (outcome,) = await backend.apply(change(patch))
    return script.lines()[1:], outcome


@pytest.mark.parametrize(
    ("patch", "after", "body"),
    [
        (AlertPatch(status=Set("Triaging")), {"status": "Triaging"}, '{"status": "Triaging"}'),
        (AlertPatch(severity=Set("Pending")), {"severity": "Pending"}, '{"severity": "Pending"}'),
        (
            CLOSE,
            {"status": "Closed", "close_classification": TRUE_POSITIVE},
            f'{{"status": "Closed", "close_classification": "{TRUE_POSITIVE}"}}',
        ),
        (AlertPatch(tags=Set(("b", "VIP user", "a"))), {"tags": ["b", "VIP user", "a"]},
         '{"tags": ["b", "VIP user", "a"]}'),
        (AlertPatch(tags=Set(("a", "b", "a"))), {"tags": ["b", "a"]}, '{"tags": ["a", "b"]}'),
        (AlertPatch(tags=CLEAR), {"tags": []}, '{"tags": []}'),
        (AlertPatch(malice=Set("Benign")), {"malice": "Benign", "malice_override": "Benign"},
         '{"malice_override": "Benign"}'),
        (AlertPatch(malice=CLEAR), {"malice": "Pending", "malice_override": None},
         '{"reset_malice_override": true}'),
    ],
)  # fmt: skip
async def test_only_what_changes_is_sent(patch: AlertPatch, after: dict[str, Any], body: str) -> None:
    before = alert(tags=["old"], malice_override="Malicious", malice="Malicious")
    sent, outcome = await made(patch, before, {**before, **after})
    assert sent == [f"PATCH /v1/alerts/#1 {body}"]
    assert (outcome.state, outcome.reason) == (STATES.CONFIRMED, "")
    assert outcome.after == patch
    assert outcome.before == AlertPatch(
        **{name: getattr(values_of_before(before), name) for name, _ in patch.changed()}
    )


def values_of_before(value: dict[str, Any]) -> AlertPatch:
    from alerttui.backends.remote.calseta.reading import alert_of

    return values_of(alert_of(value, 0))


async def test_a_request_of_a_change_is_told_apart_and_never_repeated_by_the_transport() -> None:
    script, backend = scripted(one(alert()), one(alert(status="Triaging")))
    await backend.apply(change(AlertPatch(status=Set("Triaging"))))
    read, patch = script.asked
    assert (read.safety, read.permission) == (RetrySafety.IDEMPOTENT, "alerts:read")
    assert (patch.safety, patch.permission) == (RetrySafety.SETTLE, "alerts:write")
    assert {each.alert_id for each in script.asked} == {uuid(1)}
    assert patch.doing == f"change alert {uuid(1)}"


async def test_several_alerts_are_changed_one_after_the_other() -> None:
    patch = AlertPatch(status=Set("Escalated"))
    script, backend = scripted(
        one(alert(1)), one(alert(1, status="Escalated")),
        one(alert(2)), Rejected("No."),
        NotFound([uuid(3)]),
        one(alert(4, status="Escalated")),
        one(alert(5)), one(alert(5)),
    )  # fmt: skip
    outcomes = await backend.apply(change(patch, 1, 2, 3, 4, 5))
    assert [each.state for each in outcomes] == [
        STATES.CONFIRMED, STATES.REFUSED, STATES.MISSING, STATES.UNCHANGED, STATES.REFUSED,
    ]  # fmt: skip
    assert outcomes[1].reason == "No."
    assert outcomes[4].reason == "Calseta accepted the request but kept the status."
    assert [each.split(" ")[0] for each in script.lines()] == ["GET", "PATCH"] * 2 + ["GET"] * 3 + ["PATCH"]


async def test_what_was_just_read_is_not_read_again() -> None:
    script, backend = scripted(one(alert()), one(alert(status="Triaging")))
    await backend.alert(AlertId(uuid(1)))
    await backend.apply(change(AlertPatch(status=Set("Triaging"))))
    assert [each.method for each in script.asked] == ["GET", "PATCH"]


async def test_closing_takes_along_the_classification_that_the_alert_has() -> None:
    """The mirror leaves out what is so already; the server wants it in the same request."""
    before = alert(close_classification=DUPLICATE, closed_at="2026-11-18T10:30:00Z")
    sent, outcome = await made(AlertPatch(status=Set("Closed")), before, {**before, "status": "Closed"})
    assert sent == [f'PATCH /v1/alerts/#1 {{"status": "Closed", "close_classification": "{DUPLICATE}"}}']
    assert outcome.state is STATES.CONFIRMED


async def test_closing_without_any_classification_is_refused_before_it_is_sent() -> None:
    script, backend = scripted(one(alert()))
    (outcome,) = await backend.apply(change(AlertPatch(status=Set("Closed"))))
    assert (outcome.state, outcome.reason) == (STATES.REFUSED, NEEDS_VERDICT)
    assert [each.method for each in script.asked] == ["GET"]


async def test_the_classification_of_a_closed_alert_changes_alone() -> None:
    before = alert(status="Closed", close_classification=TRUE_POSITIVE)
    patch = AlertPatch(verdict=Set(DUPLICATE))
    sent, outcome = await made(patch, before, {**before, "close_classification": DUPLICATE})
    assert sent == [f'PATCH /v1/alerts/#1 {{"close_classification": "{DUPLICATE}"}}']
    assert outcome.state is STATES.CONFIRMED


async def test_an_alert_that_is_not_closed_gets_no_classification() -> None:
    script, backend = scripted(one(alert()))
    (outcome,) = await backend.apply(change(AlertPatch(verdict=Set(DUPLICATE))))
    assert (outcome.state, outcome.reason) == (STATES.REFUSED, VERDICT_OF_OPEN)
    with pytest.raises(NotSupported, match="belongs to closing"):
        await backend.apply(change(AlertPatch(status=Set("Open"), verdict=Set(DUPLICATE))))
    assert [each.method for each in script.asked] == ["GET"]


async def test_undoing_a_close_reopens_and_thereby_clears_the_classification() -> None:
    before = alert(status="Closed", close_classification=TRUE_POSITIVE, closed_at="2026-11-18T10:30:00Z")
    patch = AlertPatch(status=Set("Open"), verdict=CLEAR)
    sent, outcome = await made(patch, before, {**before, "status": "Open"})
    assert sent == ['PATCH /v1/alerts/#1 {"status": "Open"}']
    assert outcome.state is STATES.CONFIRMED


@pytest.mark.parametrize(
    "patch", [AlertPatch(verdict=CLEAR), AlertPatch(status=Set("Closed"), verdict=CLEAR)]
)
async def test_a_classification_cannot_be_cleared(patch: AlertPatch) -> None:
    script, backend = scripted()
    with pytest.raises(NotSupported) as refused:
        await backend.apply(change(patch))
    assert str(refused.value) == NO_CLEARING
    assert not script.asked


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        (AlertPatch(status=Set("open")), Invalid),
        (AlertPatch(status=Set("Closed"), verdict=Set("false_positive")), Invalid),
        (AlertPatch(malice=Set("Evil")), Invalid),
        (AlertPatch(tags=Set((" a",))), Invalid),
        (AlertPatch(tags=Set(("a\nb",))), Invalid),
        (AlertPatch(tags=Set(("a\u202eb",))), Invalid),
        (AlertPatch(tags=Set(("x" * 101,))), Invalid),
        (AlertPatch(assignee=Set("ana")), NotSupported),
        (AlertPatch(assignee=CLEAR), NotSupported),
        (AlertPatch(quality=CLEAR), NotSupported),
    ],
)
async def test_what_breaks_a_rule_is_refused_before_anything_is_asked(
    patch: AlertPatch, error: type[Exception]
) -> None:
    script, backend = scripted()
    with pytest.raises(error):
        await backend.apply(change(patch, 1, 2))
    assert not script.asked


@pytest.mark.parametrize("tag", ["a", "VIP user", "x" * 100, "Ü-1.2/3", "日本", "#1"])
async def test_a_tag_may_be_any_text_that_can_be_seen(tag: str) -> None:
    sent, outcome = await made(AlertPatch(tags=Set((tag,))), alert(), alert(tags=[tag]))
    assert outcome.state is STATES.CONFIRMED
    assert len(sent) == 1


async def test_a_change_with_a_comment_or_actions_is_refused() -> None:
    script, backend = scripted()
    with pytest.raises(NotSupported, match="local note"):
        await backend.apply(change(CLOSE, comment="done"))
    with_actions = Change(
        id="c", at_ms=0, by=samples.ANA, label="x", edits=change(CLOSE).edits, actions=("blocked",)
    )
    with pytest.raises(NotSupported, match="actions"):
        await backend.apply(with_actions)
    assert not script.asked
    assert await backend.apply(Change(id="c", at_ms=0, by=samples.ANA, label="x", edits=())) == []


async def test_an_answer_that_never_came_leaves_it_undecided_and_is_not_asked_again() -> None:
    script, backend = scripted(one(alert(1)), lost(), one(alert(2)), one(alert(2, status="Triaging")))
    outcomes = await backend.apply(change(AlertPatch(status=Set("Triaging")), 1, 2))
    assert [each.state for each in outcomes] == [STATES.UNDECIDED, STATES.CONFIRMED]
    assert [each.method for each in script.asked] == ["GET", "PATCH"] * 2


@pytest.mark.parametrize("data", [None, [], "x", {}, {"uuid": uuid(2)}])
async def test_an_answer_that_proves_nothing_leaves_it_undecided(data: object) -> None:
    _, backend = scripted(one(alert()), one(data))
    (outcome,) = await backend.apply(change(AlertPatch(status=Set("Triaging"))))
    assert outcome.state is STATES.UNDECIDED


async def test_what_was_not_sent_waits() -> None:
    patch = AlertPatch(status=Set("Triaging"))
    _, backend = scripted(one(alert(1)), one(alert(1, status="Triaging")), off())
    outcomes = await backend.apply(change(patch, 1, 2, 3))
    assert [each.state for each in outcomes] == [STATES.CONFIRMED, STATES.QUEUED, STATES.QUEUED]
    _, backend = scripted(one(alert(1)), off())
    with pytest.raises(Unreachable):
        await backend.apply(change(patch))
    _, backend = scripted(one({"uuid": "no"}))
    with pytest.raises(BadAnswer) as strange:
        await backend.apply(change(patch))
    assert not strange.value.may_have_acted


async def test_a_key_that_may_not_write_is_told_so() -> None:
    _, backend = scripted(one(alert()), NotPermitted("No.", "alerts:write"))
    with pytest.raises(NotPermitted):
        await backend.apply(change(AlertPatch(status=Set("Triaging"))))


async def test_somebody_elses_change_is_a_conflict() -> None:
    script, backend = scripted(one(alert(status="Escalated")))
    edit = change(AlertPatch(status=Set("Triaging")), expected=AlertPatch(status=Set("Open")))
    (outcome,) = await backend.apply(edit)
    assert outcome.state is STATES.CONFLICT
    assert "status is now Escalated" in outcome.reason
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    "alert_id", ["", "bulk", "..", uuid(1) + "/activity", uuid(1)[:-1], f"{{{uuid(1)}}}"]
)
async def test_what_can_be_no_id_is_missing_without_being_asked_for(alert_id: str) -> None:
    script, backend = scripted()
    with pytest.raises(NotFound) as missing:
        await backend.alert(AlertId(alert_id))
    assert missing.value.ids == (alert_id,)
    (outcome,) = await backend.apply(samples.change("c", CLOSE, alert_id))
    assert outcome.state is STATES.MISSING
    assert not script.asked


def test_what_it_can_do_is_known_at_once_and_every_no_has_a_reason() -> None:
    assert (CALSETA.verdict_required, CALSETA.verdict_alone_refusal) == (True, "")
    assert CALSETA.assign_by is AssignBy.NONE
    assert CALSETA.comments.notes
    assert CALSETA.active_target == "Triaging"
    assert not {each.key for each in CALSETA.verdicts} & {"c"}, "a letter must not stand for two things"
    refusals = [
        CALSETA.actions_refusal, CALSETA.tag_counts_refusal, CALSETA.live_refusal,
        CALSETA.comments.read_refusal, CALSETA.comments.write_refusal,
        *(each.set_refusal or "." for each in CALSETA.fields.values()),
        *(each.clear_refusal or "." for each in CALSETA.fields.values()),
    ]  # fmt: skip
    assert all(each.endswith(".") for each in refusals)


async def test_a_profile_for_reading_only_changes_nothing() -> None:
    script, backend = scripted(read_only=True)
    assert backend.capabilities.read_only_reason
    with pytest.raises(NotSupported):
        await backend.apply(change(CLOSE))
    assert not script.asked


async def test_the_profile_may_ask_for_fewer_requests_a_minute() -> None:
    assert backend_of(scripted()[0]).capabilities.requests_per_minute == 300
    assert backend_of(scripted()[0], requests_per_minute=60).capabilities.requests_per_minute == 60
