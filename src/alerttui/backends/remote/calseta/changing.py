"""How Calseta is asked for changes: one alert a request, and its answer tells what was made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from alerttui.backends.remote.applying import Answered, Told
from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.calseta import wire
from alerttui.backends.remote.calseta.capabilities import (
    CLOSED,
    NEEDS_VERDICT,
    VERDICT_OF_OPEN,
)
from alerttui.backends.remote.calseta.envelopes import ask_about, one_of
from alerttui.backends.remote.calseta.reading import alert_of, classification_of, id_of
from alerttui.backends.remote.comparing import missing
from alerttui.backends.remote.decoding import aside
from alerttui.backends.remote.tasks import Task
from alerttui.domain.alert import Alert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change
from alerttui.domain.errors import BadAnswer, NotSupported
from alerttui.domain.patch import CLEAR, KEEP, AlertPatch, Set
from alerttui.domain.vocabulary import AlertId

Read = Callable[[AlertId], Awaitable[Alert]]

_WORDS: Final = {"status": "status", "severity": "severity", "verdict": "close_classification"}
"""Fields that are sent as they are, by their name on the wire."""


def check(change: Change, capabilities: Capabilities) -> None:
    """Refuse a whole change before anything is asked; raises `Invalid` or `NotSupported`.

    A close without a classification passes here: that which the alert has may be left out of a change.
    """
    checked: set[tuple[object, object]] = set()
    for edit in change.edits:
        if (edit.patch, edit.present_tags) not in checked:
            _check(edit.patch, edit.present_tags, capabilities)
            capabilities.check_words(edit.patch, change.comment, change.actions)
            checked.add((edit.patch, edit.present_tags))


def _check(patch: AlertPatch, tags: Sequence[str], capabilities: Capabilities) -> None:
    if capabilities.closes(patch) and patch.verdict is KEEP:
        patch = replace(patch, verdict=Set(capabilities.verdicts[0].word))
    capabilities.check(patch, tags)
    if isinstance(patch.verdict, Set) and capabilities.reopens(patch):
        raise NotSupported(VERDICT_OF_OPEN)


class CalsetaSending:
    """The engine's way to one server."""

    def __init__(self, requester: Requester, read: Read) -> None:
        self._requester = requester
        self._read = read

    async def read(self, alert_id: AlertId) -> Alert:
        """One alert as it is now; raises `NotFound`."""
        return await self._read(alert_id)

    def units(self, tasks: Sequence[Task], change: Change) -> Iterable[Sequence[Task]]:
        """Each alert by itself: the API changes no two at once."""
        return [[task] for task in tasks]

    async def send(self, unit: Sequence[Task], change: Change) -> Sequence[Answered]:
        """Ask for one change; nothing is sent of a closing, or a classification, that cannot be."""
        (task,) = unit
        patch = task.patch
        if isinstance(patch.verdict, Set) and patch.status is KEEP and not _is_closed(task.seen):
            return [Answered(Told.REFUSED, VERDICT_OF_OPEN)]
        body = body_of(patch)
        if body.get("status") == CLOSED and "close_classification" not in body:
            present = classification_of(task.seen) if task.seen else ""
            if not present:
                return [Answered(Told.REFUSED, NEEDS_VERDICT)]
            body["close_classification"] = present
        answer = await ask_about(self._requester, wire.patch_alert(task.id, body))
        data, _ = await one_of(self._requester, answer, has_acted=True)
        if id_of(data).lower() != task.id.lower():
            what = f"Calseta's answer to a change of alert {task.id} is not about it."
            raise BadAnswer(what, may_have_acted=True)
        made = await aside(len(answer.body), alert_of, data, answer.requested_ms)
        lacking = ", ".join(name for name, _ in missing(made, patch).changed())
        if lacking:
            return [Answered(Told.REFUSED, f"Calseta accepted the request but kept the {lacking}.")]
        return [Answered(Told.MADE)]

    async def comment(self, task: Task, change: Change) -> None:
        """Never asked for: a change with a comment is refused before."""
        raise NotSupported("Calseta has no alert comments.")

    def carries_comment(self, unit: Sequence[Task]) -> bool:
        """There are none."""
        return False


def body_of(patch: AlertPatch) -> dict[str, object]:
    """What is sent for a patch: only what changes, and never null, which the server takes for absent.

    A classification is cleared by nothing but a status with which it does not count.
    """
    body: dict[str, object] = {}
    for name, value in patch.changed():
        if name in _WORDS and isinstance(value, Set):
            body[_WORDS[name]] = value.value
    if patch.tags is not KEEP:
        tags = patch.tags.value if isinstance(patch.tags, Set) else ()
        body["tags"] = [tag for tag in dict.fromkeys(tags) if tag]
    if isinstance(patch.malice, Set):
        body["malice_override"] = patch.malice.value
    elif patch.malice is CLEAR:
        body["reset_malice_override"] = True
    return body


def _is_closed(alert: Alert | None) -> bool:
    return alert is not None and alert.status == CLOSED
