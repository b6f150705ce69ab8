"""Whom alerts can be assigned to: SentinelNerd tells no people, so those that the profile and alerts name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from alerttui.domain.alert import Actor, Person
from alerttui.domain.errors import ConfigError
from alerttui.domain.patch import is_address

MAX_SEEN: Final = 2_000
"""Addresses that are kept in mind."""


class People:
    """Addresses by which alerts can be assigned, in the order in which they became known."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._known: dict[str, Person] = {}
        for each in addresses:
            self._add(Person(each, each))

    def saw(self, actor: Actor | None) -> None:
        """Somebody has an alert: they can be given another one."""
        if actor is not None and is_address(actor.id):
            self._add(Person(actor.id, actor.id, actor.name))

    def find(self, text: str) -> list[Person]:
        """Those whose address or name contains a text, whatever its case."""
        wanted = text.casefold()
        return [each for each in self._known.values() if wanted in f"{each.email}\n{each.name}".casefold()]

    def address(self, text: str) -> str:
        """The address as it is known, in whatever case it was typed."""
        known = self._known.get(text.casefold())
        return text if known is None else known.email

    def _add(self, person: Person) -> None:
        key = person.email.casefold()
        known = self._known.get(key)
        if known is None and len(self._known) < MAX_SEEN:
            self._known[key] = person
        elif known is not None:
            self._known[key] = Person(person.id, person.email, person.name or known.name)


def addresses_in(text: str) -> list[str]:
    """The addresses of the profile's option `people`, which commas part; raises `ConfigError`."""
    found = [each.strip() for each in text.split(",") if each.strip()]
    wrong = next((each for each in found if not is_address(each)), None)
    if wrong is not None:
        raise ConfigError(f"people: {wrong!r} is refused: e-mail addresses, parted by commas, are expected")
    return found
