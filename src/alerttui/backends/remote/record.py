"""A JSON object of a product, read field by field: what was not understood is left over, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alerttui.domain.json_text import JsonNumber, exact_json, storable, text_of
from alerttui.domain.moment_reading import moment_of

_MAX_NUMBER: Final = 2**63 - 1


class Record:
    """A JSON object of which what was understood is taken away; null is the same as absent."""

    def __init__(self, value: Mapping[str, object]) -> None:
        self.left: dict[str, object] = {key: each for key, each in value.items() if each is not None}
        """What nobody has taken yet."""

    def take(self, *keys: str) -> object:
        """The value of the first of these keys that is there, None where none is; all of them are taken."""
        found = [self.left.pop(key) for key in keys if key in self.left]
        return found[0] if found else None

    def text(self, *keys: str) -> str:
        """The value as text, empty where there is none; what is no text is told as JSON."""
        return storable(text_of(self.take(*keys)))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once and none empty; what else is in the list stays."""
        value = self.left.get(key)
        if not isinstance(value, list):
            return ()
        found = [storable(each) for each in value if isinstance(each, str) and each]
        if len(found) == len(value):
            self.take(key)
        return tuple(dict.fromkeys(found))

    def moment(self, *keys: str) -> int | None:
        """A time in milliseconds since 1970; what is none stays."""
        for key in keys:
            found = moment_of(self.left.get(key))
            if found is not None or self.left.get(key) == "":
                self.take(key)
            if found is not None:
                return found
        return None

    def items(self, key: str) -> list[object]:
        """A list of objects; what is none stays."""
        found = self.left.get(key)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            return [] if not isinstance(found, list) else found
        self.take(key)
        return found

    def object(self, key: str) -> Mapping[str, object]:
        """An object, empty where there is none; what is none stays."""
        found = self.left.get(key)
        if not isinstance(found, dict):
            return {}
        self.take(key)
        return found

    def count(self, key: str) -> int | None:
        """A whole number from 0 on; what is none stays."""
        number = whole_number(self.left.get(key))
        if number is not None:
            self.take(key)
        return number

    def rest(self) -> str:
        """What is left over as JSON text; empty where nothing is."""
        return json_or_nothing(self.left or None)


def whole_number(value: object) -> int | None:
    """A whole number from 0 on that JSON has as a number or as text; None for anything else."""
    number: int | None = None
    if isinstance(value, JsonNumber):
        number = int(value) if abs(value) < _MAX_NUMBER and value.is_integer() else None
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        number = int(value)
    return number if number is not None and 0 <= number <= _MAX_NUMBER else None


def json_or_nothing(value: object) -> str:
    """JSON text with its numbers as written; empty for None."""
    return "" if value is None else exact_json(value)
