"""`alerttui undo` and `alerttui redo`: back and forth over one's own changes."""

from __future__ import annotations

import click

from alerttui.cli.group import EXIT_FAILED
from alerttui.cli.options import current_options, global_options
from alerttui.cli.outcomes import exit_code_of, put_outcomes
from alerttui.cli.output import put_json, say
from alerttui.cli.workplace import open_workplace
from alerttui.triage.people import person_labels

_OVERWRITE_HELP = "Also where somebody else changed the field since."


@click.command(name="undo")
@click.option("--overwrite", is_flag=True, help=_OVERWRITE_HELP)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@global_options(filters=False)
def undo(overwrite: bool, as_json: bool) -> int:
    """Take back your latest change; what somebody else changed since is left alone."""
    return _walk("undo", overwrite=overwrite, as_json=as_json)


@click.command(name="redo")
@click.option("--overwrite", is_flag=True, help=_OVERWRITE_HELP)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@global_options(filters=False)
def redo(overwrite: bool, as_json: bool) -> int:
    """Make again what your latest undo took back."""
    return _walk("redo", overwrite=overwrite, as_json=as_json)


def _walk(verb: str, *, overwrite: bool, as_json: bool) -> int:
    with open_workplace(current_options(filters=False)) as place:
        place.admit()
        session = place.session()
        step = session.undo if verb == "undo" else session.redo
        with place.telling_earlier():
            result = place.run(step(overwrite=overwrite))
        called = person_labels(place.store)
    if result is None:
        if as_json:
            put_json({"outcomes": []})
        say(f"Nothing to {verb}.")
        return EXIT_FAILED
    put_outcomes(result.outcomes, called, as_json=as_json)
    say(f"{result.summary()}.")
    if result.failed and not overwrite:
        say(f"To change those too: alerttui {verb} --overwrite")
    return exit_code_of(result.outcomes)
