"""Mirrors for the tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from tests.backends.mirror.telling import opened


@pytest.fixture(scope="session")
def bound_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty mirror that is bound and closed, to be copied: making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("bound") / "mirror.db"
    opened(path).close()
    return path


@pytest.fixture
def mirror(tmp_path: Path, bound_file: Path) -> Iterator[SqliteMirrorStore]:
    """A fresh mirror that is bound."""
    store = opened(Path(shutil.copy(bound_file, tmp_path)))
    yield store
    store.close()
