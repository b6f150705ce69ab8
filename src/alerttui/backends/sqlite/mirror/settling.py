"""How sent edits and comments ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from alerttui.backends.mirror import Settlement
from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.mirror import copies, pending_rows, thread
from alerttui.backends.sqlite.mirror.binding import Bound
from alerttui.backends.sqlite.mirror.bringing import write_history
from alerttui.backends.sqlite.mirror.cancelling import leave_queue, stand_again
from alerttui.backends.sqlite.mirror.copies import Copy
from alerttui.backends.sqlite.mirror.effective import show
from alerttui.backends.sqlite.mirror.face import SOMEBODY, Act, laid_over
from alerttui.backends.sqlite.mirror.pending_rows import Row
from alerttui.backends.sqlite.reading import rowid_if_any
from alerttui.backends.sqlite.rows import read_text
from alerttui.domain.alert import Comment
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import Invalid
from alerttui.domain.patch import AlertPatch, difference, narrowed, value_text
from alerttui.domain.pending import EditKey, Stage

_DONE = (OutcomeState.CONFIRMED, OutcomeState.UNCHANGED)
_HELD = (OutcomeState.CONFLICT, OutcomeState.UNDECIDED)
_FAILED = (OutcomeState.REFUSED, OutcomeState.MISSING)
_UNSETTLED = (Stage.QUEUED, Stage.SENDING, Stage.HELD)


def settle(connections: Connections, bound: Bound, settlements: Sequence[Settlement]) -> None:
    """Note how the values of sent edits ended; see `MirrorStore.settle`."""
    with connections.writing() as connection:
        for settlement in settlements:
            row = pending_rows.by_key(connection, settlement.key)
            if row is not None and row.stage in _UNSETTLED:
                _settle(connection, bound, settlement, row)


def _settle(connection: sqlite3.Connection, bound: Bound, settlement: Settlement, row: Row) -> None:
    state = settlement.outcome.state
    if state not in (*_DONE, *_HELD, *_FAILED):
        raise Invalid("outcome", state.value, "an edit that was sent ends in another way")
    copy = copy_of(connection, row)
    if copy is not None and settlement.server:
        copy = _seen(connection, bound, copy, settlement, row)
    if state in _DONE:
        _make(connection, bound, settlement, row, copy)
    else:
        _fail(connection, settlement, row, copy)
    if copy is not None:
        present = copies.read(connection, copy.alert)
        assert present is not None
        show(connection, bound, present, row.alert_id)


def copy_of(connection: sqlite3.Connection, row: Row) -> Copy | None:
    """The server's copy of an edit's alert; None where the alert is gone."""
    rowid = rowid_if_any(connection, row.alert_id)
    return None if rowid is None else copies.read(connection, rowid)


def _seen(connection: sqlite3.Connection, bound: Bound, copy: Copy, settlement: Settlement, row: Row) -> Copy:
    """The copy with values that the server was seen to have; what somebody else changed gets its history."""
    assert settlement.server is not None
    others = difference(copy.face.values, settlement.server)
    if not others:
        return copy
    told = {(name, value) for name, value in row.sends.changed() if settlement.outcome.state in _DONE}
    changes = [
        (name, getattr(copy.face.values, name), value)
        for name, value in others.changed()
        if (name, value) not in told
    ]
    write_history(connection, bound, copy.alert, changes, SOMEBODY, settlement.at_ms)
    face = laid_over(copy.face, Act(others, SOMEBODY, settlement.at_ms), bound, connection)
    seen = replace(copy, face=face, seen=b"")
    copies.write(connection, [seen])
    return seen


def _make(
    connection: sqlite3.Connection, bound: Bound, settlement: Settlement, row: Row, copy: Copy | None
) -> None:
    """The server has the values that were asked for."""
    before = row.base
    is_written = settlement.outcome.state is OutcomeState.CONFIRMED
    if copy is not None:
        before = copy.face.values
        is_news = bool(difference(before, row.sends))
        face = laid_over(copy.face, row.act, bound, connection) if is_news else copy.face
        replaced = _before(row, narrowed(before, row.sends))
        lag = narrowed(replaced, difference(replaced, row.sends)) if is_written else AlertPatch()
        copies.write(connection, [copy.confirmed(face, lag, settlement.at_ms)])
        if is_written:
            _write_history(connection, bound, row, copy)
    present = narrowed(before, row.patch)
    pending_rows.update(
        connection,
        row,
        stage=Stage.SETTLED,
        outcome=settlement.outcome.state,
        reason=settlement.outcome.reason,
        before=_before(row, present) if is_written else present,
        after=row.patch,
        settled_ms=settlement.at_ms,
    )
    if row.comment_stage is Stage.HELD and row.comment_reason == thread.WAITS:
        thread.lead(connection, row, Stage.QUEUED)


def _before(row: Row, server: AlertPatch) -> AlertPatch:
    """What the server had before: where it was seen with our value already, what the edit was based on."""
    ours = {name: value for name, value in row.base.changed() if not _differs(server, row.sends, name)}
    return replace(server, **ours)  # type: ignore[arg-type]  # fields keep their own types


def _differs(one: AlertPatch, other: AlertPatch, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def _write_history(connection: sqlite3.Connection, bound: Bound, row: Row, copy: Copy) -> None:
    """A line for each value, unless one came already when the server was seen with it."""
    server = copy.face.values
    before = _before(row, narrowed(server, row.sends))
    changes = [
        (name, getattr(before, name), value)
        for name, value in row.sends.changed()
        if getattr(before, name) != value
        and (
            getattr(server, name) != value or _latest_line(connection, copy.alert, name) != value_text(value)
        )
    ]
    why = row.comment or row.label
    write_history(connection, bound, copy.alert, changes, row.by, row.at_ms, why=why, change_id=row.change_id)


def _latest_line(connection: sqlite3.Connection, rowid: int, name: str) -> str | None:
    """What the latest line of history says that a field became."""
    row = connection.execute(
        "SELECT after FROM history WHERE alert = ? AND field = ? ORDER BY sequence DESC LIMIT 1",
        (rowid, name),
    ).fetchone()
    return read_text(row[0]) if row else None


def _fail(connection: sqlite3.Connection, settlement: Settlement, row: Row, copy: Copy | None) -> None:
    """The server does not have the values that were asked for, or nobody knows whether it has."""
    state, reason = settlement.outcome.state, settlement.outcome.reason
    is_held = state in _HELD
    present = narrowed(copy.face.values, row.patch) if copy is not None else narrowed(row.base, row.patch)
    pending_rows.update(
        connection,
        row,
        stage=Stage.HELD if is_held else Stage.SETTLED,
        outcome=state,
        reason=reason,
        before=present,
        after=row.patch if is_held else present,
        settled_ms=settlement.at_ms,
    )
    if copy is not None:
        leave_queue(connection, copy.face.values, row)
    if not is_held:
        thread.give_up(connection, row, reason or "the change that it belongs to was not made")
        stand_again(connection, row)
    elif row.comment_stage is Stage.QUEUED:
        thread.lead(connection, row, Stage.HELD, thread.WAITS)


def settle_comment(
    connections: Connections,
    bound: Bound,
    key: EditKey,
    outcome: Outcome,
    comment: Comment | None,
    at_ms: int,
) -> None:
    """Note how a sent comment ended; see `MirrorStore.settle_comment`."""
    with connections.writing() as connection:
        row = pending_rows.by_key(connection, key)
        if row is None or row.comment_stage not in _UNSETTLED:
            return
        if outcome.state in _DONE:
            thread.sent(connection, row, comment, at_ms, bound.identity.backend)
        elif outcome.state in _HELD:
            thread.lead(connection, row, Stage.HELD, outcome.reason)
        elif outcome.state in _FAILED:
            thread.give_up(connection, row, outcome.reason)
        else:
            raise Invalid("outcome", outcome.state.value, "a comment that was sent ends in another way")
