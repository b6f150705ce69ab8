"""A patch: which fields of an alert change, with *leave alone*, *set* and *clear* as three different things.

The rules are those of the documented PATCH (Panther's AlertAPI.PatchAlertReq): an absent field is left alone,
`quality` is cleared by "", `contextTags` replaces the whole list, null is never sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Final, Generic, TypeAlias, TypeVar

from alerttui.domain.alert import Alert
from alerttui.domain.errors import Invalid
from alerttui.domain.vocabulary import TAG_LIMIT, TAG_PATTERN, Quality

T = TypeVar("T")


class Keep(Enum):
    """The field is left alone."""

    KEEP = "keep"


class Clear(Enum):
    """The field is emptied."""

    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Set(Generic[T]):
    """The field gets this value."""

    value: T


KEEP: Final = Keep.KEEP
CLEAR: Final = Clear.CLEAR

Settable: TypeAlias = Keep | Set[T]
"""A field that may be left alone or set, but never emptied."""

Clearable: TypeAlias = Keep | Clear | Set[T]
"""A field that may be left alone, set, or emptied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPatch:
    """What one change does to an alert. `Set(())` for tags is the same as CLEAR and is stored as CLEAR."""

    status: Settable[str] = KEEP
    quality: Clearable[Quality] = KEEP
    tags: Clearable[tuple[str, ...]] = KEEP
    assignee: Clearable[str] = KEEP
    verdict: Clearable[str] = KEEP
    severity: Settable[str] = KEEP
    malice: Clearable[str] = KEEP

    def __post_init__(self) -> None:
        if self.tags == Set(()):
            object.__setattr__(self, "tags", CLEAR)

    def __bool__(self) -> bool:
        """True if the patch changes anything; an empty patch is never sent."""
        return any(True for _ in self.changed())

    def changed(self) -> Iterator[tuple[str, Clear | Set[str] | Set[Quality] | Set[tuple[str, ...]]]]:
        """The fields that are not left alone, by name, in declaration order."""
        for name in PATCH_FIELDS:
            value = getattr(self, name)
            if value is not KEEP:
                yield name, value

    def over(self, earlier: AlertPatch) -> AlertPatch:
        """This patch applied after `earlier`, as one patch."""
        return replace(earlier, **dict(self.changed()))  # type: ignore[arg-type]  # fields keep their own types


PATCH_FIELDS: Final = tuple(each.name for each in fields(AlertPatch))
"""The patchable fields, in the order in which they are shown and sent."""


TagCheck: TypeAlias = Callable[[Sequence[str], Sequence[str]], tuple[str, ...]]
"""Gives the tags without duplicates, the second being those that the alert has; raises `Invalid`."""


@dataclass(frozen=True, slots=True)
class TagEdit:
    """Tags to add and to remove; what an alert ends up with depends on what it has."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.add or self.remove)

    def resolve(self, tags: Sequence[str], check: TagCheck | None = None) -> Clearable[tuple[str, ...]]:
        """The replacement list for an alert that has `tags`; KEEP where nothing changes.

        Raises `Invalid` where an added tag breaks the tag rules, which `check` has where they are not the
        usual ones; those that came with the alert may stay.
        """
        kept = [tag for tag in tags if tag not in self.remove]
        kept += [tag for tag in dict.fromkeys(self.add) if tag not in kept]
        if tuple(kept) == tuple(tags):
            return KEEP
        return Set((check or checked_tags)(kept, tags)) if kept else CLEAR


_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")


def is_address(text: str) -> bool:
    """True if a text looks like an e-mail address."""
    return _ADDRESS.fullmatch(text) is not None


def checked_tags(
    tags: Sequence[str],
    present: Sequence[str] = (),
    *,
    pattern: str = TAG_PATTERN,
    limit: int = TAG_LIMIT,
    rule: str = "",
) -> tuple[str, ...]:
    """The tags without duplicates and in order; raises `Invalid` where one breaks the rules.

    Tags in `present` are those that the alert has: however they came to it, it may keep them. `pattern` and
    `limit` are the connection's own rule, and `rule` says the pattern in words.
    """
    unique = tuple(dict.fromkeys(tags))
    new = [tag for tag in unique if tag not in present]
    for tag in new:
        if not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), tag):
            usual = "tags may use a-z, 0-9, _ and - (1-30 characters)"
            raise Invalid("tags", tag, rule or (usual if pattern == TAG_PATTERN else f"tags match {pattern}"))
    if new and len(unique) > limit:
        raise Invalid("tags", unique[limit], f"an alert keeps at most {limit} tags; remove one first")
    return unique


def values_of(alert: Alert) -> AlertPatch:
    """The alert's present values as a patch that would restore every one of them."""
    return AlertPatch(
        status=Set(alert.status),
        quality=Set(alert.quality) if alert.quality else CLEAR,
        tags=Set(alert.tags) if alert.tags else CLEAR,
        assignee=Set(alert.assignee.id) if alert.assignee else CLEAR,
        verdict=Set(alert.verdict) if alert.verdict else CLEAR,
        severity=Set(alert.severity_word or alert.severity.name),
        malice=Set(alert.risk.override) if alert.risk and alert.risk.override else CLEAR,
    )


