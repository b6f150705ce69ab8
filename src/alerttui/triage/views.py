"""The views at hand: built in, configured and own ones, and the changes that an analyst makes to his own."""

from __future__ import annotations

from collections.abc import Mapping

from alerttui.config.view_file import ViewFile
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.errors import Invalid, QueryError
from alerttui.domain.json_text import storable
from alerttui.domain.query import AlertQuery
from alerttui.domain.query_text import parse, print_query
from alerttui.domain.view import (
    BUILT_IN_VIEWS,
    View,
    ViewOrigin,
    all_views,
    find_view,
    name_key,
    name_problem,
)


class ViewBook:
    """Every view by name; own ones are kept in a file, or in memory where there is none.

    Methods that change something raise `Invalid` for what is refused and `ConfigError` for the file.
    """

    def __init__(self, configured: Mapping[str, str] | None = None, file: ViewFile | None = None) -> None:
        self._configured = dict(configured or {})
        self._file = file
        self._own: dict[str, str] = {}
        self._withheld: dict[View, str] = {}
        self._views = all_views(self._configured, {})
        self._queries: dict[str, AlertQuery | None] = {}

    @property
    def views(self) -> tuple[View, ...]:
        """Every view in the order in which they stand."""
        return self._views

    def reload(self) -> None:
        """Read the file again; raises `ConfigError`, and then the views stay as they were."""
        if self._file is not None:
            self._own = self._file.read()
        self._views = all_views(self._configured, self._own, self._withheld)

    def suit(self, capabilities: Capabilities) -> None:
        """Leave out built-in views that would be empty for ever, because the product lacks what they ask for.

        Whatever the user made himself stays.
        """
        reason = capabilities.no_assignee_reason
        self._withheld = {
            view: reason for view in BUILT_IN_VIEWS if reason and parse(view.text).is_about_assignees
        }
        self._views = all_views(self._configured, self._own, self._withheld)

    def why_withheld(self, name: str) -> str:
        """Why the built-in view of this name is not offered; empty for any other name."""
        view = find_view(self._withheld, name)
        return self._withheld[view] if view else ""

    def find(self, name: str) -> View | None:
        """The view of this name, in any case; None where there is none."""
        return find_view(self._views, name)

    def query_of(self, view: View) -> AlertQuery | None:
        """What a view lists; None where its filter does not parse."""
        if view.text not in self._queries:
            try:
                self._queries[view.text] = parse(view.text)
            except QueryError:
                self._queries[view.text] = None
        return self._queries[view.text]

    def problem_of(self, view: View) -> str:
        """Why a view's filter does not parse; empty if it does."""
        try:
            parse(view.text)
        except QueryError as error:
            return f"{view.name}: {error}"
        return ""

    def matching(self, query: AlertQuery) -> View | None:
        """The first view that lists just this; None where no view does."""
        return next((view for view in self._views if self.query_of(view) == query), None)

    # -- own views

    def naming_problem(self, name: str, *, of: str = "") -> str:
        """Why a view cannot be kept under this name; `of` is its present name where it has one.

        The name of a built-in view is free: the new view then takes its place.
        """
        problem = name_problem(name)
        other = self.find(name)
        if problem or other is None or (of and name_key(of) == name_key(name)):
            return problem
        if other.origin is ViewOrigin.CONFIGURED:
            return f"{other.name} is in the configuration; choose another name."
        if other.is_own:
            return f"There is a view {other.name} already; choose another name."
        return ""

    def replaced_by(self, name: str) -> View | None:
        """The built-in view whose place a view of this name would take; None where it takes none."""
        found = self.find(name)
        return found if found is not None and found.origin is ViewOrigin.BUILT_IN else None

    def add(self, name: str, query: AlertQuery) -> View:
        """Keep a filter as a new view."""
        self.reload()
        clean = self._named(name)
        self._put(clean, print_query(query))
        return self._own_view(clean)

    def change(self, view: View, query: AlertQuery) -> View:
        """Give an own view another filter."""
        self.reload()
        self._require_own(view)
        self._put(view.name, print_query(query))
        return self._own_view(view.name)

    def rename(self, view: View, name: str) -> View:
        """Give an own view another name."""
        self.reload()
        self._require_own(view)
        clean = self._named(name, of=view.name)
        if self._file is not None:
            self._file.rename(view.name, clean)
        self._own = {clean if each == view.name else each: text for each, text in self._own.items()}
        self.reload()
        return self._own_view(clean)

    def remove(self, view: View) -> None:
        """Forget an own view."""
        self.reload()
        self._require_own(view)
        if self._file is not None:
            self._file.remove(view.name)
        self._own.pop(view.name)
        self.reload()

    def _put(self, name: str, text: str) -> None:
        if text != storable(text):
            raise Invalid("view", name, "its filter has bytes that are no UTF-8, which no file keeps")
        if self._file is not None:
            self._file.put(name, text)
        self._own[name] = text
        self.reload()

    def _named(self, name: str, *, of: str = "") -> str:
        problem = self.naming_problem(name, of=of)
        if problem:
            raise Invalid("view", name, problem)
        return " ".join(name.split())

    def _own_view(self, name: str) -> View:
        return View(name, self._own[name], ViewOrigin.OWN)

    def _require_own(self, view: View) -> None:
        if view.name in self._own:
            return
        where = {
            ViewOrigin.BUILT_IN: "it is built in; keep a view of the same name to replace it",
            ViewOrigin.CONFIGURED: "it is in the configuration; change it there",
            ViewOrigin.OWN: "it is gone from the file; nothing was changed",
        }
        raise Invalid("view", view.name, where[view.origin])
