"""History as lines: what is told of an event that has neither a value before nor one after."""

from __future__ import annotations

from alerttui.domain.alert import Actor
from alerttui.domain.change import HistoryEntry
from alerttui.tui.render.thread import history_lines
from tests.alerts import NOW_MS


def told(before: str, after: str) -> str:
    entry = HistoryEntry(at_ms=NOW_MS, by=Actor("ana"), field="created", before=before, after=after)
    return history_lines([entry], str, 80)[0].content.plain


def test_what_has_no_values_is_told_without_any() -> None:
    assert told("", "").endswith("ana  created")
    assert told("", "here").endswith("created: here")
