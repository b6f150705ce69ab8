"""A transport for tests: it notes every request and answers by a script, without socket and waiting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.asking import NO_BODY, Answer, Request
from alerttui.backends.remote.chad.backend import CHADBackend
from alerttui.backends.remote.transport.error_text import error_text
from alerttui.domain.alert import Actor
from alerttui.domain.change import Change, Edit
from alerttui.domain.errors import AlertTuiError, BadAnswer, Unreachable
from alerttui.domain.json_text import JsonRefused, parse_json
from alerttui.domain.patch import AlertPatch
from alerttui.domain.query import QueryContext
from alerttui.domain.vocabulary import AlertId

NOW_MS: Final = 1_795_000_000_000
"""2026-11-18T11:06:40Z."""

NOW: Final = QueryContext(now_ms=NOW_MS)
TOKEN: Final = "aaaa.bbbb.cccc"
KEY: Final = "chad_" + "k" * 43
ADA: Final = Actor("u-1", "user", "ada@example.com")
CREATED: Final = "2026-11-18T10:00:00Z"
CREATED_MS: Final = 1_794_996_000_000

Reply = Answer | AlertTuiError


def told(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    return Answer(status=status, headers=headers or {}, body=json.dumps(value).encode(), requested_ms=NOW_MS)


def empty(status: int = 204) -> Answer:
    """An answer without a body."""
    return Answer(status=status, requested_ms=NOW_MS)


def worded(answer: Answer) -> Answer:
    """The answer with the words that the transport finds in one that is no success."""
    if answer.status < 400:
        return answer
    return replace(answer, words=error_text(answer.status, answer.headers, answer.body).rstrip("."))


def lost() -> Unreachable:
    """No answer, after the request may have arrived."""
    return Unreachable("No answer.", may_have_acted=True)


def off() -> Unreachable:
    """No connection."""
    return Unreachable("No connection.")


def current(alert_id: str = "a-1", **fields: object) -> dict[str, Any]:
    """An alert as the current form tells it."""
    usual = {
        "alert_id": alert_id, "rule_id": "r-1", "rule_title": "Rule 1", "severity": "high", "tags": [],
        "status": "new", "log_document": {"a": 1}, "created_at": CREATED, "updated_at": CREATED,
    }  # fmt: skip
    return {**usual, **fields}


def documented(alert_id: str = "a-1", **fields: object) -> dict[str, Any]:
    """An alert as the documented form tells it."""
    usual = {
        "id": alert_id, "rule_id": "r-1", "rule_title": "Rule 1", "severity": "high", "status": "new",
        "created_at": CREATED, "matched_log": {"a": 1}, "tags": [], "comments": [], "related_alerts": [],
    }  # fmt: skip
    return {**usual, **fields}


def listed(*rows: object, total: int | None = None) -> Answer:
    """A list of the current form."""
    return told({"total": len(rows) if total is None else total, "alerts": list(rows)})


def paged(*rows: object, total: int | None = None, page: int = 1, page_size: int = 100) -> Answer:
    """A list of the documented form."""
    count = len(rows) if total is None else total
    return told({"items": list(rows), "total": count, "page": page, "page_size": page_size, "pages": 1})


@dataclass
class Script:
    """Answers requests by line where `routes` has it, else in the order of `replies`."""

    replies: list[Reply] = field(default_factory=list)
    routes: dict[str, Reply] = field(default_factory=dict)
    """By method and path: "GET /health"."""
    asked: list[Request] = field(default_factory=list)
    now_ms: int = NOW_MS
    is_closed: bool = False

    async def ask(self, request: Request) -> Answer:
        """Note the request, let a tenth of a second pass, and answer."""
        self.asked.append(request)
        self.now_ms += 100
        path = f"{request.method} /{'/'.join(request.path)}"
        if path in self.routes:
            reply = self.routes[path]
        elif self.replies:
            reply = self.replies.pop(0)
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
    """A request as it would be written: method, path, parameters, body."""
    query = "&".join(f"{name}={value}" for name, value in request.query)
    text = f"{request.method} /{'/'.join(request.path)}" + (f"?{query}" if query else "")
    return text if request.body is NO_BODY else f"{text} {json.dumps(request.body)}"


def scripted(
    *replies: Reply,
    routes: Mapping[str, Reply] | None = None,
    api: str = "current",
    auth: str = "",
    token: str = TOKEN,
    **settings: Any,
) -> tuple[Script, CHADBackend]:
    """A script of these replies, and a backend over it that speaks one form."""
    script = Script(replies=list(replies), routes=dict(routes or {}))
    return script, backend_over(script, api=api, auth=auth, token=token, **settings)


def backend_over(
    script: Script, *, api: str = "current", auth: str = "", token: str = TOKEN, **settings: Any
) -> CHADBackend:
    """A backend that asks a script."""
    options = {name: value for name, value in (("api", api), ("auth", auth)) if value}
    return CHADBackend(
        BackendSettings(url="https://chad.example", token=token, options=options, **settings),
        script,
        server="https://chad.example",
        clock=lambda: script.now_ms,
    )


def change(
    patch: AlertPatch,
    *ids: str,
    comment: str = "",
    expected: AlertPatch | None = None,
    seen: AlertPatch | None = None,
) -> Change:
    """One patch for some alerts."""
    return Change(
        id="c-1",
        at_ms=NOW_MS,
        by=ADA,
        label="test",
        edits=tuple(Edit(alert_id=AlertId(each), patch=patch, expected=expected, seen=seen) for each in ids),
        comment=comment,
    )
