"""People: who is meant by an id, an e-mail or a name that somebody typed."""

from __future__ import annotations

from alerttui.backends.store import AlertStore
from alerttui.domain.alert import Person


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
