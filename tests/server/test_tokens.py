"""Tokens: made once, kept as hashes, gone at once when removed, refused where others can read the file."""

from __future__ import annotations

import hashlib
import logging
import stat
from pathlib import Path

import pytest

from alerttui.domain.errors import ConfigError, Invalid
from alerttui.server.tokens import Permission, Token, TokenBook, read_permissions

READ = frozenset({Permission.READ})
BOTH = frozenset({Permission.READ, Permission.MANAGE})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "tokens.toml"


def test_a_token_is_found_again_by_every_reader_of_the_file(path: Path) -> None:
    secret = TokenBook(path).create("ana@laptop", BOTH)
    assert TokenBook(path).find(secret) == Token("ana@laptop", BOTH)


def test_the_file_holds_a_hash_and_is_for_its_owner_only(path: Path) -> None:
    secret = TokenBook(path).create("ci", READ)
    text = path.read_text("utf-8")
    assert secret not in text and secret.removeprefix("alerttui_") not in text
    assert hashlib.sha256(secret.encode()).hexdigest() in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_tokens_differ_and_are_long_enough_never_to_be_guessed(path: Path) -> None:
    book = TokenBook(path)
    secrets = {book.create(f"t{number}", READ) for number in range(5)}
    assert len(secrets) == 5
    assert all(secret.startswith("alerttui_") and len(secret) == 9 + 43 for secret in secrets)


@pytest.mark.parametrize("key", ["", "alerttui_", "x" * 10_000, "\udc80é\x00"])
def test_what_is_no_token_is_nobodys(path: Path, key: str) -> None:
    book = TokenBook(path)
    secret = book.create("ci", READ)
    assert book.find(key) is None
    assert book.find(secret[:-1]) is None
    assert book.find(secret + " ") is None


def test_the_hash_in_the_file_is_not_a_token_itself(path: Path) -> None:
    book = TokenBook(path)
    book.create("ci", READ)
    digest = path.read_text("utf-8").split('sha256 = "')[1][:64]
    assert book.find(digest) is None


def test_a_removed_token_ends_at_once_and_an_added_one_begins(path: Path) -> None:
    serving = TokenBook(path)
    first = TokenBook(path).create("first", READ)
    before = path.read_bytes()
    second = TokenBook(path).create("second", BOTH)
    assert serving.find(first) and serving.find(second)
    path.write_bytes(before)
    assert serving.find(first) == Token("first", READ)
    assert serving.find(second) is None


def test_a_second_token_of_one_name_is_refused_and_the_first_stays(path: Path) -> None:
    book = TokenBook(path)
    secret = book.create("ci", READ)
    with pytest.raises(Invalid, match="has a token of this name"):
        book.create("ci", BOTH)
    assert book.find(secret) == Token("ci", READ)
    assert [token.name for token in book.tokens()] == ["ci"]


@pytest.mark.parametrize("name", ["", " ", "a b", "-x", "a\n", "a\x1b[31m", "x" * 65, "é"])
def test_a_name_that_a_log_line_cannot_carry_is_refused(path: Path, name: str) -> None:
    with pytest.raises(Invalid, match="token name"):
        TokenBook(path).create(name, READ)
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620])
def test_a_file_that_others_can_read_or_write_is_refused(path: Path, mode: int) -> None:
    secret = TokenBook(path).create("ci", READ)
    path.chmod(mode)
    book = TokenBook(path)
    with pytest.raises(ConfigError, match="chmod 600"):
        book.tokens()
    with pytest.raises(ConfigError, match="chmod 600"):
        book.create("other", READ)
    assert book.find(secret) is None


def test_a_file_that_becomes_readable_by_others_lets_nobody_in_until_it_is_private_again(path: Path) -> None:
    book = TokenBook(path)
    secret = book.create("ci", READ)
    assert book.find(secret)
    path.chmod(0o644)
    assert book.find(secret) is None
    path.chmod(0o600)
    assert book.find(secret)


def test_a_file_that_is_gone_or_broken_lets_nobody_in_and_is_logged_once(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    book = TokenBook(path)
    secret = book.create("ci", READ)
    path.write_text("tokens = [", "utf-8")
    with caplog.at_level(logging.ERROR, "alerttui.server"):
        assert book.find(secret) is None
        assert book.find(secret) is None
        path.unlink()
        assert book.find(secret) is None
        assert book.find(secret) is None
    assert len(caplog.messages) == 2
    assert "not TOML" in caplog.messages[0] and "no such token file" in caplog.messages[1]
    assert secret not in caplog.text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = 1", "line 1: x: no such key"),
        ("tokens = 3", "a table for each token"),
        ("[tokens.a]\nsha256 = 'zz'\npermissions = ['read']", "line 2: tokens.a.sha256: 64 digits"),
        (f"[tokens.a]\nsha256 = '{'0' * 64}'", "line 1: tokens.a: sha256 and permissions are expected"),
        (f"[tokens.a]\nsha256 = '{'0' * 64}'\npermissions = 'read'", "line 3: tokens.a.permissions: a list"),
        (f"[tokens.a]\nsha256 = '{'0' * 64}'\npermissions = ['all']", "known are read and manage"),
        (f"[tokens.a]\nsha256 = '{'0' * 64}'\npermissions = []", "at least one of"),
        ("[tokens.'a b']\nsha256 = ''\npermissions = []", "a name is"),
        ("[tokens.a]\n[tokens.a]", "line 2: not TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_file_line_and_key(path: Path, text: str, complaint: str) -> None:
    path.parent.mkdir()
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        TokenBook(path).tokens()
    assert str(path) in str(caught.value)
    assert complaint in str(caught.value)


def test_without_a_file_the_book_is_open_and_an_empty_file_is_not(path: Path) -> None:
    assert TokenBook().is_open
    path.parent.mkdir()
    path.touch(mode=0o600)
    assert not TokenBook(path).is_open
    assert TokenBook(path).tokens() == ()


def test_permissions_are_read_in_any_case_and_unknown_ones_refused() -> None:
    assert read_permissions([" Read", "MANAGE", ""]) == BOTH
    with pytest.raises(Invalid, match="admin"):
        read_permissions(["admin"])
    with pytest.raises(Invalid, match="at least one"):
        read_permissions([])
