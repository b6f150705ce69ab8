"""A home with a remote profile, and a stand-in of Panther that it reaches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerttui.backends.mirror import Observed
from alerttui.backends.registry import open_mirror
from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES
from alerttui.cli.remote_workplace import mirror_identity
from alerttui.config.load import load_settings
from alerttui.config.mirror_place import made_folder, mirror_file
from alerttui.config.paths import find_places
from alerttui.domain.alert import Actor
from alerttui.domain.change import Change, Edit
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from tests.alerts import NOW_MS, an_alert
from tests.standins.panther import PantherStandIn
from tests.standins.running import serving

MARKER = "mark3r-t0ken.000000000000"
"""The token; no output, log or error may hold it."""


class Served:
    """The stand-in, and where it answers."""

    def __init__(self, standin: PantherStandIn, url: str) -> None:
        self.standin = standin
        self.url = url


@pytest.fixture
def panther(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A Panther on loopback with one alert, and its token in the variable PROD_TOKEN."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PROD_TOKEN", MARKER)
    standin = PantherStandIn()
    standin.add_token(key=MARKER)
    standin.add_alert()
    with serving(standin) as url:
        yield Served(standin, url)


def config_file(home: Path) -> Path:
    """The configuration file, whether it is there or not."""
    return home / "config" / "alerttui" / "config.toml"


def configure(home: Path, text: str) -> Path:
    """Write the configuration file."""
    file = config_file(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


def prod(url: str = "https://api.acme.example", more: str = "") -> str:
    """The lines of a profile `prod`."""
    return f'[profiles.prod]\nbackend = "panther"\nurl = "{url}"\ntoken_env = "PROD_TOKEN"\n{more}'


def make_mirror(home: Path, *, unsent: int = 0) -> Path:
    """The mirror of the configured profile `prod`: one alert, and so many changes of it that are not sent."""
    places = find_places({})
    profile = load_settings(config_file(home), {}).profiles["prod"]
    file = mirror_file(profile, places, {})
    made_folder(file)
    store = open_mirror(file)
    store.bind(mirror_identity(profile), LOCAL_CAPABILITIES)
    store.observe([Observed(new=an_alert("a-1", "Odd"), requested_ms=NOW_MS)])
    for number in range(unsent):
        patch = AlertPatch(status=Set(("TRIAGED", "OPEN")[number % 2]))
        edits = (Edit(alert_id=AlertId("a-1"), patch=patch),)
        act = Change(id=f"c-{number}", at_ms=NOW_MS + number, by=Actor("ana"), label="status", edits=edits)
        store.enqueue(act)
    store.close()
    return file
