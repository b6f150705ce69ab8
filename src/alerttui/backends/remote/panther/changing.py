"""A change on its way to Panther: an outcome for every edit, told from what the alerts are afterwards.

Edits of the same values go out together, 25 at a time; each request is followed by a reading, because an answer
without a body proves nothing. What was not sent when the change ends early is told as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.panther import wire
from alerttui.backends.remote.panther.commenting import Commenting
from alerttui.backends.remote.panther.learning import Learning
from alerttui.backends.remote.panther.settling import (
    Settling,
    has,
    ignored_reason,
    missing,
    now_reason,
)
from alerttui.domain.alert import Alert
from alerttui.domain.change import NO_VALUES, Change, Edit, OnProgress, Outcome, OutcomeState
from alerttui.domain.errors import (
    AlertTuiError,
    NotFound,
    NotPermitted,
    Rejected,
    Stopped,
    Unavailable,
)
from alerttui.domain.patch import CLEAR, AlertPatch, narrowed, to_wire, values_of
from alerttui.domain.vocabulary import AlertId

PROGRESS_MS = 100
"""How long at least between two tellings of how far a change has come."""

STOPPED = "stopped before it was sent"


@dataclass(slots=True)
class Task:
    """One edit on its way."""

    edit: Edit
    seen: Alert | None = None
    """The alert as it was read before it was changed."""
    outcome: Outcome | None = None

    @property
    def id(self) -> AlertId:
        return self.edit.alert_id

    @property
    def patch(self) -> AlertPatch:
        return self.edit.patch

    @property
    def before(self) -> AlertPatch:
        """The values that were read, else those that were expected, else none: many are not read before."""
        if self.seen is not None:
            return narrowed(values_of(self.seen), self.patch)
        return narrowed(self.edit.expected, self.patch) if self.edit.expected else NO_VALUES


class _NotSent(Exception):
    """The server cannot be asked now: what has no outcome yet was not sent."""

    def __init__(self, cause: Unavailable) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Changing:
    """Makes changes over one connection."""

    def __init__(
        self,
        requester: Requester,
        settling: Settling,
        learning: Learning,
        commenting: Commenting,
        *,
        chunk: int,
        clock: Callable[[], int],
    ) -> None:
        self.requester = requester
        self.settling = settling
        self.learning = learning
        self.commenting = commenting
        self.chunk = chunk
        self.clock = clock

    async def apply(
        self, change: Change, edits: Sequence[Edit], on_progress: OnProgress | None
    ) -> list[Outcome]:
        """Make the edits of a change, which were checked before."""
        return await _Making(self, change, edits, on_progress).run()


class _Making:
    """One change."""

    def __init__(
        self, parts: Changing, change: Change, edits: Sequence[Edit], on_progress: OnProgress | None
    ) -> None:
        self._parts = parts
        self._change = change
        self._tasks = [Task(edit) for edit in edits]
        self._on_progress = on_progress
        self._told_ms: int | None = None
        self._has_sent = False
        """True once a request may have changed something: from then on the change is not given up as a whole."""

    async def run(self) -> list[Outcome]:
        """Make every edit, and tell what became of each."""
        try:
            for unit in self._units():
                self._tell()
                await self._make(unit)
            self._tell(is_last=True)
        except _NotSent as stop:
            if not self._has_sent:
                raise stop.cause from None
            self._queue_rest(str(stop.cause))
        except Stopped:
            if not self._has_sent:
                raise
            self._queue_rest(STOPPED)
        return [task.outcome for task in self._tasks if task.outcome is not None]

    def _units(self) -> Iterator[list[Task]]:
        """Tasks that go out together, in the order of their first; one by one where an alert occurs twice."""
        ids = {task.id for task in self._tasks}
        if len(ids) < len(self._tasks):
            yield from ([task] for task in self._tasks)
            return
        groups: dict[AlertPatch, list[Task]] = {}
        for task in self._tasks:
            groups.setdefault(task.patch, []).append(task)
        for group in groups.values():
            for start in range(0, len(group), self._parts.chunk):
                yield group[start : start + self._parts.chunk]

    async def _make(self, unit: list[Task]) -> None:
        refusal = self._parts.learning.refusal(unit[0].patch)
        if refusal:  # learned from an earlier part of this very change
            for task in unit:
                await self._end(task, OutcomeState.REFUSED, refusal)
            return
        await self._meet_expectations(unit)
        left = [task for task in unit if task.outcome is None]
        for task in left:
            if not task.patch:
                await self._end(task, OutcomeState.UNCHANGED)
        left = [task for task in left if task.outcome is None]
        if len(left) == 1:
            await self._one(left[0])
        elif left:
            await self._many(left)

    async def _meet_expectations(self, unit: list[Task]) -> None:
        """Read the alerts that must have certain values, and end those that do not."""
        expecting = [task for task in unit if task.edit.expected is not None]
        found = await self._parts.settling.read_all([task.id for task in expecting])
        for task in expecting:
            read = found[task.id]
            if isinstance(read, Alert) and task.edit.expected is not None:
                await self._compare(task, read, task.edit.expected)
            elif isinstance(read, AlertTuiError):
                await self._end_unread(task, read)

    async def _compare(self, task: Task, alert: Alert, expected: AlertPatch) -> None:
        settling = self._parts.settling
        if not has(alert, expected) and settling.may_lag(task.id):
            try:
                alert, _ = await settling.until(task.id, expected)
            except AlertTuiError as error:
                await self._end_unread(task, error)
                return
        task.seen = alert
        unexpected = missing(alert, expected)
        if unexpected:
            reason = f"{now_reason(alert, unexpected)}; nothing was changed."
            await self._end(task, OutcomeState.CONFLICT, reason, now=alert)
        elif has(alert, task.patch) and task.patch and not settling.may_lag(task.id):
            await self._end(task, OutcomeState.UNCHANGED)

    async def _end_unread(self, task: Task, error: AlertTuiError) -> None:
        """End a task whose alert could not be read before anything was sent for it."""
        if isinstance(error, NotFound):
            await self._end_missing(task)
        elif isinstance(error, Unavailable):
            raise _NotSent(error)
        else:
            await self._end(task, OutcomeState.REFUSED, str(error))

    # -- one alert

    async def _one(self, task: Task) -> None:
        """Read the alert, for the values before; change it; read it again."""
        if task.seen is None:
            try:
                task.seen = await self._parts.settling.read(task.id)
            except AlertTuiError as error:
                await self._end_unread(task, error)
                return
            if has(task.seen, task.patch) and not self._parts.settling.may_lag(task.id):
                await self._end(task, OutcomeState.UNCHANGED)
                return
        await self._send_one(task)

    async def _send_one(self, task: Task) -> None:
        """Send one alert's values, once more where reading tells that a first request was not made."""
        request = wire.patch_alert(task.id, to_wire(task.patch))
        trouble = ""
        for _ in range(2):
            try:
                await self._ask(request, [task])
            except NotFound:
                await self._end_missing(task)
            except Rejected as error:
                await self._end(task, OutcomeState.REFUSED, str(error))
            except Unavailable as error:
                trouble = str(error)
                if await self._is_settled(task, trouble):
                    return
                continue
            else:
                await self._verify(task)
            return
        await self._end(task, OutcomeState.QUEUED, f"{trouble} Reading shows that it was not made.")

    async def _ask(self, request: wire.Request, tasks: Sequence[Task]) -> None:
        """Send a request that changes alerts; raises `_NotSent` where it surely did not arrive."""
        try:
            await self._parts.requester.ask(request)
        except NotPermitted as error:
            if self._has_sent:  # waiting brings no permission
                raise Rejected(str(error)) from error
            raise _NotSent(error) from error
        except Unavailable as error:
            if not error.may_have_acted:
                raise _NotSent(error) from error
            self._wrote(tasks)
            raise
        self._wrote(tasks)

    def _wrote(self, tasks: Sequence[Task]) -> None:
        self._has_sent = True
        self._parts.settling.wrote([task.id for task in tasks])

    async def _is_settled(self, task: Task, trouble: str) -> bool:
        """After a request without an answer: end the task if reading tells how it ended, or cannot tell."""
        try:
            alert, took = await self._parts.settling.until(task.id, task.patch)
        except NotFound:
            await self._end_missing(task)
            return True
        except AlertTuiError as error:
            reason = f"{trouble} Whether it was made could not be read: {error}"
            await self._end(task, OutcomeState.UNDECIDED, reason)
            return True
        if took:
            self._parts.learning.took(task.patch)
            await self._end(task, OutcomeState.CONFIRMED, now=alert)
        return took

    async def _verify(self, task: Task) -> None:
        """After an answer that says yes: read whether it is so."""
        try:
            alert, took = await self._parts.settling.until(task.id, task.patch)
        except NotFound:
            await self._end_missing(task)
        except AlertTuiError as error:
            await self._end_unproven(task, error)
        else:
            if took:
                self._parts.learning.took(task.patch)
                await self._end(task, OutcomeState.CONFIRMED, now=alert)
            else:
                await self._end_ignored(task, alert)

    # -- many alerts

    async def _many(self, tasks: list[Task]) -> None:
        """Send the same values to many alerts, and read one of them."""
        request = wire.patch_alerts([task.id for task in tasks], to_wire(tasks[0].patch))
        try:
            await self._ask(request, tasks)
        except (Rejected, Unavailable) as error:
            self._has_sent = True
            await self._sort_out(tasks, str(error))
            return
        first, *others = tasks
        await self._verify(first)
        assert first.outcome is not None
        if first.outcome.state is OutcomeState.CONFIRMED and first.outcome.reason:
            for task in others:
                await self._end(task, OutcomeState.CONFIRMED, first.outcome.reason)
        elif first.outcome.state is OutcomeState.CONFIRMED:
            for task in others:
                await self._end(task, OutcomeState.CONFIRMED)
        elif first.outcome.state is OutcomeState.UNDECIDED:
            for task in others:
                await self._end(task, OutcomeState.UNDECIDED, first.outcome.reason)
        else:
            await self._read_each(others)

    async def _read_each(self, tasks: Sequence[Task]) -> None:
        """Tell each alert's outcome from what it is after an answer that said yes."""
        found = await self._parts.settling.read_all([task.id for task in tasks])
        for task in tasks:
            read = found[task.id]
            if isinstance(read, NotFound):
                await self._end_missing(task)
            elif not isinstance(read, Alert):
                await self._end_unproven(task, read)
            elif has(read, task.patch):
                await self._end(task, OutcomeState.CONFIRMED, now=read)
            else:
                await self._end_ignored(task, read)

    async def _sort_out(self, tasks: Sequence[Task], told: str) -> None:
        """After an answer that does not say yes to all: read each, and send those one by one that were not made.

        So the one is named that was in the way. What is refused twice in the very same words is about the values:
        it is not asked for the rest.
        """
        found = await self._parts.settling.read_all([task.id for task in tasks])
        unmade: list[Task] = []
        for task in tasks:
            read = found[task.id]
            if isinstance(read, NotFound):
                await self._end_missing(task)
            elif not isinstance(read, Alert):
                reason = f"{told} Whether it was made could not be read: {read}"
                await self._end(task, OutcomeState.UNDECIDED, reason)
            elif has(read, task.patch):
                await self._end(task, OutcomeState.CONFIRMED, now=read)
            else:
                task.seen = task.seen or read
                unmade.append(task)
        refused = 0
        for task in unmade:
            if refused >= 2:
                await self._end(task, OutcomeState.REFUSED, told)
                continue
            await self._send_one(task)
            if task.outcome is not None and task.outcome.reason == told:
                refused += 1

    # -- outcomes

    async def _end(
        self, task: Task, state: OutcomeState, reason: str = "", *, now: Alert | None = None
    ) -> None:
        """Note how a task ended, and add the comment where its values are there."""
        is_made = state in (OutcomeState.CONFIRMED, OutcomeState.UNCHANGED)
        after = task.patch
        if not is_made and state is not OutcomeState.QUEUED:
            after = narrowed(values_of(now), task.patch) if now is not None else NO_VALUES
        task.outcome = Outcome(
            alert_id=task.id,
            state=state,
            before=task.before,
            after=after,
            reason=reason,
            comment_added=False if self._change.comment else None,
        )
        if self._change.comment and is_made:
            self._has_sent = True
            added, why_not = await self._parts.commenting.add(task.id, self._change.comment)
            told = " ".join(filter(None, (reason, why_not)))
            task.outcome = replace(task.outcome, comment_added=added, reason=told)

    async def _end_missing(self, task: Task) -> None:
        await self._end(task, OutcomeState.MISSING, f"No such alert: {task.id}")

    async def _end_unproven(self, task: Task, error: AlertTuiError) -> None:
        """Panther said yes, and cannot be read now: that proves what its document promises, and no more."""
        reason = f"Panther accepted it; it could not be read back: {error}"
        is_promised = task.patch.assignee is not CLEAR and task.patch.tags is not CLEAR
        state = OutcomeState.CONFIRMED if is_promised else OutcomeState.UNDECIDED
        await self._end(task, state, reason)

    async def _end_ignored(self, task: Task, alert: Alert) -> None:
        """Panther said yes, and the alert has other values: it kept them, or somebody was quicker."""
        left = missing(alert, task.patch)
        kept = task.seen is None or has(alert, narrowed(values_of(task.seen), left))
        if kept:
            reason = ignored_reason(left)
            self._parts.learning.ignored(left, reason)
            await self._end(task, OutcomeState.REFUSED, reason, now=alert)
        else:
            reason = f"{now_reason(alert, left)}, after this change was made."
            await self._end(task, OutcomeState.CONFLICT, reason, now=alert)

    def _queue_rest(self, reason: str) -> None:
        for task in self._tasks:
            if task.outcome is None:
                task.outcome = Outcome(
                    alert_id=task.id,
                    state=OutcomeState.QUEUED,
                    before=task.before,
                    after=task.patch,
                    reason=reason,
                    comment_added=False if self._change.comment else None,
                )

    def _tell(self, *, is_last: bool = False) -> None:
        """Tell how far it has come; raises `Stopped` where the analyst wants it to end."""
        if self._on_progress is None:
            return
        now_ms = self._parts.clock()
        if is_last or self._told_ms is None or now_ms - self._told_ms >= PROGRESS_MS:
            self._told_ms = now_ms
            done = sum(task.outcome is not None for task in self._tasks)
            self._on_progress(done, len(self._tasks))
