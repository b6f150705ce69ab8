"""From a remote profile to its backend: settings, token and connection; nothing here knows a product."""

from __future__ import annotations

from collections.abc import Mapping

from alerttui.backends.contract import Backend, BackendSettings, OnWait
from alerttui.backends.mirror import MirrorIdentity
from alerttui.config.active import ActiveProfile
from alerttui.config.mirror_place import TENANT_OPTION
from alerttui.config.schema import Profile
from alerttui.config.tokens import read_token
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


def connect_remote(
    active: ActiveProfile, environ: Mapping[str, str], on_wait: OnWait | None = None
) -> Backend:
    """The backend of the active remote profile; its token is read now and kept nowhere else.

    Raises `ConfigError` where the token, the address or the certificates cannot be used. Nothing is sent.
    """
    from alerttui.backends.registry import connect

    token = read_token(active.profile, environ)
    me = active.me.id if active.me else ""
    settings = backend_settings(active.profile, token, me=me, read_only=active.read_only, on_wait=on_wait)
    return connect(active.profile.backend, settings)


def mirror_identity(profile: Profile) -> MirrorIdentity:
    """Whose mirror the file of a remote profile is."""
    tenant = profile.options.get(TENANT_OPTION, "")
    return MirrorIdentity(backend=profile.backend, url=profile.url, tenant=tenant)
