"""The words for a change, while it runs and afterwards."""

from __future__ import annotations

import pytest

from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.patch import CLEAR, AlertPatch, Set, TagEdit
from alerttui.domain.vocabulary import AlertId, Quality
from alerttui.triage.change_words import doing, what_happened

ONE = AlertId("one")


def plain(_: str, value: str) -> str:
    """Values as they are stored."""
    return value


@pytest.mark.parametrize(
    ("patch", "tags", "comment", "words"),
    [
        (AlertPatch(status=Set("RESOLVED"), verdict=Set("benign")), None, "why", "closing"),
        (AlertPatch(status=Set("TRIAGED")), None, "", "changing"),
        (AlertPatch(quality=CLEAR), None, "", "rating"),
        (AlertPatch(), TagEdit(add=("x",)), "", "tagging"),
        (AlertPatch(assignee=CLEAR), None, "", "assigning"),
        (AlertPatch(), None, "why", "commenting on"),
        (AlertPatch(assignee=CLEAR), TagEdit(add=("x",)), "", "changing"),
    ],
)
def test_what_is_being_done(patch: AlertPatch, tags: TagEdit | None, comment: str, words: str) -> None:
    assert doing(patch, tags, comment, LOCAL_CAPABILITIES) == words


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (
            Outcome(
                alert_id=ONE, state=OutcomeState.CONFIRMED,
                before=AlertPatch(status=Set("OPEN"), quality=CLEAR),
                after=AlertPatch(status=Set("CLOSED"), quality=Set(Quality.NOISE)),
            ),
            "status OPEN → CLOSED, quality none → NOISE",
        ),
        (
            Outcome(
                alert_id=ONE, state=OutcomeState.UNCHANGED, before=AlertPatch(status=Set("CLOSED")),
                after=AlertPatch(status=Set("CLOSED")), comment_added=True,
            ),
            "already so: status CLOSED, comment added",
        ),
        (Outcome(alert_id=ONE, state=OutcomeState.CONFIRMED, comment_added=False), "comment not sent"),
        (
            Outcome(
                alert_id=ONE, state=OutcomeState.CONFIRMED, after=AlertPatch(status=Set("X")),
                reason="Unseen.",
            ),
            "status X, but: Unseen.",
        ),
        (Outcome(alert_id=ONE, state=OutcomeState.REFUSED, reason="no such word"), "refused: no such word"),
        (Outcome(alert_id=ONE, state=OutcomeState.MISSING, reason="gone"), "missing: gone"),
        (
            Outcome(alert_id=ONE, state=OutcomeState.QUEUED, after=AlertPatch(status=Set("X"))),
            "queued, status X",
        ),
    ],
)  # fmt: skip
def test_what_happened_to_an_alert(outcome: Outcome, words: str) -> None:
    assert what_happened(outcome, plain) == words
