"""A view: a filter under a name. Built-in ones, those of the configuration, and those made in the console."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

MAX_NAME: Final = 30
"""Characters of a view's name: views stand side by side on one line."""


class ViewOrigin(Enum):
    """Who made a view, and so who may change it."""

    BUILT_IN = "built in"
    CONFIGURED = "configuration"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class View:
    """A named filter."""

    name: str
    text: str
    """The filter, in the text form of a query."""
    origin: ViewOrigin = ViewOrigin.BUILT_IN

    @property
    def is_own(self) -> bool:
        """True if it can be renamed, changed and removed in the console."""
        return self.origin is ViewOrigin.OWN


BUILT_IN_VIEWS: Final = (
    View("Open", "is:open"),
    View("Mine", "is:open is:mine"),
    View("Unassigned", "is:open is:unassigned"),
    View("Critical", "is:open severity:critical"),
    View("Closed 24h", "is:closed closed>24h sort:-closed"),
)
"""In the order in which they stand. A day back rather than since midnight: night shifts cross it."""


def all_views(
    configured: Mapping[str, str], own: Mapping[str, str], withheld: Collection[View] = ()
) -> tuple[View, ...]:
    """Every view in order; of one name, the configuration's comes before an own one, that before a built-in.

    A view that replaces a built-in one stands in its place, also where that one is withheld.
    """
    given = {name_key(name): View(name, text, ViewOrigin.OWN) for name, text in own.items()}
    order = {name_key(name): None for name in configured} | dict.fromkeys(given)
    given |= {name_key(name): View(name, text, ViewOrigin.CONFIGURED) for name, text in configured.items()}
    first = tuple(
        given.get(name_key(view.name), view)
        for view in BUILT_IN_VIEWS
        if view not in withheld or name_key(view.name) in given
    )
    placed = {name_key(view.name) for view in first}
    return (*first, *(given[key] for key in order if key not in placed))


def find_view(views: Iterable[View], name: str) -> View | None:
    """The view of this name, in any case; None where there is none."""
    return next((view for view in views if name_key(view.name) == name_key(name)), None)


def name_key(name: str) -> str:
    """What makes two names the same: neither case nor the spaces around count."""
    return " ".join(name.split()).casefold()


def name_problem(name: str) -> str:
    """Why a view cannot have this name; empty if it can."""
    if not name.strip():
        return "A view needs a name."
    if len(name.strip()) > MAX_NAME:
        return f"A view's name has at most {MAX_NAME} characters."
    if not name.isprintable():
        return "A view's name is one line of ordinary characters."
    return ""
