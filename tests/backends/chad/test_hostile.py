"""Whatever CHAD answers to whatever it is asked: a result or one of our own errors, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random

import pytest

from alerttui.backends.remote.asking import Answer, Request
from alerttui.backends.remote.chad.backend import CHADBackend
from alerttui.domain.errors import AlertTuiError
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from tests.backends.chad.script import ADA, KEY, NOW, NOW_MS, TOKEN, Script, backend_over, change

DONE = AlertPatch(status=Set("resolved"))
KEYS = (
    "alerts", "items", "total", "page", "page_size", "limit", "offset", "alert_id", "id", "status",
    "success", "failed", "updated", "comment_added", "error", "content", "text", "user", "created_at",
    "severity", "tags", "log_document", "matched_log", "enrichment", "ti_enrichment", "indicators", "iocs",
    "ioc_matches", "value", "related_alerts", "comments", "permissions", "email", "paths", "window_minutes",
    "opensearch", "rule_id",
)  # fmt: skip
LEAVES: tuple[object, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, "", "a-1", "a-2", "resolved", "\x00\x1b[2J", "\u202e",
    "2026-11-18", "x" * 300, [], {},
)  # fmt: skip
BROKEN = ("", "[" * 150 + "]" * 150, "{", '{"a":' * 120 + "1" + "}" * 120, "NaN")


def anything(chance: Random, depth: int = 0) -> object:
    kind = chance.randrange(4 if depth < 4 else 1)
    if kind == 0:
        return chance.choice(LEAVES)
    if kind == 1:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(KEYS): anything(chance, depth + 1) for _ in range(chance.randrange(7))}


class Chaos(Script):
    """Answers at random, in the right shape now and then."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.chance = chance

    async def ask(self, request: Request) -> Answer:
        self.asked.append(request)
        self.now_ms += 1_000
        value = anything(self.chance)
        if request.path[-1] == "a-1" and self.chance.random() < 0.5 and isinstance(value, dict):
            value |= {"alert_id": "a-1", "id": "a-1"}
        if request.path[-1] == "alerts" and self.chance.random() < 0.5:
            value = {"total": self.chance.choice([0, 3, 10_000, None]), "alerts": [value, {"id": "a-1"}]}
        body = json.dumps(value)
        if self.chance.random() < 0.1:
            body = self.chance.choice(
                ["", "[" * 150 + "]" * 150, "{", '{"a":' * 120 + "1" + "}" * 120, "NaN"]
            )
        status = 404 if 404 in request.expected and self.chance.random() < 0.5 else 200
        return Answer(status=status, body=body.encode(), requested_ms=NOW_MS)


ACTS: list[Callable[[CHADBackend], Awaitable[object]]] = [
    lambda backend: backend.identity(),
    lambda backend: backend.page(EVERYTHING, NOW),
    lambda backend: backend.alert(AlertId("a-1")),
    lambda backend: backend.events(AlertId("a-1")),
    lambda backend: backend.comments(AlertId("a-1")),
    lambda backend: backend.related(AlertId("a-1")),
    lambda backend: backend.people("a"),
    lambda backend: backend.apply(change(DONE, "a-1", comment="why")),
    lambda backend: backend.apply(change(DONE, "a-1", "a-2", comment="why")),
    lambda backend: backend.apply(change(AlertPatch(assignee=CLEAR), "a-1")),
    lambda backend: backend.apply(change(AlertPatch(assignee=Set("u@x.example"), status=Set("new")), "a-1")),
    lambda backend: backend.add_comment(AlertId("a-1"), "why", ADA, NOW_MS),
]


@pytest.mark.parametrize("api", ["", "current", "documented"])
@pytest.mark.parametrize("token", [TOKEN, KEY])
async def test_nothing_but_our_own_errors_comes_out(api: str, token: str) -> None:
    results = 0
    for seed in range(60):
        backend = backend_over(Chaos(Random(seed)), api=api, token=token)
        for act in ACTS:
            try:
                await act(backend)
                results += 1
            except AlertTuiError:
                pass
    assert results > 60


async def test_changes_are_sent_once_each_whatever_is_answered() -> None:
    for seed in range(60):
        chaos = Chaos(Random(seed))
        with suppress(AlertTuiError):
            await backend_over(chaos).apply(change(DONE, "a-1", "a-2"))
        writes = [(each.method, each.path) for each in chaos.asked if each.method != "GET"]
        assert len(writes) == len(set(writes)) <= 1
