"""A home with a profile to whose system one signs in, and somebody, or nobody, who can be asked."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Final

import pytest

from alerttui.backends.contract import Backend, BackendSettings
from tests.cli.alerts import NOW_MS
from tests.cli.remote import configure
from tests.doorkeeper import Product

PRODUCTS: Final[list[Product]] = []
"""The product that the entry point offers now."""

ASKING: Final = (
    "mirrored",
    "commands.profile",
    "commands.profile_add",
    "commands.profile_login",
    "commands.profile_questions",
    "asking",
)
"""Modules that look whether somebody can be asked; last the one from which they have it."""


def connect(settings: BackendSettings) -> Backend:
    """The factory that the entry point names."""
    return PRODUCTS[-1].connect(settings)


@pytest.fixture
def product(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """A product `doored`, by an entry point."""
    offered = EntryPoint("doored", f"{__name__}:connect", "alerttui.backends")

    def entry_points(*, group: str) -> list[EntryPoint]:
        return [offered] if group == "alerttui.backends" else []

    monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)
    one = Product(NOW_MS)
    PRODUCTS.append(one)
    yield one
    PRODUCTS.remove(one)


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody who can be asked; what they type where nothing is shown, in order."""
    for module in ASKING:
        monkeypatch.setattr(f"alerttui.cli.{module}.can_ask", lambda: True)
    secrets: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: secrets.pop(0))
    return secrets


def soc(home: Path, lines: str = "sign_in = true") -> Path:
    """A configuration with the profile `soc`, whose token is where these lines say."""
    head = '[profiles.soc]\nbackend = "doored"\nurl = "https://soc.example"\nme = "ada@acme.example"\n'
    return configure(home, f"{head}{lines}\n")
