"""Signing in to CHAD: a token, a code, or the server's words and what to do about them."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest

from alerttui.backends.contract import SignIn, SignsIn
from alerttui.backends.remote.asking import Answer
from alerttui.backends.remote.chad.signing_in import ChadSignIn
from alerttui.domain.errors import BadAnswer, NotLetIn, ServerDown
from alerttui.domain.query import EVERYTHING
from tests.backends.chad.connecting import backend_of
from tests.backends.chad.script import NOW, Reply, Script, told
from tests.standins.chad import ANALYST, PASSWORD, ChadStandIn


@pytest.fixture
def server() -> ChadStandIn:
    return ChadStandIn()


@pytest.fixture
def attempt(server: ChadStandIn) -> SignIn:
    return backend_of(server, "").sign_in()


async def test_a_token_is_got_and_used(server: ChadStandIn) -> None:
    backend = backend_of(server, "")
    assert isinstance(backend, SignsIn)
    attempt = backend.sign_in()
    token = await attempt.begin(ANALYST, PASSWORD)
    assert token
    await attempt.close()
    backend.use_token(token)
    await backend.page(EVERYTHING, NOW)
    (login,) = server.of("login")
    assert login.json == {"email": ANALYST, "password": PASSWORD}
    assert "authorization" not in login.headers


async def test_a_code_is_asked_for_and_may_be_mistyped(server: ChadStandIn, attempt: SignIn) -> None:
    server.add_user("eve@example.com", code="123456")
    assert await attempt.begin("eve@example.com", PASSWORD) is None
    with pytest.raises(NotLetIn, match="Invalid 2FA code"):
        await attempt.confirm("654321")
    with pytest.raises(NotLetIn, match="6 to 8 characters"):
        await attempt.confirm("12345")
    assert await attempt.confirm(" 123 456 ")
    assert len(server.of("login_2fa")) == 2
    with pytest.raises(NotLetIn, match="begin with e-mail"):
        await attempt.confirm("123456")


async def test_a_code_that_came_too_late_means_to_begin_again(server: ChadStandIn, attempt: SignIn) -> None:
    server.add_user("eve@example.com", code="123456")
    await attempt.begin("eve@example.com", PASSWORD)
    server.world.pending.clear()
    with pytest.raises(NotLetIn, match="Begin again with e-mail and password"):
        await attempt.confirm("123456")
    with pytest.raises(NotLetIn, match="no sign-in that waits"):
        await attempt.confirm("123456")


def _nothing(server: ChadStandIn) -> None:
    """An account as any other."""


def _sso(server: ChadStandIn) -> None:
    server.user(ANALYST).sso_only = True


def _inactive(server: ChadStandIn) -> None:
    server.user(ANALYST).is_active = False


def _set_up(server: ChadStandIn) -> None:
    server.user(ANALYST).must_set_up_code = True


def _delegated(server: ChadStandIn) -> None:
    server.knobs.delegated = True


@pytest.mark.parametrize(
    ("prepare", "name", "password", "words"),
    [
        (_nothing, ANALYST, "wrong", "CHAD does not let you in: Invalid credentials"),
        (_nothing, "nobody", PASSWORD, "Sign in with the e-mail address"),
        (_sso, ANALYST, PASSWORD, "uses SSO only.*API key"),
        (_inactive, ANALYST, PASSWORD, "User is inactive.*An administrator"),
        (_set_up, ANALYST, PASSWORD, "second factor.*web console"),
        (_delegated, ANALYST, PASSWORD, "leaves signing in to another system"),
    ],
)
async def test_a_refusal_says_what_to_do(
    server: ChadStandIn,
    attempt: SignIn,
    prepare: Callable[[ChadStandIn], None],
    name: str,
    password: str,
    words: str,
) -> None:
    prepare(server)
    with pytest.raises(NotLetIn, match=words):
        await attempt.begin(name, password)
    assert len(server.of("login")) == 1


async def test_a_lockout_is_told_at_once_with_its_minutes(server: ChadStandIn, attempt: SignIn) -> None:
    for _ in range(5):
        with pytest.raises(NotLetIn):
            await attempt.begin(ANALYST, "wrong")
    with pytest.raises(NotLetIn, match=r"temporarily locked.*Try again in 15 minutes"):
        await attempt.begin(ANALYST, PASSWORD)
    assert len(server.of("login")) == 6


@pytest.mark.parametrize(
    "value",
    [
        [],
        None,
        {},
        {"access_token": 7},
        {"access_token": ""},
        {"access_token": "a b"},
        {"requires_2fa": True},
    ],
)  # fmt: skip
async def test_an_answer_without_a_token_that_can_be_sent_is_told(value: object) -> None:
    script = Script(replies=[told(value)])
    with pytest.raises(BadAnswer):
        await ChadSignIn(script).begin(ANALYST, PASSWORD)


async def test_neither_password_nor_code_nor_token_is_shown_or_kept() -> None:
    echo = {"detail": [{"msg": f"{PASSWORD} is wrong", "loc": ["body", "password"], "input": PASSWORD}]}
    script = Script(replies=[told(echo, 422), told({"requires_2fa": True, "2fa_token": "p3nd1ng"})])
    attempt = ChadSignIn(script)
    with pytest.raises(NotLetIn) as refused:
        await attempt.begin(ANALYST, PASSWORD)
    assert PASSWORD not in str(refused.value)
    await attempt.begin(ANALYST, PASSWORD)
    script.replies = [told({"detail": "p3nd1ng: Invalid 2FA code 123456."}, 401)]
    with pytest.raises(NotLetIn) as refused:
        await attempt.confirm("123456")
    for secret in (PASSWORD, "123456", "p3nd1ng"):
        assert secret not in str(refused.value)
        assert secret not in repr(script.asked)
    assert PASSWORD not in repr(vars(attempt))
    await attempt.close()
    assert script.is_closed
    assert "p3nd1ng" not in repr(vars(attempt))


async def test_no_traceback_finds_password_or_code() -> None:
    for answer in (told({"detail": "no"}, 401), told([]), told({}), told({"access_token": 7})):
        attempt = ChadSignIn(Script(replies=[told({"requires_2fa": True, "2fa_token": "p3nd1ng"}), answer]))
        await attempt.begin(ANALYST, PASSWORD)
        with pytest.raises((NotLetIn, BadAnswer)) as refused:
            await attempt.confirm("987654")
        assert "987654" not in _inside(refused.value)
        with pytest.raises((NotLetIn, BadAnswer)) as refused:
            await ChadSignIn(Script(replies=[answer])).begin(ANALYST, PASSWORD)
        assert PASSWORD not in _inside(refused.value)


def _inside(error: Exception) -> str:
    """A traceback with every local variable, but for this file's own."""
    captured = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(each for each in captured.format() if __file__ not in each)


async def test_a_server_that_fails_is_no_refusal() -> None:
    failing: Reply = ServerDown("500")
    with pytest.raises(ServerDown):
        await ChadSignIn(Script(replies=[failing])).begin(ANALYST, PASSWORD)
    page = Answer(status=200, body=b"<html>")
    with pytest.raises(BadAnswer):
        await ChadSignIn(Script(replies=[page])).begin(ANALYST, PASSWORD)
