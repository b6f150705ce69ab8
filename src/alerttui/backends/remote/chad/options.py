"""What a CHAD profile may say beside the url: in which form to speak, and what its secret is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerttui.backends.remote.chad.access import JWT, KEY, kind_of
from alerttui.backends.remote.chad.capabilities import CURRENT, DOCUMENTED
from alerttui.domain.errors import ConfigError

AUTO: Final = "auto"

API: Final = (AUTO, DOCUMENTED, CURRENT)
AUTH: Final = (JWT, KEY)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a profile, read."""

    form: str
    """Empty where the server's answers shall tell it."""
    auth: str

    @classmethod
    def parse(cls, options: Mapping[str, str], token: str) -> Options:
        """Read them; raises `ConfigError` naming option, value and rule."""
        api = _one_of(options, "api", API) or AUTO
        auth = _one_of(options, "auth", AUTH) or kind_of(token)
        return cls(form="" if api == AUTO else api, auth=auth)


def _one_of(options: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = options.get(name, "")
    if value and value not in allowed:
        raise ConfigError(f"{name}: {value!r} is refused: one of {', '.join(allowed)} is expected")
    return value
