"""`alerttui comment`: add a comment to an alert."""

from __future__ import annotations

import click

from alerttui.cli.group import EXIT_FAILED
from alerttui.cli.offering import offering
from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import put_json, say
from alerttui.cli.stdin import read_stdin
from alerttui.cli.workplace import Workplace, open_workplace
from alerttui.domain.alert import Comment
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import Invalid, NotFound, NotSupported, Unavailable
from alerttui.domain.patch import AlertPatch
from alerttui.domain.vocabulary import AlertId


@click.command(name="comment")
@click.argument("alert_id", metavar="ID", shell_complete=offering("alert_ids"))
@click.argument("text")
@click.option("--queue", is_flag=True, help="Leave the comment for later; remote profiles only.")
@click.option("--local", is_flag=True, help="Keep it here, unsent, where the product has no comments.")
@click.option("--json", "as_json", is_flag=True, help="Print the comment as JSON.")
@global_options(filters=False)
def command(alert_id: str, text: str, queue: bool, local: bool, as_json: bool) -> int:
    """Add TEXT as a comment to the alert ID; - reads it from stdin."""
    options = current_options(filters=False)
    body = read_stdin().rstrip("\n") if text == "-" else text
    if not body.strip():
        raise Invalid("comment", body, "a comment needs some text")
    with open_workplace(options, waits=not queue) as place:
        if queue and place.freshening is None:
            raise click.UsageError(
                "--queue is for remote profiles; a local store takes a comment at once.",
                click.get_current_context(),
            )
        if local:
            return _keep(place, AlertId(alert_id), body, is_queued=queue, as_json=as_json)
        rule = place.backend.capabilities.comments
        if rule.notes:
            raise NotSupported(f"{rule.write_refusal} `--local` keeps it as a local note on this machine.")
        place.know([AlertId(alert_id)])
        with place.telling_earlier():
            outcome, added = place.run(_add(place, AlertId(alert_id), body))
    if outcome.state is OutcomeState.MISSING:
        raise NotFound([alert_id])
    if as_json and added:
        from alerttui.triage.panther_json import comment_json

        put_json(comment_json(added))
    if outcome.state is OutcomeState.QUEUED and outcome.comment_added is not True:
        say(f"The comment on {alert_id} is queued; alerttui pending send sends it.{_why(outcome)}")
        return 0 if queue else Unavailable.exit_code
    if not outcome.comment_added:
        say(f"alerttui: {alert_id}: the comment was not added: {outcome.reason or 'refused'}")
        return EXIT_FAILED
    say(f"Comment added to {alert_id}.")
    return 0


def _keep(place: Workplace, alert_id: AlertId, body: str, *, is_queued: bool, as_json: bool) -> int:
    """Keep a local note, which nobody but this machine gets."""
    if is_queued:
        raise click.UsageError(
            "--local and --queue exclude each other: a local note is never sent.", click.get_current_context()
        )
    session = place.session()
    if refusal := session.note_refusal():
        raise NotSupported(refusal)
    place.know([alert_id])
    (note,) = place.run(session.add_note([alert_id], body))
    if as_json:
        from alerttui.triage.panther_json import comment_json

        put_json(comment_json(note))
    say(f"Local note kept on {alert_id}, on this machine; not sent.")
    return 0


def _why(outcome: Outcome) -> str:
    return f" It was not sent: {outcome.reason}" if outcome.reason else ""


async def _add(place: Workplace, alert_id: AlertId, body: str) -> tuple[Outcome, Comment | None]:
    """What became of the comment, and the comment as it is kept now."""
    result = await place.session().change([alert_id], AlertPatch(), comment=body)
    (outcome,) = result.outcomes
    if not outcome.comment_added and outcome.state is not OutcomeState.QUEUED:
        return outcome, None
    return outcome, place.store.comment_of_change(result.change.id, alert_id).comment
