"""The local store meets the backend contract."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from alerttui.backends.sqlite.backend import SqliteBackend
from alerttui.backends.sqlite.store import open_store
from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Person
from alerttui.domain.vocabulary import AlertId
from tests.backends.contract import BackendContract, Subject
from tests.backends.contract_subject import NATIVE
from tests.backends.samples import ANA


class TestSqliteBackend(BackendContract):
    """Every test of the contract, on a store in a file."""

    @pytest.fixture
    async def subject(self, tmp_path: Path) -> AsyncIterator[Subject]:
        """A backend over a new store that knows Bob."""
        store = open_store(tmp_path / "alerts.db")
        store.add_person(Person("bob", "bob@acme.example", "Bob"))
        backend = SqliteBackend(store, ANA)

        async def seed(alerts: Sequence[NewAlert]) -> list[AlertId]:
            store.add(alerts)
            return [each.alert.id for each in alerts]

        native = frozenset(NATIVE) - {"severity", "malice", "live"}
        yield Subject(backend=backend, seed=seed, native=native)
        await backend.close()
