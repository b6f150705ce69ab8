"""A transport for tests of SentinelNerd's backend: it answers by a script, without socket and waiting."""

from __future__ import annotations

from typing import Any, Final

from alerttui.backends.contract import BackendSettings
from alerttui.backends.remote.asking import Answer
from alerttui.backends.remote.sentinelnerd import SentinelNerdBackend
from alerttui.domain.alert import Actor
from alerttui.domain.change import Change, Edit, Outcome
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import QueryContext
from alerttui.domain.vocabulary import AlertId
from tests.backends.panther.script import NOW_MS, Reply, Script, told

NOW: Final = QueryContext(now_ms=NOW_MS, me="ada@example.com")
ADA: Final = Actor("ada@example.com", "user")
ONE: Final = AlertId("alt_1")

ACKNOWLEDGE: Final = AlertPatch(status=Set("acknowledged"))
RESOLVE: Final = AlertPatch(status=Set("resolved"), verdict=Set("benign"))
REOPEN: Final = AlertPatch(status=Set("open"))


def row(alert_id: str = "alt_1", /, **fields: object) -> dict[str, Any]:
    """An alert as a list tells it."""
    usual = {"id": alert_id, "title": "Something", "status": "open", "created_at": "2026-11-18T10:00:00Z"}
    return {**usual, **fields}


def single(alert_id: str = "alt_1", /, **fields: object) -> Answer:
    """The answer to reading one alert, which tells assignee and resolution."""
    return told({"data": row(alert_id, **{"assignee": None, "resolution": None, **fields})})


def listed(*rows: object, **pagination: int | None) -> Answer:
    """A page of the list."""
    value: dict[str, object] = {"data": list(rows)}
    return told({**value, "pagination": pagination} if pagination else value)


def scripted(*replies: Reply, **given: Any) -> tuple[Script, SentinelNerdBackend]:
    """A script of these replies, and a backend over it."""
    script = Script(replies=list(replies))
    named = ("chunk", "people", "several_statuses")
    options = {name: given.pop(name) for name in named if name in given}
    backend = SentinelNerdBackend(
        BackendSettings(url="https://api.example.com/v1", token="snk_x", **given),
        script,
        server="https://api.example.com/v1",
        clock=lambda: script.now_ms,
        **options,
    )
    return script, backend


def change(
    patch: AlertPatch, *ids: str, comment: str = "", actions: tuple[str, ...] = (), **more: Any
) -> Change:
    """One patch for these alerts, or for the first one."""
    return Change(
        id="c-1",
        at_ms=NOW_MS,
        by=ADA,
        label="test",
        edits=tuple(Edit(alert_id=AlertId(each), patch=patch, **more) for each in ids or (ONE,)),
        comment=comment,
        actions=actions,
    )


def ends(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    """State and reason of each outcome."""
    return [(each.state.name, each.reason) for each in outcomes]
