"""Where a token comes from, which places are refused, and that it is never repeated."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from alerttui.config.schema import Profile
from alerttui.config.tokens import MOST_BYTES, TokenSource, read_token, token_source
from alerttui.domain.errors import ConfigError
from tests.config.fake_keyring import install_keyring

TOKEN = "mark3r-t0ken.value~"

BY_VARIABLE = Profile(name="prod", backend="panther", token_env="PROD_TOKEN")
BY_KEYRING = Profile(name="prod", backend="panther", keyring=True)


def by_file(path: Path) -> Profile:
    """A profile whose token is in this file."""
    return Profile(name="prod", backend="panther", token_file=path)


def token_file(folder: Path, content: bytes = TOKEN.encode(), rights: int = 0o600) -> Path:
    """A token file."""
    path = folder / "token"
    path.write_bytes(content)
    path.chmod(rights)
    return path


def refusal(profile: Profile, environ: dict[str, str] | None = None) -> str:
    """Why the token is not taken; it is never in the words, nor what was found in its place."""
    with pytest.raises(ConfigError) as caught:
        read_token(profile, environ or {})
    said = str(caught.value) + repr(caught.value)
    assert "mark3r" not in said
    return str(caught.value)


def test_a_token_is_read_from_the_variable() -> None:
    assert read_token(BY_VARIABLE, {"PROD_TOKEN": TOKEN}) == TOKEN
    assert str(token_source(BY_VARIABLE)) == "the variable PROD_TOKEN"


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_token_is_read_from_a_file_without_the_end_of_its_line(tmp_path: Path, end: bytes) -> None:
    path = token_file(tmp_path, TOKEN.encode() + end)
    assert read_token(by_file(path), {}) == TOKEN
    assert str(token_source(by_file(path))) == f"the file {path}"


def test_a_local_profile_has_no_token() -> None:
    assert token_source(Profile(name="local")) is None
    assert "says nowhere" in refusal(Profile(name="local"))


def test_a_variable_that_is_not_set_is_told_with_what_to_do() -> None:
    said = refusal(BY_VARIABLE)
    assert "the variable PROD_TOKEN" in said
    assert "read -rs PROD_TOKEN && export PROD_TOKEN" in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\n", "it is empty"),
        (f"{TOKEN}\n{TOKEN}", "more than one line"),
        (f"{TOKEN}\rx", "more than one line"),
        (f"Bearer {TOKEN}", "a space or another character"),
        (f" {TOKEN}", "a space or another character"),
        (f"{TOKEN}\x00", "a space or another character"),
        (f"{TOKEN}é", "a space or another character"),
        pytest.param("mark3r" * MOST_BYTES, "longer than", id="long"),
    ],
)
def test_what_can_be_no_token_is_refused_and_not_repeated(text: str, reason: str) -> None:
    assert reason in refusal(BY_VARIABLE, {"PROD_TOKEN": text})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"mark3r\nmark3r\n", "more than one line"),
        (b"\xef\xbb\xbfmark3r", "characters beyond ASCII"),
        pytest.param(b"mark3r" * MOST_BYTES, "longer than", id="long"),
    ],
)
def test_a_file_with_no_token_in_it_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    assert reason in refusal(by_file(token_file(tmp_path, content)))


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o620, 0o660, 0o666])
def test_a_file_that_others_can_reach_is_not_used(tmp_path: Path, rights: int) -> None:
    path = token_file(tmp_path, rights=rights)
    said = refusal(by_file(path))
    assert f"({rights:04o}); it was not used. chmod 600 {path}" in said


def test_a_file_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = token_file(tmp_path)
    me = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: me + 1)
    assert "somebody else's" in refusal(by_file(path))


def test_an_own_link_leads_to_the_file_whose_rights_count(tmp_path: Path) -> None:
    path = token_file(tmp_path)
    link = tmp_path / "link"
    link.symlink_to(path)
    assert read_token(by_file(link), {}) == TOKEN
    path.chmod(0o644)
    assert "others can read" in refusal(by_file(link))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make links for others")
def test_a_link_that_somebody_else_made_is_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(token_file(tmp_path))
    os.lchown(link, 4711, 4711)
    assert "somebody else made this link" in refusal(by_file(link))


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo", 0o600)
    (tmp_path / "folder").mkdir(mode=0o700)
    for name in ("fifo", "folder"):
        assert "no ordinary file" in refusal(by_file(tmp_path / name))
    assert "there is no such token file" in refusal(by_file(tmp_path / "absent"))


# -- the keyring


def test_a_token_is_read_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    install_keyring(monkeypatch, {("alerttui", "prod"): TOKEN})
    assert read_token(BY_KEYRING, {}) == TOKEN
    assert str(token_source(BY_KEYRING)) == "the keyring"


def test_a_keyring_without_the_token_says_how_to_put_it_there(monkeypatch: pytest.MonkeyPatch) -> None:
    install_keyring(monkeypatch, {})
    assert "keyring set alerttui prod" in refusal(BY_KEYRING)


def test_without_the_package_what_to_install_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "pip install 'alerttui[keyring]'" in refusal(BY_KEYRING)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("NoKeyringError", "there is no keyring on this system"),
        ("KeyringLocked", "it is locked"),
        ("SomethingElse", "it failed with SomethingElse"),
    ],
)
def test_a_keyring_that_fails_is_told_without_its_words(
    monkeypatch: pytest.MonkeyPatch, kind: str, reason: str
) -> None:
    broken = ModuleType("keyring")
    error = type(kind, (Exception,), {})

    def fail(*_: str) -> None:
        raise error("mark3r in the words of a plug-in")

    broken.get_password = fail  # type: ignore[attr-defined]  # a module made by hand
    monkeypatch.setitem(sys.modules, "keyring", broken)
    said = refusal(BY_KEYRING)
    assert reason in said
    assert "token_file" in said


def test_a_source_shows_no_token() -> None:
    assert isinstance(token_source(BY_VARIABLE), TokenSource)
    assert TOKEN not in repr(token_source(BY_VARIABLE))
