"""Path, query and body of one call, checked by their schema; every error is told at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from tests.standins.calseta.refusals import schema_errors

Value = TypeVar("Value")
Place = list[str | int]
Problem = dict[str, Any]
Check = Callable[[Any, Place], list[Problem]]

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_TRUE = {"true", "1", "yes", "on", "t", "y"}
_FALSE = {"false", "0", "no", "off", "f", "n"}


def problem(kind: str, place: Place, message: str) -> Problem:
    """One entry of `details.errors`."""
    return {"type": kind, "loc": place, "msg": message}


class Inputs:
    """Collects what is wrong until `done`, which refuses the call if anything is."""

    def __init__(self, query: Sequence[tuple[str, str]], headers: Mapping[str, str], body: bytes) -> None:
        self._query = query
        self._headers = headers
        self._body = body
        self._problems: list[Problem] = []

    def done(self) -> None:
        if self._problems:
            raise schema_errors(self._problems)

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self._query)

    def every(self, name: str) -> list[str]:
        return [value for key, value in self._query if key == name]

    def text(self, name: str) -> str | None:
        """The last of several values."""
        return self.every(name)[-1] if self.has(name) else None

    def words(self, name: str) -> frozenset[str]:
        """One value or a list divided by commas; empty means no filter."""
        return frozenset(word.strip() for word in (self.text(name) or "").split(",") if word.strip())

    def integer(self, name: str, default: int, least: int, most: int | None = None) -> int:
        text = self.text(name)
        if text is None:
            return default
        if not re.fullmatch(r"[+-]?\d{1,18}", text.strip(), re.ASCII):
            wrong = "Input should be a valid integer, unable to parse string as an integer"
            return self._wrong("int_parsing", name, wrong, default)
        value = int(text)
        if value < least:
            wrong = f"Input should be greater than or equal to {least}"
            return self._wrong("greater_than_equal", name, wrong, default)
        if most is not None and value > most:
            wrong = f"Input should be less than or equal to {most}"
            return self._wrong("less_than_equal", name, wrong, default)
        return value

    def page(self) -> tuple[int, int]:
        """The number of a page, from 1, and its size."""
        return self.integer("page", 1, 1), self.integer("page_size", 50, 1, 500)

    def truth(self, name: str) -> bool | None:
        text = self.text(name)
        if text is None or text.lower() in _TRUE | _FALSE:
            return None if text is None else text.lower() in _TRUE
        wrong = "Input should be a valid boolean, unable to interpret input"
        return self._wrong("bool_parsing", name, wrong, False)

    def uuid(self, name: str) -> str | None:
        text = self.text(name)
        return None if text is None else self._uuid(text, ["query", name])

    def required_uuid(self, name: str) -> str:
        if not self.has(name):
            self._problems.append(problem("missing", ["query", name], "Field required"))
        return self.uuid(name) or ""

    def path_uuid(self, name: str, text: str) -> str:
        return self._uuid(text, ["path", name])

    def moment(self, name: str) -> datetime | None:
        """A date or a date and time; without an offset it is UTC."""
        text = self.text(name)
        if text is None:
            return None
        try:
            if not _MOMENT.fullmatch(text):
                raise ValueError
            found = datetime.fromisoformat(text.upper())
        except ValueError:
            wrong = "Input should be a valid datetime or date, invalid character"
            return self._wrong("datetime_from_date_parsing", name, wrong, None)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

    def body(self, fields: Mapping[str, Check], required: Sequence[str] = ()) -> dict[str, Any]:
        """The known fields that were sent; unknown ones are ignored."""
        value = self._json()
        if not isinstance(value, dict):
            if value is not None:
                wrong = "Input should be a valid dictionary or object to extract fields from"
                self._problems.append(problem("model_attributes_type", ["body"], wrong))
            return {}
        for name in required:
            if name not in value:
                self._problems.append(problem("missing", ["body", name], "Field required"))
        sent = {name: value[name] for name in fields if name in value}
        for name, given in sent.items():
            self._problems.extend(fields[name](given, ["body", name]))
        return sent

    def _json(self) -> Any:
        kind = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        if not self._body:
            self._problems.append(problem("missing", ["body"], "Field required"))
            return None
        if kind != "application/json" and not kind.endswith("+json"):
            return self._body
        try:
            return json.loads(self._body)
        except json.JSONDecodeError as error:
            self._problems.append(problem("json_invalid", ["body", error.pos], "JSON decode error"))
        except (ValueError, RecursionError):
            self._problems.append(problem("json_invalid", ["body", 0], "JSON decode error"))
        return None

    def _uuid(self, text: str, place: Place) -> str:
        try:
            return str(UUID(text))
        except ValueError:
            wrong = "Input should be a valid UUID, invalid character"
            self._problems.append(problem("uuid_parsing", place, wrong))
            return ""

    def _wrong(self, kind: str, name: str, message: str, instead: Value) -> Value:
        self._problems.append(problem(kind, ["query", name], message))
        return instead


def word(known: Sequence[str]) -> Check:
    listed = ", ".join(f"'{each}'" for each in known[:-1]) + f" or '{known[-1]}'"

    def check(value: Any, place: Place) -> list[Problem]:
        if value in known:
            return []
        return [problem("enum", place, f"Input should be {listed}")]

    return check


def text(least: int = 0, most: int | None = None) -> Check:
    def check(value: Any, place: Place) -> list[Problem]:
        if not isinstance(value, str):
            return [problem("string_type", place, "Input should be a valid string")]
        if len(value) < least:
            wrong = f"String should have at least {least} character"
            return [problem("string_too_short", place, wrong)]
        if most is not None and len(value) > most:
            wrong = f"String should have at most {most} characters"
            return [problem("string_too_long", place, wrong)]
        return []

    return check


def sequence(of: Check, least: int = 0, most: int | None = None) -> Check:
    def check(value: Any, place: Place) -> list[Problem]:
        if not isinstance(value, list):
            return [problem("list_type", place, "Input should be a valid list")]
        if len(value) < least:
            wrong = f"List should have at least {least} item after validation, not {len(value)}"
            return [problem("too_short", place, wrong)]
        if most is not None and len(value) > most:
            wrong = f"List should have at most {most} items after validation, not {len(value)}"
            return [problem("too_long", place, wrong)]
        return [found for index, each in enumerate(value) for found in of(each, [*place, index])]

    return check


def mapping(fields: Mapping[str, Check] | None = None) -> Check:
    """An object; with `fields`, each of these must be there."""

    def check(value: Any, place: Place) -> list[Problem]:
        if not isinstance(value, dict):
            return [problem("dict_type", place, "Input should be a valid dictionary")]
        found: list[Problem] = []
        for name, inner in (fields or {}).items():
            if name not in value:
                found.append(problem("missing", [*place, name], "Field required"))
            else:
                found.extend(inner(value[name], [*place, name]))
        return found

    return check


def truth(value: Any, place: Place) -> list[Problem]:
    """A boolean that is never null."""
    if isinstance(value, bool):
        return []
    return [problem("bool_type", place, "Input should be a valid boolean")]


def optional(check: Check) -> Check:
    """The same or null."""
    return lambda value, place: [] if value is None else check(value, place)
