"""Retrying: the same change once more, only on the alerts that did not get all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from alerttui.domain.change import Outcome
from alerttui.domain.patch import AlertPatch
from alerttui.triage import planning
from alerttui.tui.screens.aim import Aim
from alerttui.tui.screens.desk import WARN
from alerttui.tui.screens.made import Made, Repeatable
from alerttui.tui.screens.making import Making


async def retry(making: Making, made: Made) -> None:
    """Make a change again for its failed alerts; what somebody else changed since is asked about."""
    failed = made.result.failed
    if made.again is None:
        await _retry_edits(making, made, failed)
        return
    again = made.again
    for wanted, outcomes in _missed(again, failed):
        aim = await _aim(making, made, outcomes)
        if aim is not None:
            await making.make(
                aim, wanted.patch, tags=wanted.tags, comment=wanted.comment, label=again.label, again=again,
                actions=wanted.actions,
                note=wanted.note,
            )  # fmt: skip


def _missed(again: Repeatable, failed: Sequence[Outcome]) -> list[tuple[Repeatable, list[Outcome]]]:
    """What is still to be done, and for which: a comment goes to nobody who has it, values likewise."""
    nothing = AlertPatch()
    all_of_it = [each for each in failed if not each.ok and each.comment_added is not True]
    values = [each for each in failed if not each.ok and each.comment_added]
    comment = [each for each in failed if each.ok]
    wanted = [
        (again, all_of_it),
        (replace(again, comment=""), values),
        (replace(again, patch=nothing, tags=None, actions=()), comment),
    ]
    return [(each, outcomes) for each, outcomes in wanted if outcomes]


async def _aim(making: Making, made: Made, outcomes: Sequence[Outcome]) -> Aim | None:
    """The failed alerts as they are now, with the values on which the change was decided."""
    ids = [outcome.alert_id for outcome in outcomes]
    rows = await asyncio.to_thread(planning.rows_by_id, making.desk.session.store, ids)
    if not rows:
        making.desk.say("Nothing to retry: the alerts are no longer in the store.", WARN)
        return None
    return Aim(tuple(rows[each] for each in ids if each in rows), marked=False, known=made.seen)


async def _retry_edits(making: Making, made: Made, failed: Sequence[Outcome]) -> None:
    aim = await _aim(making, made, failed)
    if aim is None:
        return
    wanted = {row.id for row in aim.rows}
    change = made.result.change
    edits = [edit for edit in change.edits if edit.alert_id in wanted]
    async with making.turn:
        overwrite = await making.first.overwrites_by(edits)
        if overwrite is None:
            return
        if overwrite:
            edits = [replace(edit, expected=None) for edit in edits]
        await making.make_each(aim, edits, change.label, "trying again on")
