"""The comment of a change: added after its values, once, and told apart from them."""

from __future__ import annotations

from collections.abc import Callable

from alerttui.backends.remote.panther.talking import Talking
from alerttui.domain.errors import AlertTuiError, Unavailable
from alerttui.domain.vocabulary import AlertId


class Commenting:
    """Adds the comments of changes over one connection."""

    def __init__(self, talking: Talking, clock: Callable[[], int]) -> None:
        self._talking = talking
        self._clock = clock

    async def add(self, alert_id: AlertId, body: str) -> tuple[bool, str]:
        """Whether the comment is there, and if not, why.

        After a request without an answer the comments are read: it is never sent a second time.
        """
        since_ms = self._clock()
        try:
            await self._talking.add_comment(alert_id, body)
        except Unavailable as error:
            if not error.may_have_acted:
                return False, f"The comment was not added: {error}"
            return await self._look(alert_id, body, since_ms, str(error))
        except AlertTuiError as error:
            return False, f"The comment was not added: {error}"
        return True, ""

    async def _look(self, alert_id: AlertId, body: str, since_ms: int, trouble: str) -> tuple[bool, str]:
        try:
            is_there = await self._talking.has_comment(alert_id, body, since_ms)
        except AlertTuiError:
            is_there = False
        if is_there:
            return True, ""
        return False, f"Nothing tells whether the comment was added: {trouble}"
