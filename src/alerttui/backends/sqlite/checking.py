"""What is checked before a change is written, by a local store and by a mirror."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from alerttui.backends.sqlite import journal
from alerttui.backends.sqlite.people import resolved_actor
from alerttui.backends.sqlite.present import Present
from alerttui.backends.sqlite.rows import column_text, tags_from
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.change import Change, ChangeKind, Edit, JournalEntry, Outcome
from alerttui.domain.errors import Invalid
from alerttui.domain.patch import KEEP, AlertPatch, Set, value_text


def reversed_entry_of(connection: sqlite3.Connection, change: Change) -> JournalEntry | None:
    """The change that this one takes back or makes again."""
    found = journal.lineage(connection, change.reverses) if change.reverses else []
    return journal.entry(connection, found[0]) if found else None


def made_before(change: Change, made: JournalEntry) -> list[Outcome]:
    """The outcomes of a change that the journal has already; raises `Invalid` where it is another one."""
    if made.change.edits != change.edits:
        raise Invalid(
            "change", change.id, "an id of its own is expected; the journal has another change with it"
        )
    return list(made.outcomes)


def check_change(
    connection: sqlite3.Connection,
    change: Change,
    reversed_entry: JournalEntry | None,
    capabilities: Capabilities,
) -> None:
    """Refuse the whole change before anything is written, if one edit breaks a rule.

    An undo or redo may put back what an alert really had, even a word that nobody could set.
    """
    had: dict[str, list[AlertPatch]] = {}
    if reversed_entry is not None and change.kind is not ChangeKind.CHANGE:
        for outcome in reversed_entry.outcomes:
            had.setdefault(outcome.alert_id, []).extend((outcome.before, outcome.after))
    checked: set[tuple[AlertPatch, tuple[str, ...]]] = set()
    for edit in change.edits:
        patch = _without(edit.patch, had.get(edit.alert_id, ()))
        tags = _present_tags(connection, edit) if isinstance(patch.tags, Set) else ()
        if (patch, tags) not in checked:
            capabilities.check(patch, tags)
            checked.add((patch, tags))


def _without(patch: AlertPatch, known: Sequence[AlertPatch]) -> AlertPatch:
    """The patch without the values that are in one of `known`."""
    if not known:
        return patch
    new = {
        name: value for name, value in patch.changed() if all(getattr(each, name) != value for each in known)
    }
    return AlertPatch(**new)  # type: ignore[arg-type]  # fields keep their own types


def _present_tags(connection: sqlite3.Connection, edit: Edit) -> tuple[str, ...]:
    """The tags that the alert has where the edit is made: any but the expected ones make a conflict of it."""
    if edit.expected is not None and edit.expected.tags is not KEEP:
        return edit.expected.tags.value if isinstance(edit.expected.tags, Set) else ()
    row = connection.execute("SELECT tags FROM alerts WHERE id = ?", (column_text(edit.alert_id),)).fetchone()
    return tags_from(row[0]) if row else ()


def conflict_reason(connection: sqlite3.Connection, present: Present, unexpected: AlertPatch) -> str:
    """What somebody else made of the alert, in words."""
    values = present.values
    if isinstance(values.assignee, Set):
        values = replace(values, assignee=Set(resolved_actor(connection, values.assignee.value).label))
    now = ", ".join(
        f"{name} is now {value_text(getattr(values, name)) or 'empty'}" for name, _ in unexpected.changed()
    )
    by = f", changed by {present.updated_by.label}" if present.updated_by else ""
    return f"{now}{by}; nothing was changed."
