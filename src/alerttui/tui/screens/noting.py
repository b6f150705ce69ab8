"""Noting: local notes, kept on their own or beside a change, and what is said of them."""

from __future__ import annotations

from alerttui.domain.errors import AlertTuiError, StoreError
from alerttui.domain.showable import shown
from alerttui.triage.change_result import ChangeResult
from alerttui.tui.screens.aim import Aim
from alerttui.tui.screens.desk import GOOD, Desk


async def keep(desk: Desk, aim: Aim, body: str) -> None:
    """Keep a note on each alert of the aim, and say where it is."""
    await desk.session.add_note(aim.ids, body)
    count = len(aim.rows)
    what = shown(aim.rows[0].title) if count == 1 and not aim.marked else _alerts(count)
    desk.say(f"Local note kept on this machine, never sent: {what}", GOOD)


async def keep_beside(desk: Desk, result: ChangeResult, body: str) -> None:
    """Keep a note on each alert on which a change was made, and add that to what is said of the change.

    Raises `StoreError` where it cannot be kept: the change is made all the same.
    """
    ids = [each.alert_id for each in result.outcomes if each.ok]
    if not ids:
        return
    try:
        await desk.session.add_note(ids, body)
    except AlertTuiError as error:
        raise StoreError(f"The change was made, but its local note was not kept: {error}") from error
    sentence, style = desk.note
    if desk.note == desk.change_note:  # nothing else was said meanwhile
        desk.say(f"{sentence}; the local note stays here", style)
        desk.change_note = desk.note


def _alerts(count: int) -> str:
    return "1 alert" if count == 1 else f"{count:,} alerts"
