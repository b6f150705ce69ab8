"""Edits and comments on their way: begun, put back, decided on, given up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from alerttui.backends.sqlite.connections import Connections
from alerttui.backends.sqlite.mirror import pending_rows, thread
from alerttui.backends.sqlite.mirror.binding import Bound
from alerttui.backends.sqlite.mirror.cancelling import cancel, join_queue, stand_again
from alerttui.backends.sqlite.mirror.effective import show
from alerttui.backends.sqlite.mirror.pending_rows import Row
from alerttui.backends.sqlite.mirror.settling import copy_of
from alerttui.domain.pending import Decision, EditKey, Stage

_DROPPED = (Stage.QUEUED, Stage.HELD)


def begin_sending(connections: Connections, keys: Sequence[EditKey], *, comments: bool) -> list[EditKey]:
    """Note durably that these are about to leave; those that were still queued."""
    begun = []
    with connections.writing() as connection:
        for key, row in _rows(connection, keys):
            if comments and row.comment_stage is Stage.QUEUED:
                thread.lead(connection, row, Stage.SENDING)
                if row.stage is Stage.NONE:
                    pending_rows.update(connection, row, tries=row.tries + 1)
            elif not comments and row.stage is Stage.QUEUED:
                pending_rows.update(connection, row, stage=Stage.SENDING, tries=row.tries + 1, reason="")
            else:
                continue
            begun.append(key)
    return begun


def requeue(connections: Connections, keys: Sequence[EditKey], reason: str, *, comments: bool) -> None:
    """What was about to leave did not: it waits again."""
    with connections.writing() as connection:
        for _, row in _rows(connection, keys):
            if comments and row.comment_stage is Stage.SENDING:
                thread.lead(connection, row, Stage.QUEUED, reason)
            elif not comments and row.stage is Stage.SENDING:
                pending_rows.update(connection, row, stage=Stage.QUEUED, reason=reason)


def decide(connections: Connections, bound: Bound, keys: Sequence[EditKey], decision: Decision) -> int:
    """What the analyst makes of what is held; how many edits and comments there were."""
    number = 0
    with connections.writing() as connection:
        for _, row in _rows(connection, keys):
            held = (row.stage is Stage.HELD) + (row.comment_stage is Stage.HELD)
            if not held:
                continue
            number += held
            if decision is Decision.SEND:
                _send(connection, row)
            else:
                _skip(connection, row)
            _show(connection, bound, row)
    return number


def drop(connections: Connections, bound: Bound, keys: Sequence[EditKey]) -> int:
    """Give up what is queued or held; how many edits and comments it was."""
    number = 0
    with connections.writing() as connection:
        for _, row in _rows(connection, keys):
            dropped = (row.stage in _DROPPED) + (row.comment_stage in _DROPPED)
            if not dropped:
                continue
            number += dropped
            _drop(connection, row)
            _show(connection, bound, row)
    return number


def _send(connection: sqlite3.Connection, row: Row) -> None:
    copy = copy_of(connection, row)
    if row.stage is Stage.HELD and copy is not None:
        join_queue(connection, copy.face.values, row)
    if row.comment_stage is Stage.HELD:
        thread.lead(connection, row, Stage.QUEUED)


def _skip(connection: sqlite3.Connection, row: Row) -> None:
    if row.stage is Stage.HELD:
        pending_rows.update(connection, row, stage=Stage.SETTLED)
        thread.give_up(connection, row, "the change that it belongs to was skipped")
        stand_again(connection, row)
    else:
        thread.give_up(connection, row, "skipped")


def _drop(connection: sqlite3.Connection, row: Row) -> None:
    if row.stage in _DROPPED:
        copy = copy_of(connection, row)
        assert copy is not None
        cancel(connection, copy, row, "given up before it was sent")
        stand_again(connection, row)
    elif row.comment_stage in _DROPPED:
        thread.give_up(connection, row, "given up before it was sent")


def _show(connection: sqlite3.Connection, bound: Bound, row: Row) -> None:
    copy = copy_of(connection, row)
    if copy is not None:
        show(connection, bound, copy, row.alert_id)


def _rows(connection: sqlite3.Connection, keys: Sequence[EditKey]) -> Iterator[tuple[EditKey, Row]]:
    for key in keys:
        row = pending_rows.by_key(connection, key)
        if row is not None:
            yield key, row
