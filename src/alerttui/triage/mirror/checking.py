"""Before a change is sent: read anew what is old, and see whether somebody else changed the same field."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from alerttui.backends.mirror import ServerCopy, Settlement
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import (
    AlertTuiError,
    BadAnswer,
    Invalid,
    NotFound,
    NotPermitted,
    NotSupported,
    Rejected,
    Unavailable,
)
from alerttui.domain.patch import KEEP, AlertPatch, Set, difference, is_address, narrowed, value_text
from alerttui.domain.pending import PendingEdit
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.passes import Ground
from alerttui.triage.mirror.walk import read_one

FRESH_MS: Final = 5_000
"""A copy that is older is read again before it is written over."""

READ_AT_ONCE: Final = 4

NOTHING_SENT: Final = "nothing was sent."

STRANGE_ANSWERS: Final = 3
"""So many answers in a row that are none are about the connection, not about an alert."""

REFUSED: Final = (NotPermitted, NotSupported, Rejected, Invalid)
"""What a server says to a reading that asking again would not change."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the reading of several alerts ended where it did not bring them."""

    gone: set[AlertId] = field(default_factory=set)
    refused: dict[AlertId, AlertTuiError] = field(default_factory=dict)
    unread: dict[AlertId, BadAnswer] = field(default_factory=dict)
    """What may be better another time, and keeps no other alert waiting."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be sent, what ended without being sent, and of which alerts nothing could be learned."""

    sendable: list[PendingEdit] = field(default_factory=list)
    ended: list[Settlement] = field(default_factory=list)
    unread: dict[AlertId, BadAnswer] = field(default_factory=dict)


async def check(ground: Ground, edits: Sequence[PendingEdit]) -> Checked:
    """See which edits the server's present values allow; raises `Unavailable` where they cannot be read."""
    reading = await _read_old(ground, edits)
    copies = await asyncio.to_thread(ground.store.server_copies, [each.alert_id for each in edits])
    checked = Checked(unread=reading.unread)
    for edit in edits:
        if edit.alert_id in reading.unread:
            continue
        copy = copies.get(edit.alert_id)
        if copy is None or edit.alert_id in reading.gone:
            outcome: Outcome | None = missing(edit)
        elif edit.alert_id in reading.refused:
            outcome = unreadable(edit, reading.refused[edit.alert_id])
        else:
            outcome = compared(edit, copy)
        if outcome is None:
            checked.sendable.append(edit)
        else:
            checked.ended.append(ending(edit, outcome, copy, ground.now_ms))
    return checked


def ending(edit: PendingEdit, outcome: Outcome, copy: ServerCopy | None, at_ms: int) -> Settlement:
    """How an edit ended, with what the server was seen to have."""
    server = narrowed(copy.values, edit.patch) if copy else None
    return Settlement(key=edit.key, outcome=outcome, at_ms=at_ms, server=server)


def compared(edit: PendingEdit, copy: ServerCopy) -> Outcome | None:
    """How an edit ends unsent: it is so already, or somebody changed the field; None to send it."""
    before = narrowed(copy.values, edit.patch)
    lacking = difference(_alike(copy.values), _alike(edit.patch))
    if not lacking:
        return Outcome(alert_id=edit.alert_id, state=OutcomeState.UNCHANGED, before=before, after=edit.patch)
    others = narrowed(difference(_alike(copy.values), _alike(edit.base)), lacking)
    if not others:
        return None
    return Outcome(
        alert_id=edit.alert_id,
        state=OutcomeState.CONFLICT,
        before=before,
        after=before,
        reason=conflict_reason(copy, others),
    )


def _alike(values: AlertPatch) -> AlertPatch:
    """The values, to be compared: the order of tags and the case of an address do not count."""
    if isinstance(values.tags, Set):
        values = replace(values, tags=Set(tuple(sorted(values.tags.value))))
    if isinstance(values.assignee, Set) and is_address(values.assignee.value):
        values = replace(values, assignee=Set(values.assignee.value.casefold()))
    return values


def conflict_reason(copy: ServerCopy, others: AlertPatch) -> str:
    """What the alert has now, and who was the last to change it."""
    values = copy.values
    if isinstance(values.assignee, Set):
        values = replace(values, assignee=Set(copy.assignee_label or values.assignee.value))
    now = ", ".join(
        f"{name} is now {value_text(getattr(values, name)) or 'empty'}" for name, _ in others.changed()
    )
    by = f", changed by {copy.updated_by.label}" if copy.updated_by else ""
    return f"{now}{by}; {NOTHING_SENT}"


def missing(edit: PendingEdit) -> Outcome:
    """The alert is gone."""
    return Outcome(
        alert_id=edit.alert_id,
        state=OutcomeState.MISSING,
        reason=f"No such alert: {edit.alert_id}",
        comment_added=False if edit.comment else None,
    )


def unreadable(edit: PendingEdit, error: AlertTuiError) -> Outcome:
    """We may not see what would be changed."""
    return Outcome(
        alert_id=edit.alert_id,
        state=OutcomeState.REFUSED,
        before=edit.base,
        after=edit.base,
        reason=f"{error} Nothing was sent.",
        comment_added=False if edit.comment else None,
    )


async def _read_old(ground: Ground, edits: Sequence[PendingEdit]) -> Reading:
    """Read anew what is older than a few seconds, and always what gets other tags."""
    copies = await asyncio.to_thread(ground.store.server_copies, [each.alert_id for each in edits])
    before_ms = ground.now_ms - FRESH_MS
    old = {
        edit.alert_id: copies[edit.alert_id]
        for edit in edits
        if edit.alert_id in copies
        and (copies[edit.alert_id].as_of_ms < before_ms or edit.patch.tags is not KEEP)
    }
    if len(old) > 1 and await _list(ground, old):
        started_ms = before_ms + FRESH_MS
        copies = await asyncio.to_thread(ground.store.server_copies, list(old))
        old = {each: copy for each, copy in copies.items() if copy.as_of_ms < started_ms}
    return await read_each(ground, list(old))


async def _list(ground: Ground, old: dict[AlertId, ServerCopy]) -> bool:
    """List the range of these alerts, where that takes fewer requests than reading each; True if it did."""
    created = [copy.created_ms for copy in old.values()]
    among = await asyncio.to_thread(ground.store.count_created, min(created), max(created) + 1)
    if ground.pages(among) >= len(old):
        return False
    with suppress(*REFUSED, BadAnswer):  # then they are read one by one, and each tells why not
        for of in ground.types:
            walk = ground.walk(of, min(created), max(created))
            while not walk.is_done:
                await ground.step(walk)
    return True


async def read_each(ground: Ground, ids: Sequence[AlertId]) -> Reading:
    """Read these alerts, a few at a time; raises `Unavailable` where that is about more than one of them."""
    reading = Reading()
    lost: list[Unavailable] = []
    turn = asyncio.Semaphore(READ_AT_ONCE)

    async def read(alert_id: AlertId) -> None:
        async with turn:
            if lost or _is_strange(reading):
                return
            try:
                await read_one(ground.link, ground.store, alert_id)
            except NotFound:
                reading.gone.add(alert_id)
            except REFUSED as error:
                reading.refused[alert_id] = error
            except BadAnswer as error:
                reading.unread[alert_id] = error
            except Unavailable as error:
                lost.append(error)

    await asyncio.gather(*(read(each) for each in ids))
    if lost:
        raise lost[0]
    if _is_strange(reading):
        raise next(iter(reading.unread.values()))
    return reading


def _is_strange(reading: Reading) -> bool:
    return len(reading.unread) >= STRANGE_ANSWERS
