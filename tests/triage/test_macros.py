"""Macros over a connection: its own words, or the reason why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES, READ_ONLY_CAPABILITIES
from alerttui.config.macro_file import Macro
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.errors import AlertTuiError
from alerttui.domain.patch import CLEAR, AlertPatch, Set, TagEdit
from alerttui.domain.vocabulary import Quality
from alerttui.triage.macros import change_of, summary
from tests.alerts import ANA

FULL = Macro(
    name="scanner", key="f", status="closed", quality="NOISE", verdict="False_Positive", assignee="me",
    tag_edit=TagEdit(("scanner",), ("new",)), comment="our own scanner",
)  # fmt: skip


def test_a_macro_becomes_one_change_in_the_connections_words() -> None:
    change = change_of(FULL, LOCAL_CAPABILITIES, ANA)
    assert change.patch == AlertPatch(
        status=Set("CLOSED"), quality=Set(Quality.NOISE), verdict=Set("false_positive"), assignee=Set("ana")
    )
    assert (change.tags, change.comment) == (TagEdit(("scanner",), ("new",)), "our own scanner")
    assert change.label == "macro scanner"


def test_empty_words_clear_and_absent_ones_leave_alone() -> None:
    macro = Macro(name="x", key="x", quality="", verdict="", assignee="", tags=())
    assert change_of(macro, LOCAL_CAPABILITIES, None).patch == AlertPatch(
        quality=CLEAR, verdict=CLEAR, assignee=CLEAR, tags=CLEAR
    )


NEEDY = replace(LOCAL_CAPABILITIES, verdict_required=True)
MUTE = replace(
    LOCAL_CAPABILITIES, comments=replace(LOCAL_CAPABILITIES.comments, write_refusal="No comments.")
)


@pytest.mark.parametrize(
    ("macro", "capabilities", "words"),
    [
        (Macro(name="x", key="x", status="DONE"), LOCAL_CAPABILITIES, "one of OPEN, TRIAGED"),
        (Macro(name="x", key="x", severity="LOW"), LOCAL_CAPABILITIES, "keeps the severity"),
        (Macro(name="x", key="x", verdict="maybe"), LOCAL_CAPABILITIES, "one of true_positive"),
        (Macro(name="x", key="x", tag_edit=TagEdit(("Not OK",))), LOCAL_CAPABILITIES, "tags may use"),
        (Macro(name="x", key="x", tag_edit=TagEdit(("ok",))), READ_ONLY_CAPABILITIES, "reading only"),
        (Macro(name="x", key="x", assignee="me"), LOCAL_CAPABILITIES, "who you are"),
        (Macro(name="x", key="x", status="CLOSED"), NEEDY, "closing needs a verdict"),
        (Macro(name="x", key="x", comment="why"), MUTE, "No comments"),
    ],
)
def test_what_the_connection_cannot_do_is_refused(
    macro: Macro, capabilities: Capabilities, words: str
) -> None:
    with pytest.raises(AlertTuiError, match=words):
        change_of(macro, capabilities, None)


def test_a_macro_is_summed_up_in_one_line() -> None:
    assert summary(FULL) == (
        "status closed, quality NOISE, verdict False_Positive, assignee me, +scanner, -new, comment"
    )
    assert summary(Macro(name="x", key="x", assignee="", tags=())) == "assignee none, tags none"
