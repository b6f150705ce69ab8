"""People: who is meant by an id, an e-mail or a name that somebody typed, and what people call them."""

from __future__ import annotations

from typing import Final

from alerttui.backends.store import AlertStore
from alerttui.domain.alert import Person
from alerttui.domain.patch import AlertPatch, Set

MOST_PEOPLE: Final = 10_000
"""More than any team has; a store that saw more names the first of them."""


def person_meant(store: AlertStore, typed: str) -> Person | None:
    """The one whom the store knows by this id, else the only one with this e-mail or name; None for nobody.

    Letters may be in any case; blocks.
    """
    wanted = typed.strip().casefold()
    if not wanted:
        return None
    found = store.people(typed.strip(), with_disabled=True)
    for each in found:
        if each.id.casefold() == wanted:
            return each
    meant = [each for each in found if wanted in (each.email.casefold(), each.name.casefold())]
    return meant[0] if len(meant) == 1 else None


def person_labels(store: AlertStore) -> dict[str, str]:
    """What everybody whom the store knows is called, by id; those who left are among them. Blocks."""
    return {each.id: each.label for each in store.people("", MOST_PEOPLE, with_disabled=True)}


def assignee_of(store: AlertStore, patch: AlertPatch) -> str:
    """What people call whom a patch assigns to; empty for nobody and for somebody unknown. Blocks."""
    person = person_meant(store, patch.assignee.value) if isinstance(patch.assignee, Set) else None
    return person.label if person else ""
