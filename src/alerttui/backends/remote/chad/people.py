"""Who is signed in, and to whom alerts can be assigned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from alerttui.backends.remote.asking import Answer, Requester
from alerttui.backends.remote.chad import wire
from alerttui.backends.remote.decoding import LISTED, ONE, value_of
from alerttui.domain.alert import Actor, Comment, Person
from alerttui.domain.errors import BadAnswer, Invalid, NotPermitted
from alerttui.domain.json_text import storable, text_of

KEEP_MS: Final = 600_000
"""For so long the list of people is not asked for again."""


class People:
    """The people of one connection."""

    def __init__(self, requester: Requester, clock: Callable[[], int], me: str) -> None:
        self._requester = requester
        self._clock = clock
        self._read: tuple[int, list[Person]] | None = None
        self.me = Actor(me) if me else None
        """Who acts: as the profile says, until CHAD told."""

    async def introduce(self) -> tuple[Answer, Mapping[str, object]]:
        """Ask who is signed in: the answer and what it tells, nothing where CHAD knows no such question."""
        answer = await self._requester.ask(wire.who_am_i())
        if answer.status != 200:
            return answer, {}
        value = await value_of(self._requester, answer, ONE)
        if not isinstance(value, dict):
            raise BadAnswer("CHAD does not tell who is signed in as it documents: an object is expected.")
        user_id, address = storable(text_of(value.get("id"))), storable(text_of(value.get("email")))
        if user_id or address:
            self.me = Actor(user_id or address, "user", address if user_id else "")
        return answer, value

    async def find(self, text: str) -> Sequence[Person]:
        """People whose id or e-mail contains `text`; raises `NotPermitted`."""
        part = text.casefold()
        everybody = await self._people()
        return [each for each in everybody if part in each.id.casefold() or part in each.email.casefold()]

    async def id_of(self, text: str) -> str:
        """The user id that an id or an e-mail stands for; raises `Invalid` where nobody can be meant."""
        if self.me is not None and self.me.name and text.casefold() == self.me.name.casefold():
            return self.me.id
        if "@" not in text:
            return text
        try:
            everybody = await self._people()
        except NotPermitted as error:
            rule = f"a user id is expected, because you may not look people up ({error})"
            raise Invalid("assignee", text, rule) from None
        same = {each.id for each in everybody if each.email.casefold() == text.casefold()}
        if len(same) != 1:
            rule = "CHAD lists nobody with this e-mail for you to assign alerts to; a user id is taken too"
            raise Invalid("assignee", text, rule)
        return same.pop()

    def known(self, comment: Comment) -> Comment:
        """A comment of ours by our id, where CHAD tells its author by the e-mail alone."""
        author, me = comment.author, self.me
        if author is None or me is None or not me.name or author.id.casefold() != me.name.casefold():
            return comment
        return replace(comment, author=me)

    async def _people(self) -> list[Person]:
        now_ms = self._clock()
        if self._read is None or now_ms - self._read[0] >= KEEP_MS:
            answer = await self._requester.ask(wire.assignable_users())
            value = await value_of(self._requester, answer, LISTED)
            rows = value if isinstance(value, list) else []
            found = [each for each in map(_person_of, rows) if each is not None]
            self._read = (now_ms, list({each.id: each for each in found}.values()))
        return self._read[1]


def _person_of(row: object) -> Person | None:
    if not isinstance(row, dict):
        return None
    person_id, address = storable(text_of(row.get("id"))), storable(text_of(row.get("email")))
    name = row.get("name") or row.get("username")
    return Person(person_id, address, storable(text_of(name))) if person_id else None
