"""Which of its two forms a CHAD server speaks, told by its answers to readings and by nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Final

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.chad import wire
from alerttui.backends.remote.chad.access import Access
from alerttui.backends.remote.chad.capabilities import CURRENT, DOCUMENTED
from alerttui.backends.remote.chad.current import Current, Undecided
from alerttui.backends.remote.chad.dialect import Dialect
from alerttui.backends.remote.chad.documented import Documented
from alerttui.backends.remote.decoding import LISTED, value_of
from alerttui.domain.errors import BadAnswer, NotLetIn, NotPermitted, Rejected, ServerDown, SlowDown

UNDECIDED: Final = (
    "CHAD's answers do not tell which form of its API this server has; nothing was sent. "
    'Set the option api to "current" or "documented" in the profile.'
)

_DIALECTS: Final[Mapping[str, Dialect]] = {
    "": Undecided(),
    CURRENT: Current(),
    DOCUMENTED: Documented(),
}
_VARIABLE: Final = re.compile(r"\{[^/}]*\}")
_ROW_OF: Final = {CURRENT: ("alert_id", "log_document"), DOCUMENTED: ("id", "matched_log")}


class Forms:
    """Finds the form out when something is first asked, and tells once it is known."""

    def __init__(
        self, requester: Requester, access: Access, chosen: str, on_found: Callable[[str], None]
    ) -> None:
        self._requester = requester
        self._access = access
        self._on_found = on_found
        self._finding = asyncio.Lock()
        self._was_asked = False
        self.known = ""
        """The form; empty while nothing has told."""
        if chosen:
            self._note(chosen)

    @property
    def decided(self) -> Dialect:
        """How to speak, as far as it is known by now."""
        return _DIALECTS[self.known]

    async def dialect(self) -> Dialect:
        """How to speak: as the profile says, or as the server's answers tell; raises `Unavailable`."""
        if not self.known and not self._was_asked:
            async with self._finding:
                await self._find()
        return self.decided

    async def _find(self) -> None:
        if not self.known and not self._was_asked:
            self._access.require()
            self._note(await self._described() or await self._listed())
            self._was_asked = True

    def learn(self, value: object) -> None:
        """An answer to a list came: it may tell."""
        if not self.known:
            self._note(form_of_list(value))

    def learn_row(self, value: object) -> None:
        """An alert came."""
        if not self.known:
            self._note(form_of_row(value))

    def _note(self, form: str) -> None:
        if form:
            self.known = self._access.form = form
            self._on_found(form)

    async def _described(self) -> str:
        """By the server's description of itself, where it gives one."""
        try:
            answer = await self._requester.ask(wire.description())
            return form_of_description(await value_of(self._requester, answer, LISTED))
        except (Rejected, NotLetIn, NotPermitted, BadAnswer, ServerDown, SlowDown):
            return ""

    async def _listed(self) -> str:
        """By a list, which is asked for in both ways at once."""
        stretch = _DIALECTS[""].stretch(0, 1, 0, 1)
        parameters = stretch.parameters if stretch else []
        request = wire.list_alerts(parameters, with_key=self._access.has_key)
        try:
            answer = await self._requester.ask(request)
        except Rejected:
            return ""
        return form_of_list(await value_of(self._requester, answer, LISTED))


def form_of_description(value: object) -> str:
    """The form by the paths of an OpenAPI description; empty where they do not tell."""
    paths = value.get("paths") if isinstance(value, dict) else None
    found = set()
    for path, methods in paths.items() if isinstance(paths, dict) else ():
        if isinstance(methods, dict) and "patch" in {str(each).lower() for each in methods}:
            found.add("/" + _VARIABLE.sub("{}", path).partition("/api/")[2].rstrip("/"))
    if "/alerts/{}/status" in found:
        return CURRENT
    return DOCUMENTED if "/alerts/{}" in found else ""


def form_of_list(value: object) -> str:
    """The form by the envelope of a list, else by its first row; empty where neither tells."""
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("alerts"), list) or "clusters" in value:
        return CURRENT
    rows = value.get("items")
    if not isinstance(rows, list):
        return ""
    if "page" in value or "page_size" in value:
        return DOCUMENTED
    if "offset" in value:
        return CURRENT
    return form_of_row(rows[0]) if rows else ""


def form_of_row(value: object) -> str:
    """The form by the names of an alert's fields; empty where it has those of both, or of none."""
    found = [
        form
        for form, names in _ROW_OF.items()
        if isinstance(value, dict) and any(name in value for name in names)
    ]
    return found[0] if len(found) == 1 else ""