def narrowed(values: AlertPatch, patch: AlertPatch) -> AlertPatch:
    """Of `values` only the fields that `patch` changes; the rest is left alone."""
    names = {name for name, _ in patch.changed()}
    return AlertPatch(**{name: getattr(values, name) for name in names})


def difference(before: AlertPatch, after: AlertPatch) -> AlertPatch:
    """The smallest patch that leads from the values `before` to the values `after`."""
    return AlertPatch(
        **{name: value for name, value in after.changed() if getattr(before, name) != value}  # type: ignore[arg-type]
    )


def value_text(value: Clear | Set[str] | Set[Quality] | Set[tuple[str, ...]], nothing: str = "") -> str:
    """One patched value in words; a cleared one is `nothing`."""
    if isinstance(value, Clear):
        return nothing
    if isinstance(value.value, Quality):
        return value.value.value
    if isinstance(value.value, tuple):
        return ", ".join(value.value)
    return value.value


WIRE_NAMES: Final[Mapping[str, str]] = {
    "status": "status",
    "quality": "quality",
    "tags": "contextTags",
    "assignee": "assignee",
    "verdict": "verdict",
    "severity": "severity",
    "malice": "malice",
}
"""Field names in JSON; the first four are Panther's, the rest are ours."""


def to_wire(patch: AlertPatch) -> dict[str, object]:
    """The patch as the JSON object of the documented PATCH: absent, value, or "" / [] for a clear."""
    body: dict[str, object] = {}
    for name, value in patch.changed():
        if isinstance(value, Clear):
            body[WIRE_NAMES[name]] = [] if name == "tags" else ""
        elif isinstance(value.value, Quality):
            body[WIRE_NAMES[name]] = value.value.value
        elif isinstance(value.value, tuple):
            body[WIRE_NAMES[name]] = list(value.value)
        else:
            body[WIRE_NAMES[name]] = value.value
    return body


def from_wire(body: Mapping[str, object]) -> AlertPatch:
    """Read the JSON object of the documented PATCH; raises `Invalid` naming field, value and rule.

    Which status words exist is the backend's knowledge and is not checked here.
    """
    unknown = [name for name in body if name not in WIRE_NAMES.values()]
    if unknown:
        raise Invalid(unknown[0], body[unknown[0]], "no such field; one of " + ", ".join(WIRE_NAMES.values()))
    return AlertPatch(
        status=_wire_word(body, "status"),
        quality=_wire_quality(body),
        tags=_wire_tags(body),
        assignee=_wire_text(body, "assignee"),
        verdict=_wire_text(body, "verdict"),
        severity=_wire_word(body, "severity"),
        malice=_wire_text(body, "malice"),
    )


def _wire_text(body: Mapping[str, object], name: str) -> Clearable[str]:
    if name not in body:
        return KEEP
    value = body[name]
    if not isinstance(value, str):
        raise Invalid(name, value, "text is expected")
    return Set(value) if value else CLEAR


def _wire_word(body: Mapping[str, object], name: str) -> Settable[str]:
    value = _wire_text(body, name)
    if value is CLEAR:
        raise Invalid(name, "", "a word is expected; it cannot be cleared")
    return value


def _wire_quality(body: Mapping[str, object]) -> Clearable[Quality]:
    value = _wire_text(body, "quality")
    if isinstance(value, Set):
        return Set(checked_quality(value.value))
    return value


def _wire_tags(body: Mapping[str, object]) -> Clearable[tuple[str, ...]]:
    if "contextTags" not in body:
        return KEEP
    value = body["contextTags"]
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise Invalid("contextTags", value, "a list of tags is expected")
    return Set(checked_tags(value)) if value else CLEAR


def checked_quality(word: str) -> Quality:
    """The quality that a word names in any case; raises `Invalid` for any other word."""
    try:
        return Quality(word.upper())
    except ValueError:
        raise Invalid("quality", word, 'one of USEFUL, NOISE, or "" to clear it') from None
