"""The headers of a request, of which some are secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alerttui import __version__

USER_AGENT: Final = f"alerttui/{__version__}"

_SHORTEST_SECRET: Final = 6
"""What is shorter is a scheme such as `Token`, or too common to be blotted out of a server's words."""


class HiddenHeaders(dict[str, str]):
    """Headers that a traceback or a log does not give away."""

    def __init__(self, secret: Mapping[str, str]) -> None:
        super().__init__(secret)
        self.problem = self._problem()

    def __repr__(self) -> str:
        return f"<headers {', '.join(self)}>"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may repeat: each value, and what follows a scheme such as `Bearer`."""
        found = {part for value in self.values() for part in (value, *value.split()[1:])}
        return tuple(sorted((each for each in found if len(each) >= _SHORTEST_SECRET), key=len, reverse=True))

    def complete(self, *, has_body: bool) -> HiddenHeaders:
        """These and what every request carries."""
        headers = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": USER_AGENT}
        if has_body:
            headers["content-type"] = "application/json"
        return HiddenHeaders({**headers, **self})

    def _problem(self) -> str:
        """Why a server would not get them as they are; h11 would tell it with the value."""
        for value in self.values():
            if not value or value != value.strip():
                return "it is empty, or begins or ends with a space or a line break"
            if not value.isascii() or not value.isprintable():
                return "it holds a line break or a character that is not ASCII"
        return ""
