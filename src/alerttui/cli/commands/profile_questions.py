"""What `alerttui profile add` asks for, and what it takes where nobody can be asked."""

from __future__ import annotations

from typing import Any, Final

import click

from alerttui.cli.asking import asked, asked_word, can_ask, is_answered
from alerttui.cli.output import say
from alerttui.config.profile_table import TOKEN_KEYS
from alerttui.config.schema import DEFAULT_WINDOW
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.errors import ConfigError

DEFAULT_CACHE: Final = "disk"

_NEEDED: Final = ("backend", "url")
_MEMORY: Final = "on disk, or in memory only, gone when the console ends"


def complete(values: dict[str, Any]) -> dict[str, Any]:
    """The values with what was missing: asked for in a terminal, else the defaults."""
    return _asked(dict(values)) if can_ask() else _defaulted(dict(values))


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    if "backend" not in values:
        from alerttui.backends.registry import kinds

        remote = [each for each in kinds() if each != "sqlite"]
        values["backend"] = asked_word("Backend", remote, "panther")
    if "url" not in values:
        values["url"] = asked("Address of its API (https://...)")
    if not any(values.get(key) for key in TOKEN_KEYS):
        known = _known(values)
        if known is not None and known.needs_token:
            values |= _asked_token(may_sign_in=known.signs_in)
    if "me" not in values and (me := asked("Your user id or e-mail there (empty if it does not matter)")):
        values["me"] = me
    if "window" not in values:
        values["window"] = asked("How far back the mirror reaches", DEFAULT_WINDOW)
    if "cache" not in values:
        values["cache"] = asked_word(f"Where the mirror lies: {_MEMORY}", ("disk", "memory"), DEFAULT_CACHE)
    return values


def _known(values: dict[str, Any]) -> Capabilities | None:
    """What the product can do; None where what was said so far makes no backend, which is told later."""
    from alerttui.cli.remote_workplace import known_of
    from alerttui.config.schema import Profile

    return known_of(
        Profile(
            name="new",
            backend=values.get("backend", ""),
            url=values.get("url", ""),
            options=values.get("options", {}),
        )
    )


def _asked_token(*, may_sign_in: bool) -> dict[str, Any]:
    kinds, usual = ["variable", "file", "keyring"], "variable"
    if may_sign_in:
        say("alerttui: one signs in there by e-mail and password; a variable or a file is for scripts.")
        kinds, usual = ["sign-in", *kinds], "sign-in"
    kind = asked_word("Where its token is", kinds, usual)
    if kind == "sign-in":
        return {"sign_in": True, **({"keyring": True} if _wants_keyring() else {})}
    if kind == "variable":
        return {"token_env": asked("Name of the variable")}
    if kind == "file":
        return {"token_file": asked("Path of the file (readable by you alone)")}
    return {"keyring": True}


def _wants_keyring() -> bool:
    """Whether the token shall outlive the console, where there is a keyring for it."""
    from alerttui.config.keyring_entry import keyring_name

    try:
        keyring_name()
    except ConfigError:
        return False
    return is_answered("Keep the token in the keyring?", yes=False)


def _defaulted(values: dict[str, Any]) -> dict[str, Any]:
    missing = ["--" + key for key in _NEEDED if key not in values]
    known = None if any(values.get(key) for key in TOKEN_KEYS) else _known(values)
    if known is not None and known.needs_token:
        more = ", --sign-in" if known.signs_in else ""
        missing.append(f"one of --token-env, --token-file, --keyring{more}")
    if missing:
        wanted = " and ".join(missing)
        raise click.UsageError(
            f"There is no terminal to ask in; {wanted} is needed.", click.get_current_context()
        )
    values.setdefault("cache", DEFAULT_CACHE)
    return values
