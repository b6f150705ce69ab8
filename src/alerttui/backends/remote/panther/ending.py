"""How an edit ends: its outcome, in words, and the comment that goes with it."""

from __future__ import annotations

from dataclasses import replace

from alerttui.backends.remote.comparing import has, missing, now_reason
from alerttui.backends.remote.panther.commenting import Commenting
from alerttui.backends.remote.panther.learning import Learning
from alerttui.backends.remote.panther.settling import ignored_reason
from alerttui.backends.remote.tasks import NotSent, Task
from alerttui.domain.alert import Alert
from alerttui.domain.change import NO_VALUES, Outcome, OutcomeState
from alerttui.domain.errors import AlertTuiError, NotFound, Unavailable
from alerttui.domain.patch import CLEAR, AlertPatch, narrowed, values_of


class Ending:
    """Ends the tasks of one change."""

    def __init__(self, comment: str, learning: Learning, commenting: Commenting) -> None:
        self._comment = comment
        self._learning = learning
        self._commenting = commenting
        self.is_begun = False
        """True once something may have changed: from then on the change is not given up as a whole."""

    async def made(self, task: Task, reason: str = "", *, is_change: bool = True) -> None:
        """The alert has the values; its comment follows."""
        state = OutcomeState.CONFIRMED if is_change else OutcomeState.UNCHANGED
        self._end(task, state, reason, task.patch)
        if not self._comment or task.outcome is None:
            return
        self.is_begun = True
        is_added, why_not = await self._commenting.add(task.id, self._comment)
        told = " ".join(filter(None, (reason, why_not)))
        task.outcome = replace(task.outcome, comment_added=is_added, reason=told)

    def missing(self, task: Task) -> None:
        """There is no such alert."""
        self._end(task, OutcomeState.MISSING, f"No such alert: {task.id}")

    def refused(self, task: Task, reason: str) -> None:
        """Panther, or what was learned of it, says no."""
        self._end(task, OutcomeState.REFUSED, reason)

    def undecided(self, task: Task, reason: str) -> None:
        """Nothing tells whether it was made."""
        self._end(task, OutcomeState.UNDECIDED, reason)

    def queued(self, task: Task, reason: str) -> None:
        """It was not made, and may be sent another time."""
        self._end(task, OutcomeState.QUEUED, reason, task.patch)

    def conflict(self, task: Task, alert: Alert, unexpected: AlertPatch, what_then: str) -> None:
        """The alert has other values by now."""
        reason = f"{now_reason(alert, unexpected)}{what_then}"
        self._end(task, OutcomeState.CONFLICT, reason, narrowed(values_of(alert), task.patch))

    def unread(self, task: Task, error: AlertTuiError) -> None:
        """The alert could not be read before anything was sent for it."""
        if isinstance(error, NotFound):
            self.missing(task)
        elif isinstance(error, Unavailable):
            raise NotSent(error)
        else:
            self.refused(task, str(error))

    async def unproven(self, task: Task, error: AlertTuiError) -> None:
        """Panther said yes and cannot be read now: that proves what its document promises, and no more."""
        if isinstance(error, NotFound):
            self.missing(task)
            return
        reason = f"Panther accepted it; it could not be read back: {error}"
        if task.patch.assignee is CLEAR or task.patch.tags is CLEAR:
            self.undecided(task, reason)
        else:
            await self.made(task, reason)

    def ignored(self, task: Task, alert: Alert) -> None:
        """Panther said yes, and the alert has other values: it kept them, or somebody changed them since."""
        left = missing(alert, task.patch)
        if task.seen is None or has(alert, narrowed(values_of(task.seen), left)):
            reason = ignored_reason(left)
            self._learning.ignored(left, reason)
            self._end(task, OutcomeState.REFUSED, reason, narrowed(values_of(alert), task.patch))
        else:
            self.conflict(task, alert, left, ", after this change was made.")

    def _end(self, task: Task, state: OutcomeState, reason: str, after: AlertPatch = NO_VALUES) -> None:
        task.outcome = Outcome(
            alert_id=task.id,
            state=state,
            before=task.before,
            after=after,
            reason=reason,
            comment_added=False if self._comment else None,
        )
