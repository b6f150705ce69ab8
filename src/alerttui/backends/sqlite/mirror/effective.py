"""What is shown: the server's own values with a replay of the edits that are on their way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

from alerttui.backends.sqlite.mirror import copies, pending_rows
from alerttui.backends.sqlite.mirror.binding import Bound
from alerttui.backends.sqlite.mirror.face import Face, laid_over
from alerttui.backends.sqlite.mirror.pending_rows import UNDER_WAY, Row
from alerttui.backends.sqlite.values import write_tags
from alerttui.domain.json_text import to_json
from alerttui.domain.patch import CLEAR, KEEP, Set

FACE_COLUMNS: Final = (
    "status", "phase", "quality", "verdict", "malice", "tags", "severity", "severity_word", "assignee_id",
    "assignee_kind", "assignee_name", "updated_ms", "updated_by", "acknowledged_ms", "acknowledged_by",
    "closed_ms", "closed_by", "first_closed_ms", "observed",
)  # fmt: skip
"""The columns that `Face.columns` tells."""

SELECT_FACE: Final = f"SELECT {', '.join(FACE_COLUMNS)} FROM alerts WHERE rowid = ?"


def shown_face(connection: sqlite3.Connection, bound: Bound, face: Face, rows: Iterable[Row]) -> Face:
    """The server's face with the edits that are queued or sending; those that are held are not shown."""
    for row in rows:
        if row.stage in UNDER_WAY:
            face = laid_over(face, row.act, bound, connection)
    return face


def show(connection: sqlite3.Connection, bound: Bound, copy: copies.Copy, alert_id: str) -> bool:
    """Bring what is shown in step with the server's values and the journal; True if it was not."""
    rows = pending_rows.of_alert(connection, alert_id)
    return write_face(connection, copy.alert, shown_face(connection, bound, copy.face, rows))


def write_face(connection: sqlite3.Connection, rowid: int, face: Face) -> bool:
    """Show a face; a row that shows it already is left alone."""
    found = connection.execute(SELECT_FACE, (rowid,)).fetchone()
    return write_columns(connection, rowid, dict(zip(FACE_COLUMNS, found, strict=True)), face.columns(), face)


def write_columns(
    connection: sqlite3.Connection,
    rowid: int,
    present: Mapping[str, Any],
    wanted: Mapping[str, object],
    face: Face,
) -> bool:
    """Write the columns that differ, with the labels and details that hang on them."""
    changed = {name: value for name, value in wanted.items() if present[name] != value}
    if not changed:
        return False
    if "tags" in changed and face.values.tags is not KEEP:
        write_tags(connection, rowid, face.values.tags)
    if "malice" in changed:
        _write_override(connection, rowid, face)
    assignments = ", ".join(f"{name} = ?" for name in changed)
    connection.execute(
        f"UPDATE alerts SET {assignments}, version = version + 1 WHERE rowid = ?", (*changed.values(), rowid)
    )
    return True


def _write_override(connection: sqlite3.Connection, rowid: int, face: Face) -> None:
    """The malice that an alert is shown with lies in its details as well."""
    row = connection.execute("SELECT document FROM details WHERE rowid = ?", (rowid,)).fetchone()
    document: dict[str, Any] = json.loads(row[0]) if row else {}
    risk = dict(document.get("risk") or {})
    risk.pop("override", None)
    if isinstance(face.values.malice, Set):
        risk["override"] = face.values.malice.value
    if risk or face.values.malice is not CLEAR:
        document["risk"] = risk
    else:
        document.pop("risk", None)
    connection.execute(
        "INSERT OR REPLACE INTO details (rowid, document) VALUES (?, ?)", (rowid, to_json(document))
    )
