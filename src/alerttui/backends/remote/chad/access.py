"""With what a connection proves who it is: a token or an API key, and what CHAD wants beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from alerttui.backends.remote.asking import Answer, Request
from alerttui.backends.remote.chad.capabilities import CURRENT, DOCUMENTED
from alerttui.domain.errors import NotLetIn

JWT: Final = "jwt"
KEY: Final = "key"

SIGN_IN: Final = "Sign in again."

_CSRF_HEADER: Final = "x-csrf-token"
_CSRF: Final = re.compile(r"[A-Za-z0-9_.~+/=-]{1,512}")
"""What a CSRF token may look like: it goes into a header and a cookie."""

CSRF_MS: Final = 1_800_000
"""A CSRF token lives for an hour; one that is half as old is read anew."""

_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,16384}")
_READING: Final = ("GET", "HEAD")


def kind_of(token: str) -> str:
    """Whether a secret is an API key or a token; an empty one is a token that is not there yet."""
    return KEY if token.startswith("chad_") else JWT


def usable(token: object) -> str:
    """A token as a server gave it; empty where it gave none that can be sent."""
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else ""


class Access:
    """The secret of one connection, in memory only."""

    def __init__(self, token: str, kind: str) -> None:
        self.form = ""
        """Of the API, which decides where a key goes; empty while it is not known."""
        self._token = token
        self._kind = kind
        self._csrf = ""
        self._csrf_ms = 0

    def __repr__(self) -> str:
        return f"<Access by {self._kind}>"

    @property
    def has_key(self) -> bool:
        """True for an API key, which reads under /api/external and does nothing else."""
        return self._kind == KEY

    @property
    def token(self) -> str:
        """The token itself; raises `NotLetIn` where there is none."""
        self.require()
        return self._token

    def require(self) -> None:
        """Raise `NotLetIn` where there is no secret at all."""
        if not self._token:
            what = "its profile names no API key." if self.has_key else "nobody is signed in."
            raise NotLetIn(f"Nothing was sent to CHAD: {what}")

    def use(self, token: str) -> None:
        """Go on with this token."""
        self._token = token

    def headers(self, request: Request) -> Mapping[str, str]:
        """What a request carries; nothing where no secret is needed. Raises `NotLetIn` without a token."""
        if request.path[:1] != ("api",):
            return {}
        if self.has_key:
            return self._key_headers() if request.path[:2] == ("api", "external") else {}
        found = {"Authorization": f"Bearer {self.token}"}
        if request.method not in _READING and self._csrf:
            found |= {"X-CSRF-Token": self._csrf, "Cookie": f"csrf_token={self._csrf}"}
        return found

    def _key_headers(self) -> dict[str, str]:
        found = {}
        if self.form != DOCUMENTED:
            found["X-API-Key"] = self.token
        if self.form != CURRENT:
            found["Authorization"] = f"Bearer {self.token}"
        return found

    def heard(self, request: Request, answer: Answer, now_ms: int) -> None:
        """Remember the CSRF token that the answer to a reading brought."""
        told = answer.headers.get(_CSRF_HEADER, "")
        if request.method in _READING and _CSRF.fullmatch(told):
            self._csrf, self._csrf_ms = told, now_ms

    def forget_csrf(self) -> bool:
        """The server does not know the CSRF token any more; false where there was none."""
        had, self._csrf = bool(self._csrf), ""
        return had

    def lacks_csrf(self, request: Request, now_ms: int) -> bool:
        """True if a CSRF token must be read before this request: the documents want one beside a token."""
        is_wanted = request.method not in _READING and self.form == DOCUMENTED and not self.has_key
        return is_wanted and (not self._csrf or now_ms - self._csrf_ms >= CSRF_MS)
