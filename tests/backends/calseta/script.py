"""A transport for tests: it notes every request and answers by a script, without socket and waiting."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.asking import NO_BODY, Answer, Request
from alerttui.backends.remote.calseta.backend import CalsetaBackend
from alerttui.domain.errors import AlertTuiError, BadAnswer, Unreachable
from alerttui.domain.json_text import JsonRefused, parse_json
from tests.backends.chad.script import worded

NOW_MS: Final = 1_795_000_000_000
"""2026-11-18T11:06:40Z."""

URL: Final = "https://calseta.acme.example"

Reply = Answer | AlertTuiError


def uuid(number: int) -> str:
    """The id of the alert of a number."""
    return str(UUID(int=0x5E1F << 112 | number))


def told(value: object, status: int = 200) -> Answer:
    """An answer with a JSON body."""
    return Answer(status=status, body=json.dumps(value).encode(), requested_ms=NOW_MS)


def one(data: object, **meta: object) -> Answer:
    """One object in its envelope."""
    return told({"data": data, "meta": meta})


def page(*rows: object, total: int | None = None, **meta: object) -> Answer:
    """A page of a list; without `total` it is all there is."""
    count = len(rows) if total is None else total
    return told({"data": list(rows), "meta": dict(meta, total=count)})


def alert(number: int = 1, **fields: object) -> dict[str, Any]:
    """An alert as Calseta tells it."""
    usual = {
        "uuid": uuid(number),
        "title": f"Alert {number}",
        "status": "Open",
        "severity": "High",
        "created_at": "2026-11-18T10:00:00.123456Z",
    }
    return {**usual, **fields}


def lost() -> Unreachable:
    """No answer, after the request may have arrived."""
    return Unreachable("No answer.", may_have_acted=True)


def off() -> Unreachable:
    """No connection."""
    return Unreachable("No connection.")


@dataclass
class Script:
    """Answers requests in the order of `replies`, or by what `world` says."""

    replies: list[Reply] = field(default_factory=list)
    world: Callable[[Request], Answer] | None = None
    asked: list[Request] = field(default_factory=list)
    now_ms: int = NOW_MS
    is_closed: bool = False

    async def ask(self, request: Request) -> Answer:
        """Note the request, let a tenth of a second pass, and answer."""
        self.asked.append(request)
        self.now_ms += 100
        if self.replies:
            reply = self.replies.pop(0)
        elif self.world is not None:
            reply = self.world(request)
        else:
            raise AssertionError(f"not expected: {line(request)}")
        if isinstance(reply, AlertTuiError):
            raise reply
        return worded(reply)

    def value(self, answer: Answer) -> object:
        """As the transport's."""
        try:
            return parse_json(answer.body.decode(), 16_000_000)
        except JsonRefused as error:
            raise BadAnswer(str(error), may_have_acted=True) from None

    async def close(self) -> None:
        """Note it."""
        self.is_closed = True

    def lines(self) -> list[str]:
        """The requests so far, each in one line, and forget them."""
        found = [line(each) for each in self.asked]
        self.asked.clear()
        return found


def line(request: Request) -> str:
    """A request as it would be written: method, path, parameters, body; ids by their number."""
    query = "&".join(f"{name}={value}" for name, value in request.query)
    path = "/".join(_short(part) for part in request.path)
    text = f"{request.method} /{path}" + (f"?{query}" if query else "")
    return text if request.body is NO_BODY else f"{text} {json.dumps(request.body)}"


def _short(part: str) -> str:
    return f"#{int(part[-12:], 16)}" if part.startswith(uuid(0)[:8]) else part


def backend_of(script: Script, **settings: Any) -> CalsetaBackend:
    """A backend over a script."""
    chosen = BackendSettings(url=URL, token="cai_secret", **settings)
    return CalsetaBackend(chosen, script, server=URL, clock=lambda: script.now_ms)


def scripted(*replies: Reply, **settings: Any) -> tuple[Script, CalsetaBackend]:
    """A script of these replies, and a backend over it."""
    script = Script(replies=list(replies))
    return script, backend_of(script, **settings)
