"""A change on its way to Panther: an outcome for every edit, in the order of the edits.

Edits of the same values go out together, so many at a time as the profile allows. What was not sent when the
change ends early is told as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.comparing import has, unexpected
from alerttui.backends.remote.panther.commenting import Commenting
from alerttui.backends.remote.panther.ending import Ending
from alerttui.backends.remote.panther.learning import Learning
from alerttui.backends.remote.panther.sending import Sending
from alerttui.backends.remote.panther.settling import Settling
from alerttui.backends.remote.tasks import NotSent, Progress, Task
from alerttui.domain.alert import Alert
from alerttui.domain.change import Change, Edit, OnProgress, Outcome
from alerttui.domain.errors import AlertTuiError, Stopped
from alerttui.domain.patch import AlertPatch, narrowed

STOPPED: Final = "stopped before it was sent"


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
        self._requester = requester
        self._settling = settling
        self._learning = learning
        self._commenting = commenting
        self._chunk = chunk
        self._clock = clock

    async def apply(
        self, change: Change, edits: Sequence[Edit], on_progress: OnProgress | None
    ) -> list[Outcome]:
        """Make the edits of a change, which were checked before.

        Raises `Stopped`, and what keeps the server from being asked, only where nothing was sent yet.
        """
        ending = Ending(change.comment, self._learning, self._commenting)
        sending = Sending(self._requester, self._settling, self._learning, ending)
        tasks = [Task(edit) for edit in edits]
        making = _Making(ending, sending, self._settling, self._learning, is_of_many=len(tasks) > 1)
        progress = Progress(tasks, on_progress, self._clock)
        try:
            for unit in _units(tasks, self._chunk):
                progress.tell()
                await making.make(unit)
            progress.tell(is_last=True)
        except NotSent as stop:
            if not ending.is_begun:
                raise stop.cause from None
            _queue_rest(tasks, ending, str(stop.cause))
        except Stopped:
            if not ending.is_begun:
                raise
            _queue_rest(tasks, ending, STOPPED)
        return [task.outcome for task in tasks if task.outcome is not None]


def _units(tasks: Sequence[Task], chunk: int) -> Iterator[list[Task]]:
    """Tasks that go out together, in the order of their first; one by one where an alert occurs twice."""
    if len({task.id for task in tasks}) < len(tasks):
        yield from ([task] for task in tasks)
        return
    groups: dict[AlertPatch, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.patch, []).append(task)
    for group in groups.values():
        for start in range(0, len(group), chunk):
            yield group[start : start + chunk]


def _expected(task: Task, is_alone: bool) -> AlertPatch | None:
    """What an alert must have: of one that goes out alone among many, what was seen of it last."""
    seen = task.edit.seen
    if task.edit.expected is None and is_alone and task.patch and seen is not None:
        return narrowed(seen, task.patch)
    return task.edit.expected


def _queue_rest(tasks: Sequence[Task], ending: Ending, reason: str) -> None:
    for task in tasks:
        if task.outcome is None:
            ending.queued(task, reason)


class _Making:
    """Makes the units of one change."""

    def __init__(
        self, ending: Ending, sending: Sending, settling: Settling, learning: Learning, *, is_of_many: bool
    ) -> None:
        self._ending = ending
        self._sending = sending
        self._settling = settling
        self._learning = learning
        self._is_of_many = is_of_many

    async def make(self, unit: Sequence[Task]) -> None:
        """Tasks with one patch: compared with what is expected, then sent."""
        patch = unit[0].patch
        refusal = self._learning.refusal(patch)
        if refusal:  # learned from an earlier part of this very change
            for task in unit:
                self._ending.refused(task, refusal)
            return
        await self._compare_expected(unit)
        left = [task for task in unit if task.outcome is None]
        if not patch:
            for task in left:
                await self._ending.made(task, is_change=False)
        elif len(left) == 1:
            await self._sending.one(left[0])
        elif left:
            await self._sending.many(left)

    async def _compare_expected(self, unit: Sequence[Task]) -> None:
        """Read the alerts that must have certain values, and end those that do not."""
        is_alone = self._is_of_many and len(unit) == 1
        expecting = [(task, values) for task in unit if (values := _expected(task, is_alone)) is not None]
        found = await self._settling.read_all([task.id for task, _ in expecting])
        for task, values in expecting:
            read = found[task.id]
            if isinstance(read, Alert):
                await self._compare(task, read, values)
            else:
                self._ending.unread(task, read)

    async def _compare(self, task: Task, alert: Alert, expected: AlertPatch) -> None:
        if not has(alert, expected) and self._settling.may_lag(task.id):
            try:
                alert, _ = await self._settling.until(task.id, expected)
            except AlertTuiError as error:
                self._ending.unread(task, error)
                return
        task.seen = alert
        others = unexpected(alert, task.patch, expected)
        if others:
            self._ending.conflict(task, alert, others, "; nothing was changed.")
        elif task.patch and has(alert, task.patch) and not self._settling.may_lag(task.id):
            await self._ending.made(task, is_change=False)
