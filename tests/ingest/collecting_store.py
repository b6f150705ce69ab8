"""A store that only remembers what it was given, by identity."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import cast

from alerttui.backends.store import AddReport, AlertStore, NewAlert
from alerttui.ingest.importer import ImportReport, import_file

NOW_MS = 1_795_000_000_000
"""The time of every import in these tests."""

FIXTURES = Path(__file__).parent / "fixtures"


class CollectingStore:
    """Adds alerts that it does not have by source and native id."""

    def __init__(self) -> None:
        self.by_identity: dict[tuple[str, str], NewAlert] = {}
        self.calls = 0

    def add(self, alerts: Iterable[NewAlert]) -> AddReport:
        """Remember the alerts that are new."""
        self.calls += 1
        added = known = 0
        for new in alerts:
            identity = (new.source, new.native_id)
            if identity in self.by_identity:
                known += 1
            else:
                self.by_identity[identity] = new
                added += 1
        return AddReport(added=added, known=known)

    @property
    def alerts(self) -> list[NewAlert]:
        """Everything that was added, in order."""
        return list(self.by_identity.values())

    @property
    def as_store(self) -> AlertStore:
        """This, for who wants a whole store."""
        return cast(AlertStore, self)


def imported(file: Path, **options: object) -> tuple[list[NewAlert], ImportReport]:
    """What a file gives, with the report."""
    store = CollectingStore()
    report = import_file(file, store.as_store, now_ms=NOW_MS, **options)  # type: ignore[arg-type]  # as given
    return store.alerts, report


def imported_bytes(data: bytes, folder: Path, **options: object) -> tuple[list[NewAlert], ImportReport]:
    """What a file with these bytes gives, with the report."""
    file = folder / "alerts.json"
    file.write_bytes(data)
    return imported(file, **options)
