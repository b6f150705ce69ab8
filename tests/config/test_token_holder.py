"""The token while alerttui runs: what signing in gave goes before everything, and shows nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.config.schema import Profile
from alerttui.config.token_end import token_ends_ms
from alerttui.config.token_holder import TokenHolder, TokenHolders
from alerttui.config.tokens import TokenKind, token_source
from alerttui.domain.errors import ConfigError, NotLetIn
from tests.config.fake_keyring import Entries, install_keyring
from tests.doorkeeper import a_jwt

TOKEN = "s1gned-in-t0ken"
SOC = Profile(name="soc", backend="chad", url="https://soc.example", sign_in=True)
KEPT = replace(SOC, keyring=True)


def test_without_signing_in_there_is_no_token_and_no_wrong_configuration() -> None:
    holder = TokenHolder(SOC, {})
    assert not holder.has_token()
    with pytest.raises(NotLetIn, match="Nobody is signed in to soc"):
        holder.read()


def test_what_signing_in_gave_is_held_in_memory_and_kept_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    entries: Entries = {}
    install_keyring(monkeypatch, entries)
    holder = TokenHolder(SOC, {})
    holder.take(TOKEN)
    holder.keep()
    assert (holder.read(), holder.is_in_memory, entries) == (TOKEN, True, {})
    assert TOKEN not in repr(holder)


def test_with_a_keyring_it_is_kept_there_and_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    entries: Entries = {}
    install_keyring(monkeypatch, entries)
    holder = TokenHolder(KEPT, {})
    with pytest.raises(NotLetIn, match="the keyring has no token of it"):
        holder.read()
    holder.take(TOKEN)
    holder.keep()
    assert entries == {("alerttui", "soc"): TOKEN}
    assert TokenHolder(KEPT, {}).read() == TOKEN


def test_memory_goes_before_the_place_that_the_profile_names() -> None:
    profile = Profile(name="soc", backend="chad", url="https://soc.example", token_env="SOC_TOKEN")
    holder = TokenHolder(profile, {"SOC_TOKEN": "of-the-variable"})
    assert (holder.read(), holder.is_in_memory) == ("of-the-variable", False)
    holder.take(TOKEN)
    assert holder.read() == TOKEN


@pytest.mark.parametrize("given", ["", "two words", "a\nb", "x" * 9_000, "\x1b[31m"])
def test_an_answer_that_can_be_no_token_is_refused_unquoted(given: str) -> None:
    holder = TokenHolder(SOC, {})
    with pytest.raises(ConfigError) as caught:
        holder.take(given)
    assert not given or given not in str(caught.value)
    assert not holder.has_token()


def test_a_token_outlives_a_visit_to_another_profile_but_follows_none_to_another_server() -> None:
    holders = TokenHolders({})
    holders.of(SOC).take(TOKEN)
    assert not holders.of(replace(SOC, name="lab")).has_token()
    assert holders.of(replace(SOC, me="ada")).read() == TOKEN
    assert not holders.of(replace(SOC, url="https://other.example")).has_token()


def test_where_the_token_is_can_be_said() -> None:
    source, kept = token_source(SOC), token_source(KEPT)
    assert source is not None
    assert kept is not None
    assert (source.kind, str(source)) == (TokenKind.MEMORY, "memory only, by signing in")
    assert (kept.kind, str(kept)) == (TokenKind.KEYRING, "the keyring")


@pytest.mark.parametrize(
    ("token", "ends_ms"),
    [
        (a_jwt({"exp": 1_893_456_000}), 1_893_456_000_000),
        (a_jwt({"exp": 1_893_456_000.5}), 1_893_456_000_500),
        (a_jwt({}), None),
        (a_jwt({"exp": "soon"}), None),
        (a_jwt({"exp": True}), None),
        (a_jwt({"exp": -1}), None),
        (a_jwt({"exp": 10**40}), None),
        (a_jwt({"exp": float("nan")}), None),
        (a_jwt([1, 2]), None),
        ("a.b", None),
        ("a.b.c", None),
        ("a.!!!.c", None),
        ("a." + "W1tb" * 1_900 + ".c", None),
        ("opaque", None),
        ("", None),
    ],
)
def test_a_token_tells_when_it_ends_or_nothing_is_made_of_it(token: str, ends_ms: int | None) -> None:
    assert token_ends_ms(token) == ends_ms
