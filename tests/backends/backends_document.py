"""The tables of docs/backends.md, made from what the backends declare themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from alerttui.backends.contract import BackendSettings
from alerttui.backends.registry import connect
from alerttui.domain.capabilities import AssignBy, Capabilities, RetrySafety
from alerttui.domain.patch import PATCH_FIELDS

BEGIN: Final = "<!-- made by: python -m pytest tests/backends/test_backends_document.py --update-files -->"
END: Final = "<!-- the end of what is made -->"

CONNECTIONS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "local": ("sqlite", {}),
    "Panther": ("panther", {}),
    "CHAD": ("chad", {"api": "current", "auth": "jwt"}),
    "CHAD as documented": ("chad", {"api": "documented", "auth": "jwt"}),
    "CHAD with a key": ("chad", {"api": "current", "auth": "key"}),
    "Calseta": ("calseta", {}),
    "SentinelNerd": ("sentinelnerd", {}),
}
"""Each connection by its heading: the backend's kind and its options."""

_SAFETY: Final = {
    RetrySafety.IDEMPOTENT: "sent again",
    RetrySafety.SETTLE: "read, then sent again",
    RetrySafety.NEVER: "read, then asked about",
}


def made_part(path: Path) -> str:
    """The part of the page that is made; `path` is for a store that is not kept."""
    found = {name: _capabilities(kind, options, path) for name, (kind, options) in CONNECTIONS.items()}
    head = f"| | {' | '.join(found)} |\n|---|{'---|' * len(found)}"
    rows = [
        f"| {name} | {' | '.join(tell(each) or '-' for each in found.values())} |"
        for name, tell in ROWS.items()
    ]
    reasons = [line for name, each in found.items() for line in _reasons(name, each)]
    sections = [BEGIN, "\n".join([head, *rows]), "### What is refused, and in which words", *reasons, END]
    return "\n\n".join(sections)


def _capabilities(kind: str, options: Mapping[str, str], path: Path) -> Capabilities:
    settings = BackendSettings(
        path=path if kind == "sqlite" else None,
        url="" if kind == "sqlite" else "https://soc.example",
        me="ana@soc.example",
        options=options,
    )
    return connect(kind, settings).capabilities


def _field(name: str) -> Callable[[Capabilities], str]:
    def tell(can: Capabilities) -> str:
        if can.refusal(name):
            return ""
        return "set" if can.refusal(name, clear=True) else "set, clear"

    return tell


def _assigned_by(can: Capabilities) -> str:
    if can.refusal("assignee") or can.assign_by is AssignBy.NONE:
        return ""
    by = {AssignBy.ID: "user id", AssignBy.EMAIL: "e-mail"}[can.assign_by]
    return f"{by}, with {can.assigns_into}" if can.assigns_into else by


def _closing(can: Capabilities) -> str:
    words = ", ".join(can.status(each).label for each in can.closing_targets)
    return f"{words}; a verdict is needed" if can.verdict_required else words


def _comments(can: Capabilities) -> str:
    if can.comments.notes:
        return "local notes"
    words = [] if can.comments.read_refusal else ["read"]
    words += [] if can.comments.write_refusal else [f"write ({can.comments.formats[0].lower()})"]
    words += ["in the request of a change"] if can.comments.with_change else []
    return ", ".join(words)


def _bulk(can: Capabilities) -> str:
    if can.read_only_reason:
        return ""
    if not can.bulk_native:
        return "one by one"
    return f"up to {can.bulk_chunk} in a request" if can.bulk_chunk else "all at once"


def _listing(can: Capabilities) -> str:
    order = "newest first" if can.is_listed_by_creation else "in no known order"
    limit = f", the newest {can.list_limit:,} only" if can.list_limit else ""
    return f"{can.page_limit} a page, {order}{limit}"


def _safety(operation: str) -> Callable[[Capabilities], str]:
    def tell(can: Capabilities) -> str:
        is_asked = operation in can.retry and not can.read_only_reason
        return _SAFETY[can.retry[operation]] if is_asked else ""

    return tell


def _yes(refusal: Callable[[Capabilities], str]) -> Callable[[Capabilities], str]:
    return lambda can: "" if refusal(can) else "yes"


ROWS: Final[Mapping[str, Callable[[Capabilities], str]]] = {
    "statuses": lambda can: ", ".join(each.label for each in can.statuses),
    "closes as": _closing,
    "verdicts": lambda can: ", ".join(each.label for each in can.verdicts),
    **{name: _field(name) for name in PATCH_FIELDS},
    "assigned by": _assigned_by,
    "comments": _comments,
    "actions taken": _yes(lambda can: can.actions_refusal),
    "events": lambda can: "in pages" if can.events_paged else "one answer",
    "history of its own": _yes(lambda can: can.history_refusal),
    "related alerts of its own": _yes(lambda can: can.related_refusal),
    "figures of its own": _yes(lambda can: can.statistics_refusal),
    "announces new alerts": _yes(lambda can: can.live_refusal),
    "lists alerts": _listing,
    "narrows by": lambda can: ", ".join(can.narrows),
    "bulk changes": _bulk,
    "requests a minute": lambda can: f"{can.requests_per_minute}" if can.requests_per_minute else "",
    "a change without an answer": _safety("apply"),
    "a comment without an answer": _safety("add_comment"),
}
"""What the table tells, and how each is found in the capabilities; empty is told as `-`."""


def _reasons(name: str, can: Capabilities) -> list[str]:
    """A list of the refusals of one connection; nothing where there are none."""
    if can.read_only_reason:
        return [f"**{name}**", f"- everything that changes: {can.read_only_reason}"]
    told = {each: can.refusal(each) for each in PATCH_FIELDS}
    told |= {
        f"clearing {each}": can.refusal(each, clear=True)
        for each in PATCH_FIELDS
        if not can.refusal(each) and each != "status"
    }
    told |= {
        "a verdict without closing": can.verdict_alone_refusal,
        "reading comments": can.comments.read_refusal,
        "writing comments": can.comments.write_refusal,
        "history": can.history_refusal,
        "related alerts": can.related_refusal,
        "figures": can.statistics_refusal,
        "a stream": can.live_refusal,
    }
    lines = [f"- {what}: {why}" for what, why in told.items() if why]
    return [f"**{name}**", "\n".join(lines)] if lines else []
