"""What is checked before a request finds its way: its content type, and that no other site sent it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from tests.standins.chad.accounts import bearer
from tests.standins.chad.refusals import Refused, coded, plain
from tests.standins.chad.world import World

CSRF_SECONDS = 3600
COOKIE, HEADER = "csrf_token", "x-csrf-token"
_CHANGING = ("POST", "PUT", "PATCH", "DELETE")
_WITH_BODY = ("POST", "PUT", "PATCH")
_KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
_EXEMPT = ("/api/auth/login", "/api/auth/login/2fa", "/api/auth/sso/exchange")
_EXEMPT_BELOW = ("/api/logs/", "/api/external/", "/api/scim/")


def check(world: World, request: Request, path: str) -> None:
    if world.form == "current":
        _check_content_type(request)
    exempt = path in _EXEMPT or path.startswith(_EXEMPT_BELOW)
    if request.method not in _CHANGING or exempt:
        return
    if bearer(request.headers) is None:
        _check_cookie(request)
    elif world.form == "documented" and world.knobs.csrf_beside_jwt:
        given = request.headers.get(HEADER)
        _check_given(given)
        if world.csrf_tokens.get(given or "", world.now()) <= world.now():
            raise _failed()


def hand_out(world: World, request: Request, response: Response) -> None:
    """Every answer to a GET carries the token in a header, and a cookie unless one was sent."""
    if request.method != "GET":
        return
    token = request.cookies.get(COOKIE)
    if token is None:
        token = hashlib.sha256(f"csrf {world.next_number('csrf')}".encode()).hexdigest()
        secure = world.knobs.secure_cookie
        response.set_cookie(
            COOKIE, token, max_age=CSRF_SECONDS, httponly=True, secure=secure, samesite="strict"
        )
        world.csrf_tokens[token] = world.now() + timedelta(seconds=CSRF_SECONDS)
    response.headers[HEADER] = token


def _check_content_type(request: Request) -> None:
    """Also where there is no body at all."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method in _WITH_BODY and kind not in _KINDS:
        raise coded(415, "INVALID_CONTENT_TYPE", "Content-Type must be application/json")


def _check_cookie(request: Request) -> None:
    cookie, given = request.cookies.get(COOKIE), request.headers.get(HEADER)
    if not cookie:
        raise plain(403, "CSRF token missing. Please reload and try again.")
    _check_given(given)
    if given != cookie:
        raise _failed()
    if not _same_site(request.headers):
        raise plain(403, "Cross-site request not allowed.")


def _check_given(given: str | None) -> None:
    if not given:
        raise plain(403, "CSRF token required. Please include X-CSRF-Token header.")


def _failed() -> Refused:
    return plain(403, "CSRF token validation failed. Please reload and try again.")


def _same_site(headers: Mapping[str, str]) -> bool:
    """Whether whatever names a site names this one."""
    named = [headers[name] for name in ("origin", "referer") if name in headers]
    return all(urlsplit(each).netloc == headers.get("host") for each in named)
