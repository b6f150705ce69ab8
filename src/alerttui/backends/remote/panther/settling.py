"""Reading alerts again after they were changed: what was made of a request, and in which words to say it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.comparing import has
from alerttui.backends.remote.decoding import ONE, aside, value_of
from alerttui.backends.remote.panther import wire
from alerttui.backends.remote.panther.reading import alert_of, id_of
from alerttui.backends.remote.reading_each import read_each
from alerttui.domain.alert import Alert
from alerttui.domain.errors import AlertTuiError, BadAnswer
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId

PAUSES_S: Final = (0.0, 1.0, 2.0)
"""Before each reading of an alert that should have changed: Panther's own may lag behind its writes."""

LAG_MS: Final = 10_000
"""For so long after a write an old value is lag."""

_WIRE_WORDS: Final = {"tags": "contextTags"}


class Settling:
    """Reads alerts over one connection and remembers which ones were written just now."""

    def __init__(
        self,
        requester: Requester,
        clock: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]],
        note: Callable[[Alert], Alert],
    ) -> None:
        self._requester = requester
        self._clock = clock
        self._sleep = sleep
        self._note = note
        self._written: dict[AlertId, int] = {}

    async def read(self, alert_id: AlertId) -> Alert:
        """One alert in full; raises `NotFound`."""
        answer = await self._requester.ask(wire.get_alert(alert_id))
        value = await value_of(self._requester, answer, ONE)
        if not isinstance(value, dict) or id_of(value) != alert_id:
            raise BadAnswer(f"Panther's answer is not alert {alert_id}: an object with its id is expected.")
        new = await aside(len(answer.body), alert_of, value, answer.body, answer.requested_ms)
        return self._note(new.alert)

    async def read_all(self, ids: Sequence[AlertId]) -> dict[AlertId, Alert | AlertTuiError]:
        """Several alerts, each with what it is or why it could not be read."""
        return await read_each(self.read, ids)

    async def until(self, alert_id: AlertId, values: AlertPatch) -> tuple[Alert, bool]:
        """The alert once it has these values, or as it is after a few readings; and whether it has."""
        for pause in PAUSES_S:
            if pause:
                await self._sleep(pause)
            alert = await self.read(alert_id)
            if has(alert, values):
                return alert, True
        return alert, False

    def wrote(self, ids: Sequence[AlertId]) -> None:
        """These alerts were written now, or may have been."""
        now_ms = self._clock()
        self._written = {each: at for each, at in self._written.items() if now_ms - at < LAG_MS}
        self._written.update(dict.fromkeys(ids, now_ms))

    def may_lag(self, alert_id: AlertId) -> bool:
        """True if a reading may still tell what was before our own write."""
        return self._clock() - self._written.get(alert_id, -LAG_MS) < LAG_MS


def ignored_reason(patch: AlertPatch) -> str:
    """How to say that Panther took these changes and did not make them."""
    names = [_WIRE_WORDS.get(name, name) for name, _ in patch.changed()]
    match names:
        case ["assignee"] if not isinstance(patch.assignee, Set):
            return (
                "Panther accepted the request but kept the assignee; "
                "this version may not support unassigning over its API."
            )
        case ["status" | "assignee" as name]:
            return f"Panther accepted the request but kept the {name}."
        case _:
            told = "/".join(names)
            return f"Panther accepted the request but ignored {told}; it may be an older release."
