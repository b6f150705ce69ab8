"""Asking SentinelNerd for changes: its deeds are acknowledging, resolving and reopening.

What is to become of an alert is led by a deed, whose answer is not documented: where it does not tell what
the alert is now, the alert has to be read. Several alerts go out together where a bulk request can say all
of it: it knows no assignee and no list of actions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from alerttui.backends.remote.applying import COMMENT_UNKNOWN, Answered, Told
from alerttui.backends.remote.asking import Request, Requester
from alerttui.backends.remote.comparing import has, missing, tellable
from alerttui.backends.remote.sentinelnerd import wire
from alerttui.backends.remote.sentinelnerd.answering import told_by
from alerttui.backends.remote.sentinelnerd.bulk import answers_of
from alerttui.backends.remote.sentinelnerd.capabilities import (
    ACKNOWLEDGED,
    ACKNOWLEDGING_ONLY,
    CLOSING_ONLY,
    OPEN,
    PRODUCT,
    RESOLVED,
    RESOLVED_ALREADY,
)
from alerttui.backends.remote.sentinelnerd.reading import alert_of, id_of, unwrapped
from alerttui.backends.remote.tasks import Task
from alerttui.domain.alert import Alert
from alerttui.domain.change import Change
from alerttui.domain.errors import (
    NotFound,
    NotPermitted,
    Rejected,
    TooLarge,
    Unavailable,
    Unreachable,
)
from alerttui.domain.patch import KEEP, AlertPatch, Set
from alerttui.domain.vocabulary import AlertId

NO_REOPENING: Final = f"{PRODUCT} knows the alert and no reopening of it (404); nothing was changed."
REOPENED: Final = "The alert was reopened, to be acknowledged:"

_ACTIONS: Final = {ACKNOWLEDGED: "acknowledge", RESOLVED: "resolve", OPEN: "reopen"}


class Sending:
    """Implements `applying.Sending` over one connection."""

    def __init__(
        self,
        requester: Requester,
        read: Callable[[AlertId], Awaitable[Alert]],
        add_comment: Callable[[AlertId, str], Awaitable[object]],
        statuses: Mapping[AlertId, str],
        *,
        chunk: int,
        on_chunk: Callable[[int], None],
    ) -> None:
        """`statuses` are those last seen; `on_chunk` is told when a bulk request may hold fewer alerts."""
        self._requester = requester
        self._read = read
        self._add_comment = add_comment
        self._statuses = statuses
        self._chunk = chunk
        self._on_chunk = on_chunk

    async def read(self, alert_id: AlertId) -> Alert:
        """One alert as it is now; raises `NotFound`."""
        return await self._read(alert_id)

    def units(self, tasks: Sequence[Task], change: Change) -> Iterator[Sequence[Task]]:
        """What goes out alone, then what goes out together: alerts that get the same values."""
        together: dict[AlertPatch, list[Task]] = {}
        for task in tasks:
            if self._is_for_bulk(task, change):
                together.setdefault(task.patch, []).append(task)
            else:
                yield [task]
        for alike in together.values():
            start = 0
            while start < len(alike):
                end = start + self._chunk  # which the requests so far may have narrowed
                yield alike[start:end]
                start = end

    def carries_comment(self, unit: Sequence[Task]) -> bool:
        """Always: every deed takes a comment."""
        return True

    async def comment(self, task: Task, change: Change) -> None:
        """Add the comment of a change alone, where the alert had its values already."""
        await self._add_comment(task.id, change.comment)

    async def send(self, unit: Sequence[Task], change: Change) -> Sequence[Answered]:
        """Ask for what one unit wants, once."""
        if len(unit) == 1:
            return [await self._alone(unit[0], change)]
        try:
            return await self._together(unit, change)
        except Rejected as error:
            may_be_made = bool(change.comment) and not isinstance(error, TooLarge)
            if len(unit) == 2 or may_be_made:
                raise
        return await self._halved(unit, change)

    def _is_for_bulk(self, task: Task, change: Change) -> bool:
        status, seen = task.patch.status, self._statuses.get(task.id, "")
        if not isinstance(status, Set) or not wire.is_id(task.id):
            return False
        if task.patch.assignee is not KEEP or lines_of(change.actions):
            return False
        return status.value == OPEN or seen != RESOLVED  # what is resolved takes more than one deed, or none

    # -- one alert

    async def _alone(self, task: Task, change: Change) -> Answered:
        """Make one alert what its patch says, or tell why no deed leads there from what it is."""
        refusal = _refusal(task)
        if refusal:
            return Answered(Told.REFUSED, refusal)
        if task.patch.status == Set(OPEN):
            return await self._reopen(task, _with_comment(change))
        if task.patch.status == Set(RESOLVED):
            return await self._do(wire.resolve(task.id, _resolving(task.patch, change)), task, change)
        acknowledging = wire.acknowledge(task.id, _acknowledging(task.patch, change))
        if task.seen is not None and task.seen.status == RESOLVED:
            return await self._reopen_first(acknowledging, task, change)
        return await self._do(acknowledging, task, change)

    async def _reopen_first(self, then: Request, task: Task, change: Change) -> Answered:
        """Two deeds; where the second one fails, it is told that the first was done."""
        reopened = await self._reopen(task, {})
        if reopened.told in (Told.REFUSED, Told.MISSING):
            return reopened
        try:
            return await self._do(then, task, change)
        except (NotFound, Rejected, NotPermitted) as error:
            return Answered(Told.REFUSED, f"{REOPENED} {error}")
        except Unavailable as error:
            raise Unreachable(f"{REOPENED} {error}", may_have_acted=True) from None

    async def _reopen(self, task: Task, body: Mapping[str, object]) -> Answered:
        try:
            answer = await self._requester.ask(wire.reopen(task.id, body))
        except NotFound:  # of an address that every alert shares
            await self._read(task.id)
            raise Rejected(f"Could not reopen alert {task.id}: {NO_REOPENING}") from None
        (told,) = answers_of(await told_by(self._requester, answer), [task.id], OPEN)
        return _with_news(told, has_comment="comment" in body)

    async def _do(self, request: Request, task: Task, change: Change) -> Answered:
        answer = await self._requester.ask(request)
        told = _told(unwrapped(await told_by(self._requester, answer)), task)
        return _with_news(told, has_comment=bool(change.comment))

    # -- several alerts

    async def _together(self, unit: Sequence[Task], change: Change) -> list[Answered]:
        patch = unit[0].patch
        assert isinstance(patch.status, Set)
        body = {**_with_verdict(patch), **_with_comment(change)}
        ids = [task.id for task in unit]
        answer = await self._requester.ask(wire.bulk(ids, _ACTIONS[patch.status.value], body))
        told = answers_of(await told_by(self._requester, answer), ids, patch.status.value)
        return [_with_news(each, has_comment=bool(change.comment)) for each in told]

    async def _halved(self, unit: Sequence[Task], change: Change) -> list[Answered]:
        """A unit that was refused, in two halves; raises `Rejected` where that is not it either."""
        half = -(-len(unit) // 2)
        first = await self._together(unit[:half], change)
        try:
            second = await self._together(unit[half:], change)
        except Rejected as error:
            second = [await self._looked_at(task, change, str(error)) for task in unit[half:]]
        except Unavailable as error:
            raise _in_doubt(error) from None
        else:
            self._chunk = half
            self._on_chunk(half)
        return [*first, *second]

    async def _looked_at(self, task: Task, change: Change, refusal: str) -> Answered:
        """One alert of a refused request, after others were changed: what is not told is in doubt."""
        try:
            task.seen = await self._read(task.id)
            if has(task.seen, task.patch):
                doubt = f"{COMMENT_UNKNOWN} {refusal}" if change.comment else ""
                return Answered(Told.MADE, doubt, comment_added=False if doubt else None)
            return await self._alone(task, change)
        except NotFound:
            return Answered(Told.MISSING)
        except (Rejected, NotPermitted) as error:
            return Answered(Told.REFUSED, str(error))
        except Unavailable as error:
            raise _in_doubt(error) from None


def lines_of(actions: Sequence[str]) -> list[str]:
    """The actions that were taken, one a line; blank ones are dropped."""
    return [line.strip() for each in actions for line in each.splitlines() if line.strip()]


def _refusal(task: Task) -> str:
    """Why no deed leads from what an alert is to what it shall be; empty where one does."""
    seen, patch = task.seen, task.patch
    status = seen.status if seen is not None else ""
    if patch.status == Set(RESOLVED):
        return CLOSING_ONLY if status == RESOLVED else ""  # it might replace what somebody else decided
    if patch.status is not KEEP or status == ACKNOWLEDGED:
        return ""
    return RESOLVED_ALREADY if status == RESOLVED else ACKNOWLEDGING_ONLY


def _with_comment(change: Change) -> dict[str, object]:
    return {"comment": change.comment} if change.comment else {}


def _with_verdict(patch: AlertPatch) -> dict[str, object]:
    return {"resolution": patch.verdict.value} if isinstance(patch.verdict, Set) else {}


def _resolving(patch: AlertPatch, change: Change) -> dict[str, object]:
    actions = lines_of(change.actions)
    listed: dict[str, object] = {"actions_taken": actions} if actions else {}
    return {**_with_verdict(patch), **_with_comment(change), **listed}


def _acknowledging(patch: AlertPatch, change: Change) -> dict[str, object]:
    named = {"assignee": patch.assignee.value} if isinstance(patch.assignee, Set) else {}
    return {**_with_comment(change), **named}


def _told(record: Mapping[str, object], task: Task) -> Answered:
    """What an answer to a deed says of the alert: nothing, unless it names it with its status."""
    if id_of(record) != task.id or not isinstance(record.get("status"), str):
        return Answered(Told.TAKEN)
    alert = alert_of(record, b"", 0)
    kept = ", ".join(name for name, _ in missing(alert, tellable(alert, task.patch)).changed())
    if kept:
        return Answered(Told.REFUSED, f"{PRODUCT} accepted the request but kept the {kept}.")
    is_open_who = task.patch.assignee is not KEEP and not alert.assignee_known
    return Answered(Told.TAKEN if is_open_who else Told.MADE)


def _with_news(told: Answered, *, has_comment: bool) -> Answered:
    """The answer with the comment that came along with what was accepted."""
    is_accepted = told.told in (Told.MADE, Told.TAKEN) and told.comment_added is None
    return replace(told, comment_added=True) if has_comment and is_accepted else told


def _in_doubt(error: Unavailable) -> Unreachable:
    """The error after a part of a change was made: what became of each alert has to be read."""
    return Unreachable(str(error), may_have_acted=True)
