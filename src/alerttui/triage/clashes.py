"""Clashes: what somebody else changed since the analyst saw it, field by field, before it is overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from alerttui.backends.store import AlertStore
from alerttui.domain.alert import Actor
from alerttui.domain.change import Edit, HistoryEntry, OutcomeState
from alerttui.domain.listing import AlertRow
from alerttui.domain.patch import KEEP, AlertPatch, value_text
from alerttui.triage import planning

TRACED: Final = 100
"""So many alerts have their history read for who changed them: nobody looks through more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldClash:
    """One field that is no longer what the analyst saw; values in the product's words, empty for none."""

    name: str
    seen: str
    now: str
    wanted: str
    is_wanted: bool = True
    """False if the change leaves this field alone and only relied on it."""
    by: Actor | None = None
    """Who changed it last; None where no history tells."""
    at_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One alert that is no longer what the analyst saw."""

    row: AlertRow
    """The alert as it is now."""
    fields: tuple[FieldClash, ...]


def clashes(store: AlertStore, edits: Sequence[Edit]) -> tuple[Clash, ...]:
    """The edits that would meet other values than they expect, with who made them; blocks."""
    rows = planning.rows_by_id(store, [edit.alert_id for edit in edits])
    met = [
        (edit, rows[edit.alert_id])
        for edit in edits
        if planning.foreseen(edit, rows.get(edit.alert_id)).state is OutcomeState.CONFLICT
    ]
    return tuple(
        clash(edit, row, store.history(row.id) if number < TRACED else ())
        for number, (edit, row) in enumerate(met)
    )


def clash(edit: Edit, row: AlertRow, history: Sequence[HistoryEntry]) -> Clash:
    """How an edit clashes with the alert as it is now."""
    present, expected = planning.row_values(row), edit.expected or AlertPatch()
    latest = {entry.field: entry for entry in history}
    fields = []
    for name, _ in planning.unexpected(present, expected).changed():
        entry, wanted = latest.get(name), _word(edit.patch, name)
        fields.append(
            FieldClash(
                name=name,
                seen=_word(expected, name) or "",
                now=_word(present, name) or "",
                wanted=wanted or "",
                is_wanted=wanted is not None,
                by=entry.by if entry else None,
                at_ms=entry.at_ms if entry else None,
            )
        )
    return Clash(row=row, fields=tuple(fields))


def _word(patch: AlertPatch, name: str) -> str | None:
    """A field's value in the product's words; None where the patch leaves it alone."""
    value = getattr(patch, name)
    return None if value is KEEP else value_text(value)
