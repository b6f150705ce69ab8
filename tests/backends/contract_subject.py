"""A backend under test, and small helpers of its contract."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.contract import Backend
from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Alert
from alerttui.domain.patch import CLEAR, KEEP, PATCH_FIELDS, AlertPatch, Set
from alerttui.domain.query import EVERYTHING, AlertQuery
from alerttui.domain.vocabulary import TAG_PATTERN, AlertId, Quality
from tests.backends.samples import NOW, sample

NATIVE: Final = (*PATCH_FIELDS, "comments read", "comments write", "history", "related", "statistics", "live")
"""What a product may do by itself."""

MISSING: Final = AlertId("no-such-alert")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A backend under test and a way to put alerts where it reads them."""

    backend: Backend
    seed: Callable[[Sequence[NewAlert]], Awaitable[list[AlertId]]]
    """Puts alerts in; the ids by which the backend knows them, in the same order."""
    person: str = "bob"
    """Whom alerts can be assigned to."""
    native: frozenset[str]
    """Of `NATIVE`, what the product does by itself and its backend must therefore not refuse."""
    sends_narrowing: bool = True
    """True if `page` decides by itself which alerts match; False if it only leaves out what it safely can."""

    def refusal(self, name: str) -> str:
        """Why the backend cannot do something; empty if it can."""
        capabilities = self.backend.capabilities
        refusals = {
            "comments read": capabilities.comments.read_refusal,
            "comments write": capabilities.comments.write_refusal,
            "history": capabilities.history_refusal,
            "related": capabilities.related_refusal,
            "statistics": capabilities.statistics_refusal,
            "live": capabilities.live_refusal,
        }
        return refusals[name] if name in refusals else capabilities.refusal(name)

    async def one(self) -> AlertId:
        """Seed a single alert."""
        return (await self.seed([sample(0)]))[0]

    def settable(self, field: str) -> AlertPatch:
        """A patch that sets one field to a value that the backend knows."""
        capabilities = self.backend.capabilities
        match field:
            case "status":
                return AlertPatch(status=Set(capabilities.active_target or capabilities.closing_targets[0]))
            case "quality":
                return AlertPatch(quality=Set(Quality.NOISE))
            case "tags":
                return AlertPatch(tags=Set(("one", "two")))
            case "assignee":
                into = Set(capabilities.assigns_into) if capabilities.assigns_into else KEEP
                return AlertPatch(assignee=Set(self.person), status=into)
            case "verdict":
                if capabilities.verdict_alone_refusal or capabilities.verdict_required:
                    return closing(self)
                words = capabilities.verdicts
                return AlertPatch(verdict=Set(words[0].word if words else "true_positive"))
            case "severity":
                return AlertPatch(
                    severity=Set(capabilities.severities[0] if capabilities.severities else "HIGH")
                )
            case _:
                return AlertPatch(malice=Set("Malicious"))


def cleared(field: str) -> AlertPatch:
    """A patch that clears one field."""
    return AlertPatch(**{field: CLEAR})  # type: ignore[arg-type]  # the field's own type has CLEAR


CLEARABLE: Final = ("quality", "tags", "assignee", "verdict", "malice")


def closing(subject: Subject) -> AlertPatch:
    """A patch that closes, with a verdict where the backend wants one."""
    capabilities = subject.backend.capabilities
    status = capabilities.closing_targets[0]
    if capabilities.verdict_required:
        return AlertPatch(status=Set(status), verdict=Set(capabilities.verdicts[0].word))
    return AlertPatch(status=Set(status))


def told_of(patch: AlertPatch, alert: Alert) -> AlertPatch:
    """Of a patch what the alert can be seen to have: no assignee and no verdict that is not told."""
    if not alert.assignee_known:
        patch = replace(patch, assignee=KEEP)
    return patch if alert.verdict_known else replace(patch, verdict=KEEP)


def bad_tags(subject: Subject) -> list[tuple[str, ...]]:
    """Lists of tags that the connection's own rules forbid."""
    capabilities = subject.backend.capabilities
    too_many = tuple(f"t{number}" for number in range(capabilities.tag_limit + 1))
    if capabilities.tag_pattern != TAG_PATTERN:
        return [("",), (" ",), too_many]
    return [("Upper",), ("with space",), ("x" * 31,), ("",), too_many]


def status_word(patch: AlertPatch) -> str:
    assert isinstance(patch.status, Set)
    return patch.status.value


def is_refused(subject: Subject, field: str) -> bool:
    """True if the field cannot be set; the reason must be there."""
    refusal = subject.backend.capabilities.refusal(field)
    assert not refusal or refusal.endswith(".")
    return bool(refusal)


async def all_ids(backend: Backend, query: AlertQuery = EVERYTHING, limit: int = 50) -> list[AlertId]:
    found: list[Alert] = []
    cursor = None
    while True:
        page = await backend.page(query, NOW, cursor, limit)
        assert len(page.results) <= limit
        found += page.results
        cursor = page.next
        if cursor is None:
            return [each.id for each in found]
