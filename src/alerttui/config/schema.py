"""What a user can set: the settings and the profiles, with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from alerttui.config.macro_file import Macro

LOCAL_PROFILE: Final = "local"
"""The profile that exists without any configuration."""

LOCAL_BACKEND: Final = "sqlite"
"""The backend whose store is the authority itself."""

DEFAULT_CONFIRM_ABOVE: Final = 25
"""Alerts that one act changes without asking; more show the count and a sample first."""

DEFAULT_THEME: Final = "auto"
"""The one that fits the terminal: see `config/look.py`."""

DEFAULT_KEYS_PRESET: Final = "default"


DEFAULT_WINDOW: Final = "30d"

BANNER_COLOURS: Final = ("red", "orange", "yellow", "green", "blue", "purple")
"""Words for a banner's colour; which colour that is belongs to the theme."""

Cache: TypeAlias = Literal["disk", "memory"]
"""Where a mirror lies: on disk, or in memory only and gone when the console ends."""


class Layer(Enum):
    """Which layer of the configuration a value comes from; later ones win."""

    DEFAULT = "default"
    SYSTEM = "system"
    FILE = "file"
    ENVIRONMENT = "environment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: its layer, and the file and line, the variable, or the flag."""

    layer: Layer
    place: str = ""

    def __str__(self) -> str:
        return f"{self.layer.value} {self.place}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One place where alerts live, and how it is reached."""

    name: str
    backend: str = LOCAL_BACKEND
    """sqlite, panther, chad, calseta, sentinelnerd, or the name of an entry point."""
    path: Path | None = None
    """The store's file; None for the usual place."""
    me: str = ""
    """My user id or e-mail there."""
    read_only: bool = False
    url: str = ""
    """Canonical, and never with a user or a password in it; empty for a local profile."""
    allow_http: bool = False
    """Plain HTTP beyond this machine: the token and every alert can be read on the way."""
    ca_file: Path | None = None
    """The certificates that vouch for the server; None for those of the system."""
    token_env: str = ""
    """The variable that holds the token; the token itself is never in a configuration."""
    token_file: Path | None = None
    keyring: bool = False
    sign_in: bool = False
    """The token is got by e-mail and password and kept in memory; with `keyring`, there too."""
    window: str = DEFAULT_WINDOW
    """How far back a mirror reaches."""
    cache: Cache = "disk"
    requests_per_minute: int = 0
    """The most that alerttui asks of the server; 0 leaves it to what the backend knows."""
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Further keys, which only the backend knows."""
    banner: str = ""
    """A word that the console shows all the time, such as PROD."""
    banner_colour: str = ""
    """One of `BANNER_COLOURS`; empty for the theme's own."""

    @property
    def is_local(self) -> bool:
        """True if the store is the authority and nothing is sent anywhere."""
        return self.backend == LOCAL_BACKEND


Mouse: TypeAlias = Literal["auto"] | bool
"""On, off, or off over SSH only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that the user set, with defaults for the rest."""

    default_profile: str = LOCAL_PROFILE
    me: str = ""
    """My user id where a profile does not name one."""
    auto_advance: bool = True
    """After a closing change the cursor moves to the next open alert."""
    confirm_above: int = DEFAULT_CONFIRM_ABOVE
    mouse: Mouse = "auto"
    theme: str = DEFAULT_THEME
    glyphs: Literal["auto", "unicode", "ascii"] = "auto"
    """Which signs alerttui draws itself with; auto follows the locale."""
    clipboard: Literal["auto", "osc52", "native", "file"] = "auto"
    """Where copies go; auto tries the three in this order."""
    profiles: Mapping[str, Profile] = field(
        default_factory=lambda: MappingProxyType({LOCAL_PROFILE: Profile(name=LOCAL_PROFILE)})
    )
    keys_preset: str = DEFAULT_KEYS_PRESET
    """The named keymap that `keys` changes."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Action id to the keys that trigger it, as people write them."""
    views: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Name of a saved view to its filter."""
    macros: tuple[Macro, ...] = ()
    """Sets of changes with a letter, in the order of the file."""
    origins: Mapping[str, Origin] = field(default_factory=lambda: MappingProxyType({}))
    """Where each value that is not a default comes from, by its dotted name: "profiles.prod.url"."""

    def origin(self, name: str) -> Origin:
        """Where the value with this dotted name comes from."""
        return self.origins.get(name, Origin(Layer.DEFAULT))
