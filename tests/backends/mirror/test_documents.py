"""What the server tells as one piece: its own history of an alert, and which alerts it relates."""

from __future__ import annotations

import pytest

from alerttui.backends.mirror import Part, PartState
from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from alerttui.domain.alert import Actor, RelatedAlert
from alerttui.domain.change import HistoryEntry
from alerttui.domain.errors import NotFound
from alerttui.domain.vocabulary import AlertId
from tests.backends.mirror.telling import tell, version

A_1 = AlertId("a-1")
LINE = HistoryEntry(
    at_ms=1_000, by=Actor("key-1", "api-token"), field="status", before="Open", after="Closed \x1b[2J"
)
OTHER = RelatedAlert(id="a-9", title="Another \x00one", created_ms=900, reason="shares 10.0.0.1")


def test_nothing_is_told_before_it_was_asked(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    assert (mirror.told_history(A_1), mirror.told_related(A_1)) == ([], [])
    assert mirror.part(A_1, Part.HISTORY) is None


def test_lines_come_back_as_they_were_told_and_take_the_place_of_earlier_ones(
    mirror: SqliteMirrorStore,
) -> None:
    tell(mirror)
    mirror.observe_history(A_1, [LINE, LINE], 2_000)
    mirror.observe_history(A_1, [LINE], 3_000)
    assert mirror.told_history(A_1) == [LINE]
    assert mirror.part(A_1, Part.HISTORY) == PartState(as_of_ms=3_000)
    assert mirror.history(A_1) == []


def test_related_alerts_come_back_as_they_were_told(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    mirror.observe_related(A_1, [OTHER, RelatedAlert(id="b", title="")], 2_000)
    assert mirror.told_related(A_1) == [OTHER, RelatedAlert(id="b", title="")]


def test_an_answer_that_was_overtaken_changes_nothing(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    mirror.observe_related(A_1, [OTHER], 3_000)
    mirror.observe_related(A_1, [], 2_000)
    assert mirror.told_related(A_1) == [OTHER]


def test_the_alert_is_shown_anew_only_where_something_is_new(mirror: SqliteMirrorStore) -> None:
    tell(mirror)
    before = version(mirror)
    mirror.observe_related(A_1, [], 2_000)
    assert version(mirror) == before
    mirror.observe_related(A_1, [OTHER], 3_000)
    mirror.observe_related(A_1, [OTHER], 4_000)
    assert version(mirror) == before + 1


def test_an_unknown_alert_is_named(mirror: SqliteMirrorStore) -> None:
    with pytest.raises(NotFound, match="a-9"):
        mirror.observe_history(AlertId("a-9"), [LINE], 1_000)
    assert mirror.told_related(AlertId("a-9")) == []
