"""A transport for tests: it notes every request and answers by a script, without socket and waiting."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.asking import NO_BODY, Answer, Request
from alerttui.backends.remote.panther.backend import PantherBackend
from alerttui.domain.errors import AlertTuiError, BadAnswer, NotFound, Rejected, Unreachable
from alerttui.domain.json_text import JsonRefused, parse_json

NOW_MS: Final = 1_795_000_000_000
"""2026-11-18T11:06:40Z."""

WINDOW_MS: Final = 30 * 86_400_000

Reply = Answer | AlertTuiError | Callable[[], Answer]


def told(value: object, status: int = 200) -> Answer:
    """An answer with a JSON body."""
    return Answer(status=status, body=json.dumps(value).encode(), requested_ms=NOW_MS)


def empty(status: int = 200) -> Answer:
    """An answer without a body."""
    return Answer(status=status, requested_ms=NOW_MS)


def page(*results: object, following: object = None) -> Answer:
    """A page of a list."""
    return told({"results": list(results), **({} if following is None else {"next": following})})


def alert(alert_id: str = "a-1", **fields: object) -> dict[str, Any]:
    """An alert as Panther tells it."""
    usual = {"id": alert_id, "type": "RULE", "status": "OPEN", "createdAt": "2026-11-18T10:00:00Z"}
    return {**usual, **fields}


def lost() -> Unreachable:
    """No answer, after the request may have arrived."""
    return Unreachable("No answer.", may_have_acted=True)


def off() -> Unreachable:
    """No connection."""
    return Unreachable("No connection.")


def refused(words: str) -> Rejected:
    """400."""
    return Rejected(words)


def no_such(alert_id: str) -> NotFound:
    """404."""
    return NotFound([alert_id])


@dataclass
class Script:
    """Answers requests in the order of `replies`, or by what `world` says."""

    replies: list[Reply] = field(default_factory=list)
    world: Callable[[Request], Answer] | None = None
    asked: list[Request] = field(default_factory=list)
    now_ms: int = NOW_MS
    slept: list[float] = field(default_factory=list)
    is_closed: bool = False

    async def ask(self, request: Request) -> Answer:
        """Note the request, let a tenth of a second pass, and answer."""
        self.asked.append(request)
        self.now_ms += 100
        if self.replies:
            reply = self.replies.pop(0)
        elif self.world is not None:
            return self.world(request)
        else:
            raise AssertionError(f"not expected: {line(request)}")
        if isinstance(reply, AlertTuiError):
            raise reply
        return reply if isinstance(reply, Answer) else reply()

    def value(self, answer: Answer) -> object:
        """As the transport's."""
        try:
            return parse_json(answer.body.decode(), 16_000_000)
        except JsonRefused as error:
            raise BadAnswer(str(error), may_have_acted=True) from None

    async def close(self) -> None:
        """Note it."""
        self.is_closed = True

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.slept.append(seconds)
        self.now_ms += round(seconds * 1000)

    def lines(self) -> list[str]:
        """The requests so far, each in one line, and forget them."""
        found = [line(each) for each in self.asked]
        self.asked.clear()
        return found


def line(request: Request) -> str:
    """A request as it would be written: method, path, parameters, body."""
    query = "&".join(f"{name}={value}" for name, value in request.query)
    text = f"{request.method} /{'/'.join(request.path)}" + (f"?{query}" if query else "")
    return text if request.body is NO_BODY else f"{text} {json.dumps(request.body)}"


def backend_of(script: Script, **settings: Any) -> PantherBackend:
    """A backend over a script."""
    chosen = {"window_ms": WINDOW_MS, **settings}
    chunk = chosen.pop("chunk", 25)
    return PantherBackend(
        BackendSettings(url="https://api.acme.example", token="secret", **chosen),
        script,
        server="https://api.acme.example",
        clock=lambda: script.now_ms,
        sleep=script.sleep,
        chunk=chunk,
    )


def scripted(*replies: Reply, **settings: Any) -> tuple[Script, PantherBackend]:
    """A script of these replies, and a backend over it."""
    script = Script(replies=list(replies))
    return script, backend_of(script, **settings)


def bodies(requests: Sequence[Request]) -> list[object]:
    """The bodies of requests that have one."""
    return [each.body for each in requests if each.body is not NO_BODY]
