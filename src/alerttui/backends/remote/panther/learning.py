"""What a connection can do, as far as it was found out while it was used."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from alerttui.backends.remote.panther.capabilities import PANTHER
from alerttui.domain.alert import Alert
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.patch import AlertPatch, Clear

_LEARNABLE: Final = {
    ("quality", False),
    ("quality", True),
    ("tags", False),
    ("tags", True),
    ("assignee", True),
}
"""Fields, and whether it is about clearing them, that a release may take and ignore.

Status and assignee are in every release: where one alert keeps its own, that is about the alert.
"""


class Learning:
    """The capabilities of one connection; they narrow, and never widen again."""

    def __init__(self, capabilities: Capabilities = PANTHER) -> None:
        self.capabilities = capabilities
        self._works: set[tuple[str, bool]] = set()

    def restrict(self, reason: str) -> None:
        """Nothing can be written."""
        if not self.capabilities.read_only_reason:
            self.capabilities = self.capabilities.for_reading(reason)

    def saw(self, alert: Alert) -> None:
        """An alert with a quality or tags comes from a release that knows them."""
        if alert.quality is not None:
            self._works.add(("quality", False))
        if alert.tags:
            self._works.add(("tags", False))

    def took(self, patch: AlertPatch) -> None:
        """These changes were seen to be made."""
        self._works.update((name, isinstance(value, Clear)) for name, value in patch.changed())

    def ignored(self, patch: AlertPatch, reason: str) -> None:
        """These changes were taken and not made: unless they ever were, they are not offered again."""
        fields = dict(self.capabilities.fields)
        for name, value in patch.changed():
            is_clear = isinstance(value, Clear)
            if (name, is_clear) not in _LEARNABLE - self._works:
                continue
            rule = fields[name]
            fields[name] = (
                replace(rule, clear_refusal=reason) if is_clear else replace(rule, set_refusal=reason)
            )
        self.capabilities = replace(self.capabilities, fields=fields)

    def refusal(self, patch: AlertPatch) -> str:
        """Why a patch is not sent, by what was learned; empty if it is."""
        for name, value in patch.changed():
            refusal = self.capabilities.refusal(name, clear=isinstance(value, Clear))
            if refusal:
                return refusal
        return ""
