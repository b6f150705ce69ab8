"""The lines of what a change did: every column begins where it should, however long a word is."""

from __future__ import annotations

import pytest

from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.listing import AlertRow
from alerttui.domain.vocabulary import AlertId, Severity
from alerttui.tui.screens.outcomes import OutcomeLines

ID = AlertId("a-1")


@pytest.mark.parametrize(
    ("word", "column"), [("low", "low      "), ("CRITICAL", "CRITICAL "), ("informational", "informa… ")]
)
def test_a_long_severity_leaves_a_gap_before_the_title(word: str, column: str) -> None:
    row = AlertRow(
        rowid=1, id=ID, version=1, title="Rule 4", severity=Severity.INFO, severity_word=word, status="new",
        phase=1, quality="", verdict="", assignee_id="", created_ms=0, event_count=1, detection_id="",
        tags=(),
    )  # fmt: skip
    outcome = Outcome(alert_id=ID, state=OutcomeState.UNCHANGED)
    line = OutcomeLines([outcome], {ID: row}, lambda name, value: value, 80).line(0)
    assert line.content.plain.startswith(f"✓ {column}Rule 4")
