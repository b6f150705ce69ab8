"""Which profile a command works with, on which file, as whom; each with where it was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from alerttui.config.mirror_place import mirror_file
from alerttui.config.nearest import nearest
from alerttui.config.paths import Places, named_file
from alerttui.config.readers import FALSE_WORDS, TRUE_WORDS
from alerttui.config.schema import LOCAL_PROFILE, Layer, Origin, Profile, Settings
from alerttui.domain.alert import Actor
from alerttui.domain.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveProfile:
    """The one profile in use."""

    profile: Profile
    profile_origin: Origin
    store_file: Path
    """The store of a local profile; the mirror of a remote one."""
    store_origin: Origin
    me: Actor | None
    """None where nobody said who is at the keys; changes that need it are then refused."""
    me_origin: Origin
    read_only: bool
    read_only_origin: Origin


def choose_profile(
    settings: Settings,
    places: Places,
    environ: Mapping[str, str],
    *,
    profile_flag: str = "",
    db_flag: str = "",
    read_only_flag: bool = False,
) -> ActiveProfile:
    """The profile that flags, variables and file agree on; raises `ConfigError` for an unknown one,
    and for one whose mirror cannot lie where it should."""
    name = profile_flag or settings.default_profile
    origin = Origin(Layer.FLAG, "--profile") if profile_flag else settings.origin("default_profile")
    profile = settings.profiles.get(name)
    if profile is None:
        raise ConfigError(f"no profile {name!r} ({origin}); {nearest(name, settings.profiles)}")
    named, named_origin = _named_file(environ, db_flag, profile_flag)
    if named is not None and not profile.is_local:
        profile, origin = Profile(name=LOCAL_PROFILE), named_origin
    store_file, store_origin = (
        (named, named_origin) if named else _usual_file(profile, settings, places, environ)
    )
    me, me_origin = _me(profile, settings, environ)
    read_only, read_only_origin = _read_only(profile, settings, environ, read_only_flag)
    return ActiveProfile(
        profile=replace(profile, path=store_file) if profile.is_local else profile,
        profile_origin=origin,
        store_file=store_file,
        store_origin=store_origin,
        me=Actor(id=me) if me else None,
        me_origin=me_origin,
        read_only=read_only,
        read_only_origin=read_only_origin,
    )


def _named_file(environ: Mapping[str, str], db_flag: str, profile_flag: str) -> tuple[Path | None, Origin]:
    """A store that was named directly; a profile's name on the command line outweighs the environment."""
    if db_flag:
        return Path(db_flag), Origin(Layer.FLAG, "--db")
    if environ.get("ALERTTUI_DB") and not profile_flag:
        return named_file("ALERTTUI_DB", environ["ALERTTUI_DB"]), Origin(Layer.ENVIRONMENT, "ALERTTUI_DB")
    return None, Origin(Layer.DEFAULT)


def _usual_file(
    profile: Profile, settings: Settings, places: Places, environ: Mapping[str, str]
) -> tuple[Path, Origin]:
    if not profile.is_local:
        return mirror_file(profile, places, environ), settings.origin(f"profiles.{profile.name}.cache")
    if profile.path is not None:
        return profile.path, settings.origin(f"profiles.{profile.name}.path")
    if profile.name == LOCAL_PROFILE:
        return places.store_file, Origin(Layer.DEFAULT)
    return places.data_folder / f"{profile.name}.db", Origin(Layer.DEFAULT)


def _me(profile: Profile, settings: Settings, environ: Mapping[str, str]) -> tuple[str, Origin]:
    if profile.me:
        return profile.me, settings.origin(f"profiles.{profile.name}.me")
    if settings.me:
        return settings.me, settings.origin("me")
    if environ.get("ALERTTUI_ME"):
        return environ["ALERTTUI_ME"], Origin(Layer.ENVIRONMENT, "ALERTTUI_ME")
    if profile.is_local and (name := _system_user()):
        return name, Origin(Layer.SYSTEM, "user name")
    return "", Origin(Layer.DEFAULT)


def _system_user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _read_only(
    profile: Profile, settings: Settings, environ: Mapping[str, str], read_only_flag: bool
) -> tuple[bool, Origin]:
    if read_only_flag:
        return True, Origin(Layer.FLAG, "--read-only")
    word = environ.get("ALERTTUI_READ_ONLY", "").lower()
    if word and word not in TRUE_WORDS + FALSE_WORDS:
        raise ConfigError(f"environment variable ALERTTUI_READ_ONLY={word}: true or false is expected")
    if word:
        return word in TRUE_WORDS, Origin(Layer.ENVIRONMENT, "ALERTTUI_READ_ONLY")
    return profile.read_only, settings.origin(f"profiles.{profile.name}.read_only")
