"""What a request asks, read strictly: query parameters and the fields of a body."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NoReturn

from tests.standins.sentinelnerd.refusals import Details, Refused

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class Query:
    """The parameters of one call. An empty value stands for the default."""

    def __init__(
        self,
        pairs: Sequence[tuple[str, str]],
        repeated: Literal["last", "first", "refused"],
        status: int,
    ) -> None:
        self.pairs = pairs
        self._repeated = repeated
        self._status = status

    def only(self, known: Collection[str]) -> None:
        for name, _ in self.pairs:
            if name not in known:
                self.refuse(name, "is not a known parameter")

    def one(self, name: str) -> str | None:
        values = [value for key, value in self.pairs if key == name]
        if len(values) > 1 and self._repeated == "refused":
            self.refuse(name, "must be given once")
        if not values:
            return None
        return (values[0] if self._repeated == "first" else values[-1]) or None

    def words(self, name: str, words: Collection[str]) -> frozenset[str] | None:
        """A comma list of known words; None where there is none."""
        text = self.one(name)
        if text is None:
            return None
        given = text.split(",")
        if any(word not in words for word in given):
            self.refuse(name, f"must be one of: {', '.join(words)}")
        return frozenset(given)

    def number(self, name: str, default: int) -> int:
        text = self.one(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
            self.refuse(name, "must be a positive integer")
        return int(text)

    def moment(self, name: str) -> datetime | None:
        """An ISO 8601 instant or day; UTC where it names no zone."""
        text = self.one(name)
        if text is None:
            return None
        try:
            return read_moment(text)
        except ValueError:
            self.refuse(name, "must be an ISO 8601 date")

    def refuse(self, name: str, message: str) -> NoReturn:
        raise Refused(self._status, "validation failed", [{"field": name, "message": message}])


def read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


class Body:
    """The fields of a JSON object; what is wrong with them is gathered and told at once."""

    def __init__(self, fields: dict[str, Any], status: int) -> None:
        self.fields = fields
        self._status = status
        self._problems: Details = []

    @classmethod
    def read(cls, body: bytes, *, is_json: bool, status: int) -> Body:
        if not body:
            return cls({}, status)
        if not is_json:
            raise Refused(400, "the content type must be application/json")
        try:
            value = json.loads(body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Refused(400, "the body is not valid JSON") from None
        if not isinstance(value, dict):
            raise Refused(400, "the body must be a JSON object")
        return cls(value, status)

    def only(self, known: Collection[str]) -> None:
        for name in self.fields:
            if name not in known:
                self.wrong(name, "is not a known field")

    def text(self, name: str, *, required: bool = False, longest: int | None = None) -> str | None:
        value = self.fields.get(name)
        problem: str | None = None
        if name not in self.fields:
            problem = "is required" if required else None
        elif not isinstance(value, str):
            problem = "must be a string"
        elif required and not value.strip():
            problem = "must not be blank"
        elif longest is not None and len(value) > longest:
            problem = f"must not be longer than {longest} characters"
        else:
            return value
        if problem is not None:
            self.wrong(name, problem)
        return None

    def word(self, name: str, words: Collection[str], *, required: bool) -> str | None:
        value = self.text(name, required=required)
        if value is not None and value not in words:
            self.wrong(name, f"must be one of: {', '.join(words)}")
        return value

    def email(self, name: str, people: frozenset[str] | None) -> str | None:
        value = self.text(name)
        if value is not None and EMAIL.fullmatch(value) is None:
            self.wrong(name, "must be an e-mail address")
        elif value is not None and people is not None and value not in people:
            self.wrong(name, "is not a member of this organization")
        return value

    def texts(self, name: str, *, required: bool = False) -> list[str]:
        if name not in self.fields and not required:
            return []
        value = self.fields.get(name)
        if name not in self.fields:
            self.wrong(name, "is required")
        elif not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.wrong(name, "must be an array of strings")
        elif required and not value:
            self.wrong(name, "must not be empty")
        else:
            return value
        return []

    def done(self) -> None:
        """Refuses the call if anything was wrong."""
        if self._problems:
            raise Refused(self._status, "validation failed", self._problems)

    def wrong(self, name: str, message: str) -> None:
        self._problems.append({"field": name, "message": message})


def _no_constant(word: str) -> Any:
    raise ValueError(word)
