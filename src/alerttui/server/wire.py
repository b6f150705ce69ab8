"""What clients send, as pydantic reads it; every refusal names the field."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alerttui.domain.errors import Invalid
from alerttui.domain.json_text import JsonRefused, parse_json
from alerttui.domain.patch import AlertPatch, checked_tags, from_wire
from alerttui.domain.vocabulary import TAG_LIMIT, AlertId

MAX_BODY_BYTES: Final = 1_000_000
"""A longer body is refused while it comes in."""

MAX_ID: Final = 512
"""Characters of the id of a user or an alert."""

MAX_COMMENT: Final = 10_000
"""Characters of a comment; no store takes more."""

STATUSES: Final = ("OPEN", "TRIAGED", "RESOLVED", "CLOSED")
"""The documented words, which are the store's own as well."""

Model = TypeVar("Model", bound=BaseModel)

_Id = Annotated[str, Field(max_length=MAX_ID)]
_STRICT: Final = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class PatchBody(BaseModel):
    """AlertAPI.PatchAlertReq: an absent field is left alone, null is refused."""

    model_config = _STRICT

    status: Literal["OPEN", "TRIAGED", "RESOLVED", "CLOSED"] = "OPEN"
    quality: Literal["USEFUL", "NOISE", ""] = ""
    assignee: _Id = ""
    contextTags: Annotated[list[str], Field(max_length=TAG_LIMIT)] = []  # noqa: N815  # the documented name

    def patch(self) -> AlertPatch:
        """What it asks for; raises `Invalid` for a tag that breaks the rules."""
        given = self.model_dump(include=self.model_fields_set - {"ids"})
        _check_tags(self.contextTags)
        return from_wire(given)


class BulkPatchBody(PatchBody):
    """AlertAPI.BulkPatchAlertReq."""

    ids: Annotated[list[_Id], Field(min_length=1)]

    def alert_ids(self) -> list[AlertId]:
        """The ids, each once, in the order given."""
        return [AlertId(each) for each in dict.fromkeys(self.ids)]


class CommentBody(BaseModel):
    """What creates a comment, or writes one anew."""

    model_config = _STRICT

    alertId: _Id  # noqa: N815  # the documented name
    body: Annotated[str, Field(max_length=MAX_COMMENT)]
    format: Literal["PLAIN_TEXT", "HTML"]


QUOTED_BYTES: Final = 20
"""How much of a body is quoted where it is refused."""


def read_body(model: type[Model], data: bytes) -> Model:
    """The body of a request; raises `Invalid` that names the field."""
    try:
        value = parse_json(data.decode("utf-8"), object_of=_object_of)
    except UnicodeDecodeError:
        raise Invalid("body", _start(data), "JSON in UTF-8 is expected") from None
    except JsonRefused as refused:
        raise Invalid("body", _start(data), str(refused)) from None
    if not isinstance(value, dict):
        raise Invalid("body", _start(data), "a JSON object is expected")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _named(error, value) from None


def _start(data: bytes) -> str:
    """The first characters of a body, to quote."""
    return data[:QUOTED_BYTES].decode("utf-8", "replace")


def _object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid(twice, value[twice], "it stands twice in one object")
    return value


def _named(error: ValidationError, value: dict[str, object]) -> Invalid:
    """The first thing that is wrong, by field."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in first["loc"]).lstrip(".")
    given: object = value
    for each in first["loc"]:
        if isinstance(given, dict):
            given = given.get(str(each))
        elif isinstance(given, list) and isinstance(each, int):
            given = given[each]
    rule = {"extra_forbidden": "there is no such field", "missing": "it is required"}.get(first["type"])
    return Invalid(path or "body", given, rule or first["msg"])


def _check_tags(tags: list[str]) -> None:
    try:
        checked_tags(tags)
    except Invalid as error:
        raise Invalid("contextTags", error.value, error.rule) from None
