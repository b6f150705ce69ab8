"""Before a change is sent: read anew what is old, and see whether somebody else changed the same field."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from alerttui.backends.mirror import ServerCopy, Settlement
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import AlertTuiError, NotFound, NotPermitted, NotSupported, Rejected
from alerttui.domain.patch import KEEP, AlertPatch, difference, narrowed, value_text
from alerttui.domain.pending import PendingEdit
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.passes import Ground
from alerttui.triage.mirror.walk import read_one

FRESH_MS: Final = 5_000
"""A copy that is older is read again before it is written over."""

READ_AT_ONCE: Final = 4

REFUSED: Final = (NotPermitted, NotSupported, Rejected)
"""What a server says to a reading that asking again would not change."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be sent, and what ended without being sent."""

    sendable: list[PendingEdit] = field(default_factory=list)
    ended: list[Settlement] = field(default_factory=list)


async def check(ground: Ground, edits: Sequence[PendingEdit]) -> Checked:
    """See which edits the server's present values allow; raises `Unavailable` where they cannot be read."""
    unread = await _read_old(ground, edits)
    copies = await asyncio.to_thread(ground.store.server_copies, [each.alert_id for each in edits])
    checked = Checked()
    for edit in edits:
        copy = copies.get(edit.alert_id)
        outcome = missing(edit) if copy is None else unread_outcome(edit, unread) or compared(edit, copy)
        if outcome is None:
            checked.sendable.append(edit)
        else:
            server = narrowed(copy.values, edit.patch) if copy else None
            checked.ended.append(
                Settlement(key=edit.key, outcome=outcome, at_ms=ground.now_ms, server=server)
            )
    return checked


def compared(edit: PendingEdit, copy: ServerCopy) -> Outcome | None:
    """How an edit ends unsent: it is so already, or somebody changed the field; None to send it."""
    before = narrowed(copy.values, edit.patch)
    if not difference(copy.values, edit.patch):
        return Outcome(alert_id=edit.alert_id, state=OutcomeState.UNCHANGED, before=before, after=edit.patch)
    others = difference(copy.values, edit.base)
    if not others:
        return None
    return Outcome(
        alert_id=edit.alert_id,
        state=OutcomeState.CONFLICT,
        before=before,
        after=before,
        reason=conflict_reason(copy, others),
    )


def conflict_reason(copy: ServerCopy, others: AlertPatch) -> str:
    """What the alert has now, and who was the last to change it."""
    now = ", ".join(
        f"{name} is now {value_text(getattr(copy.values, name)) or 'empty'}" for name, _ in others.changed()
    )
    by = f", changed by {copy.updated_by.label}" if copy.updated_by else ""
    return f"{now}{by}; nothing was sent."


def missing(edit: PendingEdit) -> Outcome:
    """The alert is gone."""
    return Outcome(
        alert_id=edit.alert_id,
        state=OutcomeState.MISSING,
        reason=f"No such alert: {edit.alert_id}",
        comment_added=False if edit.comment else None,
    )


def unread_outcome(edit: PendingEdit, unread: Mapping[AlertId, AlertTuiError]) -> Outcome | None:
    """How an edit ends whose alert cannot be read: it is gone, or we may not see what would be changed."""
    error = unread.get(edit.alert_id)
    if error is None or isinstance(error, NotFound):
        return missing(edit) if error else None
    reason = f"{error} Nothing was sent."
    return Outcome(
        alert_id=edit.alert_id,
        state=OutcomeState.REFUSED,
        before=edit.base,
        after=edit.base,
        reason=reason,
        comment_added=False if edit.comment else None,
    )


async def _read_old(ground: Ground, edits: Sequence[PendingEdit]) -> dict[AlertId, AlertTuiError]:
    """Read anew what is older than a few seconds, and always what gets other tags; gives what was refused."""
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
    return await _read_each(ground, list(old))


async def _list(ground: Ground, old: dict[AlertId, ServerCopy]) -> bool:
    """List the range of these alerts, where that takes fewer requests than reading each; True if it did."""
    created = [copy.created_ms for copy in old.values()]
    among = await asyncio.to_thread(ground.store.count_created, min(created), max(created) + 1)
    if ground.pages(among) >= len(old):
        return False
    with suppress(*REFUSED):  # then they are read one by one, and each tells why not
        for of in ground.types:
            walk = ground.walk(of, min(created), max(created))
            while not walk.is_done:
                await ground.step(walk)
    return True


async def _read_each(ground: Ground, ids: Sequence[AlertId]) -> dict[AlertId, AlertTuiError]:
    """Read these alerts, a few at a time; gives those that the server does not give, and why."""
    unread: dict[AlertId, AlertTuiError] = {}
    turn = asyncio.Semaphore(READ_AT_ONCE)

    async def read(alert_id: AlertId) -> None:
        async with turn:
            try:
                await read_one(ground.link, ground.store, alert_id)
            except (NotFound, *REFUSED) as error:
                unread[alert_id] = error

    await asyncio.gather(*(read(each) for each in ids))
    return unread
