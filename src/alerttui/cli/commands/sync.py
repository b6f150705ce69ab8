"""`alerttui sync`: bring the mirror of a remote profile up to date, without a console."""

from __future__ import annotations

import click

from alerttui.cli.group import EXIT_FAILED
from alerttui.cli.mirror_state import unsent_text
from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import counted, put_json, say
from alerttui.cli.progress import how_far
from alerttui.cli.workplace import open_workplace
from alerttui.domain.errors import NotSupported, Unavailable
from alerttui.domain.moments import format_moment
from alerttui.domain.query import EVERYTHING


@click.command(name="sync")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@global_options(filters=False)
def command(as_json: bool) -> int:
    """Read what is new, what is open, and what of the profile's window is missing; nothing is sent."""
    with open_workplace(current_options(filters=False)) as place:
        if place.freshening is None:
            raise NotSupported(f"{place.active.profile.name} is a local store: there is nothing to sync.")
        running = place.freshening.mirror.running
        if not running.turn.take():
            say("Another alerttui has the turn on this mirror and keeps it up to date.")
            return EXIT_FAILED
        place.admit()
        with place.freshening.progress() as progress:
            place.run(running.catch_up(progress))
        state, total = running.state, place.store.count(EVERYTHING, place.context())
    if as_json:
        put_json(
            {
                "alerts": total,
                "asOf": format_moment(state.new_as_of_ms) if state.new_as_of_ms else None,
                "from": format_moment(state.covered_from_ms) if state.covered_from_ms else None,
                "queued": state.counts.queued,
                "held": state.counts.held,
            }
        )
    waits = unsent_text(state.counts)
    if state.trouble:
        say(f"alerttui: {state.trouble}")
    say(f"{counted(total, 'alert')}, {how_far(state.covered_from_ms)}{f'; {waits}' if waits else ''}.")
    return Unavailable.exit_code if state.trouble else 0
