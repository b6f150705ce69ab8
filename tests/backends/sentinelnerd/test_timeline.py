"""Events, comments and timeline of a single alert."""

from __future__ import annotations

from typing import Any

import pytest

from alerttui.backends.remote.sentinelnerd.timeline import NOBODY, comments_of, events_of, history_of
from alerttui.domain.alert import Actor
from alerttui.domain.errors import BadAnswer, Invalid, NotFound
from alerttui.domain.vocabulary import AlertId
from tests.backends.panther.script import NOW_MS, empty, lost, no_such, told
from tests.backends.sentinelnerd.script import ADA, ONE, row, scripted, single

GRACE = Actor("grace@example.com")
NOON = 1_795_003_200_000


def at(second: int) -> str:
    return f"2026-11-18T12:00:{second:02}Z"


def commented(second: int, body: str, **fields: Any) -> dict[str, Any]:
    return {"type": "comment", "timestamp": at(second), "user": GRACE.id, "comment": body, **fields}


# -- events


@pytest.mark.parametrize("key", ["related_events", "events", "matched_events"])
async def test_events_are_the_list_under_one_of_its_names(key: str) -> None:
    values = [{"id": "e", "timestamp": at(1), "n": 1}, "plain", 7, [None]]
    script, backend = scripted(single(**{key: values}))
    page = await backend.events(ONE)
    assert [each.body for each in page.results] == [
        '{"id":"e","timestamp":"2026-11-18T12:00:01Z","n":1}', "plain", "7", "[null]",
    ]  # fmt: skip
    assert [(each.sequence, each.occurred_ms) for each in page.results][:2] == [(0, NOON + 1_000), (1, None)]
    assert page.next is None
    assert script.lines() == ["GET /alerts/alt_1"]


async def test_an_answer_without_events_has_none() -> None:
    _, backend = scripted(single(events={"not": "a list"}))
    assert list((await backend.events(ONE)).results) == []
    assert events_of({"events": None}) == []


async def test_no_cursor_is_one_of_ours() -> None:
    script, backend = scripted()
    for read in (backend.events, backend.comments):
        with pytest.raises(Invalid):
            await read(ONE, "x")
    assert script.asked == []


@pytest.mark.parametrize("alert_id", ["", "stats", "bulk"])
async def test_an_id_that_would_be_another_address_is_missing_unasked(alert_id: str) -> None:
    script, backend = scripted()
    readings = (backend.alert, backend.events, backend.comments, backend.history)
    for read in readings:
        with pytest.raises(NotFound):
            await read(AlertId(alert_id))
    with pytest.raises(NotFound):
        await backend.add_comment(AlertId(alert_id), "x", ADA, 0)
    assert script.asked == []


# -- comments


def test_comments_come_from_their_own_list_first() -> None:
    record = row(
        comments=[{"id": 2, "body": "b", "author": {"name": "Ada", "email": ADA.id}, "created_at": at(2)}],
        timeline=[commented(1, "a")],
    )
    (found,) = comments_of(record)
    assert (found.id, found.body, found.author) == ("2", "b", Actor(ADA.id, "user", "Ada"))
    assert (found.created_ms, found.format) == (NOON + 2_000, "MARKDOWN")


@pytest.mark.parametrize("key", ["timeline", "activity", "history", "timeline_events"])
def test_else_they_are_what_the_timeline_has_of_them_oldest_first(key: str) -> None:
    entries = [commented(3, "third"), commented(2, "second"), {"type": "created", "timestamp": at(0)}]
    record = row(**{key: entries})
    assert [each.body for each in comments_of(record)] == ["second", "third"]


def test_entries_of_one_second_are_turned_round_where_the_timeline_begins_with_the_newest() -> None:
    record = row(timeline=[commented(0, "b"), commented(0, "a"), {"type": "created", "timestamp": at(0)}])
    assert [each.body for each in comments_of(record)] == ["a", "b"]


@pytest.mark.parametrize(
    ("entry", "is_comment"),
    [
        ({"type": "acknowledged", "user": ADA.id, "comment": "on it"}, True),
        ({"event": "acknowledged", "by": {"email": ADA.id}, "message": "on it"}, True),
        ({"kind": "note_added", "text": "on it"}, True),
        ({"kind": "note_added", "details": {"text": "on it"}}, True),
        ({"action": "created", "message": "on it"}, False),
        ({"action": "created", "user": "rule engine", "message": "on it"}, False),
        ({"type": "comment", "comment": " "}, False),
        ("on it", False),
        (7, False),
    ],
)
def test_a_comment_is_text_that_somebody_wrote(entry: object, is_comment: bool) -> None:
    bodies = [each.body for each in comments_of(row(timeline=[entry]))]
    assert bodies == (["on it"] if is_comment else [])


def test_comments_without_ids_have_the_same_ones_when_they_are_read_again() -> None:
    first = comments_of(row(timeline=[commented(1, "same"), commented(1, "same"), commented(2, "x")]))
    again = comments_of(
        row(timeline=[commented(0, "new"), commented(1, "same"), commented(1, "same"), commented(2, "x")])
    )
    assert len({each.id for each in first}) == 3
    assert [each.id for each in again[1:]] == [each.id for each in first]
    other = comments_of(row("alt_2", timeline=[commented(2, "x")]))
    assert other[0].id != first[2].id


