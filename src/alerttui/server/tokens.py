"""Who may use the server: tokens by name in a private file, of which only hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from alerttui.config.private_file import alone_with, write_private
from alerttui.config.toml_lines import error_line, line_of
from alerttui.domain.errors import ConfigError, Invalid

FILE_NAME: Final = "tokens.toml"
PREFIX: Final = "alerttui_"
"""Begins every token, so that a scanner for leaked secrets can tell what it found."""

_TABLE: Final = "tokens"
_SECRET_BYTES: Final = 32
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_NAME: Final = re.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_NAME_RULE: Final = "1 to 64 letters, digits or . _ @ -, the first a letter or digit"
_HEADER: Final = (
    "# Who may use `alerttui serve`. The tokens themselves are not here: only their SHA-256.\n"
    "# Delete a table, and its token ends at once. New ones: alerttui serve --create-token NAME\n\n"
)
_LOGGER: Final = logging.getLogger("alerttui.server")


class Permission(Enum):
    """What a token allows."""

    READ = "read"
    MANAGE = "manage"


@dataclass(frozen=True, slots=True)
class Token:
    """Somebody who may use the server; the secret itself is not in here."""

    name: str
    permissions: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class _Entry:
    token: Token
    digest: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the file said, and which state of the file said it."""

    state: tuple[int, ...]
    entries: tuple[_Entry, ...]


def read_permissions(words: Iterable[str]) -> frozenset[Permission]:
    """The permissions with these words; raises `Invalid` for an unknown one and for none at all."""
    known = {each.value: each for each in Permission}
    given = [word.strip().lower() for word in words if word.strip()]
    for word in given:
        if word not in known:
            raise Invalid("permissions", word, f"known are {' and '.join(known)}")
    if not given:
        raise Invalid("permissions", "", f"at least one of {' and '.join(known)} is needed")
    return frozenset(known[word] for word in given)


class TokenBook:
    """The tokens of one file, read anew whenever the file changes; without a file everybody may do all."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._reading = _Reading((), ())
        self._complained_at: tuple[int, ...] | None = None

    @property
    def is_open(self) -> bool:
        """True if no token is asked for; an empty file is not open: it lets nobody in."""
        return self.path is None

    def tokens(self) -> tuple[Token, ...]:
        """Everybody whom the file names; raises `ConfigError` where it is no private file of tokens."""
        return tuple(entry.token for entry in self._current())

    def find(self, key: str) -> Token | None:
        """Whose token this is; None if nobody's, or if the file cannot be trusted now, which is logged."""
        try:
            entries = self._current()
        except ConfigError as error:
            self._complain(error)
            return None
        digest = _digest(key)
        found = None
        for entry in entries:  # to the end, so that the time taken tells nothing about which one it was
            if hmac.compare_digest(entry.digest, digest):
                found = entry.token
        return found

    def create(self, name: str, permissions: frozenset[Permission]) -> str:
        """Make a token and return it, the only time that it can be seen; raises `Invalid`, `ConfigError`."""
        if self.path is None:
            raise ConfigError("There is no token file to put a token in.")
        if not _NAME.fullmatch(name):
            raise Invalid("token name", name, _NAME_RULE)
        secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        try:
            with alone_with(self.path):
                entries = self._current() if self.path.exists() else ()
                if any(entry.token.name == name for entry in entries):
                    rule = (
                        f"{self.path} has a token of this name; delete its table first, or take another name"
                    )
                    raise Invalid("token name", name, rule)
                added = _Entry(Token(name, permissions), _digest(secret))
                write_private(self.path, _written((*entries, added)))
        except OSError as error:
            reason = f"cannot be written: {error.strerror}; no token was made"
            raise ConfigError(f"{self.path}: {reason}") from error
        return secret

    def _current(self) -> tuple[_Entry, ...]:
        if self.path is None:
            return ()
        try:
            if _state(self.path.stat()) != self._reading.state:
                self._reading = _read(self.path)
        except FileNotFoundError:
            raise ConfigError(
                f"{self.path}: there is no such token file; alerttui serve --create-token NAME makes it"
            ) from None
        except OSError as error:
            raise ConfigError(f"{self.path}: cannot be read: {error.strerror}") from error
        return self._reading.entries

    def _complain(self, error: ConfigError) -> None:
        """Log once for each state of the file that it lets nobody in."""
        try:
            state = _state(self.path.stat()) if self.path else ()
        except OSError:
            state = ()
        if state != self._complained_at:
            self._complained_at = state
            _LOGGER.error("%s; until then every token is refused", error)


def _digest(secret: str) -> str:
    """SHA-256 without salt or stretching: 256 random bits can be neither guessed nor looked up in a table.

    (Both protect secrets that people choose; these are never chosen.)
    """
    return hashlib.sha256(secret.encode("utf-8", "backslashreplace")).hexdigest()


def _state(status: os.stat_result) -> tuple[int, ...]:
    """What differs when a file was replaced, written to, or given other rights."""
    return status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _read(path: Path) -> _Reading:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if status.st_mode & 0o077:
            raise ConfigError(f"{path}: others can read or write it; chmod 600 {path}")
        data = file.read()
    try:
        text = data.decode("utf-8")
        tables = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}, line {error_line(str(error), text)}: not TOML: {error}") from None
    return _Reading(_state(status), tuple(_entries(path, text, tables)))


def _entries(path: Path, text: str, tables: dict[str, Any]) -> Iterator[_Entry]:
    def refusal(keys: tuple[str, ...], reason: str) -> ConfigError:
        return ConfigError(f"{path}, line {line_of(text, keys)}: {'.'.join(keys)}: {reason}")

    for key in tables:
        if key != _TABLE:
            raise refusal((key,), f"no such key; tokens stand under [{_TABLE}.NAME]")
    named = tables.get(_TABLE, {})
    if not isinstance(named, dict):
        raise refusal((_TABLE,), "a table for each token is expected")
    for name, values in named.items():
        if not _NAME.fullmatch(name):
            raise refusal((_TABLE, name), f"a name is {_NAME_RULE}")
        if not isinstance(values, dict) or set(values) != {"sha256", "permissions"}:
            raise refusal((_TABLE, name), "sha256 and permissions are expected, and nothing else")
        digest, words = values["sha256"], values["permissions"]
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise refusal((_TABLE, name, "sha256"), "64 digits of 0-9a-f are expected")
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise refusal((_TABLE, name, "permissions"), 'a list such as ["read", "manage"] is expected')
        try:
            yield _Entry(Token(name, read_permissions(words)), digest)
        except Invalid as error:
            raise refusal((_TABLE, name, "permissions"), error.rule) from None


def _written(entries: Iterable[_Entry]) -> bytes:
    import tomli_w  # only for writing

    tables = {
        entry.token.name: {
            "sha256": entry.digest,
            "permissions": [each.value for each in Permission if each in entry.token.permissions],
        }
        for entry in entries
    }
    return (_HEADER + tomli_w.dumps({_TABLE: tables})).encode("utf-8")
