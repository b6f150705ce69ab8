"""`alerttui sync`: bring the mirror of a remote profile up to date, without a console."""

from __future__ import annotations

import click

from alerttui.cli.group import EXIT_FAILED
from alerttui.cli.mirror_state import unsent_text
from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import counted, put_json, say
from alerttui.cli.workplace import open_workplace
from alerttui.domain.errors import NotSupported
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
        place.run(running.catch_up(lambda: say(_how_far(running.state.covered_from_ms))))
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
    say(f"{counted(total, 'alert')}, {_how_far(state.covered_from_ms)}{f'; {waits}' if waits else ''}")
    return 0


def _how_far(covered_from_ms: int | None) -> str:
    if covered_from_ms is None:
        return "nothing was read yet"
    return f"complete back to {format_moment(covered_from_ms)[:16]}Z"
