"""Who may ask the stand-in of CHAD, and what is checked before."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.standins.chad import (
    ANALYST,
    KEY,
    PASSWORD,
    VIEWER,
    ChadStandIn,
)
from tests.standins.chad.asking import as_user, asking, told
from tests.standins.conftest import NOW
from tests.standins.panther import Clock

LOGIN = {"email": ANALYST, "password": PASSWORD}


@pytest.fixture
def standin(clock: Clock) -> ChadStandIn:
    return ChadStandIn(now=clock)


@pytest.fixture
async def anyone(standin: ChadStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(standin) as client:
        yield client


@pytest.fixture
async def api(standin: ChadStandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(standin, ANALYST) as client:
        yield client


async def test_a_login_gives_a_token_that_says_when_it_ends(anyone: httpx.AsyncClient) -> None:
    answer = (await anyone.post("/api/auth/login", json=LOGIN)).json()
    assert answer["token_type"] == "bearer" and len(answer) == 2
    claims = answer["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert claims["exp"] == (NOW + timedelta(minutes=480)).timestamp()
    assert set(claims) == {"sub", "exp", "tv"}


async def test_a_login_that_is_wrong_is_told_how(standin: ChadStandIn, anyone: httpx.AsyncClient) -> None:
    async def login(**fields: Any) -> httpx.Response:
        return await anyone.post("/api/auth/login", json=LOGIN | fields)

    assert told(await login(password="wrong")) == (401, "Invalid credentials")
    assert told(await login(email="nobody@example.com")) == (401, "Invalid credentials")
    assert (await login(email="no address")).status_code == 422
    standin.add_user("sso@example.com", sso_only=True)
    status, text = told(await login(email="sso@example.com"))
    assert status == 401 and text.startswith("This account uses SSO only")
    standin.user(ANALYST).is_active = False
    assert (await login()).status_code == 403
    standin.knobs.delegated = True
    assert (await login()).status_code == 404
    assert (await anyone.get("/api/auth/setup-status")).json() == {"chad_delegated_auth": True}


async def test_the_second_step_of_a_login_outlives_a_wrong_code(
    standin: ChadStandIn, anyone: httpx.AsyncClient, clock: Clock
) -> None:
    standin.user(ANALYST).code = "123456"
    first = (await anyone.post("/api/auth/login", json=LOGIN)).json()
    assert set(first) == {"requires_2fa", "2fa_token"} and first["requires_2fa"] is True

    async def second(code: str, token: str = first["2fa_token"]) -> httpx.Response:
        return await anyone.post("/api/auth/login/2fa", json={"token": token, "code": code})

    assert told(await second("654321")) == (401, "Invalid 2FA code.")
    assert (await second("123")).status_code == (await second("123456789")).status_code == 422
    answer = (await second("123456")).json()
    assert answer["token_type"] == "bearer"
    status, text = told(await second("123456"))
    assert status == 400 and text.startswith("Invalid or expired 2FA token")
    late = (await anyone.post("/api/auth/login", json=LOGIN)).json()["2fa_token"]
    clock.advance(600)
    assert (await second("123456", late)).status_code == 400


async def test_a_login_that_needs_a_second_factor_set_up_has_no_token_type(
    standin: ChadStandIn, anyone: httpx.AsyncClient
) -> None:
    standin.user(ANALYST).must_set_up_code = True
    answer = (await anyone.post("/api/auth/login", json=LOGIN)).json()
    assert set(answer) == {"access_token", "requires_2fa_setup"}


async def test_the_sixth_try_after_five_failures_is_locked_out(
    anyone: httpx.AsyncClient, clock: Clock
) -> None:
    for _ in range(5):
        answer = await anyone.post("/api/auth/login", json=LOGIN | {"password": "wrong"})
        assert answer.status_code == 401
    locked = await anyone.post("/api/auth/login", json=LOGIN)
    status, text = told(locked)
    assert status == 429 and re.fullmatch(r"Account temporarily locked .* Try again in 15 minutes\.", text)
    assert "retry-after" not in locked.headers
    clock.advance(15 * 60)
    assert (await anyone.post("/api/auth/login", json=LOGIN)).status_code == 200


async def test_a_token_that_does_not_work_is_told_why(
    standin: ChadStandIn, api: httpx.AsyncClient, clock: Clock
) -> None:
    assert (await api.get("/api/alerts")).status_code == 200
    for bad in ("nonsense", KEY):
        answer = await api.get("/api/alerts", headers={"Authorization": f"Bearer {bad}"})
        assert told(answer) == (401, "Invalid authentication token")
    for headers in ({"Authorization": "Basic eA=="}, {"Authorization": "", "X-API-Key": KEY}):
        assert told(await api.get("/api/alerts", headers=headers)) == (401, "Not authenticated")
    short = {"Authorization": f"Bearer {standin.token(minutes=1)}"}
    clock.advance(60)
    assert told(await api.get("/api/alerts", headers=short)) == (401, "Invalid authentication token")
    standin.expire_tokens()
    assert told(await api.get("/api/alerts")) == (401, "Invalid authentication token")
    api.headers.update(as_user(standin, ANALYST))
    standin.revoke_tokens(ANALYST)
    assert told(await api.get("/api/alerts")) == (401, "Token has been invalidated")
    api.headers.update(as_user(standin, ANALYST))
    standin.user(ANALYST).is_active = False
    assert told(await api.get("/api/alerts")) == (403, "User is inactive")
    del standin.world.users[standin.user(ANALYST).id]
    assert told(await api.get("/api/alerts")) == (401, "User not found")


async def test_who_am_i_tells_the_permissions(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    standin.user(ANALYST).must_change_password = True
    row = (await api.get("/api/auth/me")).json()
    assert set(row) == {
        *("id", "email", "role", "is_active", "auth_method", "must_change_password", "totp_enabled"),
        *("mfa_enforced", "mfa_required", "permissions", "notification_preferences"),
        "chad_delegated_auth",
    }
    assert row["permissions"]["manage_alerts"] is True and row["must_change_password"] is True
    standin.user(ANALYST).granted["manage_alerts"] = False
    assert (await api.get("/api/auth/me")).json()["permissions"]["manage_alerts"] is False
    viewer = (await api.get("/api/auth/me", headers=as_user(standin, VIEWER))).json()
    assert viewer["permissions"]["manage_alerts"] is False
    assert (await api.post("/api/auth/logout", json={})).status_code == 200
    assert (await api.get("/api/auth/me")).status_code == 200


async def test_a_write_without_a_bearer_header_meets_the_csrf_check(
    standin: ChadStandIn, anyone: httpx.AsyncClient
) -> None:
    path, body = f"/api/alerts/{standin.add_alert()}/status", {"status": "resolved"}
    status, text = told(await anyone.patch(path, json=body))
    assert status == 403 and text.startswith("CSRF token missing. ")
    token = (await anyone.get("/health")).headers["x-csrf-token"]
    cookie = {"Cookie": f"csrf_token={token}"}
    required = "CSRF token required. Please include X-CSRF-Token header."
    assert told(await anyone.patch(path, json=body, headers=cookie)) == (403, required)
    status, text = told(await anyone.patch(path, json=body, headers=cookie | {"X-CSRF-Token": "other"}))
    assert status == 403 and text.startswith("CSRF token validation failed. ")
    right = cookie | {"X-CSRF-Token": token}
    elsewhere = await anyone.patch(path, json=body, headers=right | {"Origin": "http://evil.test"})
    assert told(elsewhere) == (403, "Cross-site request not allowed.")
    assert told(await anyone.patch(path, json=body, headers=right)) == (401, "Not authenticated")
    bearer = {"Authorization": "Bearer nonsense"}
    assert (await anyone.patch(path, json=body, headers=bearer)).status_code == 401


async def test_every_get_hands_out_the_csrf_token(standin: ChadStandIn, api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/alerts")
    cookie = answer.headers["set-cookie"].lower()
    for part in ("csrf_token=", "httponly", "secure", "samesite=strict", "max-age=3600"):
        assert part in cookie
    assert "csrf_token" not in api.cookies or answer.headers["x-csrf-token"]
    again = await api.get("/api/alerts", headers={"Cookie": "csrf_token=mine"})
    assert again.headers["x-csrf-token"] == "mine" and "set-cookie" not in again.headers
    written = await api.post("/api/auth/logout", json={})
    assert "x-csrf-token" not in written.headers


async def test_a_write_without_a_json_content_type_is_refused_even_without_a_body(
    standin: ChadStandIn, api: httpx.AsyncClient
) -> None:
    alert = standin.add_alert()
    for answer in (
        await api.post(f"/api/alerts/{alert}/assign"),
        await api.post(f"/api/alerts/{alert}/unassign"),
        await api.patch(f"/api/alerts/{alert}/status", content=b'{"status": "new"}'),
    ):
        body = answer.json()
        assert answer.status_code == 415 and body["error_code"] == "INVALID_CONTENT_TYPE"
        assert set(body) == {"detail", "error_code", "request_id"}
        assert body["request_id"] == answer.headers["x-request-id"]
    assert (await api.post(f"/api/alerts/{alert}/assign", json={})).status_code == 200
