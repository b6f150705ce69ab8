"""Edits that leave the journal's queue without having been sent."""

from __future__ import annotations

import sqlite3

from alerttui.backends.sqlite import journal
from alerttui.backends.sqlite.mirror import pending_rows, thread
from alerttui.backends.sqlite.mirror.binding import Bound
from alerttui.backends.sqlite.mirror.copies import Copy
from alerttui.backends.sqlite.mirror.effective import shown_face
from alerttui.backends.sqlite.mirror.pending_rows import Row
from alerttui.backends.sqlite.mirror.rebasing import rebased, values_before
from alerttui.domain.change import Edit, JournalEntry, OutcomeState
from alerttui.domain.patch import AlertPatch, difference, narrowed
from alerttui.domain.pending import Stage


def cancel_for(
    connection: sqlite3.Connection, bound: Bound, copy: Copy, undoes: JournalEntry, edit: Edit
) -> bool:
    """Cancel what a change has in the queue for an alert, where that alone takes it back; True if it did."""
    rows = pending_rows.of_alert(connection, edit.alert_id)
    queued = [row for row in rows if row.change_id == undoes.change.id and row.stage is not Stage.NONE]
    if not queued or any(row.stage is not Stage.QUEUED for row in queued):
        return False
    rest = [row for row in rows if row not in queued]
    if difference(shown_face(connection, bound, copy.face, rest).values, edit.patch):
        return False
    for row in reversed(queued):
        cancel(connection, copy, row, "taken back before it was sent")
    return True


def cancel(connection: sqlite3.Connection, copy: Copy, row: Row, reason: str) -> None:
    """Settle an edit that was not sent as cancelled; later ones are based on what is there without it."""
    if row.stage is not Stage.NONE:
        pending_rows.update(
            connection, row, stage=Stage.SETTLED, outcome=OutcomeState.CANCELLED, reason=reason
        )
        leave_queue(connection, copy.face.values, row)
    if row.comment_stage is not Stage.SENDING:
        thread.give_up(connection, row, reason)


def leave_queue(connection: sqlite3.Connection, server: AlertPatch, left: Row) -> None:
    """Base later edits of the alert on what they will meet now that this one is not made."""
    rows = pending_rows.of_alert(connection, left.alert_id)
    for row in rebased(rows, left, left.sends, values_before(server, rows, left.place)):
        pending_rows.update(connection, row, base=row.base)


def join_queue(connection: sqlite3.Connection, server: AlertPatch, joined: Row) -> None:
    """Queue an edit once more at its old place; it and later ones are based on what they will meet."""
    rows = [row for row in pending_rows.of_alert(connection, joined.alert_id) if row.place != joined.place]
    before = values_before(server, rows, joined.place)
    pending_rows.update(
        connection, joined, stage=Stage.QUEUED, outcome=OutcomeState.QUEUED, reason="",
        base=narrowed(before, joined.sends),
    )  # fmt: skip
    for row in rebased(rows, joined, before, joined.sends):
        pending_rows.update(connection, row, base=row.base)


def stand_again(connection: sqlite3.Connection, row: Row) -> None:
    """Where an undo or redo did nothing at all in the end, what it walked over stands as before."""
    journal.lift_reversal(connection, row.change_id)
