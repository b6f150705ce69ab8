"""Query parameters, read strictly: each one known, of its type, within its words and bounds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from tests.standins.panther.refusals import bad_request

_TRUE = {"1", "t", "T", "TRUE", "true", "True"}
_FALSE = {"0", "f", "F", "FALSE", "false", "False"}
_LARGEST = 2**63


class Query:
    """The parameters of one call. An empty value stands for the default, as the document allows."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = pairs

    def only(self, known: Collection[str]) -> None:
        for name, _ in self.pairs:
            if name not in known:
                raise bad_request(f"unknown query parameter {name!r}")

    def many(self, name: str, words: Collection[str] | None = None) -> frozenset[str]:
        """A repeated parameter; commas do not divide it."""
        values = [value for key, value in self.pairs if key == name and value != ""]
        for value in values:
            _one_of(name, value, words)
        return frozenset(values)

    def one(self, name: str, words: Collection[str] | None = None) -> str | None:
        values = [value for key, value in self.pairs if key == name]
        if len(values) > 1:
            raise bad_request(f"{name} must be given once")
        if not values or values[0] == "":
            return None
        _one_of(name, values[0], words)
        return values[0]

    def number(self, name: str) -> int | None:
        text = self.one(name)
        if text is None:
            return None
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or not -_LARGEST <= int(text) < _LARGEST:
            raise bad_request(f"invalid value {text!r} for {name}, must be an integer")
        return int(text)

    def limit(self, default: int, largest: int) -> int:
        value = self.number("limit")
        if value is None:
            return default
        if value > largest:
            raise bad_request(f"limit must be lesser or equal than {largest} but got value {value}")
        if value < 1:
            raise bad_request(f"limit must be greater or equal than 1 but got value {value}")
        return value

    def truth(self, name: str) -> bool | None:
        text = self.one(name)
        if text is None:
            return None
        if text not in _TRUE | _FALSE:
            raise bad_request(f"invalid value {text!r} for {name}, must be a boolean")
        return text in _TRUE

    def binding(self, *also: str, without: Iterable[str]) -> str:
        """The filter set as one text: neither order nor empty values matter."""
        left_out = set(without)
        kept = sorted({pair for pair in self.pairs if pair[0] not in left_out and pair[1] != ""})
        return repr((also, kept))


def _one_of(name: str, value: str, words: Collection[str] | None) -> None:
    if words is not None and value not in words:
        listed = ", ".join(f'"{word}"' for word in words)
        raise bad_request(f"value of {name} must be one of {listed} but got value {value!r}")
