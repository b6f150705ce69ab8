"""The token of a remote profile: where it is said to be, and the one function that reads it.

A token is never part of an error, a log or a `repr`: what is wrong with it is told without quoting it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from alerttui.config.keyring_entry import kept_token, keyring_token
from alerttui.config.schema import Profile
from alerttui.domain.errors import ConfigError, NotLetIn

MOST_BYTES: Final = 8_192
"""More than any header may have."""


class TokenKind(Enum):
    """In what kind of place a token is."""

    ENVIRONMENT = "environment"
    FILE = "file"
    KEYRING = "keyring"
    MEMORY = "memory"
    """Nowhere but in a running alerttui: got by signing in."""


@dataclass(frozen=True, slots=True)
class TokenSource:
    """Where a profile's token is; it may be shown."""

    kind: TokenKind
    name: str
    """Of the variable or of the file; of the profile for keyring and memory."""

    def __str__(self) -> str:
        if self.kind is TokenKind.MEMORY:
            return "memory only, by signing in"
        if self.kind is TokenKind.KEYRING:
            return "the keyring"
        return f"{'the variable' if self.kind is TokenKind.ENVIRONMENT else 'the file'} {self.name}"


def token_source(profile: Profile) -> TokenSource | None:
    """Where the token of this profile is; None for a local one."""
    if profile.token_env:
        return TokenSource(TokenKind.ENVIRONMENT, profile.token_env)
    if profile.token_file:
        return TokenSource(TokenKind.FILE, str(profile.token_file))
    if profile.keyring:
        return TokenSource(TokenKind.KEYRING, profile.name)
    return TokenSource(TokenKind.MEMORY, profile.name) if profile.sign_in else None


def read_token(profile: Profile, environ: Mapping[str, str]) -> str:
    """The token itself; raises `ConfigError` with what to do where it is missing or cannot be trusted.

    Where it is got by signing in and nobody has, that is `NotLetIn`: the configuration is right.
    """
    source = token_source(profile)
    if source is None:
        raise ConfigError(f"the profile {profile.name} says nowhere where its token is; nothing was sent.")
    match source.kind:
        case TokenKind.ENVIRONMENT:
            text = environ.get(source.name, "")
            if not text:
                raise ConfigError(
                    f"the variable {source.name}, which holds the token of the profile {profile.name}, is "
                    f"not set; nothing was sent. Set it without leaving the token in the shell's history: "
                    f"read -rs {source.name} && export {source.name}"
                )
        case TokenKind.FILE:
            text = _file_text(Path(source.name))
        case TokenKind.KEYRING:
            text = kept_token(source.name) if profile.sign_in else keyring_token(source.name)
            if not text:
                raise NotLetIn(f"Nobody is signed in to {profile.name}: the keyring has no token of it.")
        case TokenKind.MEMORY:
            raise NotLetIn(f"Nobody is signed in to {profile.name}.")
    return checked_token(text, str(source))


def checked_token(text: str, where: str) -> str:
    """The token without the end of its line; raises `ConfigError` where it can be none."""
    token = text.removesuffix("\n").removesuffix("\r")
    if not token:
        problem = "there is no token: it is empty"
    elif "\n" in token or "\r" in token:
        problem = "there is more than one line, and a token is one line"
    elif len(token) > MOST_BYTES:
        problem = f"it is longer than {MOST_BYTES:,} characters, which no token is"
    elif not all("!" <= each <= "~" for each in token):
        problem = (
            "it has a space or another character that a token cannot have; put the token there alone, "
            "without quotes, name or Bearer"
        )
    else:
        return token
    raise ConfigError(f"the token in {where} cannot be used: {problem}. Nothing was sent.")


def _file_text(path: Path) -> str:
    """The text of a file that only its owner can read; raises `ConfigError`.

    The rights are looked at on the open file, so that it is the one that is read. A link may lead to it,
    unless somebody else made the link.
    """
    try:
        _refuse_foreign_link(path)
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            _refuse_shared(path, os.fstat(descriptor))
            data = os.read(descriptor, MOST_BYTES + 3)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: there is no such token file; nothing was sent. Write the token into it, "
            f"with rights for you alone: (umask 077; cat > {path})"
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{path}: the token file cannot be read: {error.strerror}; nothing was sent."
        ) from None
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        raise ConfigError(
            f"the token in the file {path} cannot be used: it has characters beyond ASCII, which no token "
            "has. Nothing was sent."
        ) from None


def _refuse_foreign_link(path: Path) -> None:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode) and status.st_uid not in (os.getuid(), 0):
        raise ConfigError(
            f"{path}: somebody else made this link; the token was not read. Name the file itself."
        )


def _refuse_shared(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(f"{path}: no ordinary file; the token was not read.")
    if status.st_uid != os.getuid():
        raise ConfigError(
            f"{path}: the token file is somebody else's; it was not read. Make one of your own."
        )
    if status.st_mode & 0o077:
        raise ConfigError(
            f"{path}: others can read or write the token file ({stat.S_IMODE(status.st_mode):04o}); it was "
            f"not used. chmod 600 {path}, and make a new token if others may have read this one."
        )
