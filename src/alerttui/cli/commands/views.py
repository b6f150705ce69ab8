"""`alerttui views`: the views by name, and making, renaming and removing own ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from alerttui.cli.options import GlobalOptions, current_options, global_options
from alerttui.cli.output import output_width, put_json, put_table, say
from alerttui.cli.workplace import named_view, open_workplace, parse_filter, view_book
from alerttui.domain.errors import StoreError
from alerttui.domain.view import View
from alerttui.triage.views import ViewBook


@click.group(name="views", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@global_options(filters=False)
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the views with their filters, who made them, and how many alerts each lists.

    \b
    alerttui views
    alerttui views add "VIP tonight" tag:vip is:open "created>12h"
    alerttui list --view "VIP tonight"
    """
    if context.invoked_subcommand is not None:
        return
    options = current_options(filters=False)
    book = view_book(options)
    counts = _counts(options, book)
    if as_json:
        put_json({"results": [_record(view, counts, book) for view in book.views]})
        return
    rows = [(view.name, _count(view, counts), view.origin.value, view.text) for view in book.views]
    put_table(("NAME", "ALERTS", "FROM", "FILTER"), rows, width=output_width(), right_aligned=("ALERTS",))
    for view in book.views:
        if problem := book.problem_of(view):
            say(f"alerttui: {problem}")


@command.command(name="add")
@click.argument("name")
@click.argument("terms", nargs=-1, required=True, metavar="FILTER")
def add(name: str, terms: Sequence[str]) -> None:
    """Keep FILTER as the view NAME; the name of a built-in view replaces that view.

    \b
    alerttui views add Untagged -- -is:tagged is:open        (a filter that begins with - goes after --)
    """
    book = view_book(current_options(filters=False))
    replaced = book.replaced_by(name)
    view = book.add(name, parse_filter(" ".join(terms)))
    instead = f", in place of the built-in one ({replaced.text})" if replaced else ""
    say(f"The view {view.name} lists: {view.text or 'every alert'}{instead}.")


@command.command(name="remove")
@click.argument("name")
def remove(name: str) -> None:
    """Remove the view NAME."""
    book = view_book(current_options(filters=False))
    view = named_view(book, name)
    book.remove(view)
    say(f"The view {view.name} is removed; it was: {view.text or 'every alert'}")


@command.command(name="rename")
@click.argument("name")
@click.argument("new_name")
def rename(name: str, new_name: str) -> None:
    """Call the view NAME by NEW_NAME."""
    book = view_book(current_options(filters=False))
    view = named_view(book, name)
    say(f"The view {view.name} is now called {book.rename(view, new_name).name}.")


def _counts(options: GlobalOptions, book: ViewBook) -> dict[str, int]:
    """How many alerts each view lists, by its name; without a store that can be read, none are known."""
    counts = {}
    try:
        with open_workplace(replace(options, cached=True)) as place:
            for view in book.views:
                query = book.query_of(view)
                if query is not None:
                    counts[view.name] = place.store.count(query, place.context())
    except StoreError as error:
        say(f"alerttui: no counts: {error}")
    return counts


def _count(view: View, counts: dict[str, int]) -> str:
    return f"{counts[view.name]:,}" if view.name in counts else "-"


def _record(view: View, counts: dict[str, int], book: ViewBook) -> dict[str, object]:
    problem = book.problem_of(view)
    return {
        "name": view.name,
        "filter": view.text,
        "origin": view.origin.name.lower().replace("_", "-"),
        "alerts": counts.get(view.name),
        **({"error": problem} if problem else {}),
    }
