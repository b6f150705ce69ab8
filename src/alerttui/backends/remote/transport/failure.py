"""One try that failed: with which error, and what may be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from alerttui.backends.remote.asking import Request
from alerttui.domain.errors import AlertTuiError, Unavailable, Unreachable
from alerttui.domain.showable import shown

_READING = frozenset({"GET", "HEAD"})
_PERHAPS_DONE = "It may have been done all the same."


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """What an error tells of a request."""

    product: str
    host: str
    request: Request
    via: str = ""
    """The proxy on the way, without its password."""
    secrets: Sequence[str] = field(default=(), repr=False)
    """What no message may repeat."""
    has_allow_list: bool = False
    """Whether a token may be good in some networks only."""

    def sentence(self, what: str, advice: str = "") -> str:
        """What could not be done, why, and what to do."""
        doing = shown(self.request.doing) or f"ask {self.product}"
        return f"Could not {doing}: {what.rstrip('.')}." + (f" {advice}" if advice else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What became of one try."""

    error: AlertTuiError
    tries: int = 1
    """How many tries such a failure is worth in all; 1 where another one would be in vain."""
    has_left: bool = False
    """True if bytes of the request may have reached the server."""
    may_have_acted: bool = False
    """True if the server may have done what was asked."""
    wait_ms: int = 0
    """How long the server asks to wait."""
    why_wait: str = ""


def is_reading(request: Request) -> bool:
    """Whether a request changes nothing, so that its outcome never is in doubt."""
    return request.method in _READING


def in_doubt(error: AlertTuiError) -> AlertTuiError:
    """The error of a request of which a try may have been carried out: it says so, in text and type."""
    text = f"{error} {_PERHAPS_DONE}"
    if not isinstance(error, Unavailable):
        return Unreachable(text, may_have_acted=True)
    error.args = (text, *error.args[1:])
    error.may_have_acted = True
    return error
