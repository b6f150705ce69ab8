"""Bringing one known alert up to date with what the server told of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from alerttui.backends.mirror import Observed
from alerttui.backends.sqlite import adding, rows
from alerttui.backends.sqlite.commenting import INSERT_HISTORY
from alerttui.backends.sqlite.mirror import copies, pending_rows, thread
from alerttui.backends.sqlite.mirror.binding import Bound
from alerttui.backends.sqlite.mirror.copies import is_overtaken
from alerttui.backends.sqlite.mirror.effective import shown_face, write_columns
from alerttui.backends.sqlite.mirror.face import SOMEBODY, Face, face_of
from alerttui.backends.sqlite.mirror.merging import completed, is_lagging, merged, server_face
from alerttui.backends.sqlite.mirror.pending_rows import Row
from alerttui.backends.sqlite.part_rows import history_row
from alerttui.backends.sqlite.people import remember_actors
from alerttui.backends.sqlite.reading import SELECT_ALERT
from alerttui.backends.sqlite.rows import UNTOLD, actor_from
from alerttui.domain.alert import Actor, Alert, Risk
from alerttui.domain.change import HistoryEntry
from alerttui.domain.patch import Set, value_text
from alerttui.domain.pending import Stage

_ROW: Final = rows.INSERTED_COLUMNS[2:]
"""The columns of `rows.alert_row`."""

_KEPT: Final = frozenset(("native_id", "comment_count"))
_SELECT_ROW: Final = f"SELECT {', '.join(_ROW)} FROM alerts WHERE rowid = ?"
_SEARCHED: Final = ("title", "description", "indicators", "context")
_LABELLED: Final = ("log_types", "log_sources", "resource_types", "rule_tags")


def bring_up_to_date(
    connection: sqlite3.Connection,
    bound: Bound,
    copy: copies.Copy,
    each: Observed,
    digest: bytes,
    stale: list[int],
) -> bool:
    """Take over one observation; True if what is shown changed.

    `stale` gets the rowids of alerts that the search must be told of.
    """
    new, rowid = each.new, copy.alert
    known = rows.alert_from(connection.execute(SELECT_ALERT + " WHERE alerts.rowid = ?", (rowid,)).fetchone())
    is_newest = not is_overtaken(each.requested_ms, copy.as_of_ms)
    by = new.alert.updated_by or SOMEBODY
    if is_newest:
        own = _own(known, copy)
        if bound.has_no_verdict(new.alert.phase):
            own["verdict"] = ""
        alert = (completed if each.in_full else merged)(known, own, new.alert)
        told = face_of(alert, alert.phase)
        face = server_face(copy, told, by, each.requested_ms)
        seen = b"" if is_lagging(face, told) else digest
    else:  # in full, and overtaken by a row of a list: only what that left out is news
        alert = merged(new.alert, {}, replace(known, **_own(known, copy)))
        face, seen = copy.face, b""
    pending = pending_rows.of_alert(connection, new.alert.id)
    _write_history(connection, bound, copy, face, by, each, pending)
    again = copy.read_again(each.requested_ms, in_full=each.in_full)
    copies.write(connection, [replace(again, seen=seen, face=face)])
    shown = shown_face(connection, bound, face, pending)
    is_changed = _write_alert(connection, rowid, known, alert, shown)
    if new.raw and (each.in_full or (is_changed and not copy.full_as_of_ms)):
        connection.execute("INSERT OR REPLACE INTO raws (rowid, raw) VALUES (?, ?)", (rowid, new.raw))
    has_events = _add_events(connection, rowid, each)
    if has_events or _searched(alert) != _searched(known):
        stale.append(rowid)
    if new.comments:
        thread.take_over(connection, rowid, new.alert.id, new.comments, each.requested_ms, is_whole=False)
    return is_changed or has_events


def _own(known: Alert, copy: copies.Copy) -> dict[str, Any]:
    """The server's own values, in place of those of the alert that is shown; moments are kept apart."""
    face = copy.face
    values = face.values
    own: dict[str, Any] = {
        "status": face.status,
        "phase": face.phase,
        "quality": values.quality.value if isinstance(values.quality, Set) else None,
        "tags": values.tags.value if isinstance(values.tags, Set) else (),
        "severity": face.severity,
        "severity_word": face.severity_word,
        "verdict": values.verdict.value if isinstance(values.verdict, Set) else "",
        "assignee": None if face.assignee == UNTOLD else face.assignee,
        "acknowledged_ms": None,
        "acknowledged_by": None,
        "closed_ms": None,
        "closed_by": None,
        "observed": frozenset(),
        "updated_ms": face.updated_ms,
        "updated_by": actor_from(face.updated_by),
    }
    if known.risk is not None:
        override = values.malice.value if isinstance(values.malice, Set) else ""
        own["risk"] = replace(known.risk, override=override)
    return own


