"""Comments: the server's own, and ours on their way to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerttui.backends.mirror import LAG_MS, Part, PartState
from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from alerttui.domain.alert import Comment
from alerttui.domain.change import OutcomeState
from alerttui.domain.errors import NotFound
from alerttui.domain.patch import AlertPatch
from alerttui.domain.pending import Decision, EditKey, Stage
from alerttui.domain.vocabulary import AlertId
from tests.backends.mirror.telling import (
    ANA,
    BOB,
    CAPABILITIES,
    IDENTITY,
    change,
    comment,
    ends,
    found,
    outcome,
    status,
    tell,
    version,
)

A_1 = AlertId("a-1")
KEY = EditKey("c-1", 0)


@pytest.fixture(autouse=True)
def _alerts(mirror: SqliteMirrorStore) -> None:
    tell(mirror, "a-1")
    tell(mirror, "a-2")


def read(
    mirror: SqliteMirrorStore,
    *comments: Comment,
    as_of_ms: int = 2_000,
    following: str = "",
    is_first: bool = True,
    alert_id: str = "a-1",
) -> int:
    """Have the mirror observe one page of comments."""
    state = PartState(as_of_ms=as_of_ms, next_cursor=following)
    return mirror.observe_comments(AlertId(alert_id), comments, state, is_first=is_first)


def thread(mirror: SqliteMirrorStore, alert_id: str = "a-1") -> list[tuple[str, str, str]]:
    """Id, text and state of what is shown."""
    return [(each.id, each.body, each.state) for each in mirror.comments(AlertId(alert_id)).results]


def test_comments_of_the_server_are_taken_over_by_their_ids(mirror: SqliteMirrorStore) -> None:
    assert mirror.part(A_1, Part.COMMENTS) is None
    assert read(mirror, comment("1"), comment("2")) == 2
    before = version(mirror)
    assert read(mirror, comment("1"), comment("2"), as_of_ms=3_000) == 0
    assert version(mirror) == before
    assert mirror.part(A_1, Part.COMMENTS) == PartState(as_of_ms=3_000)
    assert read(mirror, comment("1", "written anew"), comment("2"), as_of_ms=4_000) == 1
    assert version(mirror) == before + 1
    assert thread(mirror) == [("1", "written anew", ""), ("2", "body of 2", "")]
    assert found(mirror, "is:commented") == 1
    with pytest.raises(NotFound):
        read(mirror, alert_id="nope")


def test_what_the_server_no_longer_has_goes_only_where_all_was_read(mirror: SqliteMirrorStore) -> None:
    read(mirror, comment("1"), comment("2"), comment("3"))
    read(mirror, comment("1"), as_of_ms=3_000, following="more")
    read(mirror, comment("2"), as_of_ms=3_000, is_first=False)
    assert [each[0] for each in thread(mirror)] == ["1", "2", "3"]
    read(mirror, comment("2"), as_of_ms=4_000)
    assert [each[0] for each in thread(mirror)] == ["2"]
    assert read(mirror, comment("1"), as_of_ms=3_500) == 0, "a page that was overtaken"
    assert [each[0] for each in thread(mirror)] == ["2"]
    read(mirror, as_of_ms=5_000)
    assert found(mirror, "is:commented") == 0


def test_two_alerts_may_have_comments_of_one_id(mirror: SqliteMirrorStore) -> None:
    for as_of_ms in (2_000, 3_000):
        read(mirror, comment("1", "first"), as_of_ms=as_of_ms)
        read(mirror, comment("1", "second"), as_of_ms=as_of_ms, alert_id="a-2")
    assert [each[1] for each in thread(mirror)] == ["first"]
    assert [each[1] for each in thread(mirror, "a-2")] == ["second"]


def test_our_comment_waits_beside_the_server_s(mirror: SqliteMirrorStore) -> None:
    read(mirror, comment("1"))
    mirror.enqueue(change("c-1", status("TRIAGED"), comment="why"))
    read(mirror, comment("1"), as_of_ms=3_000)
    assert [each[1:] for each in thread(mirror)] == [("body of 1", ""), ("why", "queued")]
    placed = mirror.comment_of_change("c-1", A_1)
    assert (placed.comment.author, placed.comment.state) == (ANA, "queued")
    assert mirror.begin_sending([KEY], comments=True) == [KEY]
    assert mirror.begin_sending([KEY], comments=True) == []
    assert thread(mirror)[1][2] == "sending"
    assert mirror.pending()[0].stage is Stage.QUEUED
    mirror.requeue([KEY], "no answer yet", comments=True)
    assert thread(mirror)[1][2] == "queued"
    assert mirror.pending()[0].reason == "no answer yet"
    assert mirror.history(A_1) == []


def test_a_comment_waits_in_the_format_in_which_it_will_be_stored(mirror: SqliteMirrorStore) -> None:
    rule = replace(CAPABILITIES.comments, formats=("MARKDOWN", "PLAIN_TEXT"))
    mirror.bind(IDENTITY, replace(CAPABILITIES, comments=rule))
    mirror.enqueue(change("c-1", AlertPatch(), comment="*why*"))
    assert mirror.comments(A_1).results[0].format == "MARKDOWN"


def confirm(mirror: SqliteMirrorStore, told: Comment | None, at_ms: int = 20_000) -> None:
    """Send the comment of c-1."""
    mirror.begin_sending([KEY], comments=True)
    mirror.settle_comment(KEY, outcome(OutcomeState.CONFIRMED), told, at_ms)


def test_a_comment_that_was_sent_has_the_server_s_id_and_is_not_doubled(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), comment="why"))
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    confirm(mirror, comment("7", "why", ANA))
    assert thread(mirror) == [("7", "why", "")]
    assert read(mirror, comment("7", "why", ANA), as_of_ms=40_000) == 0
    assert thread(mirror) == [("7", "why", "")]
    (made,) = mirror.journal()[0].outcomes
    assert (made.state, made.comment_added) == (OutcomeState.CONFIRMED, True)
    assert mirror.comment_of_change("c-1", A_1).comment.id == "7"
    read(mirror, comment("7", "why", ANA), comment("8"), as_of_ms=41_000)
    assert mirror.sent_comments(A_1) == {"7"}
    assert [(line.field, line.after) for line in mirror.history(A_1)] == [
        ("status", "TRIAGED"),
        ("comment", "why"),
    ]
    assert not mirror.pending_counts()


def test_a_comment_that_was_read_before_its_answer_came_is_one(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), comment="why"))
    mirror.begin_sending([KEY], comments=True)
    read(mirror, comment("7", "why", ANA), as_of_ms=19_000)
    confirm(mirror, comment("7", "why", ANA))
    assert thread(mirror) == [("7", "why", "")]
    assert mirror.comment_of_change("c-1", A_1).comment.id == "7"


def test_a_comment_whose_id_the_server_does_not_tell_is_known_by_its_text(
    mirror: SqliteMirrorStore,
) -> None:
    mirror.enqueue(change("c-1", AlertPatch(), comment="why"))
    confirm(mirror, None)
    assert [each[1:] for each in thread(mirror)] == [("why", "")]
    read(mirror, comment("8", "other"), comment("7", "why", ANA), as_of_ms=40_000)
    assert sorted(thread(mirror)) == [("7", "why", ""), ("8", "other", "")]
    assert mirror.comment_of_change("c-1", A_1).comment.id == "7"


def test_a_comment_that_the_server_calls_otherwise_in_its_thread_is_one(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", AlertPatch(), comment="why"))
    confirm(mirror, comment("7", "why", ANA))
    read(mirror, comment("entry-1", "why", ANA), comment("8", "why"), as_of_ms=40_000, is_first=False)
    assert sorted(thread(mirror)) == [("8", "why", ""), ("entry-1", "why", "")]
    assert mirror.comment_of_change("c-1", A_1).comment.id == "entry-1"


@pytest.mark.parametrize("told", [comment("7", "why", ANA), None])
def test_two_comments_with_the_words_of_ours_are_read(
    mirror: SqliteMirrorStore, told: Comment | None
) -> None:
    mirror.enqueue(change("c-1", AlertPatch(), comment="why"))
    confirm(mirror, told)
    read(mirror, comment("e-1", "why", ANA), comment("e-2", "why", ANA), as_of_ms=40_000)
    assert sorted(each[0] for each in thread(mirror)) == ["e-1", "e-2"]


def test_the_same_words_said_twice_are_two_comments(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", AlertPatch(), comment="why"))
    confirm(mirror, comment("7", "why", ANA))
    read(mirror, comment("9", "why", ANA), comment("7", "why", ANA), as_of_ms=40_000)
    assert sorted(thread(mirror)) == [("7", "why", ""), ("9", "why", "")]


def test_a_thread_from_before_our_comment_does_not_take_it_away(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", AlertPatch(), comment="why"))
    confirm(mirror, comment("7", "why", ANA))
    read(mirror, as_of_ms=20_000 + LAG_MS - 1)
    assert thread(mirror) == [("7", "why", "")]
    read(mirror, as_of_ms=20_000 + LAG_MS)
    assert thread(mirror) == []


def test_a_comment_alone_reads_queued_until_it_is_sent(mirror: SqliteMirrorStore) -> None:
    (made,) = mirror.enqueue(change("c-1", AlertPatch(), comment="why"))
    assert made.state is OutcomeState.QUEUED
    mirror.begin_sending([KEY], comments=True)
    assert mirror.pending()[0].tries == 1
    confirm(mirror, comment("7", "why", ANA))
    (made,) = mirror.journal()[0].outcomes
    assert (made.state, made.comment_added) == (OutcomeState.UNCHANGED, True)


def test_a_refused_comment_is_given_up_apart_from_the_values(mirror: SqliteMirrorStore) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), comment="why"))
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    mirror.begin_sending([KEY], comments=True)
    mirror.settle_comment(KEY, outcome(OutcomeState.REFUSED, "too long"), None, 21_000)
    (made,) = mirror.journal()[0].outcomes
    assert (made.state, made.comment_added) == (OutcomeState.CONFIRMED, False)
    assert thread(mirror) == []
    assert not mirror.pending_counts()


@pytest.mark.parametrize("decision", list(Decision))
def test_a_comment_that_may_have_been_sent_is_held(mirror: SqliteMirrorStore, decision: Decision) -> None:
    mirror.enqueue(change("c-1", status("TRIAGED"), comment="why"))
    ends(mirror, "c-1", OutcomeState.CONFIRMED)
    mirror.begin_sending([KEY], comments=True)
    mirror.settle_comment(KEY, outcome(OutcomeState.UNDECIDED, "no answer"), None, 21_000)
    (held,) = mirror.pending(held=True)
    assert (held.stage, held.comment_stage, held.reason) == (Stage.SETTLED, Stage.HELD, "no answer")
    assert thread(mirror)[0][2] == "held"
    assert mirror.decide([KEY], decision) == 1
    if decision is Decision.SEND:
        assert mirror.begin_sending([KEY], comments=True) == [KEY]
    else:
        assert (mirror.pending_counts().queued, thread(mirror)) == (0, [])
    assert mirror.journal()[0].outcomes[0].state is OutcomeState.CONFIRMED


def test_comments_that_come_along_with_an_alert_are_taken_over(mirror: SqliteMirrorStore) -> None:
    from tests.backends.mirror.telling import row_of_a_list, told

    for requested_ms in (2_000, 3_000):
        seen = told(row_of_a_list(), requested_ms, in_full=True, comments=[comment("1", author=BOB)])
        mirror.observe([seen])
    assert thread(mirror) == [("1", "body of 1", "")]
