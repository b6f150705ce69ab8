"""The edits of one change on their way to a product, and how far they have come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from alerttui.domain.alert import Alert
from alerttui.domain.change import NO_VALUES, Edit, OnProgress, Outcome
from alerttui.domain.errors import Unavailable
from alerttui.domain.patch import AlertPatch, narrowed, values_of
from alerttui.domain.vocabulary import AlertId

PROGRESS_MS: Final = 100
"""How long at least between two tellings of how far a change has come."""


@dataclass(slots=True)
class Task:
    """One edit on its way."""

    edit: Edit
    seen: Alert | None = None
    """The alert as it was read before it was changed."""
    outcome: Outcome | None = None

    @property
    def id(self) -> AlertId:
        """The alert's id."""
        return self.edit.alert_id

    @property
    def patch(self) -> AlertPatch:
        """What is to be made of it."""
        return self.edit.patch

    @property
    def before(self) -> AlertPatch:
        """The values that were read, else those that were expected, else none: many are not read before."""
        if self.seen is not None:
            return narrowed(values_of(self.seen), self.patch)
        return narrowed(self.edit.expected, self.patch) if self.edit.expected else NO_VALUES


class NotSent(Exception):
    """The server cannot be asked now: what has no outcome yet was not sent."""

    def __init__(self, cause: Unavailable) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Progress:
    """Tells how far a change has come, not too often."""

    def __init__(
        self, tasks: Sequence[Task], on_progress: OnProgress | None, clock: Callable[[], int]
    ) -> None:
        self._tasks = tasks
        self._on_progress = on_progress
        self._clock = clock
        self._told_ms: int | None = None

    def tell(self, *, is_last: bool = False) -> None:
        """Tell it if it is time to; raises `Stopped` where the analyst wants the change to end."""
        if self._on_progress is None:
            return
        now_ms = self._clock()
        if is_last or self._told_ms is None or now_ms - self._told_ms >= PROGRESS_MS:
            self._told_ms = now_ms
            done = sum(task.outcome is not None for task in self._tasks)
            self._on_progress(done, len(self._tasks))
