"""Domain values as plain JSON data and back, without loss.

The store keeps what it does not query in this form, and the `alerttui` export format is made of it. Keys are
the field names; a field that has its default is left out; JSON of unknown shape stays text.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from alerttui.domain.errors import Invalid

T = TypeVar("T")

_PLAIN = (str, int, float, bool)
_PLAIN_TYPES = frozenset(_PLAIN)
_NEVER = object()
"""What no field ever is."""


def to_document(value: object) -> dict[str, Any]:
    """A dataclass value as a dictionary of JSON data; defaults are left out."""
    document: dict[str, Any] = {}
    for name, default in _defaults(type(value)):  # type: ignore[arg-type]  # a class is hashable
        present = getattr(value, name)
        if present is not default and present != default:
            document[name] = present if type(present) in _PLAIN_TYPES else _plain(present)
    return document


@cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, object], ...]:
    """The fields of a value, each with what stands for itself; `_NEVER` for a required one."""
    return tuple((each.name, _default(each)) for each in dataclasses.fields(kind) if each.compare)


def _default(each: dataclasses.Field[Any]) -> object:
    if each.default is not dataclasses.MISSING:
        return each.default
    return each.default_factory() if each.default_factory is not dataclasses.MISSING else _NEVER


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(_plain(each) for each in value)
    if dataclasses.is_dataclass(value):
        return to_document(value)
    return value


def from_document(kind: type[T], document: object, path: str = "") -> T:
    """The dataclass value that a document describes.

    Raises `Invalid` naming the path of a field that is missing, unknown or of the wrong type.
    """
    if not isinstance(document, Mapping):
        raise Invalid(path or kind.__name__, document, "an object is expected")
    hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
    unknown = [key for key in document if key not in hints]
    if unknown:
        raise Invalid(f"{path}{unknown[0]}", document[unknown[0]], f"no such field of {kind.__name__}")
    values = {key: _value(hints[key], value, f"{path}{key}") for key, value in document.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise Invalid(path or kind.__name__, sorted(document), str(error)) from None


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, value: Any, path: str) -> Any:
    if type(value) is hint and hint in _PLAIN_TYPES:  # most values: a page takes 2/3 of the time
        return value
    while isinstance(hint, NewType):
        hint = hint.__supertype__
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _optional(hint, value, path)
    if origin in (tuple, frozenset):
        if not isinstance(value, list):
            raise Invalid(path, value, "a list is expected")
        inner = get_args(hint)[0]
        return origin(_value(inner, each, f"{path}[{index}].") for index, each in enumerate(value))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(hint, value, path)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return from_document(hint, value, f"{path}.")
    if hint in _PLAIN and isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    raise Invalid(path, value, f"{getattr(hint, '__name__', hint)} is expected")


def _optional(hint: Any, value: Any, path: str) -> Any:
    if value is None:
        return None
    inner = [each for each in get_args(hint) if each is not type(None)]
    return _value(inner[0], value, path)


def _member(hint: type[Enum], value: Any, path: str) -> Enum:
    try:
        return hint[value]
    except (KeyError, TypeError):
        raise Invalid(path, value, "one of " + ", ".join(hint.__members__)) from None
