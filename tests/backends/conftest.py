"""Stores for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerttui.backends.sqlite.store import SqliteStore, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A new store in a file."""
    opened = open_store(tmp_path / "alerts.db")
    yield opened
    opened.close()
