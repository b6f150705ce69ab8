"""`alerttui comment`: add a comment to an alert."""

from __future__ import annotations

import asyncio

import click

from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import put_json, say
from alerttui.cli.stdin import read_stdin
from alerttui.cli.workplace import open_workplace
from alerttui.domain.vocabulary import AlertId


@click.command(name="comment")
@click.argument("alert_id", metavar="ID")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print the comment as JSON.")
@global_options(filters=False)
def command(alert_id: str, text: str, as_json: bool) -> None:
    """Add TEXT as a comment to the alert ID; - reads it from stdin."""
    options = current_options(filters=False)
    body = read_stdin().rstrip("\n") if text == "-" else text
    with open_workplace(options) as place:
        added = asyncio.run(place.session().comment(AlertId(alert_id), body))
    if as_json:
        from alerttui.triage.panther_json import comment_json

        put_json(comment_json(added))
    say(f"Comment added to {alert_id}.")
