"""Backends by name."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from alerttui.backends import registry
from alerttui.backends.contract import Backend, BackendSettings
from alerttui.backends.sqlite.backend import SqliteBackend
from alerttui.domain.errors import ConfigError
from alerttui.domain.query import EVERYTHING
from tests.backends.samples import NOW, samples


def _entry_points(*found: EntryPoint) -> Callable[..., list[EntryPoint]]:
    def entry_points(*, group: str) -> list[EntryPoint]:
        assert group == "alerttui.backends"
        return list(found)

    return entry_points


def local_factory(settings: BackendSettings) -> Backend:
    """What another package may offer."""
    return registry.connect("sqlite", settings)


not_a_factory = "text"


async def test_the_local_backend_is_made_from_a_path(tmp_path: Path) -> None:
    backend = registry.connect("sqlite", BackendSettings(path=tmp_path / "a.db", me="ana"))
    identity = await backend.identity()
    assert identity.me is not None
    assert identity.me.id == "ana"
    assert identity.server == str(tmp_path / "a.db")
    await backend.close()


def test_the_local_backend_needs_a_path() -> None:
    with pytest.raises(ConfigError, match="path"):
        registry.connect("sqlite", BackendSettings())


async def test_a_local_store_comes_with_its_backend(tmp_path: Path) -> None:
    store, backend = registry.open_local(tmp_path / "a.db")
    store.add(samples(2))
    assert len((await backend.page(EVERYTHING, NOW)).results) == 2
    assert isinstance(backend, SqliteBackend)
    store.close()


async def test_a_local_store_for_reading_says_so_in_its_capabilities(tmp_path: Path) -> None:
    registry.open_local(tmp_path / "a.db")[0].close()
    store, backend = registry.open_local(tmp_path / "a.db", read_only=True)
    assert store.read_only
    assert backend.capabilities.refusal("status") == "The store is open for reading only."
    assert backend.capabilities.comments.write_refusal
    assert (await backend.identity()).permissions == ("read",)
    store.close()


def test_an_unknown_kind_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'panther'"):
        registry.connect("Panter", BackendSettings())
    with pytest.raises(ConfigError, match=r"Known are .*sqlite"):
        registry.connect("zzzzzz", BackendSettings())


def test_another_package_can_offer_a_backend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offered = EntryPoint("acme", f"{__name__}:local_factory", "alerttui.backends")
    monkeypatch.setattr(importlib.metadata, "entry_points", _entry_points(offered))
    assert "acme" in registry.kinds()
    backend = registry.connect("acme", BackendSettings(path=tmp_path / "a.db"))
    assert backend.name == "sqlite"


@pytest.mark.parametrize(
    "target", ["no.such.module:factory", f"{__name__}:no_such_name", f"{__name__}:not_a_factory"]
)
def test_a_broken_offer_is_reported_and_does_no_harm(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    broken = EntryPoint("acme", target, "alerttui.backends")
    monkeypatch.setattr(importlib.metadata, "entry_points", _entry_points(broken))
    with pytest.raises(ConfigError, match="'acme'"):
        registry.connect("acme", BackendSettings())
    assert "sqlite" in registry.kinds()


def test_a_built_in_name_cannot_be_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    thief = EntryPoint("sqlite", f"{__name__}:local_factory", "alerttui.backends")
    monkeypatch.setattr(importlib.metadata, "entry_points", _entry_points(thief))
    assert registry.kinds().count("sqlite") == 1


def test_settings_never_show_the_token() -> None:
    assert "s3cret" not in repr(BackendSettings(token="s3cret"))
