"""What can go wrong, in words that an analyst can act on."""

from __future__ import annotations

from collections.abc import Sequence


class AlertTuiError(Exception):
    """The root of every error that alerttui shows: its text says what failed and what to do."""

    exit_code = 1


class Invalid(AlertTuiError):
    """A value was refused before anything was written.

    `field` is the name that the analyst used, `value` what was given, `rule` what would be right.
    """

    exit_code = 2

    def __init__(self, field: str, value: object, rule: str) -> None:
        super().__init__(f"{field}: {value!r} is refused: {rule}")
        self.field = field
        self.value = value
        self.rule = rule


class QueryError(Invalid):
    """A filter that does not parse; `start` and `end` are character positions in its text."""

    def __init__(self, text: str, start: int, end: int, reason: str) -> None:
        super().__init__("filter", text[start:end] or text, reason)
        self.text = text
        self.start = start
        self.end = end
        self.reason = reason


class NotFound(AlertTuiError):
    """No such alert; `ids` names every one that is missing."""

    exit_code = 4

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__("No such alert: " + ", ".join(ids))
        self.ids = tuple(ids)


class NotSupported(AlertTuiError):
    """The backend cannot do this; the text is its reason."""

    exit_code = 3


class Unavailable(AlertTuiError):
    """The backend cannot be reached, or does not let us in."""

    exit_code = 3
    may_have_acted = False
    """True if the server may have done what was asked though no answer tells so: re-read first."""


class Unreachable(Unavailable):
    """No answer: no such host, refused, timed out, or cut off."""

    def __init__(self, message: str, *, may_have_acted: bool = False) -> None:
        super().__init__(message)
        self.may_have_acted = may_have_acted


class TlsFailed(Unreachable):
    """The server's certificate was not accepted, or the two sides agree on no TLS."""


class ServerDown(Unreachable):
    """The server answered that it cannot do it now: 5xx."""


class SlowDown(Unavailable):
    """The server asks to wait (429); `retry_at_ms` is when it may be asked again."""

    def __init__(self, message: str, retry_at_ms: int) -> None:
        super().__init__(message)
        self.retry_at_ms = retry_at_ms


class NotLetIn(Unavailable):
    """The token is missing, wrong or expired (401)."""


class NotPermitted(Unavailable):
    """The token does not allow this (403); `permission` is what it lacks, empty where that is not known."""

    def __init__(self, message: str, permission: str = "") -> None:
        super().__init__(message)
        self.permission = permission


class BadAnswer(Unavailable):
    """The answer is not what the product's document describes: no JSON, another shape, pages without end."""

    def __init__(self, message: str, *, may_have_acted: bool = False) -> None:
        super().__init__(message)
        self.may_have_acted = may_have_acted


class Rejected(AlertTuiError):
    """The server refused the request as it is (400, 409, 422); the text has its own words."""

    exit_code = 1


class TooLarge(Rejected):
    """The request, or the answer, is larger than one of the two sides takes (413, 414)."""


class Stopped(AlertTuiError):
    """The analyst stopped a change before it was made: nothing was changed."""


class StoreError(AlertTuiError):
    """The file is not a store that this version can use; it was left untouched."""

    exit_code = 2


class ReadOnly(AlertTuiError):
    """A change was asked for where only reading is allowed."""

    exit_code = 3


class ConfigError(AlertTuiError):
    """The configuration is wrong: the text names file, key and line."""

    exit_code = 2
