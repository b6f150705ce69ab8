"""What a remote backend asks of its transport: one request, one answer, or an error from `domain.errors`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import BadAnswer
from alerttui.domain.json_text import JsonRefused, parse_json
from alerttui.domain.showable import shown

NO_BODY: Final = object()
"""Stands for a request without a body, because `None` is a JSON value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of a product's API."""

    method: str
    path: tuple[str, ...]
    """Segments below the profile's URL, not encoded: each becomes exactly one segment of the address."""
    query: Sequence[tuple[str, str]] = ()
    """Parameters in order; a list is a repeated key."""
    body: object = NO_BODY
    """A JSON value."""
    safety: RetrySafety = RetrySafety.IDEMPOTENT
    """Whether the transport may repeat it: only what is IDEMPOTENT after bytes may have left."""
    expected: Collection[int] = (200,)
    """Status codes that are a success; a redirect is none."""
    permission: str = ""
    """What the token needs for it, by the product's own name: told where the server answers 403."""
    alert_id: str = ""
    """Whom a 404 is about: raised as `NotFound`; without it a 404 is `Rejected`."""
    doing: str = ""
    """What failed if it fails, for the error: "change alert a-1"."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Headers of this request alone, all of them secret; they go over those of every request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a request that succeeded, or that ended with another status that it expects."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""
    body: bytes = b""
    requested_ms: int = 0
    """When the request began that was answered."""
    words: str = ""
    """What the server says of why it is no success: one line that can be shown, without secrets."""


def object_of(body: bytes) -> Mapping[str, object] | None:
    """The JSON object in the body of an answer; None where that is anything else."""
    try:
        value = parse_json(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, JsonRefused):
        return None
    return value if isinstance(value, dict) else None


def of_another(product: str, request: Request, words: str) -> BadAnswer:
    """The error where something else than the product answered 404 for an alert, which may still be there."""
    doing = shown(request.doing) or f"ask {product}"
    what = f"what answered (404) does not answer as {product}: {words.rstrip('.')}."
    advice = "The alert is not taken for gone; try again later, or check the url of the profile."
    return BadAnswer(f"Could not {doing}: {what} {advice}")


class Requester(Protocol):
    """The transport, as a backend sees it."""

    async def ask(self, request: Request) -> Answer:
        """Send a request and give its answer; raises `Unavailable`, `Rejected` or `NotFound`.

        What is raised after bytes may have left, for what is not IDEMPOTENT, has `may_have_acted` set.
        """
        ...

    def value(self, answer: Answer) -> object:
        """The JSON value of an answer, numbers as written; raises `BadAnswer` for anything else."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
