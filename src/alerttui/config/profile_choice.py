"""The profiles that one can go to: what each is, where its alerts lie, and why it cannot be opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alerttui.config.active import ActiveProfile, choose_profile
from alerttui.config.address import parse_address
from alerttui.config.paths import Places
from alerttui.config.schema import Layer, Profile, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChoice:
    """One profile of the configuration, seen from the one that is in use."""

    name: str
    backend: str
    where: str
    """Its store's file, or its host."""
    refusal: str = ""
    """Why it cannot be opened; empty if it can."""
    is_active: bool = False


def profile_choices(settings: Settings, places: Places, active: ActiveProfile) -> tuple[ProfileChoice, ...]:
    """Every profile in the order of the configuration; no store is opened for that."""
    return tuple(_choice(each, settings, places, active) for each in settings.profiles.values())


def is_there(path: Path) -> bool:
    """True if there is a file that can be seen."""
    try:
        return path.exists()
    except OSError:
        return False


def _authority(url: str) -> str:
    """The host of an address, with its port; empty for one that is none, or that holds too much."""
    try:
        return parse_address(url, allow_http=True).authority
    except ValueError:
        return ""


def _choice(profile: Profile, settings: Settings, places: Places, active: ActiveProfile) -> ProfileChoice:
    if not profile.is_local:
        return ProfileChoice(
            name=profile.name,
            backend=profile.backend,
            where=_authority(profile.url),
            is_active=profile.name == active.profile.name,
        )
    chosen = choose_profile(settings, places, {}, profile_flag=profile.name)
    is_missing = not is_there(chosen.store_file)
    is_named = chosen.store_origin.layer is not Layer.DEFAULT
    return ProfileChoice(
        name=profile.name,
        backend=profile.backend,
        where=str(chosen.store_file),
        refusal=_no_file(profile) if is_missing and (is_named or chosen.read_only) else "",
        is_active=profile.name == active.profile.name and chosen.store_file == active.store_file,
    )


def _no_file(profile: Profile) -> str:
    """That its store is not there, and what makes it where that can be made."""
    if profile.read_only:
        return "there is no such file"
    return f"no such file yet; alerttui --profile {profile.name} import FILE makes it"
