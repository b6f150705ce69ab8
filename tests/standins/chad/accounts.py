"""Logging in, and who a token stands for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.standins.chad.fields import text_in
from tests.standins.chad.refusals import Refused, invalid, plain
from tests.standins.chad.world import Call, Pending, Token, User, World

LOCKED_AFTER, LOCKED_FOR = 5, timedelta(minutes=15)
PENDING_FOR = timedelta(minutes=10)


def mint(world: World, user: User, minutes: float | None = None) -> str:
    """A token of the shape header.claims.signature; its claims can be read, its signature is made up."""
    life = timedelta(minutes=world.knobs.session_minutes if minutes is None else minutes)
    expires_at = world.now() + life
    claims = {"sub": user.id, "exp": int(expires_at.timestamp()), "tv": user.version}
    signature = hashlib.sha256(f"token {world.next_number('token')}".encode()).digest()
    texts = (_packed({"alg": "HS256", "typ": "JWT"}), _packed(claims), _encoded(signature))
    text = ".".join(texts)
    world.tokens[text] = Token(user.id, user.version, expires_at)
    return text


def bearer(headers: Mapping[str, str]) -> str | None:
    """What stands behind Bearer; None where nothing does."""
    scheme, _, text = headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" and text.strip() else None


def known(world: World, text: str | None) -> User:
    """Whose token it is; refused in the words of the form."""
    try:
        return _owner(world, text)
    except Refused as refused:
        if world.form == "documented":
            raise plain(401, "Could not validate credentials") from None
        raise refused from None


def _owner(world: World, text: str | None) -> User:
    if text is None:
        raise plain(401, "Not authenticated")
    token = world.tokens.get(text)
    if token is None or token.expires_at <= world.now():
        raise plain(401, "Invalid authentication token")
    user = world.users.get(token.user_id)
    if user is None:
        raise plain(401, "User not found")
    if token.version != user.version:
        raise plain(401, "Token has been invalidated")
    if not user.is_active:
        raise plain(403, "User is inactive")
    return user


def login(world: World, call: Call) -> Response:
    if world.knobs.delegated:
        raise plain(404, "Not Found")
    body = call.json_object()
    email, password = text_in(body, "email"), text_in(body, "password")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        message = "value is not a valid email address: An email address must have an @-sign."
        raise invalid("value_error", ("body", "email"), message, email, {"reason": "not an address"})
    now = world.now()
    failures = [each for each in world.failed_logins.get(email, []) if now - each < LOCKED_FOR]
    if len(failures) >= LOCKED_AFTER:
        minutes = -(-(failures[0] + LOCKED_FOR - now) // timedelta(minutes=1))
        text = "Account temporarily locked due to too many failed attempts."
        raise plain(429, f"{text} Try again in {minutes} minutes.")
    user = next((each for each in world.users.values() if each.email == email), None)
    if user is not None and user.sso_only:
        raise plain(401, "This account uses SSO only. Please log in through your identity provider.")
    if user is None or user.password != password:
        world.failed_logins[email] = [*failures, now]
        raise plain(401, "Invalid credentials")
    if not user.is_active:
        raise plain(403, "User is inactive")
    world.failed_logins.pop(email, None)
    if user.code is not None:
        number = world.next_number("pending")
        text = _encoded(hashlib.sha256(f"pending {number}".encode()).digest())
        world.pending[text] = Pending(user.id, now + PENDING_FOR)
        return JSONResponse({"requires_2fa": True, "2fa_token": text})
    if user.must_set_up_code:
        return JSONResponse({"access_token": mint(world, user), "requires_2fa_setup": True})
    return JSONResponse({"access_token": mint(world, user), "token_type": "bearer"})


def login_second_step(world: World, call: Call) -> Response:
    body = call.json_object()
    text, code = text_in(body, "token"), text_in(body, "code", 6, 8)
    pending = world.pending.get(text)
    if pending is None or pending.expires_at <= world.now():
        raise plain(400, "Invalid or expired 2FA token. Please log in again.")
    user = world.users[pending.user_id]
    if code != user.code:
        raise plain(401, "Invalid 2FA code.")
    del world.pending[text]
    return JSONResponse({"access_token": mint(world, user), "token_type": "bearer"})


def logout(world: World, call: Call) -> Response:
    return JSONResponse({"message": "Logged out"})


def me(world: World, call: Call) -> Response:
    user = call.user
    row: dict[str, Any] = {"id": user.id, "email": user.email, "role": user.role, "is_active": user.is_active}
    row |= {
        "auth_method": "sso" if user.sso_only else "local",
        "must_change_password": user.must_change_password,
    }
    row |= {"totp_enabled": user.code is not None, "mfa_enforced": False, "mfa_required": False}
    row |= {"permissions": user.permissions(), "notification_preferences": {}}
    return JSONResponse(row | {"chad_delegated_auth": world.knobs.delegated})


def setup_status(world: World, call: Call) -> Response:
    return JSONResponse({"chad_delegated_auth": world.knobs.delegated})


def _packed(value: dict[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
