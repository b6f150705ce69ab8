"""Making a change over a product's API: an outcome for every edit, in the order of the edits.

For products whose answers tell what was made, and whose mirror settles by re-reading what no answer told. A
request is never made twice here: what may have arrived is told as undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Protocol

from alerttui.backends.remote.comparing import has, missing, now_reason, tellable
from alerttui.backends.remote.reading_each import read_each
from alerttui.backends.remote.tasks import NotSent, Progress, Task
from alerttui.domain.alert import Alert
from alerttui.domain.change import NO_VALUES, Change, OnProgress, Outcome, OutcomeState
from alerttui.domain.errors import AlertTuiError, NotFound, NotPermitted, Rejected, Stopped, Unavailable
from alerttui.domain.patch import AlertPatch, narrowed, values_of
from alerttui.domain.vocabulary import AlertId

RECENT_MS: Final = 5_000
"""What was read of an alert so short a while ago need not be read again for the values before."""

STOPPED: Final = "stopped before it was sent"

COMMENT_UNKNOWN: Final = "Nothing tells whether the comment went along:"


class Told(Enum):
    """What an answer says of one alert."""

    MADE = "made"
    TAKEN = "taken"
    """What the alert is now has to be read: it was accepted, or `reason` says why that is in doubt."""
    REFUSED = "refused"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer says of one alert, in the product's words where it gave some."""

    told: Told
    reason: str = ""
    comment_added: bool | None = None
    """Of a comment that travelled along; None where none did."""


class Sending(Protocol):
    """How one product is asked for changes."""

    async def read(self, alert_id: AlertId) -> Alert:
        """One alert as it is now; raises `NotFound`."""
        ...

    def units(self, tasks: Sequence[Task], change: Change) -> Iterable[Sequence[Task]]:
        """The tasks by the requests in which they go out; every task once."""
        ...

    async def send(self, unit: Sequence[Task], change: Change) -> Sequence[Answered]:
        """Ask for what one unit wants; an answer for each of its tasks, in their order.

        Raises what the transport raises, also `Rejected` where one task of several may be in the way.
        """
        ...

    async def comment(self, task: Task, change: Change) -> None:
        """Add the comment of the change to one alert, after its values or without any."""
        ...

    def carries_comment(self, unit: Sequence[Task]) -> bool:
        """True if `send` sends the comment of the change along."""
        ...


class Applying:
    """Makes changes over one connection."""

    def __init__(self, sending: Sending, *, product: str, clock: Callable[[], int]) -> None:
        self._sending = sending
        self._product = product
        self._clock = clock
        self._read: dict[AlertId, tuple[int, Alert]] = {}

    def saw(self, alert: Alert) -> None:
        """An alert was read in full just now."""
        now_ms = self._clock()
        self._read = {each: seen for each, seen in self._read.items() if now_ms - seen[0] < RECENT_MS}
        self._read[alert.id] = (now_ms, alert)

    async def apply(self, change: Change, on_progress: OnProgress | None) -> list[Outcome]:
        """Make the edits of a change, which were checked before.

        Raises `Stopped`, and what keeps the server from being asked, only where nothing was sent yet.
        """
        tasks = [Task(edit) for edit in change.edits]
        making = _Making(self, self._sending, change, self._product)
        progress = Progress(tasks, on_progress, self._clock)
        try:
            for unit in self._sending.units(tasks, change):
                progress.tell()
                await making.make(unit)
            progress.tell(is_last=True)
        except NotSent as stop:
            if not making.is_begun:
                raise stop.cause from None
            making.queue_rest(tasks, str(stop.cause))
        except Stopped:
            if not making.is_begun:
                raise
            making.queue_rest(tasks, STOPPED)
        return [task.outcome for task in tasks if task.outcome is not None]

    async def read_all(self, ids: Sequence[AlertId]) -> dict[AlertId, Alert | AlertTuiError]:
        """Several alerts, each with what it is or why it could not be read."""
        return await read_each(self.read, ids)

    async def read(self, alert_id: AlertId) -> Alert:
        """One alert as it is now; raises `NotFound`."""
        alert = await self._sending.read(alert_id)
        self.saw(alert)
        return alert

    def recent(self, alert_id: AlertId) -> Alert | None:
        """What an alert was a moment ago, if it was read since anything was sent for it."""
        at_ms, alert = self._read.get(alert_id, (-RECENT_MS, None))
        return alert if self._clock() - at_ms < RECENT_MS else None

    def forget(self, ids: Iterable[AlertId]) -> None:
        """These alerts may be different now."""
        for each in ids:
            self._read.pop(each, None)


