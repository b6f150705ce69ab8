"""POST acknowledge, resolve and comments of one alert, and POST /alerts/bulk."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.responses import Response

from tests.standins.sentinelnerd.answers import bulk_answer, change_answer, comment_answer
from tests.standins.sentinelnerd.refusals import Refused
from tests.standins.sentinelnerd.world import Call, HeldAlert, World

RESOLUTIONS = ("true_positive", "false_positive", "benign", "duplicate")
BULK_FIELDS = ("alert_ids", "action", "resolution", "comment")
BECOMES = {"acknowledge": "acknowledged", "resolve": "resolved", "reopen": "open"}
"""The status that each action leads to."""
ENTRIES = {"acknowledge": "acknowledged", "resolve": "resolved", "reopen": "reopened"}
"""The word of each action in a timeline."""


@dataclass(frozen=True)
class Step:
    """One action and what comes with it."""

    action: str
    comment: str | None = None
    assignee: str | None = None
    resolution: str | None = None
    actions_taken: list[str] = field(default_factory=list)


def acknowledge(world: World, call: Call) -> Response:
    alert = world.held(call.parts[1])
    body = call.json_object(world, "comment", "assignee")
    comment = body.text("comment", longest=world.knobs.longest_comment)
    assignee = body.email("assignee", world.knobs.people)
    body.done()
    take(world, alert, Step("acknowledge", comment, assignee), call.key.owner)
    return change_answer(world, call, alert)


def resolve(world: World, call: Call) -> Response:
    alert = world.held(call.parts[1])
    body = call.json_object(world, "resolution", "comment", "actions_taken")
    resolution = body.word("resolution", RESOLUTIONS, required=True)
    comment = body.text("comment", longest=world.knobs.longest_comment)
    actions_taken = body.texts("actions_taken")
    body.done()
    step = Step("resolve", comment, resolution=resolution, actions_taken=actions_taken)
    take(world, alert, step, call.key.owner)
    return change_answer(world, call, alert)


def comment(world: World, call: Call) -> Response:
    alert = world.held(call.parts[1])
    body = call.json_object(world, "body")
    text = body.text("body", required=True, longest=world.knobs.longest_comment)
    body.done()
    _refuse_named(world, alert)
    made = world.comment(alert, text, call.key.owner, kept=alert.id not in world.knobs.ignored_ids)
    return comment_answer(world, call, made)


def bulk(world: World, call: Call) -> Response:
    shape = world.knobs.bulk
    body = call.json_object(world, *BULK_FIELDS)
    ids = body.texts("alert_ids", required=True)
    action = body.word("action", BECOMES, required=True)
    resolution = body.word("resolution", RESOLUTIONS, required=action == "resolve")
    comment = body.text("comment", longest=world.knobs.longest_comment)
    body.done()
    assert action is not None
    if shape.limit is not None and len(ids) > shape.limit:
        raise Refused(shape.limit_status, f"at most {shape.limit} alerts may be updated at once")
    unknown = [each for each in ids if each not in world.alerts]
    if unknown and shape.unknown_id == "none_applied":
        raise Refused(404, "alert not found", [{"field": "alert_ids", "message": each} for each in unknown])
    step = Step(action, comment, resolution=resolution if action == "resolve" else None)
    done: list[str] = []
    failed: dict[str, str] = {}
    for number, alert_id in enumerate(ids):
        if number == shape.breaks_after:
            raise Refused(500, "internal error")
        try:
            take(world, world.held(alert_id), step, call.key.owner)
            done.append(alert_id)
        except Refused as refused:
            if alert_id in world.alerts or shape.unknown_id == "reported":
                failed[alert_id] = refused.message
    return bulk_answer(world, call, done, failed)


def take(world: World, alert: HeldAlert, step: Step, by: str) -> None:
    """Carries an action out, and again if it is asked again: another entry and another comment."""
    knobs = world.knobs
    _refuse_named(world, alert)
    before = alert.fields.get("status")
    _check_transition(world, before, step)
    if alert.id in knobs.ignored_ids:
        return
    alert.fields = alert.fields | {"status": BECOMES[step.action]}
    if step.assignee is not None and not (
        before == "acknowledged" and knobs.reacknowledge == "keeps_assignee"
    ):
        alert.assignee = step.assignee
    if step.action == "acknowledge":
        alert.acknowledged_at = alert.acknowledged_at or world.now()
    if step.action == "resolve":
        alert.resolution, alert.actions_taken = step.resolution, step.actions_taken
        alert.resolved_at = world.now()
    elif not knobs.reopen_keeps_resolution:
        alert.resolution, alert.resolved_at = None, None
    world.note(alert, ENTRIES[step.action], by, step.comment or None)
    if step.comment:
        world.hold_comment(alert, step.comment, by)


def _check_transition(world: World, before: object, step: Step) -> None:
    knobs = world.knobs
    same = before == BECOMES[step.action]
    if step.action == "acknowledge" and same:
        refused = knobs.reacknowledge == "conflict"
    else:
        refused = knobs.transitions == "strict" and (
            same or (before, step.action) == ("resolved", "acknowledge")
        )
    if refused:
        raise Refused(knobs.conflict_status, f"cannot {step.action} an alert that is {before}")


def _refuse_named(world: World, alert: HeldAlert) -> None:
    status = world.knobs.refused_ids.get(alert.id)
    if status is not None:
        raise Refused(status, f"alert {alert.id} cannot be changed")
