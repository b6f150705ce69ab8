"""Fields of a request's body, read strictly."""

from __future__ import annotations

from typing import Any

from tests.standins.chad.refusals import invalid

MOST_IDS = 100


def text_in(body: dict[str, Any], name: str, least: int = 0, most: int | None = None) -> str:
    """A text that must be there."""
    if name not in body:
        raise invalid("missing", ("body", name), "Field required", body)
    value = body[name]
    if not isinstance(value, str):
        raise invalid("string_type", ("body", name), "Input should be a valid string", value)
    if len(value) < least:
        message = f"String should have at least {least} character{'' if least == 1 else 's'}"
        raise invalid("string_too_short", ("body", name), message, value, {"min_length": least})
    if most is not None and len(value) > most:
        message = f"String should have at most {most} characters"
        raise invalid("string_too_long", ("body", name), message, value, {"max_length": most})
    return value


def optional_text(body: dict[str, Any], name: str, least: int = 0, most: int | None = None) -> str | None:
    return None if body.get(name) is None else text_in(body, name, least, most)


def ids_in(body: dict[str, Any], name: str, least: int = 1, most: int | None = MOST_IDS) -> list[str]:
    """A list of texts, neither too short nor too long."""
    if name not in body:
        raise invalid("missing", ("body", name), "Field required", body)
    value = body[name]
    if not isinstance(value, list):
        raise invalid("list_type", ("body", name), "Input should be a valid list", value)
    size = {"field_type": "List", "actual_length": len(value)}
    if len(value) < least:
        message = f"List should have at least {least} item after validation, not {len(value)}"
        raise invalid("too_short", ("body", name), message, value, {**size, "min_length": least})
    if most is not None and len(value) > most:
        message = f"List should have at most {most} items after validation, not {len(value)}"
        raise invalid("too_long", ("body", name), message, value, {**size, "max_length": most})
    for place, each in enumerate(value):
        if not isinstance(each, str):
            raise invalid("string_type", ("body", name, place), "Input should be a valid string", each)
    return value
