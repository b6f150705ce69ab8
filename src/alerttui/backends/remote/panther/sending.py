"""Values on their way to one alert or to many: sent, read again, and sorted out where it did not go well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alerttui.backends.remote.asking import Request, Requester
from alerttui.backends.remote.comparing import has
from alerttui.backends.remote.panther import wire
from alerttui.backends.remote.panther.ending import Ending
from alerttui.backends.remote.panther.learning import Learning
from alerttui.backends.remote.panther.settling import Settling
from alerttui.backends.remote.tasks import NotSent, Task
from alerttui.domain.alert import Alert
from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import AlertTuiError, NotFound, NotPermitted, Rejected, Unavailable
from alerttui.domain.patch import to_wire

TRIES: Final = 2
"""How often one alert's values are sent, the second time after reading has told that they did not arrive."""

SAME_REFUSALS: Final = 2
"""Alerts of a refused many that are refused in the same words one by one, until these hold for the rest."""


class Sending:
    """Sends what one change makes of alerts; raises `NotSent` where the server cannot be asked."""

    def __init__(self, requester: Requester, settling: Settling, learning: Learning, ending: Ending) -> None:
        self._requester = requester
        self._settling = settling
        self._learning = learning
        self._ending = ending

    async def one(self, task: Task) -> None:
        """Read the alert, for the values before; change it; read it again."""
        if task.seen is None:
            try:
                task.seen = await self._settling.read(task.id)
            except AlertTuiError as error:
                self._ending.unread(task, error)
                return
            if has(task.seen, task.patch) and not self._settling.may_lag(task.id):
                await self._ending.made(task, is_change=False)
                return
        await self._send_one(task)

    async def many(self, tasks: Sequence[Task]) -> None:
        """Send the same values to many alerts, and read one of them: an empty answer proves nothing."""
        request = wire.patch_alerts([task.id for task in tasks], to_wire(tasks[0].patch))
        try:
            await self._ask(request, tasks)
        except (Rejected, Unavailable) as error:
            self._ending.is_begun = True
            await self._sort_out(tasks, str(error))
            return
        first, *others = tasks
        try:
            alert, took = await self._settling.until(first.id, first.patch)
        except NotFound:
            self._ending.missing(first)
            await self._read_each(others)
        except AlertTuiError as error:
            for task in tasks:
                await self._ending.unproven(task, error)
        else:
            if took:
                self._learning.took(first.patch)
                for task in tasks:
                    await self._ending.made(task)
            else:
                self._ending.ignored(first, alert)
                await self._read_each(others)

    async def _send_one(self, task: Task) -> None:
        request = wire.patch_alert(task.id, to_wire(task.patch))
        trouble = ""
        for _ in range(TRIES):
            try:
                await self._ask(request, [task])
            except NotFound:
                self._ending.missing(task)
            except Rejected as error:
                self._ending.refused(task, str(error))
            except Unavailable as error:
                trouble = str(error)
                if not await self._is_settled(task, trouble):
                    continue
            else:
                await self._verify(task)
            return
        self._ending.queued(task, f"{trouble} Reading shows that it was not done.")

    async def _ask(self, request: Request, tasks: Sequence[Task]) -> None:
        """Send a request that changes alerts; what it raises may have been done, or is a refusal.

        An empty answer is usual. One that is no JSON may be a login page's, which says yes to everything.
        """
        try:
            answer = await self._requester.ask(request)
            if answer.body.strip():
                self._requester.value(answer)
        except (Rejected, NotFound):
            self._ending.is_begun = True
            raise
        except NotPermitted as error:
            if not self._ending.is_begun:
                raise NotSent(error) from error
            raise Rejected(str(error)) from error  # waiting brings no permission
        except Unavailable as error:
            if not error.may_have_acted:
                raise NotSent(error) from error
            self._wrote(tasks)
            raise
        self._wrote(tasks)

    def _wrote(self, tasks: Sequence[Task]) -> None:
        self._ending.is_begun = True
        self._settling.wrote([task.id for task in tasks])

    async def _is_settled(self, task: Task, trouble: str) -> bool:
        """After a request without an answer: True if reading tells how it ended, or cannot tell."""
        try:
            _, took = await self._settling.until(task.id, task.patch)
        except NotFound:
            self._ending.missing(task)
            return True
        except AlertTuiError as error:
            self._ending.undecided(task, _unread(trouble, error))
            return True
        if took:
            self._learning.took(task.patch)
            await self._ending.made(task)
        return took

    async def _verify(self, task: Task) -> None:
        """After an answer that says yes: read whether it is so."""
        try:
            alert, took = await self._settling.until(task.id, task.patch)
        except AlertTuiError as error:
            await self._ending.unproven(task, error)
            return
        if took:
            self._learning.took(task.patch)
            await self._ending.made(task)
        else:
            self._ending.ignored(task, alert)

    async def _read_each(self, tasks: Sequence[Task]) -> None:
        """Tell every outcome from what the alerts are after an answer that said yes."""
        found = await self._settling.read_all([task.id for task in tasks])
        for task in tasks:
            read = found[task.id]
            if not isinstance(read, Alert):
                await self._ending.unproven(task, read)
            elif has(read, task.patch):
                await self._ending.made(task)
            else:
                self._ending.ignored(task, read)

    async def _sort_out(self, tasks: Sequence[Task], told: str) -> None:
        """After an answer that said no such thing: read each, and send those singly that were not made.

        So the one is named that was in the way. A refusal that is heard again for single alerts is about the
        values: the rest is not asked.
        """
        found = await self._settling.read_all([task.id for task in tasks])
        unmade: list[Task] = []
        for task in tasks:
            read = found[task.id]
            if isinstance(read, NotFound):
                self._ending.missing(task)
            elif not isinstance(read, Alert):
                self._ending.undecided(task, _unread(told, read))
            elif has(read, task.patch):
                await self._ending.made(task)
            else:
                task.seen = task.seen or read
                unmade.append(task)
        for index, task in enumerate(unmade):
            refusal = _same_refusal(unmade[:index], task)
            if refusal:
                self._ending.refused(task, refusal)
            else:
                await self._send_one(task)


def _same_refusal(earlier: Sequence[Task], task: Task) -> str:
    """The words for a task that all the earlier ones were refused with; empty where they were not."""
    words = set()
    for each in earlier:
        if each.outcome is None or each.outcome.state is not OutcomeState.REFUSED:
            return ""
        words.add(each.outcome.reason.replace(f"alert {each.id}", f"alert {task.id}"))
    return words.pop() if len(earlier) >= SAME_REFUSALS and len(words) == 1 else ""


def _unread(trouble: str, error: AlertTuiError) -> str:
    return f"{trouble} Whether it was done could not be read: {error}"
