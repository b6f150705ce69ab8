"""Pure: what later edits of an alert are based on, once an earlier one leaves its queue or comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from alerttui.backends.sqlite.mirror.pending_rows import UNDER_WAY, Row
from alerttui.domain.patch import AlertPatch, Clear, Set, narrowed
from alerttui.domain.vocabulary import Quality


def values_before(server: AlertPatch, rows: Iterable[Row], place: tuple[int, int]) -> AlertPatch:
    """What the alert will have once the edits before a place in the journal are made."""
    values = server
    for row in rows:
        if row.stage in UNDER_WAY and row.place < place:
            values = row.sends.over(values)
    return values


def rebased(rows: Iterable[Row], left: Row, old: AlertPatch, new: AlertPatch) -> Iterator[Row]:
    """The edits after `left` that were based on its values `old` and are based on `new` from now on.

    The first later edit of a field is based on them; those behind it are based on that one.
    """
    fields = dict(narrowed(old, left.sends).changed())
    for row in rows:
        if row.stage not in UNDER_WAY or row.place <= left.place:
            continue
        base: dict[str, Clear | Set[str] | Set[Quality] | Set[tuple[str, ...]]] = dict(row.base.changed())
        moved = {name: getattr(new, name) for name in base if base[name] == fields.get(name)}
        fields = {name: value for name, value in fields.items() if name not in base}
        if moved:
            yield replace(row, base=replace(row.base, **moved))
