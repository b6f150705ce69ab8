"""From a remote profile to its backend: settings, token and connection; nothing here knows a product."""

from __future__ import annotations

from dataclasses import dataclass

from alerttui.backends.contract import Backend, BackendSettings, OnWait, SignIn, SignsIn
from alerttui.backends.mirror import MirrorIdentity
from alerttui.config.active import ActiveProfile
from alerttui.config.mirror_place import TENANT_OPTION
from alerttui.config.schema import Profile
from alerttui.config.token_holder import TokenHolder
from alerttui.config.tokens import token_source
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.errors import AlertTuiError, ConfigError, NotSupported
from alerttui.domain.moments import parse_duration


def backend_settings(
    profile: Profile,
    token: str,
    *,
    me: str = "",
    read_only: bool = False,
    on_wait: OnWait | None = None,
) -> BackendSettings:
    """What the backend of a remote profile connects with."""
    return BackendSettings(
        profile=profile.name,
        url=profile.url,
        token=token,
        me=me or profile.me,
        read_only=read_only or profile.read_only,
        window_ms=parse_duration(profile.window) or 0,
        allow_http=profile.allow_http,
        ca_file=profile.ca_file,
        requests_per_minute=profile.requests_per_minute,
        on_wait=on_wait,
        options=profile.options,
    )


def connect_remote(active: ActiveProfile, holder: TokenHolder, on_wait: OnWait | None = None) -> Backend:
    """The backend of the active remote profile; its token is read now.

    Raises `ConfigError` where the token, the address or the certificates cannot be used, and `NotLetIn`
    where nobody signed in. Nothing is sent.
    """
    from alerttui.backends.registry import connect

    token = holder.read() if token_source(active.profile) else ""
    me = active.me.id if active.me else ""
    settings = backend_settings(active.profile, token, me=me, read_only=active.read_only, on_wait=on_wait)
    backend = connect(active.profile.backend, settings)
    check_token_place(active.profile, backend.capabilities)
    return backend


def mirror_identity(profile: Profile) -> MirrorIdentity:
    """Whose mirror the file of a remote profile is."""
    tenant = profile.options.get(TENANT_OPTION, "")
    return MirrorIdentity(backend=profile.backend, url=profile.url, tenant=tenant)


def known_of(profile: Profile) -> Capabilities | None:
    """What the product of this profile can do, as far as is known without a token; None if nothing is."""
    from alerttui.backends.registry import connect

    try:
        return connect(profile.backend, backend_settings(profile, "")).capabilities
    except AlertTuiError:
        return None


def signs_in(profile: Profile) -> bool:
    """True if the product of this profile lets people sign in; False where that cannot be told."""
    known = known_of(profile)
    return known is not None and known.signs_in


def is_asked_for(profile: Profile) -> bool:
    """True if the token is to be had only by asking whoever is there, each time anew."""
    return profile.sign_in and not profile.keyring


def tokenless(profile: Profile) -> Backend:
    """The backend of a remote profile without a token: what it can do is known, and one can sign in.

    Raises `ConfigError` where the product needs a token of which the profile does not say where it is, or
    the profile means to sign in and the product knows no such thing.
    """
    from alerttui.backends.registry import connect

    backend = connect(profile.backend, backend_settings(profile, ""))
    check_token_place(profile, backend.capabilities)
    return backend


def check_token_place(profile: Profile, known: Capabilities) -> None:
    """Raise `ConfigError` unless the profile says where its token is, as far as the product needs one."""
    if known.needs_token and token_source(profile) is None:
        raise ConfigError(
            f"the profile {profile.name} says nowhere where its token is: one of token_env, token_file, "
            f"keyring{', sign_in' if known.signs_in else ''} is needed; nothing was sent."
        )
    if profile.sign_in and not known.signs_in:
        raise ConfigError(
            f"the profile {profile.name} says sign_in, and nobody signs in to {profile.backend} by e-mail "
            "and password; nothing was sent. Name where its token is: token_env, token_file or keyring."
        )


def sign_in_to(profile: Profile) -> SignIn:
    """A new attempt to sign in; raises `NotSupported` where one does not. Nothing is sent yet."""
    backend = tokenless(profile)
    if not isinstance(backend, SignsIn):
        raise NotSupported(f"Nobody signs in to {profile.backend} by e-mail and password; nothing was done.")
    return backend.sign_in()


@dataclass(frozen=True, slots=True)
class RemoteEntrance:
    """The way to sign in to the system of a remote profile, and to its token."""

    profile: Profile
    holder: TokenHolder

    @property
    def name(self) -> str:
        """The e-mail, or the user, that the profile says I am."""
        return self.profile.me

    def sign_in(self) -> SignIn:
        """A new attempt; raises `NotSupported` where one does not sign in."""
        return sign_in_to(self.profile)

    def has_token(self) -> bool:
        """True if there is a token, good or expired; a keyring may block."""
        return self.holder.has_token()

    def take(self, token: str) -> None:
        """Hold a new token in memory; raises `ConfigError` where it can be none."""
        self.holder.take(token)

    def keep(self) -> None:
        """Put it into the profile's keyring, if it has one; raises `ConfigError`."""
        self.holder.keep()
