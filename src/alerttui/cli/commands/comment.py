"""`alerttui comment`: add a comment to an alert."""

from __future__ import annotations

import asyncio

import click

from alerttui.cli.group import EXIT_FAILED
from alerttui.cli.offering import offering
from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import put_json, say
from alerttui.cli.stdin import read_stdin
from alerttui.cli.workplace import Workplace, open_workplace
from alerttui.domain.alert import Comment
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import Invalid, NotFound
from alerttui.domain.patch import AlertPatch
from alerttui.domain.vocabulary import AlertId


@click.command(name="comment")
@click.argument("alert_id", metavar="ID", shell_complete=offering("alert_ids"))
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print the comment as JSON.")
@global_options(filters=False)
def command(alert_id: str, text: str, as_json: bool) -> int:
    """Add TEXT as a comment to the alert ID; - reads it from stdin."""
    options = current_options(filters=False)
    body = read_stdin().rstrip("\n") if text == "-" else text
    if not body.strip():
        raise Invalid("comment", body, "a comment needs words")
    with open_workplace(options) as place:
        outcome, added = asyncio.run(_add(place, AlertId(alert_id), body))
    if outcome.state is OutcomeState.MISSING:
        raise NotFound([alert_id])
    if not outcome.comment_added:
        say(f"alerttui: {alert_id}: the comment was not added: {outcome.reason or 'refused'}")
        return EXIT_FAILED
    if as_json and added:
        from alerttui.triage.panther_json import comment_json

        put_json(comment_json(added))
    say(f"Comment added to {alert_id}.")
    return 0


async def _add(place: Workplace, alert_id: AlertId, body: str) -> tuple[Outcome, Comment | None]:
    """What became of the comment, and the comment as it is kept now."""
    result = await place.session().change([alert_id], AlertPatch(), comment=body)
    (outcome,) = result.outcomes
    added, cursor = None, None
    while outcome.comment_added:
        page = await place.backend.comments(alert_id, cursor, limit=200)
        mine = [each for each in page.results if each.created_ms == result.change.at_ms]
        added, cursor = mine[-1] if mine else added, page.next
        if cursor is None:
            break
    return outcome, added
