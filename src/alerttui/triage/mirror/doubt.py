"""Edits of which nobody knows whether they arrived: the alerts are read, and tell."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from alerttui.backends.mirror import ServerCopy, Settlement
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import BadAnswer
from alerttui.domain.patch import KEEP, difference
from alerttui.domain.pending import PendingEdit
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror import checking
from alerttui.triage.mirror.passes import Ground

LOOKS_AFTER_S: Final = (0.0, 1.0, 3.0)
"""When to look for what was sent: a server may show its own writes a little later."""

MAX_TRIES: Final = 20
"""What was sent so often and never made is left to the analyst, so that nothing behind it waits for ever."""

NOT_SHOWN: Final = "the server does not show it. Send it again, or leave it."


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking: what has an end, what is to be sent again, and what could not be read."""

    ended: list[Settlement] = field(default_factory=list)
    again: list[PendingEdit] = field(default_factory=list)
    unread: dict[AlertId, BadAnswer] = field(default_factory=dict)


async def look(
    ground: Ground, edits: Sequence[PendingEdit], sleep: Callable[[float], Awaitable[None]]
) -> Looked:
    """See which edits the server has, and which it has not; raises `Unavailable`."""
    looked = Looked()
    left = list(edits)
    for wait_s in LOOKS_AFTER_S:
        await sleep(wait_s)
        left = await _look_once(ground, left, looked)
        if not left:
            break
    for edit in left:
        outcome = unmade(ground, edit)
        if outcome is None:
            looked.again.append(edit)
        else:
            looked.ended.append(checking.ending(edit, outcome, None, ground.now_ms))
    return looked


async def _look_once(ground: Ground, edits: Sequence[PendingEdit], looked: Looked) -> list[PendingEdit]:
    """Read the alerts of these edits; gives those that the server does not show yet."""
    ids = [each.alert_id for each in edits]
    reading = await checking.read_each(ground, ids)
    looked.unread.update(reading.unread)
    copies = await asyncio.to_thread(ground.store.server_copies, ids)
    left = []
    for edit in edits:
        if edit.alert_id in reading.unread:
            continue
        copy = copies.get(edit.alert_id)
        if copy is None or edit.alert_id in reading.gone:
            outcome: Outcome | None = checking.missing(edit)
        elif edit.alert_id in reading.refused:
            error = reading.refused[edit.alert_id]
            reason = f"It was sent and no answer came; what became of it cannot be seen: {error}"
            outcome = _undecided(edit, reason)
        else:
            outcome = _found(ground, edit, copy)
        if outcome is None:
            left.append(edit)
        else:
            looked.ended.append(checking.ending(edit, outcome, copy, ground.now_ms))
    return left


def _found(ground: Ground, edit: PendingEdit, copy: ServerCopy) -> Outcome | None:
    """How an edit ended by what its alert has now, as far as that is told; None where it has what it had.

    What no answer tells cannot be looked for: it went along in the same request.
    """
    unseen = [name for name, _ in edit.patch.changed() if name in copy.untold]
    told = replace(edit.patch, **dict.fromkeys(unseen, KEEP))
    if unseen and not difference(edit.base, told):
        is_unsure = ground.capabilities.retry.get("apply") is RetrySafety.NEVER
        untold = f"the server does not tell the {' and the '.join(unseen)}. Send it again, or leave it."
        return _undecided(edit, f"It was sent and no answer came; {untold}") if is_unsure else None
    outcome = checking.compared(replace(edit, patch=told), copy)
    if outcome is None:
        return None
    if outcome.state is OutcomeState.UNCHANGED:
        seen = " and the ".join(name for name, _ in told.changed())
        unproven = f"No answer came; the {seen} shows that it was made, the {' and the '.join(unseen)} "
        reason = f"{unproven}is not told by the server." if unseen else ""
        confirmed = replace(outcome, state=OutcomeState.CONFIRMED, before=edit.base, after=edit.patch)
        return replace(confirmed, reason=reason)
    reason = outcome.reason.replace(
        checking.NOTHING_SENT, "this change was sent, and nothing tells whether it was made before."
    )
    return replace(outcome, reason=reason)


def unmade(ground: Ground, edit: PendingEdit) -> Outcome | None:
    """How an edit ends that was sent and is not to be seen; None where it may be sent once more."""
    if ground.capabilities.retry.get("apply") is RetrySafety.NEVER:
        return _undecided(edit, f"It was sent and no answer came; {NOT_SHOWN}")
    return given_up(edit, edit.tries, "No answer came.")


def given_up(edit: PendingEdit, tries: int, why: str) -> Outcome | None:
    """How an edit ends that was sent in vain so often; None where that is not too often yet."""
    if tries < MAX_TRIES:
        return None
    return _undecided(edit, f"It was sent {tries} times; {NOT_SHOWN} {why}")


def _undecided(edit: PendingEdit, reason: str) -> Outcome:
    return Outcome(alert_id=edit.alert_id, state=OutcomeState.UNDECIDED, reason=reason)
