"""The parameters of a request: read strictly, so that a mistyped filter never means everything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request

from alerttui.domain.errors import Invalid

INT64: Final = range(-(2**63), 2**63)
"""What the document calls int64."""

MAX_PARAMETERS: Final = 1_000

MAX_NAME: Final = 80
"""Characters of a parameter's name that are repeated to the client."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}


class Parameters:
    """What stands after the `?`. An empty value means the default, as if the parameter were not there."""

    def __init__(self, request: Request, known: Sequence[str]) -> None:
        """Read the parameters; raises `Invalid` for one that is not `known`."""
        self._values: dict[str, list[str]] = {}
        for name, value in _pairs(request):
            if name not in known:
                others = f"known are {', '.join(known)}" if known else "there are none here"
                raise Invalid(name, value, f"there is no such parameter; {others}")
            values = self._values.setdefault(name, [])
            if value:
                values.append(value)

    def many(self, name: str) -> list[str]:
        """Every value of a parameter that may be repeated, each once."""
        return list(dict.fromkeys(self._values.get(name, ())))

    def words(self, name: str, allowed: Sequence[str]) -> list[str]:
        """As `many`, each out of a closed list."""
        return [_word(name, value, allowed) for value in self.many(name)]

    def one(self, name: str, default: str = "") -> str:
        """The value of a parameter that is given at most once."""
        values = self._values.get(name, [])
        if len(values) > 1:
            raise Invalid(name, values[1], "it is given more than once")
        return values[0] if values else default

    def word(self, name: str, allowed: Sequence[str], default: str) -> str:
        """As `one`, out of a closed list."""
        return _word(name, self.one(name, default), allowed)

    def number(self, name: str) -> int | None:
        """As `one`, a whole number of 64 bits; None where it is not given."""
        text = self.one(name)
        if not text:
            return None
        if not _INTEGER.fullmatch(text) or int(text) not in INT64:
            raise Invalid(name, text, "a whole number of at most 64 bits is expected")
        return int(text)

    def limit(self, default: int, most: int) -> int:
        """How many entries a page may have."""
        number = self.number("limit")
        if number is None:
            return default
        if not 1 <= number <= most:
            raise Invalid("limit", self.one("limit"), f"a number from 1 to {most} is expected")
        return number

    def flag(self, name: str) -> bool:
        """As `one`, true or false; false where it is not given."""
        value = self.one(name, "false")
        if value not in _FLAGS:
            raise Invalid(name, value, "true or false is expected")
        return _FLAGS[value]


def path_id(request: Request) -> str:
    """The id in the path, which may be percent-encoded and contain a slash in that form."""
    try:
        return unquote(request.path_params["id"], errors="strict")
    except UnicodeDecodeError:
        raise HTTPException(400, "id: it is not UTF-8") from None


def _pairs(request: Request) -> list[tuple[str, str]]:
    query: bytes = request.scope["query_string"]
    try:
        return parse_qsl(
            query.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except UnicodeDecodeError:
        broken = next(part for part in query.split(b"&") if not _is_text(part))
        name = broken.partition(b"=")[0][:MAX_NAME].decode("utf-8", "replace")
        raise HTTPException(400, f"{name}: it is not UTF-8") from None
    except ValueError:
        raise HTTPException(400, f"There are more than {MAX_PARAMETERS:,} parameters.") from None


def _is_text(part: bytes) -> bool:
    try:
        unquote(part.decode("utf-8"), errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _word(name: str, value: str, allowed: Sequence[str]) -> str:
    if value in allowed:
        return value
    if "," in value:
        hint = f"{name}={value.partition(',')[0]}&{name}=..."
        raise Invalid(name, value, f"one word is expected; repeat the parameter for more: {hint}")
    raise Invalid(name, value, f"one of {', '.join(allowed)} is expected")
