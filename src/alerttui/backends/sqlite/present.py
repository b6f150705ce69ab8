"""What an alert has at the moment of a change."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Final

from alerttui.backends.sqlite.milestones import MILESTONE_COLUMNS, Milestones
from alerttui.backends.sqlite.rows import actor_from, column_text, tags_from
from alerttui.domain.alert import Actor
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity

_SELECT: Final = (
    "SELECT rowid, phase, status, quality, tags, assignee_id, verdict, severity, severity_word, malice, "
    "updated_by, "
    f"{MILESTONE_COLUMNS} FROM alerts WHERE id = ?"
)


@dataclass(frozen=True, slots=True)
class Present:
    """One alert's values and moments, read inside the transaction that changes them."""

    rowid: int
    phase: Phase
    values: AlertPatch
    updated_by: Actor | None
    milestones: Milestones

    def imported_phase(self, connection: sqlite3.Connection, status: str) -> Phase:
        """The phase in which the alert came in with this status, unknown for any other status."""
        row = connection.execute("SELECT document FROM details WHERE rowid = ?", (self.rowid,)).fetchone()
        document = json.loads(row[0]) if row else {}
        return Phase[document["phase"]] if document.get("status") == status else Phase.UNKNOWN


def present_values(connection: sqlite3.Connection, alert_id: AlertId) -> Present | None:
    """What the alert has now; None if there is no such alert."""
    row = connection.execute(_SELECT, (column_text(alert_id),)).fetchone()
    if row is None:
        return None
    rowid, phase, status, quality, tags, assignee, verdict, severity, severity_word, malice, updated_by = row[
        :11
    ]
    values = AlertPatch(
        status=Set(status),
        quality=Set(Quality(quality)) if quality else CLEAR,
        tags=Set(tags_from(tags)) if tags else CLEAR,
        assignee=Set(assignee) if assignee else CLEAR,
        verdict=Set(verdict) if verdict else CLEAR,
        severity=Set(severity_word or Severity(severity).name),
        malice=Set(malice) if malice else CLEAR,
    )
    return Present(rowid, Phase(phase), values, actor_from(updated_by), Milestones(*row[11:]))
