"""The entrance to a remote system: how one signs in, without knowing its product or where tokens are kept."""

from __future__ import annotations

from typing import Protocol

from alerttui.backends.contract import SignIn


class Entrance(Protocol):
    """What a mirror needs so that the analyst can sign in."""

    @property
    def name(self) -> str:
        """The e-mail to propose; empty where none is known."""
        ...

    def sign_in(self) -> SignIn:
        """A new attempt; raises `NotSupported` where one does not sign in. Nothing is sent yet."""
        ...

    def has_token(self) -> bool:
        """True if there is a token, good or expired; blocks where a keyring does."""
        ...

    def take(self, token: str) -> None:
        """Hold a new token in memory; raises `ConfigError` where it can be none."""
        ...

    def keep(self) -> None:
        """Put it where the profile keeps tokens, if anywhere; blocks, and raises `ConfigError`."""
        ...
