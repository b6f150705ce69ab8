"""What goes wrong before an answer is whole, told apart: no such host, refused, too slow, cut off, no TLS."""

from __future__ import annotations

import errno
import logging
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Final

from alerttui.backends.remote.transport.endpoint import Endpoint
from alerttui.backends.remote.transport.failure import Failure, RequestContext, is_reading
from alerttui.backends.remote.transport.reading import BodyBroken, BodyTooLarge
from alerttui.backends.remote.transport.retrying import MAX_TRIES
from alerttui.backends.remote.transport.trust import is_about_the_authority, reason_of
from alerttui.domain.errors import AlertTuiError, BadAnswer, Rejected, TlsFailed, TooLarge, Unreachable
from alerttui.domain.showable import shown

_LOGGER: Final = logging.getLogger("alerttui.transport")

_CHECK: Final = "Check the network and the url of the profile."
_NO_ROUTE: Final = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN)
_CUT: Final = ("disconnected", "closed connection")
"""In httpcore's and h11's own words; what else they call a protocol error is no HTTP at all."""


class Sending:
    """Learns from httpcore whether a request has begun to leave."""

    def __init__(self) -> None:
        self.is_watched = False
        self.has_begun = False

    async def trace(self, event: str, info: Mapping[str, object]) -> None:
        """httpcore's `trace` extension; a proxy's CONNECT carries nothing of the request."""
        self.is_watched = True
        if event.endswith(".send_request_headers.started"):
            self.has_begun = getattr(info.get("request"), "method", b"") != b"CONNECT"

    def may_have_left(self, error: BaseException) -> bool:
        """Whether bytes may have left: as observed, or else by what was raised."""
        import httpx

        if self.is_watched:
            return self.has_begun
        before = (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.ProxyError,
            httpx.UnsupportedProtocol,
            httpx.LocalProtocolError,
            httpx.InvalidURL,
        )
        return not isinstance(error, before)


def failure_of(error: Exception, sending: Sending, context: RequestContext, endpoint: Endpoint) -> Failure:
    """The failure that an exception of httpx, of the body or of the deadline stands for."""
    has_left = sending.may_have_left(error)
    found, tries = _error_of(error, context, endpoint, has_left)
    may_have_acted = has_left and not is_reading(context.request)
    if may_have_acted and isinstance(found, Rejected):
        found = BadAnswer(str(found))
    return Failure(error=found, tries=tries, has_left=has_left, may_have_acted=may_have_acted)


def _error_of(
    error: Exception, context: RequestContext, endpoint: Endpoint, has_left: bool
) -> tuple[AlertTuiError, int]:
    """The error to raise, and how many tries it is worth."""
    import httpx

    host, sentence = context.host, context.sentence
    if isinstance(error, BodyTooLarge):
        limit = f"{endpoint.max_body_bytes / 1_000_000:g} MB"
        return TooLarge(sentence(f"the answer of {host} is larger than {limit}", "Ask for less.")), 1
    if isinstance(error, BodyBroken):
        return BadAnswer(sentence(f"the answer of {host} cannot be read: {error}")), 1
    if isinstance(error, httpx.InvalidURL):
        return TooLarge(sentence("the request is too long to be sent", "Ask for less at once.")), 1
    if tls := next((each for each in _behind(error) if isinstance(each, ssl.SSLError)), None):
        advice = "If its authority is your company's own, name it by ca_file in the profile."
        what = f"no safe connection to {host}{context.via}: {reason_of(tls)}"
        return TlsFailed(sentence(what, advice if is_about_the_authority(tls) else "")), 1
    if isinstance(error, httpx.ProxyError):
        what = f"no way to {host}{context.via}: {_without_secrets(str(error), context)}"
        return Unreachable(sentence(what, "Check the proxy.")), 1
    if isinstance(error, httpx.ProtocolError) and not any(word in str(error) for word in _CUT):
        return BadAnswer(sentence(f"{host} does not speak HTTP as it should", _CHECK)), 1
    if not isinstance(error, (httpx.HTTPError, OSError)):
        _LOGGER.warning("Asking %s failed in an unforeseen way: %s", context.product, type(error).__name__)
    return Unreachable(sentence(_no_answer(error, context, endpoint, has_left), _CHECK)), MAX_TRIES


def _no_answer(error: Exception, context: RequestContext, endpoint: Endpoint, has_left: bool) -> str:
    import httpx

    place = context.host + context.via
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection to {place} within {endpoint.connect_s:g} s"
    if isinstance(error, httpx.PoolTimeout):
        return f"all connections to {place} stay busy"
    if isinstance(error, (httpx.ReadTimeout, httpx.WriteTimeout)):
        return f"no answer of {place} within {endpoint.read_s:g} s"
    if isinstance(error, TimeoutError):
        return f"no whole answer of {place} within {endpoint.total_s:g} s"
    if has_left:
        return f"{place} cut the connection off"
    behind = list(_behind(error))
    if any(isinstance(each, socket.gaierror) for each in behind):
        return f"no such host: {place}"
    if any(isinstance(each, ConnectionRefusedError) for each in behind):
        return f"{place} refused the connection"
    if any(isinstance(each, OSError) and each.errno in _NO_ROUTE for each in behind):
        return f"no route to {place}"
    return f"no connection to {place}"


def _behind(error: BaseException) -> Iterator[BaseException]:
    """An exception and those that it came from; httpcore keeps its own as an argument."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__, *each.args]
            if isinstance(each, BaseExceptionGroup):
                waiting += each.exceptions


def _without_secrets(text: str, context: RequestContext) -> str:
    for secret in context.secrets:
        text = text.replace(secret, "(secret)")
    return shown(" ".join(text.split())[:200])
