"""The sender: what is queued goes to the server in order, each edit once, and its answer is noted.

*Sending* is committed before the first byte. Whatever is found in that stage later, after a crash or an
answer that never came, is ambiguous: it is settled by reading the alert again, never by sending it blindly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeAlias

from alerttui.backends.mirror import Settlement
from alerttui.domain.change import Change, Edit, Outcome, OutcomeState
from alerttui.domain.errors import (
    AlertTuiError,
    BadAnswer,
    ConfigError,
    Invalid,
    NotFound,
    NotPermitted,
    NotSupported,
    Rejected,
    StoreError,
    Unavailable,
    Unreachable,
)
from alerttui.domain.patch import AlertPatch, Set, difference, narrowed
from alerttui.domain.pending import EditKey, PendingEdit, Stage
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror import checking, doubt
from alerttui.triage.mirror.comment_sender import CommentSender
from alerttui.triage.mirror.passes import Ground
from alerttui.triage.mirror.points import Point, Reach, nothing

AT_ONCE: Final = 100
"""Edits that are in stage *sending* together: so many alerts are read again after a crash."""

REFUSALS: Final = (NotPermitted, Rejected, Invalid, NotSupported)
"""What the server, or we, say to a change as it is: repeating it would say the same."""

CHECKED_BEFORE: Final = (NotFound, Invalid, NotSupported)
"""Raised for many before anything is written: which of them it is about is seen by sending each alone."""

HELD: Final = (OutcomeState.CONFLICT, OutcomeState.UNDECIDED)
"""After these an edit waits for the analyst, and its comment with it."""

LOST: Final = "The connection was lost."

Ended: TypeAlias = tuple[PendingEdit, Outcome]
"""An edit, and how the server says it ended."""


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

    async def send(self, only: Container[AlertId] | None = None) -> None:
        """Send what is queued, of all alerts or `only` some; raises `Unavailable` where the rest has to wait.

        What keeps one alert from being sent keeps no other waiting: it is raised in the end.
        """
        aside: dict[AlertId, Exception] = {}
        while batch := first_batch(await self._pending(only), aside):
            try:
                aside |= await self._send_batch(batch)
            except (ConfigError, StoreError):
                raise
            except Exception as error:  # an error of our own with one change must not stop the others
                if isinstance(error, Unavailable) and not isinstance(error, BadAnswer):
                    raise
                aside |= dict.fromkeys([each.alert_id for each in batch], error)
            if _is_about_all(aside):
                break
        if aside:
            first = next(iter(aside.values()))
            if isinstance(first, Unreachable):  # what the server failed at is not tried again at once
                self.ground.link.lost(first)
            raise first

    async def _pending(self, only: Container[AlertId] | None) -> list[PendingEdit]:
        found = await asyncio.to_thread(self.ground.store.pending)
        return found if only is None else [each for each in found if each.alert_id in only]

    async def _send_batch(self, batch: Sequence[PendingEdit]) -> Mapping[AlertId, Exception]:
        """Send a batch; gives the alerts that cannot be read, and why."""
        if batch[0].stage is Stage.SENDING:
            return await self._settle_left(batch)
        if batch[0].stage is Stage.QUEUED:
            return await self._send_values(batch)
        told = await self.comments.send(batch[0])
        self._tell([Told(batch[0], told)] if told else [])
        return {}

    # -- values

    async def _send_values(self, edits: Sequence[PendingEdit]) -> Mapping[AlertId, Exception]:
        checked = await checking.check(self.ground, edits)
        if checked.ended:
            await self._settle(edits, checked.ended)
        chunk = self.ground.capabilities.bulk_chunk or len(checked.sendable)
        aside: dict[AlertId, Exception] = dict(checked.unread)
        for start in range(0, len(checked.sendable), max(1, chunk)):
            if _is_about_all(aside):
                break
            aside |= await self._send_chunk(checked.sendable[start : start + chunk])
        return aside

    async def _send_chunk(self, edits: Sequence[PendingEdit]) -> Mapping[AlertId, Exception]:
        """Send as many as go in one request; until then the analyst may give them up."""
        self.reach(Point.BEFORE_SENDING)
        is_joined = self._is_joined(edits)
        begun = await self._begin(edits, is_joined)
        self.reach(Point.AFTER_SENDING)
        return await self._apply(begun, is_joined) if begun else {}

    async def _begin(self, edits: Sequence[PendingEdit], is_joined: bool) -> list[PendingEdit]:
        """Mark as sending what is still queued, with the comments that travel in the same request."""
        store = self.ground.store
        keys = set(await asyncio.to_thread(store.begin_sending, [each.key for each in edits]))
        begun = [each for each in edits if each.key in keys]
        if is_joined and begun:
            begin = partial(store.begin_sending, comments=True)
            await asyncio.to_thread(begin, [each.key for each in begun])
        return begun

    def _is_joined(self, edits: Sequence[PendingEdit]) -> bool:
        """True if the comment of these edits, which is one, travels with their values.

        To be asked once for a request: what the connection learns of the system may change the answer.
        """
        with_change = self.ground.capabilities.comments.with_change
        return with_change and any(each.comment_stage is Stage.QUEUED for each in edits)

    async def _apply(self, edits: Sequence[PendingEdit], is_joined: bool) -> Mapping[AlertId, Exception]:
        change = await self._change(edits, is_joined)
        try:
            outcomes = await self.ground.link.ask(lambda backend: backend.apply(change), len(edits))
        except (*REFUSALS, NotFound) as error:
            if len(edits) > 1 and isinstance(error, CHECKED_BEFORE):
                return await self._apply_apart(self._parted(edits, change), is_joined)
            outcomes = [_refused(each, error) for each in edits]
        except Unavailable as error:
            if not error.may_have_acted:
                await self._requeue(edits, str(error), is_joined)
            raise
        self.reach(Point.AFTER_SENT)
        return await self._note(edits, outcomes, is_joined)

    def _parted(self, edits: Sequence[PendingEdit], change: Change) -> list[list[PendingEdit]]:
        """What was refused as a whole: alone what breaks a rule of ours, then the rest; each if none does."""
        broken = {each.alert_id for each in change.edits if self._breaks_a_rule(each)}
        alone = [[each] for each in edits if each.alert_id in broken or not broken]
        rest = [each for each in edits if broken and each.alert_id not in broken]
        return [*alone, rest] if rest else alone

    def _breaks_a_rule(self, edit: Edit) -> bool:
        try:
            self.ground.capabilities.check(edit.patch, edit.present_tags)
        except (Invalid, NotSupported):
            return True
        return False

    async def _apply_apart(
        self, parts: Sequence[Sequence[PendingEdit]], is_joined: bool
    ) -> Mapping[AlertId, Exception]:
        """Send one part after the other; where one cannot leave, those behind it wait as well."""
        aside: dict[AlertId, Exception] = {}
        for number, part in enumerate(parts, 1):
            try:
                aside |= await self._apply(part, is_joined)
            except Unavailable as error:
                unsent = [edit for later in parts[number:] for edit in later]
                if unsent:
                    await self._requeue(unsent, str(error), is_joined)
                raise
        return aside

    async def _note(
        self, edits: Sequence[PendingEdit], outcomes: Sequence[Outcome], is_joined: bool
    ) -> Mapping[AlertId, Exception]:
        """Note what the server answered; gives the alerts of which nobody knows what became.

        Raises `Unreachable` where some was not done: then the rest has to wait too.
        """
        ended, unsent, unknown = self._sorted(edits, outcomes)
        held = [edit for edit, each in ended if each.state in HELD]
        if held and is_joined:
            await self._requeue_comments(held, "")
        now_ms = self.ground.now_ms
        await self._settle(
            edits, [Settlement(key=edit.key, outcome=each, at_ms=now_ms) for edit, each in ended]
        )
        if is_joined:
            await self._settle_joined(ended)
        self.reach(Point.AFTER_SETTLED)
        if unsent:
            await self._requeue([edit for edit, _ in unsent], unsent[0][1].reason, is_joined)
            lost = Unreachable(unsent[0][1].reason or LOST, may_have_acted=bool(unknown))
            self.ground.link.lost(lost)
            raise lost
        return {
            edit.alert_id: Unreachable(each.reason or LOST, may_have_acted=True) for edit, each in unknown
        }

    async def _change(self, edits: Sequence[PendingEdit], is_joined: bool) -> Change:
        """The request: the values of these edits, without what is so already."""
        first = edits[0]
        patches = {each.key: difference(each.base, each.patch) for each in edits}
        await self._add_verdicts(edits, patches)
        # One by one, the last of many is sent long after it was checked.
        is_slow = len(edits) > 1 and not self.ground.capabilities.bulk_native
        return Change(
            id=first.key.change_id,
            at_ms=first.at_ms,
            by=first.by,
            label=first.label,
            edits=tuple(
                Edit(
                    alert_id=each.alert_id,
                    patch=patches[each.key],
                    expected=narrowed(each.base, patches[each.key]) if is_slow else None,
                    tags_seen=each.base.tags.value if isinstance(each.base.tags, Set) else (),
                )
                for each in edits
            ),
            comment=first.comment if is_joined else "",
            actions=first.actions,
        )

    async def _add_verdicts(self, edits: Sequence[PendingEdit], patches: dict[EditKey, AlertPatch]) -> None:
        """Where closing needs a verdict, say again the one that an alert has already."""
        capabilities = self.ground.capabilities
        lacking = [
            each
            for each in edits
            if capabilities.verdict_required
            and capabilities.closes(patches[each.key])
            and not isinstance(patches[each.key].verdict, Set)
        ]
        if not lacking:
            return
        copies = await asyncio.to_thread(self.ground.store.server_copies, [each.alert_id for each in lacking])
        for each in lacking:
            copy = copies.get(each.alert_id)
            if copy is not None and isinstance(copy.values.verdict, Set):
                patches[each.key] = replace(patches[each.key], verdict=copy.values.verdict)

    def _sorted(
        self, edits: Sequence[PendingEdit], outcomes: Sequence[Outcome]
    ) -> tuple[list[Ended], list[Ended], list[Ended]]:
        """What came to its end, what is to be sent again, and what nobody knows of."""
        ended: list[Ended] = []
        unsent: list[Ended] = []
        unknown: list[Ended] = []
        for edit, outcome in zip(edits, outcomes, strict=True):
            if outcome.state is OutcomeState.QUEUED:
                given_up = doubt.given_up(edit, edit.tries + 1, outcome.reason)
                (ended if given_up else unsent).append((edit, given_up or outcome))
            elif outcome.state is OutcomeState.UNDECIDED:
                unknown.append((edit, outcome))
            else:
                whole = replace(outcome, after=edit.patch) if outcome.ok else outcome
                ended.append((edit, whole))
        return ended, unsent, unknown

    async def _settle_joined(self, ended: Sequence[Ended]) -> None:
        """Note how the comments ended that travelled with their values; of which nothing was told stay."""
        store, now_ms = self.ground.store, self.ground.now_ms
        for edit, outcome in ended:
            if edit.comment_stage is not Stage.QUEUED or not outcome.ok or outcome.comment_added is None:
                continue
            state = OutcomeState.CONFIRMED if outcome.comment_added else OutcomeState.REFUSED
            await asyncio.to_thread(
                store.settle_comment, edit.key, replace(outcome, state=state), None, now_ms
            )

    async def _settle_left(self, edits: Sequence[PendingEdit]) -> Mapping[AlertId, Exception]:
        """Edits that were being sent when their answer was lost: see what the server has."""
        looked = await doubt.look(self.ground, edits, self.comments.sleep)
        await self._settle(edits, looked.ended)
        again = [each.key for each in looked.again]
        if again:
            reason = "It was sent and did not arrive; it is sent again."
            await asyncio.to_thread(self.ground.store.requeue, again, reason)
        return looked.unread

    async def _settle(self, edits: Sequence[PendingEdit], ended: Sequence[Settlement]) -> None:
        await asyncio.to_thread(self.ground.store.settle, ended)
        by_key = {each.key: each for each in edits}
        self._tell([Told(by_key[each.key], each.outcome) for each in ended])

    async def _requeue(self, edits: Sequence[PendingEdit], reason: str, is_joined: bool) -> None:
        """What did not leave waits again, and so does the comment that would have gone along."""
        await asyncio.to_thread(self.ground.store.requeue, [each.key for each in edits], reason)
        if is_joined:
            await self._requeue_comments(edits, reason)

    async def _requeue_comments(self, edits: Sequence[PendingEdit], reason: str) -> None:
        requeue = partial(self.ground.store.requeue, comments=True)
        await asyncio.to_thread(requeue, [each.key for each in edits], reason)

    def _tell(self, told: Sequence[Told]) -> None:
        if told:
            self.on_told(told)


def first_batch(pending: Sequence[PendingEdit], aside: Container[AlertId] = ()) -> list[PendingEdit]:
    """What goes next: of the first change all edits that are the first of their alert and at the same stage.

    Changes of one alert are sent in the order in which they were made; comments go one by one, and what was
    left in stage *sending* is looked for together. Alerts that are set `aside` are passed over.
    """
    heads: dict[str, PendingEdit] = {}
    for each in pending:
        if each.alert_id not in aside:
            heads.setdefault(each.alert_id, each)
    first = next(iter(heads.values()), None)
    if first is None:
        return []
    if first.stage not in (Stage.QUEUED, Stage.SENDING):
        return [first]
    same = [
        each
        for each in heads.values()
        if each.stage is first.stage
        and (
            each.stage is Stage.SENDING
            or (each.key.change_id, each.comment_stage) == (first.key.change_id, first.comment_stage)
        )
    ]
    return same[:AT_ONCE]


def _is_about_all(aside: Mapping[AlertId, Exception]) -> bool:
    """True where so many alerts are in trouble that the server is."""
    return sum(isinstance(each, Unavailable) for each in aside.values()) >= checking.STRANGE_ANSWERS


def _refused(edit: PendingEdit, error: AlertTuiError) -> Outcome:
    state = OutcomeState.MISSING if isinstance(error, NotFound) else OutcomeState.REFUSED
    return Outcome(alert_id=edit.alert_id, state=state, before=edit.base, after=edit.base, reason=str(error))
