"""A keyring in memory, in place of the package."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

Entries = dict[tuple[str, str], str]
"""Service and user to the secret."""


def install_keyring(monkeypatch: pytest.MonkeyPatch, entries: Entries) -> None:
    """Let `import keyring` find a module that keeps its entries in this dictionary."""
    module = ModuleType("keyring")

    def put(service: str, user: str, secret: str) -> None:
        entries[service, user] = secret

    def delete(service: str, user: str) -> None:
        del entries[service, user]

    module.__dict__.update(
        get_keyring=lambda: entries,
        get_password=lambda service, user: entries.get((service, user)),
        set_password=put,
        delete_password=delete,
    )
    monkeypatch.setitem(sys.modules, "keyring", module)
