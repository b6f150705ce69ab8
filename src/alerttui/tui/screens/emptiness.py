"""Emptiness: what a list without alerts says instead."""

from __future__ import annotations

from alerttui.domain.errors import AlertTuiError
from alerttui.domain.query import EVERYTHING, AlertQuery
from alerttui.domain.query_text import print_query
from alerttui.tui.screens.desk import Desk


def is_store_empty(desk: Desk) -> bool:
    """True where there is no alert at all; False also where that cannot be told."""
    session = desk.session
    try:
        return not session.store.first_rows(EVERYTHING, session.query_context(), 1)
    except AlertTuiError:
        return False


def empty_sentence(desk: Desk, query: AlertQuery, reason: str) -> str:
    """Why the list is empty and what helps; `reason` says why the store cannot be read, if it cannot."""
    if reason:
        return reason
    text = print_query(query)
    if not text or is_store_empty(desk):
        return "This store has no alerts yet."
    edit, clear = desk.keymap.label("filter.edit"), desk.keymap.label("filter.clear")
    return f"No alert matches {text}\n{edit} edits the filter, {clear} clears it."
