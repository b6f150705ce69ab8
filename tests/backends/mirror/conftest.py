"""Mirrors for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from tests.backends.mirror.telling import opened


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[SqliteMirrorStore]:
    """A fresh mirror that is bound."""
    store = opened(tmp_path / "mirror.db")
    yield store
    store.close()
