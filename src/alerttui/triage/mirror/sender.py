"""The sender: what is queued goes to the server in order, each edit once, and its answer is noted.

*Sending* is committed before the first byte. Whatever is found in that stage later, after a crash or an
answer that never came, is ambiguous: it is settled by reading the alert again, never by sending it blindly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.mirror import Settlement
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.change import Change, Edit, Outcome, OutcomeState
from alerttui.domain.errors import (
    AlertTuiError,
    Invalid,
    NotFound,
    NotPermitted,
    NotSupported,
    Rejected,
    Unavailable,
    Unreachable,
)
from alerttui.domain.patch import difference, narrowed
from alerttui.domain.pending import EditKey, PendingEdit, Stage
from alerttui.triage.mirror import checking
from alerttui.triage.mirror.comment_sender import CommentSender
from alerttui.triage.mirror.passes import Ground
from alerttui.triage.mirror.points import Point, Reach, nothing
from alerttui.triage.mirror.walk import read_one

AT_ONCE: Final = 100
"""Edits that are in stage *sending* together: so many alerts are read again after a crash."""

REFUSALS: Final = (NotPermitted, Rejected, Invalid, NotSupported)
"""What the server, or we, say to a change as it is: repeating it would say the same."""


@dataclass(frozen=True, slots=True)
class Told:
    """How one edit, or its comment, came to its end."""

    edit: PendingEdit
    outcome: Outcome


@dataclass(slots=True)
class Sender:
    """Sends one batch after the other, for one process per mirror."""

    ground: Ground
    comments: CommentSender
    on_told: Callable[[Sequence[Told]], None] = lambda told: None
    reach: Reach = nothing

    async def send(self) -> None:
        """Send all that is queued; raises `Unavailable` where the rest has to wait."""
        while batch := first_batch(await asyncio.to_thread(self.ground.store.pending)):
            if batch[0].stage is Stage.SENDING:
                await self._settle_left(batch[0])
            elif batch[0].stage is Stage.QUEUED:
                await self._send_values(batch)
            else:
                told = await self.comments.send(batch[0])
                self._tell([Told(batch[0], told)] if told else [])

    # -- values

    async def _send_values(self, edits: Sequence[PendingEdit]) -> None:
        checked = await checking.check(self.ground, edits)
        if checked.ended:
            await self._settle(edits, checked.ended)
        if not checked.sendable:
            return
        self.reach(Point.BEFORE_SENDING)
        keys = await asyncio.to_thread(
            self.ground.store.begin_sending, [each.key for each in checked.sendable]
        )
        self.reach(Point.AFTER_SENDING)
        sending = [each for each in checked.sendable if each.key in set(keys)]
        if sending:
            await self._apply(sending)

    async def _apply(self, edits: Sequence[PendingEdit]) -> None:
        change = self._change(edits)
        try:
            outcomes = await self.ground.link.ask(lambda backend: backend.apply(change), len(edits))
        except (*REFUSALS, NotFound) as error:
            outcomes = [_refused(each, error) for each in edits]
        except Unavailable as error:
            if not error.may_have_acted:
                await self._requeue([each.key for each in edits], str(error))
            raise
        self.reach(Point.AFTER_SENT)
        ended, unsent, unknown = self._sorted(edits, outcomes)
        await self._settle(edits, ended)
        self.reach(Point.AFTER_SETTLED)
        if unsent:
            await self._requeue([each.key for each, _ in unsent], unsent[0][1].reason)
        if unsent or unknown:
            reason = (unsent or unknown)[0][1].reason
            lost = Unreachable(reason or "The connection was lost.", may_have_acted=bool(unknown))
            self.ground.link.lost(lost)
            raise lost

    def _change(self, edits: Sequence[PendingEdit]) -> Change:
        """The request: the values of these edits, without what is so already."""
        first = edits[0]
        is_joined = bool(first.comment) and self.ground.capabilities.comments.with_change
        return Change(
            id=first.key.change_id,
            at_ms=first.at_ms,
            by=first.by,
            label=first.label,
            edits=tuple(
                Edit(alert_id=each.alert_id, patch=difference(each.base, each.patch)) for each in edits
            ),
            comment=first.comment if is_joined else "",
        )

    def _sorted(
        self, edits: Sequence[PendingEdit], outcomes: Sequence[Outcome]
    ) -> tuple[list[Settlement], list[tuple[PendingEdit, Outcome]], list[tuple[PendingEdit, Outcome]]]:
        """What came to its end, what was not sent, and what nobody knows of."""
        now_ms = self.ground.now_ms
        ended: list[Settlement] = []
        unsent: list[tuple[PendingEdit, Outcome]] = []
        unknown: list[tuple[PendingEdit, Outcome]] = []
        for edit, outcome in zip(edits, outcomes, strict=True):
            if outcome.state is OutcomeState.QUEUED:
                unsent.append((edit, outcome))
            elif outcome.state is OutcomeState.UNDECIDED:
                unknown.append((edit, outcome))
            else:
                whole = replace(outcome, after=edit.patch) if outcome.ok else outcome
                ended.append(Settlement(key=edit.key, outcome=whole, at_ms=now_ms))
        return ended, unsent, unknown

    async def _settle_left(self, edit: PendingEdit) -> None:
        """An edit that was being sent when its answer was lost: see what the server has."""
        ground = self.ground
        try:
            await read_one(ground.link, ground.store, edit.alert_id)
        except NotFound:
            outcome: Outcome | None = checking.missing(edit)
            copy = None
        except checking.REFUSED as error:
            reason = f"It was sent and no answer came; what became of it cannot be seen: {error}"
            outcome = Outcome(alert_id=edit.alert_id, state=OutcomeState.UNDECIDED, reason=reason)
            copy = None
        else:
            copy = (await asyncio.to_thread(ground.store.server_copies, [edit.alert_id])).get(edit.alert_id)
            outcome = checking.compared(edit, copy) if copy else checking.missing(edit)
        if outcome is not None and outcome.state is OutcomeState.UNCHANGED:
            outcome = replace(outcome, state=OutcomeState.CONFIRMED, before=edit.base)
        if outcome is None and ground.capabilities.retry.get("apply") is RetrySafety.NEVER:
            reason = (
                "It was sent and no answer came; the server does not show it. Send it again, or leave it."
            )
            outcome = Outcome(alert_id=edit.alert_id, state=OutcomeState.UNDECIDED, reason=reason)
        if outcome is None:
            await self._requeue([edit.key], "It was sent and did not arrive; it is sent again.")
            return
        server = narrowed(copy.values, edit.patch) if copy else None
        await self._settle(
            [edit], [Settlement(key=edit.key, outcome=outcome, at_ms=ground.now_ms, server=server)]
        )

    async def _settle(self, edits: Sequence[PendingEdit], ended: Sequence[Settlement]) -> None:
        await asyncio.to_thread(self.ground.store.settle, ended)
        by_key = {each.key: each for each in edits}
        self._tell([Told(by_key[each.key], each.outcome) for each in ended])

    async def _requeue(self, keys: Sequence[EditKey], reason: str) -> None:
        await asyncio.to_thread(self.ground.store.requeue, keys, reason)

    def _tell(self, told: Sequence[Told]) -> None:
        if told:
            self.on_told(told)


def first_batch(pending: Sequence[PendingEdit]) -> list[PendingEdit]:
    """What goes next: of the first change all edits that are the first of their alert and at the same stage.

    Changes of one alert are sent in the order in which they were made; what was left in stage *sending*, and
    comments, go one by one.
    """
    heads: dict[str, PendingEdit] = {}
    for each in pending:
        heads.setdefault(each.alert_id, each)
    if not heads:
        return []
    first = next(iter(heads.values()))
    if first.stage is not Stage.QUEUED:
        return [first]
    same = [
        each
        for each in heads.values()
        if each.key.change_id == first.key.change_id and each.stage is Stage.QUEUED
    ]
    return same[:AT_ONCE]


def _refused(edit: PendingEdit, error: AlertTuiError) -> Outcome:
    state = OutcomeState.MISSING if isinstance(error, NotFound) else OutcomeState.REFUSED
    return Outcome(alert_id=edit.alert_id, state=state, before=edit.base, after=edit.base, reason=str(error))
