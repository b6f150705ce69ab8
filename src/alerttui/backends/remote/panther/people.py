"""Whom alerts can be assigned to, and who is behind an id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.panther import wire
from alerttui.backends.remote.panther.spellings import Spellings
from alerttui.backends.remote.panther.walking import WirePage, all_rows, read_page
from alerttui.domain.alert import Actor, Person
from alerttui.domain.errors import AlertTuiError, Invalid, NotPermitted
from alerttui.domain.json_text import storable, text_of

KEEP_MS: Final = 600_000
"""How long what was read of people holds."""

MAX_REQUESTS: Final = 20
"""Pages of people that are read; a larger organisation is searched by Panther."""

MAX_IDS: Final = 60
"""Ids whose names are asked in one request."""


@dataclass(frozen=True, slots=True)
class _Read:
    people: tuple[Person, ...]
    is_whole: bool
    at_ms: int


class People:
    """The people of one connection, read when they are first needed and then for ten minutes not again.

    All of them are read where they are few enough, because `contains` looks through names and e-mail
    addresses only, and here ids are meant as well.
    """

    def __init__(self, requester: Requester, clock: Callable[[], int], spellings: Spellings) -> None:
        self._requester = requester
        self._clock = clock
        self._spellings = spellings
        self._read: dict[str, _Read] = {}
        self._known: dict[str, Person] = {}
        self._asked_ms: dict[str, int] = {}
        self._names_refused = False

    async def find(self, text: str) -> Sequence[Person]:
        """Enabled people whose id, name or e-mail contains `text`; raises `NotPermitted`."""
        everybody = await self._people("")
        found = list(everybody.people)
        if text and not everybody.is_whole:
            found += (await self._people(text)).people
        part = text.casefold()
        named = {each.id: each for each in found if each.enabled and _tells(each, part)}
        return list(named.values())

    async def id_of(self, text: str) -> str:
        """The user id that an id, a name or an e-mail stands for; raises `Invalid` where that is not one.

        Only what cannot be an id is looked up; with an address, that is all that the wire takes.
        """
        if text in self._known:
            return text
        same = {each.id for each in self._known.values() if _is_called(each, text)}
        if not same and ("@" in text or " " in text):
            try:
                same = {each.id for each in await self.find(text) if _is_called(each, text)}
            except NotPermitted as error:
                rule = f"a user id is expected, because this token may not look people up ({error})"
                raise Invalid("assignee", text, rule) from None
            if not same:
                raise Invalid("assignee", text, "nobody who can be assigned is called so")
        if len(same) > 1:
            raise Invalid("assignee", text, f"{len(same)} people are called so; give a user id")
        return same.pop() if same else text

    async def with_email(self, address: str) -> Person | None:
        """Who has exactly this address; raises `NotPermitted`."""
        rows, _ = await self._rows([("email", address)], 1)
        people = self._remember(rows)
        return next((each for each in people if _is_called(each, address)), None)

    async def learn(self, ids: Collection[str]) -> None:
        """Look up who has these ids, also former colleagues; what cannot be found out stays an id."""
        now_ms = self._clock()
        unknown = [
            each
            for each in dict.fromkeys(ids)
            if each not in self._known and now_ms - self._asked_ms.get(each, -KEEP_MS) >= KEEP_MS
        ]
        for start in range(0, len(unknown), MAX_IDS):
            batch = [each for each in unknown[start : start + MAX_IDS] if "," not in each]
            if self._names_refused or not batch:
                return
            self._asked_ms.update(dict.fromkeys(batch, now_ms))
            asked = [("ids", ",".join(batch)), ("include-deactivated", "true")]
            try:
                rows, _ = await self._rows(asked, 2)
            except NotPermitted:
                self._names_refused = True
            except AlertTuiError:
                return
            else:
                self._remember(rows)

    def named(self, actor: Actor | None) -> Actor | None:
        """The actor with the name that is known here."""
        if actor is None or actor.name or actor.id not in self._known:
            return actor
        person = self._known[actor.id]
        return replace(actor, name=person.name or person.email)

    async def _people(self, text: str) -> _Read:
        known = self._read.get(text)
        if known is None or self._clock() - known.at_ms >= KEEP_MS:
            asked = [("contains", text)] if text else []
            rows, is_whole = await self._rows(asked, MAX_REQUESTS)
            known = _Read(tuple(self._remember(rows)), is_whole, self._clock())
            self._read[text] = known
        return known

    async def _rows(self, asked: Sequence[tuple[str, str]], max_requests: int) -> tuple[list[object], bool]:
        async def fetch(cursor: str) -> WirePage:
            at = [("cursor", cursor)] if cursor else []
            answer = await self._requester.ask(wire.list_users([*asked, ("limit", str(wire.MAX_USERS)), *at]))
            return read_page(self._requester.value(answer), "people")

        return await all_rows(fetch, "people", max_requests)

    def _remember(self, rows: Sequence[object]) -> list[Person]:
        people = [each for each in map(_person_of, rows) if each is not None]
        for person in people:
            self._known[person.id] = person
            self._spellings.note(person.id)
        return people


def _person_of(row: object) -> Person | None:
    """One user; None without an id, which Panther's document does not require."""
    if not isinstance(row, dict):
        return None
    person_id = storable(text_of(row.get("id")))
    names = (storable(text_of(row.get(key))).strip() for key in ("givenName", "familyName"))
    person = Person(
        id=person_id,
        email=storable(text_of(row.get("email"))),
        name=" ".join(filter(None, names)),
        enabled=row.get("enabled") is not False,
    )
    return person if person_id else None


def _tells(person: Person, part: str) -> bool:
    return any(part in each.casefold() for each in (person.id, person.name, person.email))


def _is_called(person: Person, text: str) -> bool:
    folded = text.casefold()
    return bool(text) and folded in (person.name.casefold(), person.email.casefold())
