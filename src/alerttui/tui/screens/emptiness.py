"""Emptiness: what a list without alerts says instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from alerttui.domain.capabilities import AssignBy
from alerttui.domain.errors import AlertTuiError
from alerttui.domain.query import EVERYTHING, AlertQuery, Term
from alerttui.domain.query_text import print_query
from alerttui.tui.screens.desk import Desk

if TYPE_CHECKING:
    from alerttui.triage.mirror.mirror import Mirror

_BY_ASSIGNEE: Final = frozenset({"mine", "unassigned", "assigned"})


def is_store_empty(desk: Desk) -> bool:
    """True where there is no alert at all; False also where that cannot be told."""
    session = desk.session
    try:
        return not session.store.first_rows(EVERYTHING, session.query_context(), 1)
    except AlertTuiError:
        return False


def _unread(mirror: Mirror) -> str:
    state = mirror.running.state
    if state.trouble:
        return f"Nothing was read from {mirror.product} yet. {state.trouble}"
    if state.covered_from_ms is None:
        return f"Reading the first alerts from {mirror.product}…"
    return f"{mirror.product} has no alerts in the window of this profile."


def empty_sentence(desk: Desk, query: AlertQuery, reason: str) -> str:
    """Why the list is empty and what helps; `reason` says why the store cannot be read, if it cannot."""
    if reason:
        return reason
    text = print_query(query)
    if not text or is_store_empty(desk):
        return (
            "This store has no alerts yet." if desk.session.mirror is None else _unread(desk.session.mirror)
        )
    edit, clear = desk.keymap.label("filter.edit"), desk.keymap.label("filter.clear")
    lines = [f"No alert matches {text}", *_no_assignee(desk, query)]
    return "\n".join([*lines, f"{edit} edits the filter, {clear} clears it."])


def _no_assignee(desk: Desk, query: AlertQuery) -> list[str]:
    """Why nobody has an alert, of a product without assignees whose alerts are asked for by them."""
    capabilities = desk.session.capabilities
    rule = capabilities.fields.get("assignee")
    if capabilities.assign_by is not AssignBy.NONE or rule is None:
        return []
    is_asked = any(
        term.field == "assignee" or (term.field == "is" and not _BY_ASSIGNEE.isdisjoint(term.values))
        for term in query.terms
        if isinstance(term, Term)
    )
    return [rule.set_refusal] if is_asked and rule.set_refusal else []