class _Making:
    """Makes the units of one change."""

    def __init__(self, reading: Applying, sending: Sending, change: Change, product: str) -> None:
        self._reading = reading
        self._sending = sending
        self._change = change
        self._product = product
        self.is_begun = False
        """True once something may have changed: from then on the change is not given up as a whole."""

    async def make(self, unit: Sequence[Task]) -> None:
        """Compare with what is expected, then send; raises `NotSent` where the server cannot be asked."""
        await self._compare_expected(unit)
        left = [task for task in unit if task.outcome is None]
        if len(unit) == 1:
            left = [task for task in left if await self._is_to_send(task)]
        for task in [each for each in left if not each.patch]:
            left.remove(task)
            await self._made(task, OutcomeState.UNCHANGED)
        if left:
            await self._send(left)

    def queue_rest(self, tasks: Sequence[Task], reason: str) -> None:
        """What was not sent may be sent another time."""
        for task in tasks:
            if task.outcome is None:
                self._end(task, OutcomeState.QUEUED, reason, task.patch)

    # -- before

    async def _compare_expected(self, unit: Sequence[Task]) -> None:
        expecting = [task for task in unit if task.edit.expected is not None]
        found = await self._reading.read_all([task.id for task in expecting])
        for task in expecting:
            read = found[task.id]
            if not isinstance(read, Alert):
                self._unread(task, read)
                continue
            task.seen = read
            if task.patch and has(read, task.patch):
                continue  # whoever made it so, nothing is left to be changed
            others = missing(read, task.edit.expected or NO_VALUES)
            if others:
                reason = f"{now_reason(read, others)}; nothing was changed."
                self._end(task, OutcomeState.CONFLICT, reason, narrowed(values_of(read), task.patch))

    async def _is_to_send(self, task: Task) -> bool:
        """Look what a single alert has, for the values before; False if it has those of the patch already."""
        if task.seen is None:
            task.seen = self._reading.recent(task.id)
        if task.seen is None:
            try:
                task.seen = await self._reading.read(task.id)
            except AlertTuiError as error:
                self._unread(task, error)
                return False
        if task.patch and has(task.seen, task.patch):
            await self._made(task, OutcomeState.UNCHANGED)
            return False
        return True

    def _unread(self, task: Task, error: AlertTuiError) -> None:
        if isinstance(error, NotFound):
            self._missing(task)
        elif isinstance(error, NotPermitted) and not self.is_begun:
            raise error
        elif isinstance(error, Unavailable):
            raise NotSent(error)
        else:
            self._end(task, OutcomeState.REFUSED, str(error))

    # -- sending

    async def _send(self, tasks: Sequence[Task]) -> None:
        carries = bool(self._change.comment) and self._sending.carries_comment(tasks)
        try:
            answers = await self._sending.send(tasks, self._change)
        except NotFound as error:
            await self._refused(tasks, error, carries)
        except Rejected as error:
            await self._refused(tasks, error, carries)
        except NotPermitted as error:
            if not self.is_begun:
                raise
            for task in tasks:
                self._end(task, OutcomeState.REFUSED, str(error))
        except Unavailable as error:
            if not error.may_have_acted:
                raise NotSent(error) from error
            self._began(tasks)
            for task in tasks:
                self._end(task, OutcomeState.UNDECIDED, str(error), comment_added=None)
        else:
            self._began(tasks)
            await self._note(tasks, answers, carries)

    def _began(self, tasks: Sequence[Task]) -> None:
        self.is_begun = True
        self._reading.forget(task.id for task in tasks)

    async def _note(self, tasks: Sequence[Task], answers: Sequence[Answered], carries: bool) -> None:
        taken = [task for task, each in zip(tasks, answers, strict=True) if each.told is Told.TAKEN]
        found = await self._reading.read_all([task.id for task in taken])
        for task, answer in zip(tasks, answers, strict=True):
            added = answer.comment_added if carries else None
            match answer.told:
                case Told.MADE:
                    await self._made(task, OutcomeState.CONFIRMED, answer.reason, carried=added)
                case Told.TAKEN:
                    await self._proved(task, found[task.id], answer.reason, added)
                case Told.REFUSED:
                    self._end(task, OutcomeState.REFUSED, answer.reason)
                case Told.MISSING:
                    self._missing(task)

    async def _proved(
        self, task: Task, read: Alert | AlertTuiError, doubt: str, carried: bool | None
    ) -> None:
        """The alert as it was read after a request that was accepted, or of which that is in doubt."""
        if isinstance(read, NotFound):
            self._missing(task)
        elif not isinstance(read, Alert) and doubt:
            self._end(task, OutcomeState.UNDECIDED, f"{doubt} {read}", comment_added=None)
        elif not isinstance(read, Alert):
            reason = f"{self._product} accepted it; it could not be read back: {read}"
            await self._made(task, OutcomeState.CONFIRMED, reason, carried=carried)
        elif has(read, task.patch if doubt else tellable(read, task.patch)):
            state = OutcomeState.UNCHANGED if doubt else OutcomeState.CONFIRMED
            reason = f"{COMMENT_UNKNOWN} {doubt}" if carried is False else ""
            await self._made(task, state, reason, carried=carried)
        else:
            kept = ", ".join(name for name, _ in missing(read, tellable(read, task.patch)).changed())
            reason = doubt or f"{self._product} accepted the request but kept the {kept}."
            self._end(task, OutcomeState.REFUSED, reason, narrowed(values_of(read), task.patch), carried)

    async def _refused(self, tasks: Sequence[Task], error: NotFound | Rejected, carried: bool) -> None:
        """A whole request was refused: of several alerts, each is looked at and asked for alone."""
        self._reading.forget(task.id for task in tasks)
        if len(tasks) == 1:
            if isinstance(error, NotFound):
                self._missing(tasks[0])
            else:
                self._end(tasks[0], OutcomeState.REFUSED, str(error))
            return
        self.is_begun = True
        found = await self._reading.read_all([task.id for task in tasks])
        for task in tasks:
            read = found[task.id]
            if not isinstance(read, Alert):
                self._unread(task, read)
                continue
            task.seen = read
            if has(read, task.patch):
                told = f"{COMMENT_UNKNOWN} {error}" if carried else ""
                await self._made(task, OutcomeState.CONFIRMED, told, carried=False if carried else None)
            else:
                await self._send([task])

    # -- how an edit ends

    async def _made(
        self, task: Task, state: OutcomeState, reason: str = "", *, carried: bool | None = None
    ) -> None:
        """The alert has the values; its comment follows, unless it travelled along."""
        self._end(task, state, reason, task.patch, carried)
        if not self._change.comment or carried is not None or task.outcome is None:
            return
        self.is_begun = True
        is_added, why = await self._commented(task)
        told = " ".join(filter(None, (reason, why)))
        task.outcome = replace(task.outcome, comment_added=is_added, reason=told)

    async def _commented(self, task: Task) -> tuple[bool, str]:
        try:
            await self._sending.comment(task, self._change)
        except Unavailable as error:
            if error.may_have_acted:
                return False, f"Nothing tells whether the comment was added: {error}"
            return False, f"The comment was not added: {error}"
        except AlertTuiError as error:
            return False, f"The comment was not added: {error}"
        return True, ""

    def _missing(self, task: Task) -> None:
        self._end(task, OutcomeState.MISSING, f"No such alert: {task.id}")

    def _end(
        self,
        task: Task,
        state: OutcomeState,
        reason: str = "",
        after: AlertPatch = NO_VALUES,
        comment_added: bool | None = False,
    ) -> None:
        task.outcome = Outcome(
            alert_id=task.id,
            state=state,
            before=task.before,
            after=after,
            reason=reason,
            comment_added=comment_added if self._change.comment else None,
        )
