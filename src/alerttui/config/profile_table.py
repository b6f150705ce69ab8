"""`[profiles.NAME]`: what a profile may say, and what has to fit together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from alerttui.config.address import parse_address
from alerttui.config.nearest import nearest
from alerttui.config.readers import (
    Reader,
    Refusal,
    read_duration,
    read_flag,
    read_one_of,
    read_path,
    read_subtable,
    read_word,
)
from alerttui.config.schema import BANNER_COLOURS, Profile
from alerttui.domain.errors import ConfigError

KeyRefusal: TypeAlias = Callable[[tuple[str, ...], str], ConfigError]
"""Makes the error about a key of the profile, or of the profile itself where no key is given."""

TOKEN_KEYS: Final = ("token_env", "token_file", "keyring", "sign_in")
"""Where a token can be, of which a profile names one at most; `keyring` keeps what `sign_in` gave."""

_KEPT_SIGN_IN: Final = ["keyring", "sign_in"]

WHERE_TOKENS_GO: Final = (
    'put it into a variable and write token_env = "NAME", or into a file that only you can read '
    'and write token_file = "PATH", or into the keyring and write keyring = true'
)

_SECRET_KEYS: Final = ("token", "api_key", "apikey", "key", "password", "secret", "api_token")
_NAME_RULE: Final = "a profile's name has letters, digits, _ and - only"
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_MOST_REQUESTS: Final = 6_000
_FILES: Final = ("path", "token_file", "ca_file")
_LOCAL_ONLY: Final = ("path",)
_REMOTE_ONLY: Final = ("url", "allow_http", "ca_file", *TOKEN_KEYS, "cache", "requests_per_minute", "options")


def read_profile(name: str, table: Any, folder: Path, refuse: KeyRefusal) -> Profile:
    """The profile of a table whose relative files lie in `folder`; raises what `refuse` makes."""
    if not name.replace("-", "").replace("_", "").isalnum():
        raise refuse((), _NAME_RULE)
    if not isinstance(table, dict):
        raise refuse((), "a table of settings is expected")
    values = {key: _read(key, value, refuse) for key, value in table.items()}
    for key in _FILES:
        if key in values:
            values[key] = folder / values[key]
    profile = Profile(name=name, **values)
    if profile.is_local:
        _refuse_keys(values, _REMOTE_ONLY, "it is for a remote backend, and this one is sqlite", refuse)
        return profile
    _refuse_keys(values, _LOCAL_ONLY, "it is for the backend sqlite; a mirror has its own place", refuse)
    _check_token_keys(values, refuse)
    return replace(profile, url=_checked_url(profile, refuse))


def _read(key: str, value: Any, refuse: KeyRefusal) -> Any:
    if key in _SECRET_KEYS:
        raise refuse((key,), f"a secret is never in this file; {WHERE_TOKENS_GO}")
    if key not in PROFILE_READERS:
        raise refuse((key,), f"no such key; {nearest(key, PROFILE_READERS)}")
    return PROFILE_READERS[key](value, partial(refuse, (key,)))


def _refuse_keys(values: Mapping[str, Any], keys: tuple[str, ...], reason: str, refuse: KeyRefusal) -> None:
    for key in keys:
        if values.get(key):
            raise refuse((key,), reason)


def _check_token_keys(values: Mapping[str, Any], refuse: KeyRefusal) -> None:
    """At most one place; whether a token is needed at all is for the backend to say."""
    named = [key for key in TOKEN_KEYS if values.get(key)]
    if len(named) > 1 and named != _KEPT_SIGN_IN:
        raise refuse((named[1],), f"{named[0]} says already where the token is; keep one of the two")


def _checked_url(profile: Profile, refuse: KeyRefusal) -> str:
    if not profile.url:
        raise refuse((), 'it names no server: url = "https://..."')
    try:
        return parse_address(profile.url, allow_http=profile.allow_http).url
    except ValueError as error:
        raise refuse(("url",), str(error)) from None


def _read_url(value: Any, refuse: Refusal) -> str:
    if not isinstance(value, str):
        raise refuse("an address in quotes is expected")
    return value


def _read_variable(value: Any, refuse: Refusal) -> str:
    """The name of a variable; what is none may be the token itself, and is not quoted."""
    if not isinstance(value, str) or not _VARIABLE.fullmatch(value):
        raise refuse("the name of a variable is expected: letters, digits and _")
    if _looks_secret(value):
        raise refuse("this looks like a token, not like the name of the variable that holds it")
    return value


def _read_token_file(value: Any, refuse: Refusal) -> Path:
    if not isinstance(value, str):
        raise refuse("the name of a file is expected")
    if _looks_secret(value):
        raise refuse("this looks like a token, not like the name of the file that holds it")
    return read_path(value, refuse)


def _read_keyring(value: Any, refuse: Refusal) -> bool:
    if not isinstance(value, bool):
        raise refuse("true or false is expected; the token itself goes into the keyring")
    return value


def _read_sign_in(value: Any, refuse: Refusal) -> bool:
    if not isinstance(value, bool):
        raise refuse("true or false is expected; e-mail and password are asked for, and never kept")
    return value


def _looks_secret(name: str) -> bool:
    """Whether a name is long and mixed as only generated ones are."""
    is_mixed = any(map(str.islower, name)) and any(map(str.isdigit, name))
    return len(name) >= 20 and is_mixed and not {*"_/."} & {*name}


def _read_rate(value: Any, refuse: Refusal) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_REQUESTS:
        raise refuse(f"a whole number from 1 to {_MOST_REQUESTS} is expected, not {value!r}")
    return value


def _read_options(value: Any, refuse: Refusal) -> Mapping[str, str]:
    """Texts by name, for the backend alone; a secret among them is refused like everywhere in the file."""
    for name, text in read_subtable(value, refuse).items():
        if name.lower() in _SECRET_KEYS:
            raise refuse(f"{name}: a secret is never in this file; {WHERE_TOKENS_GO}")
        if not isinstance(text, str):
            raise refuse(f"{name}: a text in quotes is expected")
    return MappingProxyType(dict(value))


PROFILE_READERS: Final[Mapping[str, Reader]] = {
    "backend": read_word,
    "path": read_path,
    "me": read_word,
    "read_only": read_flag,
    "url": _read_url,
    "allow_http": read_flag,
    "ca_file": read_path,
    "token_env": _read_variable,
    "token_file": _read_token_file,
    "keyring": _read_keyring,
    "sign_in": _read_sign_in,
    "window": read_duration,
    "cache": read_one_of("disk", "memory"),
    "requests_per_minute": _read_rate,
    "options": _read_options,
    "banner": read_word,
    "banner_colour": read_one_of(*BANNER_COLOURS),
}
"""What a profile may have, and how each is read."""
