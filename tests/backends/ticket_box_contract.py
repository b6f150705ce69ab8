"""The backend of tickets meets the contract of alerttui."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from alerttui.backends.contract import BackendSettings
from alerttui.backends.registry import connect
from alerttui.backends.store import NewAlert
from alerttui.domain.vocabulary import AlertId
from tests.backends.contract import BackendContract, Subject


class TestTicketBox(BackendContract):
    @pytest.fixture
    async def subject(self, tmp_path: Path) -> AsyncIterator[Subject]:
        file = tmp_path / "tickets.json"
        file.write_text("[]")

        async def seed(alerts: Sequence[NewAlert]) -> list[AlertId]:
            new = [
                {
                    "id": each.alert.id,
                    "title": each.alert.title,
                    "status": "todo",
                    "severity": each.alert.severity.name,
                    "created": each.alert.created_ms,
                }
                for each in alerts
            ]
            file.write_text(json.dumps([*json.loads(file.read_text()), *new]))
            return [each.alert.id for each in alerts]

        backend = connect("ticket-box", BackendSettings(options={"file": str(file)}))
        yield Subject(backend=backend, seed=seed, native=frozenset({"status"}), sends_narrowing=False)
        await backend.close()
