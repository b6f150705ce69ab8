"""The commands over each product: list, filter, change what it allows, a refusal, failures, words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from starlette.types import ASGIApp

from alerttui.backends.remote.transport import retrying
from alerttui.cli import workplace
from tests.cli.conftest import Run, home, run
from tests.cli.remote import configure
from tests.standins import calseta, chad, sentinelnerd
from tests.standins.running import serving

__all__ = ["home", "run"]

MANY = 60


@dataclass(frozen=True, slots=True)
class Vendor:
    """One product as the commands meet it."""

    kind: str
    stand_in: Callable[[], tuple[ASGIApp, Sequence[str], str]]
    """An application, the ids of its alerts, and a token."""
    fail: Callable[[Any, Sequence[str]], None]
    """Has changes of these alerts fail."""
    active: tuple[str, ...]
    """What makes an alert active, with whatever else the product allows."""
    close: tuple[str, ...]
    closed: str
    refused: tuple[str, ...]
    why: str
    path: str = ""
    options: str = ""


def a_chad(form: chad.Form) -> Callable[[], tuple[ASGIApp, Sequence[str], str]]:
    """CHAD in one of its forms, with an analyst signed in."""

    def make() -> tuple[ASGIApp, Sequence[str], str]:
        app = chad.ChadStandIn(form)
        return app, app.fill(MANY, severity="high"), app.token()

    return make


def a_calseta() -> tuple[ASGIApp, Sequence[str], str]:
    """Calseta with a good key."""
    app = calseta.CalsetaStandIn()
    return app, app.fill(MANY), calseta.KEY


def a_sentinelnerd() -> tuple[ASGIApp, Sequence[str], str]:
    """SentinelNerd with a good key."""
    app = sentinelnerd.SentinelNerdStandIn()
    return app, app.fill(MANY), sentinelnerd.KEY


def refuse(app: Any, ids: Sequence[str]) -> None:
    """The product refuses these alerts."""
    app.knobs.refused_ids = dict.fromkeys(ids, 409) if isinstance(app.knobs.refused_ids, dict) else set(ids)


def ignore(app: Any, ids: Sequence[str]) -> None:
    """The product accepts changes of these alerts and makes none."""
    app.knobs.ignored_ids = set(ids)


FALSE_POSITIVE = ("--status", "false_positive")
CHAD_REFUSES = (("--quality", "noise"), "CHAD has no quality")
VENDORS = {
    "chad-current": Vendor(
        "chad", a_chad("current"), refuse,
        ("--status", "acknowledged", "--assignee", "me"), FALSE_POSITIVE, "false_positive", *CHAD_REFUSES,
    ),
    "chad-documented": Vendor(
        "chad", a_chad("documented"), refuse,
        ("--status", "acknowledged"), FALSE_POSITIVE, "false_positive",
        ("--assignee", "me"), "CHAD's documented API",
    ),
    "calseta": Vendor(
        "calseta", a_calseta, ignore,
        ("--status", "triaging", "--severity", "low", "--malice", "benign", "--add-tag", "seen"),
        ("--status", "closed", "--verdict", "duplicate"), "Closed",
        ("--assignee", "me"), "Calseta has no assignee",
    ),
    "sentinelnerd": Vendor(
        "sentinelnerd", a_sentinelnerd, refuse,
        ("--status", "acknowledged", "--assignee", "me"),
        ("--status", "resolved", "--verdict", "benign", "--action", "Blocked it"), "resolved",
        ("--add-tag", "a"), "SentinelNerd's API has no tags", path="/v1",
    ),
}  # fmt: skip


class Console:
    """`alerttui` with one profile, and the product behind it."""

    def __init__(self, vendor: Vendor, app: Any, ids: Sequence[str], run: Run) -> None:
        self.vendor, self.app, self.ids = vendor, app, list(ids)
        self._run = run

    def __call__(self, *arguments: str) -> Result:
        """Run a command."""
        return self._run(*arguments)

    def good(self, *arguments: str) -> Result:
        """Run a command that must end well."""
        result = self(*arguments)
        assert result.exit_code == 0, result.output
        return result

    def json(self, *arguments: str) -> Any:
        """What a command that must end well prints as JSON."""
        return json.loads(self.good(*arguments, "--json").stdout)


@pytest.fixture(params=list(VENDORS.values()), ids=list(VENDORS))
def console(
    request: pytest.FixtureRequest, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Console]:
    """A profile `prod` over sixty alerts."""
    vendor: Vendor = request.param
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
    (home / "run").mkdir(mode=0o700)
    monkeypatch.setattr(retrying, "BASE_MS", 1)
    monkeypatch.setattr(workplace, "now_ms", lambda: time.time_ns() // 1_000_000)
    app, ids, token = vendor.stand_in()
    monkeypatch.setenv("PROD_TOKEN", token)
    with serving(app) as url:
        configure(
            home,
            f'default_profile = "prod"\n[profiles.prod]\nbackend = "{vendor.kind}"\n'
            f'url = "{url}{vendor.path}"\ntoken_env = "PROD_TOKEN"\nme = "{chad.ANALYST}"\n',
        )
        yield Console(vendor, app, ids, run)


def test_a_shift_on_the_command_line(console: Console) -> None:
    vendor, (first, second, *others) = console.vendor, console.ids
    listed = console.json("list", "is:open", "--limit", "100")["results"]
    assert {each["id"] for each in listed} == set(console.ids)
    assert console.json("list", "severity:critical", "--limit", "100")["results"] == [
        each for each in listed if each["severity"].lower() == "critical"
    ]

    console.good("set", first, *vendor.active)
    assert console.json("show", first)["status"].lower() in ("acknowledged", "triaging")
    console.good("set", second, *vendor.close)
    assert console.json("show", second)["status"] == vendor.closed

    refused = console("set", first, *vendor.refused)
    assert refused.exit_code != 0
    assert vendor.why in refused.stderr

    says = "a **word**"
    said = console("comment", first, says)
    if said.exit_code:  # a product without comments says what there is instead
        assert "--local" in said.stderr
        console.good("comment", "--local", first, says)
    assert [each["body"] for each in console.json("comments", first)["results"]] == [says]

    failing = others[:2]
    vendor.fail(console.app, failing)
    bulk = console("set", "--query", "created>99y", *vendor.close, "--yes", "--json")
    assert bulk.exit_code == 1, bulk.output
    outcomes = {each["id"]: each for each in json.loads(bulk.stdout)["outcomes"]}
    assert len(outcomes) == MANY
    assert sorted(each for each in outcomes if not outcomes[each]["ok"]) == sorted(failing)
    assert all(outcomes[each]["error"] for each in failing)
    assert console.json("stats")["byStatus"][vendor.closed] == MANY - 2
