"""The token of one profile while alerttui runs: in memory once somebody signed in, else in its place."""

from __future__ import annotations

from collections.abc import Mapping

from alerttui.config.schema import Profile
from alerttui.config.tokens import checked_token, read_token
from alerttui.domain.errors import AlertTuiError


class TokenHolder:
    """Asked for the token whenever a connection is made; it shows none, neither in `repr` nor in errors."""

    def __init__(
        self, profile: Profile, environ: Mapping[str, str], before: TokenHolder | None = None
    ) -> None:
        self._profile = profile
        self._environ = environ
        self._token: str = before._token if before else ""

    @property
    def is_in_memory(self) -> bool:
        """True once somebody signed in here."""
        return bool(self._token)

    def read(self) -> str:
        """The token; may wait for a keyring. Raises `ConfigError`, or `NotLetIn` where nobody signed in."""
        return self._token or read_token(self._profile, self._environ)

    def has_token(self) -> bool:
        """True if there is a token, good or expired; may wait for a keyring."""
        try:
            return bool(self.read())
        except AlertTuiError:
            return False

    def take(self, token: str) -> None:
        """Hold in memory what signing in gave; raises `ConfigError` where no token can look so."""
        self._token = checked_token(token, "the answer to signing in")

    def keep(self) -> None:
        """Put what was taken into the keyring, where the profile has one; may wait. Raises `ConfigError`."""
        if self._token and self._profile.keyring:
            from alerttui.config.keyring_entry import keep_token

            keep_token(self._profile.name, self._token)


class TokenHolders:
    """The holders of one run of alerttui, so that a token outlives a visit to another profile."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._holders: dict[tuple[str, str, str], TokenHolder] = {}

    def of(self, profile: Profile) -> TokenHolder:
        """The holder of a profile; without a token where the profile leads to another server by now."""
        server = profile.name, profile.backend, profile.url
        self._holders[server] = TokenHolder(profile, self._environ, self._holders.get(server))
        return self._holders[server]
