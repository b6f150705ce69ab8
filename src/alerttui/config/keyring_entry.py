"""Tokens in the keyring of the desktop or the system: an extra, imported when a profile asks for it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Final, NoReturn

from alerttui.domain.errors import ConfigError

SERVICE: Final = "alerttui"
"""Under which name entries lie; the user of an entry is the profile's name."""

_NO_KEYRINGS: Final = ("keyring.backends.fail", "keyring.backends.null")
"""What the package offers where there is nothing to keep tokens in."""

_ELSEWHERE: Final = "or put the token into a file that only you can read and write token_file in the profile"


def kept_token(profile: str) -> str:
    """The token kept for this profile; empty where there is none. Raises `ConfigError`."""
    keyring = _keyring()
    try:
        return str(keyring.get_password(SERVICE, profile) or "")
    except Exception as error:  # keyrings are plug-ins over other programs: they raise anything
        _refuse(error, "nothing was sent")


def keyring_token(profile: str) -> str:
    """The token kept for this profile; raises `ConfigError` with what to do where there is none."""
    token = kept_token(profile)
    if not token:
        raise ConfigError(
            f"the keyring has no token for the profile {profile}; nothing was sent. Put it there with "
            f"keyring set {SERVICE} {profile}"
        )
    return token


def keep_token(profile: str, token: str) -> None:
    """Keep a token for this profile, in place of the one that is there; raises `ConfigError`."""
    keyring = _keyring()
    try:
        keyring.set_password(SERVICE, profile, token)
    except Exception as error:  # as above
        _refuse(error, "the token was not kept")


def forget_token(profile: str) -> bool:
    """Remove the token of this profile; False where there was none. Raises `ConfigError`."""
    keyring = _keyring()
    try:
        if keyring.get_password(SERVICE, profile) is None:
            return False
        keyring.delete_password(SERVICE, profile)
    except Exception as error:  # as above
        _refuse(error, "the token was left where it is")
    return True


def keyring_name() -> str:
    """What keeps the tokens here; raises `ConfigError` where nothing does. No token is read."""
    keyring = _keyring()
    try:
        kind = type(keyring.get_keyring())
    except Exception as error:  # as above
        _refuse(error, "no token can be read")
    if kind.__module__ in _NO_KEYRINGS:
        raise ConfigError(f"there is no keyring on this system; install or start one, {_ELSEWHERE}.")
    return f"{kind.__module__}.{kind.__qualname__}"


def _keyring() -> ModuleType:
    try:
        return import_module("keyring")
    except ImportError:
        raise ConfigError(
            "the token is to be in the keyring, and the package for it is not installed: "
            f"pip install 'alerttui[keyring]', {_ELSEWHERE}."
        ) from None


def _refuse(error: Exception, what_not: str) -> NoReturn:
    """Say what kind of error it was and no more: its text may quote what was to be kept."""
    kind = type(error).__name__
    if kind == "NoKeyringError":
        reason = "there is no keyring on this system"
    elif kind == "KeyringLocked":
        reason = "it is locked, and stayed so"
    else:
        reason = f"it failed with {kind}"
    raise ConfigError(
        f"the keyring cannot be used: {reason}; {what_not}. Unlock or start it, {_ELSEWHERE}."
    ) from None
