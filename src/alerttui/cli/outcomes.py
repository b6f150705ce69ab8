"""What became of a change, alert by alert: for people, as JSON, and as an exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from alerttui.cli.group import EXIT_FAILED
from alerttui.cli.output import counted, put_json, put_line, say
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import NotFound, Unavailable
from alerttui.domain.patch import KEEP, PATCH_FIELDS, AlertPatch, difference, narrowed, to_wire
from alerttui.domain.showable import shown

if TYPE_CHECKING:
    from alerttui.triage.mirror.sender import Told


SENT: Final = "this change was "
"""How the reason of a conflict begins to tell that the change had been sent, or even made."""


def put_outcomes(outcomes: Sequence[Outcome], called: Mapping[str, str], *, as_json: bool) -> None:
    """Print what became of each alert, people by what they are `called`; what failed goes to stderr too."""
    if as_json:
        put_json({"outcomes": [outcome_json(each) for each in outcomes]})
    for outcome in outcomes:
        if not outcome.ok:
            say(f"alerttui: {outcome.alert_id}: {_failure(outcome, called)}.")
        elif outcome.comment_added is False:
            say(f"alerttui: {outcome.alert_id}: changed, but the comment was not added: {outcome.reason}")
        if outcome.ok and not as_json:
            put_line(f"{shown(outcome.alert_id)}: {shown(_difference(outcome, called))}")
    say_stuck(outcomes)


def say_stuck(outcomes: Sequence[Outcome]) -> None:
    """Say what waits because it could not be sent: every reason once, however many alerts have it."""
    stuck = [each for each in outcomes if is_stuck(each)]
    for reason in dict.fromkeys(each.reason for each in stuck):
        ids = [each.alert_id for each in stuck if each.reason == reason]
        what = ids[0] if len(ids) == 1 else counted(len(ids), "alert")
        say(f"alerttui: {what}: queued, not sent: {reason}")
    if stuck:
        say("Sent by: alerttui pending send, or by the console.")


def say_told(told: Sequence[Told]) -> int:
    """Say what did not become of what was sent, and why; how much that was."""
    failed = [each.outcome for each in told if not each.outcome.ok or each.outcome.comment_added is False]
    for outcome in failed:
        say(f"alerttui: {outcome.alert_id}: {outcome.state.value}: {outcome.reason or 'no reason was given'}")
    return len(failed)


def say_earlier(told: Sequence[Told]) -> None:
    """Say that changes that waited were sent along, and which of them failed."""
    if told:
        failed = say_told(told)
        rest = f"; {failed:,} failed: alerttui pending list" if failed else ""
        say(f"{counted(len(told) - failed, 'earlier change')} sent along{rest}.")


def outcome_json(outcome: Outcome) -> dict[str, object]:
    """One outcome; `before` and `after` hold the fields that the change names."""
    body: dict[str, object] = {"id": outcome.alert_id, "ok": outcome.ok}
    if not outcome.ok:
        body["error"] = _reason(outcome)
    body["before"] = to_wire(outcome.before)
    body["after"] = to_wire(outcome.after if outcome.ok or _made(outcome) else outcome.before)
    return body


def exit_code_of(outcomes: Sequence[Outcome]) -> int:
    """0 if every alert has what was asked, 3 if that could not be sent, 4 if none of them exists, else 1."""
    if all(outcome.ok and outcome.comment_added is not False for outcome in outcomes):
        return Unavailable.exit_code if any(map(is_stuck, outcomes)) else 0
    if all(outcome.state is OutcomeState.MISSING for outcome in outcomes):
        return NotFound.exit_code
    return EXIT_FAILED


def is_stuck(outcome: Outcome) -> bool:
    """True if the edit waits because it could not be sent."""
    return outcome.state is OutcomeState.QUEUED and bool(outcome.reason)


def _reason(outcome: Outcome) -> str:
    if outcome.state is OutcomeState.MISSING:
        return "no such alert"
    if outcome.state is OutcomeState.CONFLICT:
        return f"left alone, {outcome.reason or 'somebody else changed it since'}"
    return outcome.reason or "refused"


def _made(outcome: Outcome) -> AlertPatch:
    """What was changed of an alert all the same, where the rest was refused."""
    if outcome.state is not OutcomeState.REFUSED:
        return AlertPatch()
    return difference(outcome.before, narrowed(outcome.after, outcome.before))


def _failure(outcome: Outcome, called: Mapping[str, str]) -> str:
    """Why an alert has not what was asked for, and what of that was changed nevertheless."""
    reason, made = _reason(outcome).rstrip("."), _made(outcome)
    reason = reason.removesuffix("; nothing was sent").removesuffix("; nothing was changed")
    if outcome.state is OutcomeState.UNDECIDED:
        return f"{reason}; nobody knows what of it was changed"
    if outcome.state is OutcomeState.CONFLICT and SENT in reason:
        return reason
    if not made:
        return f"{reason}; nothing of it was changed"
    kept = [name for name, _ in outcome.before.changed() if getattr(made, name) is KEEP]
    not_changed = f"; not changed: {', '.join(kept)}" if kept else ""
    return f"{reason}; changed: {', '.join(_steps(outcome.before, made, called))}{not_changed}"


def _difference(outcome: Outcome, called: Mapping[str, str]) -> str:
    if outcome.state is OutcomeState.UNCHANGED:
        return "already so" if not outcome.comment_added else "comment added"
    queued = ["queued"] if outcome.state is OutcomeState.QUEUED else []
    parts = [*queued, *_steps(outcome.before, outcome.after, called)]
    if outcome.comment_added:
        parts.append("comment added")
    return ", ".join(parts) or "changed"


def _steps(before: AlertPatch, after: AlertPatch, called: Mapping[str, str]) -> list[str]:
    """Each value after a change, with the one before."""
    from alerttui.triage.planning import patch_text

    def in_words(patch: AlertPatch, name: str) -> str:
        value = patch_text(patch, name)
        return called.get(value, value) if name == "assignee" else value

    return [
        f"{name} {in_words(before, name) or 'none'} -> {in_words(after, name)}"
        for name in PATCH_FIELDS
        if patch_text(after, name)
    ]
