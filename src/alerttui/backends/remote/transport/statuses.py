"""What each status of an answer means for the one who asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alerttui.backends.remote.asking import object_of, of_another
from alerttui.backends.remote.transport.addressing import REDIRECTS, REDIRECTS_THAT_KEEP_THE_METHOD
from alerttui.backends.remote.transport.error_text import error_text
from alerttui.backends.remote.transport.failure import Failure, RequestContext, is_reading
from alerttui.backends.remote.transport.retrying import (
    LONGEST_WAIT_MS,
    MAX_TRIES,
    USUAL_WAIT_MS,
    retry_after_ms,
)
from alerttui.domain.errors import (
    AlertTuiError,
    BadAnswer,
    NotFound,
    NotLetIn,
    NotPermitted,
    Rejected,
    ServerDown,
    SlowDown,
    TooLarge,
)

_SURELY_NOT_DONE = frozenset({429, 503})
_GATEWAY = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer that is no success, as far as it was read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at_ms: int


def refusal_of(reply: Reply, context: RequestContext) -> Failure:
    """The failure that a status stands for, with the server's words."""
    status, request = reply.status, context.request
    words = error_text(status, reply.headers, reply.body, secrets=context.secrets)
    if status == 429 or status in _GATEWAY:
        return _put_off(reply, context, words)
    may_have_acted = not is_reading(request) and not 400 <= status < 500
    if status < 400:
        what = f"{context.host} answers {status}, which its documentation does not have here"
        error: AlertTuiError = BadAnswer(context.sentence(what))
    elif status >= 500:
        error = ServerDown(context.sentence(f"{context.host} failed ({status}): {words}", "Try again later."))
    else:
        error = _refused(reply, words, context)
    tries = 2 if status == 500 and is_reading(request) else 1
    return Failure(error=error, tries=tries, has_left=True, may_have_acted=may_have_acted)


def _put_off(reply: Reply, context: RequestContext, words: str) -> Failure:
    """Too many requests, or a gateway that has nobody behind it now."""
    status, headers = reply.status, reply.headers
    asked = retry_after_ms(headers.get("retry-after", ""), reply.at_ms, headers.get("date", ""))
    is_long = asked is not None and asked > LONGEST_WAIT_MS
    if status == 429 or is_long:
        wait = USUAL_WAIT_MS if asked is None else asked
        what = f"{context.host} asks to wait for {_seconds(wait)} ({status}): {words}"
        error: AlertTuiError = SlowDown(context.sentence(what), reply.at_ms + wait)
        why = f"{context.product} asks to wait"
    else:
        what = f"{context.host} is not available now ({status}): {words}"
        error = ServerDown(context.sentence(what, "Try again later."))
        why = f"{context.product} asks to wait" if asked else f"{context.product} is not available"
    return Failure(
        error=error,
        tries=1 if is_long else MAX_TRIES,
        has_left=True,
        may_have_acted=not is_reading(context.request) and status not in _SURELY_NOT_DONE,
        wait_ms=asked or 0,
        why_wait=why,
    )


def _refused(reply: Reply, words: str, context: RequestContext) -> AlertTuiError:
    status, host, request = reply.status, context.host, context.request
    if status == 401:
        advice = _advice(context, "The token is missing, wrong or expired", "or this network is not on its")
        return NotLetIn(context.sentence(f"{host} does not let us in (401): {words}", advice))
    if status == 403:
        if request.permission:
            advice = _advice(
                context, f"The token needs {request.permission}", "and this network must be on its"
            )
        else:
            advice = _advice(context, "The token lacks a permission", "or this network is not on its")
        what = f"{host} does not permit it (403): {words}"
        return NotPermitted(context.sentence(what, advice), request.permission)
    if status == 404 and request.alert_id:
        # Every product answers a JSON object; what stands before one that is away sends pages.
        if object_of(reply.body) is not None:
            return NotFound([request.alert_id])
        return of_another(context.product, request, words)
    if status in (413, 414, 431):
        what = f"the request is too large for {host} ({status}): {words}"
        return TooLarge(context.sentence(what, "Ask for less at once."))
    if status == 409:
        what = f"{host} sees a conflict with another change (409): {words}"
        return Rejected(context.sentence(what, "Read it again first."))
    if status == 404:
        return Rejected(context.sentence(f"{host} knows no such thing (404): {words}", "Check the url."))
    return Rejected(context.sentence(f"{host} refused it ({status}): {words}"))


def _advice(context: RequestContext, token: str, network: str) -> str:
    """What may be wrong with the token, and with the network where a token may be locked to some."""
    return f"{token}, {network} allow-list." if context.has_allow_list else f"{token}."


def redirect_refused(status: int, what: str, context: RequestContext, advice: str = "") -> Failure:
    """A redirect that is not followed; one that changes the method may come after the deed."""
    may_have_acted = status not in REDIRECTS_THAT_KEEP_THE_METHOD and not is_reading(context.request)
    advice = advice or "Check the url of the profile."
    error = BadAnswer(context.sentence(f"{context.host} {what}", advice))
    return Failure(error=error, has_left=True, may_have_acted=may_have_acted)


def is_redirect(status: int) -> bool:
    """Whether a status sends the request elsewhere."""
    return status in REDIRECTS


def _seconds(wait_ms: int) -> str:
    seconds = -(-wait_ms // 1000)
    return f"{seconds} s" if seconds <= 120 else f"{-(-seconds // 60)} minutes"