# -- adding


async def test_a_comment_is_sent_as_it_is_and_once() -> None:
    script, backend = scripted(told({"data": {"id": "cmt_1", "created_at": at(5)}}, 201))
    body = "**bold**\n[link](x) \x1b[31m"
    comment = await backend.add_comment(ONE, body, ADA, NOW_MS)
    assert comment is not None
    assert (comment.id, comment.body, comment.author) == ("cmt_1", body, ADA)
    assert comment.created_ms == NOON + 5_000
    (request,) = script.asked
    assert (request.path, request.body) == (("alerts", "alt_1", "comments"), {"body": body})
    assert (request.permission, request.alert_id) == ("alerts:write", "alt_1")
    assert request.safety.name == "NEVER"
    assert 204 in request.expected


@pytest.mark.parametrize(
    "answer", [empty(204), told({}), told({"success": True}), told([1]), told({"data": None}), told("OK")]
)
async def test_a_comment_of_which_no_id_is_told_was_added_all_the_same(answer: Any) -> None:
    script, backend = scripted(answer)
    assert await backend.add_comment(ONE, "x", ADA, NOW_MS) is None
    assert len(script.asked) == 1


async def test_a_comment_without_an_answer_is_not_repeated() -> None:
    script, backend = scripted(lost())
    with pytest.raises(Exception, match="No answer") as raised:
        await backend.add_comment(ONE, "x", ADA, NOW_MS)
    assert getattr(raised.value, "may_have_acted", False)
    assert len(script.asked) == 1


async def test_a_comment_on_a_missing_alert_names_it() -> None:
    _, backend = scripted(no_such(ONE))
    with pytest.raises(NotFound, match="alt_1"):
        await backend.add_comment(ONE, "x", ADA, NOW_MS)


@pytest.mark.parametrize("body", ["", " \n", "x" * 10_001])
async def test_an_empty_or_too_long_comment_is_not_sent(body: str) -> None:
    script, backend = scripted()
    with pytest.raises(Invalid):
        await backend.add_comment(ONE, body, ADA, NOW_MS)
    assert script.asked == []


async def test_a_comment_of_ours_keeps_its_id_where_the_timeline_has_none() -> None:
    answer = told({"data": {"comment": {"id": "cmt_1"}}})
    _, backend = scripted(answer, single(timeline=[commented(1, "x"), commented(2, "y")]))
    await backend.add_comment(ONE, "y", ADA, NOW_MS)
    found = (await backend.comments(ONE)).results
    assert [each.body for each in found] == ["x", "y"]
    assert found[1].id == "cmt_1"


# -- history


async def test_the_timeline_is_the_history_with_what_each_status_was_before() -> None:
    entries = [
        {"type": "created", "timestamp": at(0)},
        {"type": "acknowledged", "timestamp": at(1), "user": ADA.id, "comment": "on it"},
        {"type": "comment", "timestamp": at(2), "user": {"email": GRACE.id}, "comment": "look"},
        {"type": "resolved", "timestamp": at(3), "user": ADA.id},
        {"type": "reopened", "timestamp": at(4), "user": ADA.id},
        {"odd": [1]},
        "plain",
    ]
    _, backend = scripted(single(timeline=entries))
    lines = await backend.history(ONE)
    assert [(each.field, each.before, each.after, each.why) for each in lines] == [
        ("created", "", "", ""),
        ("status", "open", "acknowledged", "on it"),
        ("comment", "", "look", ""),
        ("status", "acknowledged", "resolved", ""),
        ("status", "resolved", "open", ""),
        ("entry", "", '{"odd":[1]}', ""),
        ("entry", "", "plain", ""),
    ]
    assert [each.at_ms - NOON for each in lines] == [0, 1_000, 2_000, 3_000, 4_000, 4_000, 4_000]
    assert [each.by for each in lines][:3] == [NOBODY, ADA, GRACE]


def test_what_changes_no_status_that_is_known_is_told_by_its_own_name() -> None:
    entries = [
        {"type": "reopened", "at": at(1)},
        {"type": "acknowledged", "at": at(2), "comment": "on it"},
        {"type": "acknowledged", "at": at(3), "comment": "mine now"},
    ]
    lines = history_of(row(timeline=entries), 0)
    assert [(each.field, each.before, each.after, each.why) for each in lines] == [
        ("reopened", "", "", ""),
        ("status", "open", "acknowledged", "on it"),
        ("acknowledged", "", "mine now", ""),
    ]


def test_a_timeline_that_begins_with_the_newest_is_turned_round() -> None:
    entries = [{"type": "resolved", "at": at(9)}, {"type": "created", "at": at(1)}]
    assert [each.field for each in history_of(row(timeline=entries), 0)] == ["created", "status"]
    assert history_of(row(), 0) == []


async def test_parts_of_another_alert_are_refused() -> None:
    _, backend = scripted(single("alt_2"), single("alt_2"), single("alt_2"))
    for read in (backend.events, backend.comments, backend.history):
        with pytest.raises(BadAnswer):
            await read(ONE)
