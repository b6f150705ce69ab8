"""How many requests may go out: a limit over any minute, kept by those who send in the background."""

from __future__ import annotations

from collections import deque
from typing import Final

MINUTE_MS: Final = 60_000


class Budget:
    """At most so many requests within any 60 seconds; what an analyst waits for is counted, not held up."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = max(1, per_minute)
        self._spent: deque[int] = deque()

    def narrow(self, per_minute: int) -> None:
        """Keep a lower limit from now on; 0 is none."""
        if per_minute:
            self.per_minute = min(self.per_minute, per_minute)

    def spend(self, now_ms: int, requests: int = 1) -> None:
        """Note requests that go out now."""
        self._forget(now_ms)
        self._spent.extend([now_ms] * requests)

    def wait_ms(self, now_ms: int) -> int:
        """How long to wait until one more request is within the limit; 0 for now."""
        self._forget(now_ms)
        if len(self._spent) < self.per_minute:
            return 0
        return max(0, self._spent[len(self._spent) - self.per_minute] + MINUTE_MS - now_ms)

    def _forget(self, now_ms: int) -> None:
        while self._spent and not now_ms - MINUTE_MS < self._spent[0] <= now_ms:
            self._spent.popleft()  # also what a clock that was set back left in the future


def background_share(per_minute: int) -> int:
    """Of a limit, what an idle console may use: a tenth of it, and at most 6 a minute."""
    return max(1, min(6, per_minute // 10))
