"""Getting a token by e-mail and password, and a code where CHAD asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerttui.backends.remote.asking import Answer, Request, Requester
from alerttui.backends.remote.chad.access import usable
from alerttui.backends.remote.chad.wire import Unseen
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import BadAnswer, NotLetIn

CODE_LENGTHS: Final = range(6, 9)

BEGIN_AGAIN: Final = 400
"""The answer to a code whose sign-in is over; after any other one, the next code may be right."""

ANSWERS: Final = (200, 400, 401, 403, 404, 422, 429)
"""Answers to a sign-in that say something to whoever signs in; a lockout is not waited for."""

NO_LOGIN: Final = (
    "This CHAD leaves signing in to another system, so an e-mail and a password do not help here. "
    "Give the profile an API key to read alerts, or a token from a browser that is signed in."
)
SETUP: Final = (
    "CHAD wants a second factor for this account, and none is set up yet. "
    "Set it up in CHAD's web console, then sign in here again."
)
NOT_BEGUN: Final = "There is no sign-in that waits for a code; begin with e-mail and password."
BAD_CODE: Final = "A code has 6 to 8 characters: one of the authenticator app, or a backup code."

_ADVICE: Final = {
    400: "Begin again with e-mail and password.",
    403: "An administrator of CHAD can say why.",
    422: "Sign in with the e-mail address that CHAD knows.",
}
_SSO: Final = "Give the profile an API key to read alerts, or a token from a browser that is signed in."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequest(Request):
    """A request whose body is all secrets."""

    body: Unseen


class ChadSignIn:
    """One attempt to sign in: password, code and pending token are forgotten with it, and never shown."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester
        self._pending = ""

    def __repr__(self) -> str:
        return "<sign-in to CHAD>"

    async def begin(self, name: str, password: str) -> str | None:
        """The token; None where a code is asked for too. Raises `NotLetIn` with the server's words."""
        self._pending = ""
        request = _login(Unseen(email=name, password=password))
        del password  # no traceback shall find it
        value = await self._object(request)
        if value.get("requires_2fa") is True:
            self._pending = usable(value.get("2fa_token"))
            if self._pending:
                return None
        if value.get("requires_2fa_setup") is True:
            raise NotLetIn(SETUP)
        return _token(value)

    async def confirm(self, code: str) -> str:
        """The token, by the code that `begin` asked for; after `NotLetIn` another code may be tried."""
        if not self._pending:
            raise NotLetIn(NOT_BEGUN)
        request = _login(Unseen(token=self._pending, code="".join(code.split())), "2fa")
        del code
        if len(str(request.body["code"])) not in CODE_LENGTHS:
            raise NotLetIn(BAD_CODE)
        token = _token(await self._object(request))
        self._pending = ""
        return token

    async def close(self) -> None:
        """Forget it all and let go of the connection."""
        self._pending = ""
        await self._requester.close()

    async def _object(self, request: SignInRequest) -> Mapping[str, object]:
        """The object in an answer that lets us in; raises `NotLetIn` for one that does not."""
        answer = await self._requester.ask(request)
        if answer.status == BEGIN_AGAIN:
            self._pending = ""
        if answer.status != 200:
            raise _refusal(answer, request)
        value = self._requester.value(answer)
        if not isinstance(value, dict):
            raise BadAnswer("CHAD's answer to the sign-in is not what it documents: an object is expected.")
        return Unseen(value)


def _login(body: Unseen, *further: str) -> SignInRequest:
    return SignInRequest(
        method="POST",
        path=("api", "auth", "login", *further),
        body=body,
        safety=RetrySafety.NEVER,
        expected=ANSWERS,
        doing="sign in to CHAD",
    )


def _refusal(answer: Answer, request: SignInRequest) -> NotLetIn:
    from alerttui.backends.remote.transport.error_text import error_text  # rarely needed

    words = error_text(answer.status, answer.headers, answer.body, secrets=_secrets_of(request))
    if answer.status == 404:
        return NotLetIn(NO_LOGIN)
    advice = _ADVICE.get(answer.status, "")
    if answer.status in (401, 403) and "sso" in words.lower():
        advice = _SSO
    return NotLetIn(" ".join(filter(None, (f"CHAD does not let you in: {words.rstrip('.')}.", advice))))


def _secrets_of(request: SignInRequest) -> tuple[str, ...]:
    """What no message may repeat; the e-mail address is none."""
    return tuple(str(each) for name, each in request.body.items() if each and name != "email")


def _token(value: Mapping[str, object]) -> str:
    token = usable(value.get("access_token"))
    if not token:
        raise BadAnswer("CHAD's answer to the sign-in holds no token that can be used.")
    return token
