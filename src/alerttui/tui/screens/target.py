"""The alert that leaving keys are about: the one under the list's cursor, read if it is not open yet."""

from __future__ import annotations

from alerttui.domain.listing import AlertRow
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.session import OpenAlert
from alerttui.tui.screens.desk import WARN, Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading


def target_row(desk: Desk, queue: Queue) -> AlertRow | None:
    """The row under the cursor; where there is none, that is said."""
    row = queue.view.row_under_cursor
    if row is None:
        desk.say("There is no alert here.", WARN)
    return row


async def opened_alert(desk: Desk, reading: Reading, alert_id: AlertId) -> OpenAlert:
    """The alert with its first events, comments and history; raises `NotFound`."""
    if reading.open is not None and reading.open.alert.id == alert_id:
        return reading.open
    return await desk.session.open(alert_id)
