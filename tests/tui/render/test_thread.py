"""A history as lines: what changed, and what a product tells beside changes."""

from __future__ import annotations

import pytest

from alerttui.domain.alert import Actor
from alerttui.domain.change import HistoryEntry
from alerttui.tui.render.thread import history_lines


@pytest.mark.parametrize(
    ("field", "before", "after", "said"),
    [
        ("status", "open", "resolved", "status open → resolved"),
        ("verdict", "", "benign", "verdict none → benign"),
        ("tags", "a", "", "tags a → none"),
        ("comment", "", "words", "commented"),
        ("created", "", "", "created"),
        ("escalated", "", "to the second line", "escalated: to the second line"),
        ("owner_group", "soc", "", "owner_group soc → none"),
    ],
)
def test_a_line_tells_from_and_to_only_of_what_has_them(
    field: str, before: str, after: str, said: str
) -> None:
    entry = HistoryEntry(at_ms=0, by=Actor("ada"), field=field, before=before, after=after)
    (line,) = history_lines([entry], str, 80)
    assert line.content.plain == f"1970-01-01T00:00:00Z  ada  {said}"