def _write_history(
    connection: sqlite3.Connection,
    bound: Bound,
    copy: copies.Copy,
    face: Face,
    by: Actor,
    each: Observed,
    pending: Iterable[Row],
) -> None:
    """A line for every value that somebody else changed; what is being sent here is told when it settles."""
    ours = {
        (name, value) for row in pending if row.stage is Stage.SENDING for name, value in row.sends.changed()
    }
    changes = [
        (name, getattr(copy.face.values, name), value)
        for name, value in face.values.changed()
        if getattr(copy.face.values, name) != value and (name, value) not in ours
    ]
    write_history(connection, bound, copy.alert, changes, by, each.requested_ms)


def write_history(
    connection: sqlite3.Connection,
    bound: Bound,
    rowid: int,
    changes: Iterable[tuple[str, Any, Any]],
    by: Actor,
    at_ms: int,
    *,
    why: str = "",
    change_id: str = "",
) -> None:
    """Lines of history: field, value before, value after."""
    lines = [
        HistoryEntry(
            at_ms=at_ms,
            by=by,
            field=name,
            before=value_text(before),
            after=value_text(after),
            why=why,
            through=bound.identity.backend,
        )
        for name, before, after in changes
    ]
    connection.executemany(INSERT_HISTORY, [history_row(line, rowid, change_id) for line in lines])


def _write_alert(connection: sqlite3.Connection, rowid: int, known: Alert, alert: Alert, shown: Face) -> bool:
    """Write what is different of row, details and labels; True if any of it was shown."""
    present = dict(zip(_ROW, connection.execute(_SELECT_ROW, (rowid,)).fetchone(), strict=True))
    source = rows.column_text(alert.source) or str(present["source"])
    wanted = dict(zip(_ROW, rows.alert_row(alert, source, "", 0), strict=True))
    wanted.update(shown.columns())
    for name in _KEPT:
        del wanted[name]
    alert = _with_face(alert, shown)
    is_changed = write_columns(connection, rowid, present, wanted, shown)
    if _write_details(connection, rowid, alert, source) and not is_changed:
        connection.execute("UPDATE alerts SET version = version + 1 WHERE rowid = ?", (rowid,))
        is_changed = True
    if any(getattr(alert, name) != getattr(known, name) for name in _LABELLED):
        _write_labels(connection, rowid, alert)
    if is_changed:
        actors = (alert.assignee, alert.updated_by, alert.acknowledged_by, alert.closed_by)
        remember_actors(connection, [actor for actor in actors if actor is not None])
    return is_changed


def _with_face(alert: Alert, shown: Face) -> Alert:
    """The alert with what its details have of the face."""
    if alert.risk is None and not isinstance(shown.values.malice, Set):
        return alert
    override = shown.values.malice.value if isinstance(shown.values.malice, Set) else ""
    return replace(alert, risk=replace(alert.risk or Risk(), override=override))


def _searched(alert: Alert) -> tuple[object, ...]:
    return (*(getattr(alert, name) for name in _SEARCHED), alert.detection.id, alert.detection.name)


def _write_details(connection: sqlite3.Connection, rowid: int, alert: Alert, source: str) -> bool:
    found = connection.execute("SELECT document FROM details WHERE rowid = ?", (rowid,)).fetchone()
    document = rows.details_text(alert, source, keep_status=False)
    if document == (found[0] if found else ""):
        return False
    if document:
        connection.execute(
            "INSERT OR REPLACE INTO details (rowid, document) VALUES (?, ?)", (rowid, document)
        )
    else:
        connection.execute("DELETE FROM details WHERE rowid = ?", (rowid,))
    return True


def _write_labels(connection: sqlite3.Connection, rowid: int, alert: Alert) -> None:
    """The labels of the alert's own lists; those that only the server knows stay, and so do its tags."""
    connection.execute(
        "DELETE FROM labels WHERE alert = ?1 AND kind <> 'tag' AND NOT EXISTS ("
        "SELECT 1 FROM members m WHERE m.kind = labels.kind AND m.value = labels.value AND m.alert = ?1)",
        (rowid,),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO labels (kind, value, alert) VALUES (?, ?, ?)",
        [(kind, value, rowid) for kind, value in rows.label_values(alert) if kind != "tag"],
    )


def _add_events(connection: sqlite3.Connection, rowid: int, each: Observed) -> bool:
    """Events that came along with a known alert."""
    values = [adding.event_values(event) for event in each.new.events]
    missing = adding.missing_events(connection, rowid, values)
    if missing:
        connection.executemany(adding.INSERT_EVENT, missing)
        connection.execute("UPDATE alerts SET version = version + 1 WHERE rowid = ?", (rowid,))
    return bool(missing)
