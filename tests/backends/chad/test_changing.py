"""Changes over CHAD's API: exact requests in each form, and an honest outcome for every edit."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import (
    BadAnswer,
    Invalid,
    NotFound,
    NotSupported,
    Unreachable,
)
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.vocabulary import AlertId, Quality
from tests.backends.chad.script import (
    ADA,
    NOW_MS,
    Reply,
    change,
    current,
    documented,
    empty,
    lost,
    scripted,
    told,
)

DONE = AlertPatch(status=Set("resolved"))
GRACE = AlertPatch(assignee=Set("u-2"))
MADE = told({"success": True, "status": "resolved"})
PATCHED = told({"id": "a-1", "status": "resolved", "acknowledged_at": None, "acknowledged_by": None})
HEALTHY: dict[str, Reply] = {"GET /health": told({"status": "healthy", "opensearch": True})}
NOTE = {"id": "c-1", "content": "why", "text": "why", "user": "ada@example.com"}


def states(outcomes: Sequence[Outcome]) -> list[OutcomeState]:
    return [each.state for each in outcomes]


# -- exact requests, current form


async def test_a_status_is_set_by_its_own_path_without_a_comment() -> None:
    script, backend = scripted(told(current()), MADE, told({**NOTE}, 201))
    (outcome,) = await backend.apply(change(DONE, "a-1", comment="why"))
    assert script.lines() == [
        "GET /api/alerts/a-1",
        'PATCH /api/alerts/a-1/status {"status": "resolved"}',
        'POST /api/alerts/a-1/comments {"content": "why"}',
    ]
    assert (outcome.state, outcome.comment_added) == (OutcomeState.CONFIRMED, True)
    assert (outcome.before, outcome.after) == (AlertPatch(status=Set("new")), DONE)


async def test_requests_say_how_safe_they_are_and_what_they_need() -> None:
    script, backend = scripted(told(current()), MADE, told({**NOTE}, 201))
    await backend.apply(change(DONE, "a-1", comment="why"))
    reading, patch, comment = script.asked
    assert (reading.safety, reading.permission) == (RetrySafety.IDEMPOTENT, "")
    assert (patch.safety, patch.permission, patch.alert_id) == (RetrySafety.SETTLE, "manage_alerts", "a-1")
    assert (comment.safety, comment.permission, comment.alert_id) == (
        RetrySafety.NEVER, "manage_alerts", "a-1",
    )  # fmt: skip


async def test_many_go_out_together_and_odd_ids_alone() -> None:
    ids = [f"a-{number}" for number in range(101)]
    script, backend = scripted(
        told({"success": ids[:100], "failed": []}),
        told(current(ids[100])), MADE,
        told(current("odd id")), MADE,
    )  # fmt: skip
    outcomes = await backend.apply(change(DONE, *ids, "odd id"))
    assert set(states(outcomes)) == {OutcomeState.CONFIRMED}
    bulk, *others = script.lines()
    assert bulk == "POST /api/alerts/bulk/status " + json.dumps(
        {"alert_ids": ids[:100], "status": "resolved"}
    )
    assert others == [
        "GET /api/alerts/a-100",
        'PATCH /api/alerts/a-100/status {"status": "resolved"}',
        "GET /api/alerts/odd id",
        'PATCH /api/alerts/odd id/status {"status": "resolved"}',
    ]


async def test_an_assignee_is_set_by_id_and_cleared_with_a_json_body() -> None:
    script, backend = scripted(
        told(current()), told({"message": "Alert assigned", "owner": "grace@example.com"}),
    )  # fmt: skip
    assert states(await backend.apply(change(GRACE, "a-1"))) == [OutcomeState.CONFIRMED]
    script.replies = [told(current(owner_id="u-2")), told({"message": "Alert unassigned"})]
    assert states(await backend.apply(change(AlertPatch(assignee=CLEAR), "a-1"))) == [OutcomeState.CONFIRMED]
    assert script.lines() == [
        "GET /api/alerts/a-1",
        'POST /api/alerts/a-1/assign {"assignee_id": "u-2"}',
        "GET /api/alerts/a-1",
        "POST /api/alerts/a-1/unassign {}",
    ]


async def test_an_assignee_by_e_mail_is_looked_up_once() -> None:
    people = told([{"id": "u-2", "email": "grace@example.com"}, {"id": "", "email": "x"}, 7])
    script, backend = scripted(people, told(current()), told({}), told(current("a-2")), told({}))
    by_mail = AlertPatch(assignee=Set("Grace@Example.com"))
    await backend.apply(change(by_mail, "a-1"))
    await backend.apply(change(by_mail, "a-2"))
    assert [each for each in script.lines() if "assign" in each] == [
        "GET /api/alerts/assignable-users",
        'POST /api/alerts/a-1/assign {"assignee_id": "u-2"}',
        'POST /api/alerts/a-2/assign {"assignee_id": "u-2"}',
    ]
    with pytest.raises(Invalid, match="nobody"):
        await backend.apply(change(AlertPatch(assignee=Set("who@example.com")), "a-1"))
    assert script.lines() == []


async def test_status_and_assignee_are_two_requests_of_which_the_first_is_the_one_that_may_be_refused() -> (
    None
):
    script, backend = scripted(told(current()), told({}), told({"success": True, "status": "acknowledged"}))
    (outcome,) = await backend.apply(
        change(AlertPatch(status=Set("acknowledged"), assignee=Set("u-2")), "a-1")
    )
    assert outcome.state is OutcomeState.CONFIRMED
    assert script.lines()[1:] == [
        'POST /api/alerts/a-1/assign {"assignee_id": "u-2"}',
        'PATCH /api/alerts/a-1/status {"status": "acknowledged"}',
    ]


async def test_only_what_the_alert_lacks_is_sent() -> None:
    script, backend = scripted(told(current(status="acknowledged")), told({}))
    await backend.apply(change(AlertPatch(status=Set("acknowledged"), assignee=Set("u-2")), "a-1"))
    assert script.lines()[1:] == ['POST /api/alerts/a-1/assign {"assignee_id": "u-2"}']
    script.replies = [told(current("a-2", status="resolved"))]
    assert states(await backend.apply(change(DONE, "a-2"))) == [OutcomeState.UNCHANGED]
    assert script.lines() == ["GET /api/alerts/a-2"]


# -- exact requests, documented form


CSRF: dict[str, Reply] = {"GET /api/auth/me": told({}, 404, headers={"x-csrf-token": "t0k"})}


async def test_the_documented_form_takes_the_comment_along() -> None:
    made = told({"id": "a-1", "status": "resolved", "comment_added": True})
    script, backend = scripted(told(documented()), made, api="documented", routes=CSRF)
    (outcome,) = await backend.apply(change(DONE, "a-1", comment="why"))
    assert script.lines() == [
        "GET /api/alerts/a-1",
        "GET /api/auth/me",
        'PATCH /api/alerts/a-1 {"status": "resolved", "comment": "why"}',
    ]
    assert (outcome.state, outcome.comment_added) == (OutcomeState.CONFIRMED, True)


async def test_a_request_with_a_comment_is_made_at_most_once() -> None:
    script, backend = scripted(told(documented()), lost(), api="documented", routes=CSRF)
    (outcome,) = await backend.apply(change(DONE, "a-1", comment="why"))
    assert (outcome.state, outcome.comment_added) == (OutcomeState.UNDECIDED, None)
    assert [each.safety for each in script.asked if each.method == "PATCH"] == [RetrySafety.NEVER]


async def test_a_documented_status_without_a_comment_names_none() -> None:
    script, backend = scripted(told(documented()), PATCHED, api="documented", routes=CSRF)
    await backend.apply(change(DONE, "a-1"))
    assert script.lines()[-1] == 'PATCH /api/alerts/a-1 {"status": "resolved"}'


async def test_documented_bulk_changes_go_by_ids_with_their_comment() -> None:
    script, backend = scripted(told({"updated": 2, "failed": []}), api="documented", routes=CSRF)
    outcomes = await backend.apply(change(DONE, "a-1", "a-2", comment="why"))
    assert script.lines()[1:] == [
        'POST /api/alerts/bulk/status {"ids": ["a-1", "a-2"], "status": "resolved", "comment": "why"}'
    ]
    assert [each.comment_added for each in outcomes] == [True, True]


async def test_a_csrf_token_goes_along_as_header_and_cookie() -> None:
    script, backend = scripted(
        told(documented(), headers={"x-csrf-token": "one"}), PATCHED, api="documented", routes=CSRF
    )  # fmt: skip
    await backend.apply(change(DONE, "a-1"))
    reading, patch = script.asked
    assert dict(reading.headers) == {"Authorization": "Bearer aaaa.bbbb.cccc"}
    assert dict(patch.headers) == {
        "Authorization": "Bearer aaaa.bbbb.cccc", "X-CSRF-Token": "one", "Cookie": "csrf_token=one",
    }  # fmt: skip
    script.asked.clear()
    script.now_ms += 3_000_000  # it lives for an hour
    script.replies = [told(documented("a-2"), headers={"x-csrf-token": "two; path=/"}), PATCHED]
    await backend.apply(change(DONE, "a-2"))
    assert script.asked[1].path == ("api", "auth", "me")
    assert script.asked[2].headers["X-CSRF-Token"] == "t0k"


async def test_the_comment_of_an_alert_that_has_the_status_goes_alone() -> None:
    script, backend = scripted(
        told(documented(status="resolved")), told({"id": "c-1", "text": "why"}), api="documented", routes=CSRF
    )  # fmt: skip
    (outcome,) = await backend.apply(change(DONE, "a-1", comment="why"))
    assert (outcome.state, outcome.comment_added) == (OutcomeState.UNCHANGED, True)
    assert script.lines()[-1] == 'POST /api/alerts/a-1/comments {"text": "why"}'


@pytest.mark.parametrize(
    ("comments", "is_added"), [([], False), ([{"id": "c", "user": "ada@example.com", "text": "why"}], True)]
)
async def test_where_no_answer_tells_of_the_comment_the_alert_does(
    comments: list[object], is_added: bool
) -> None:
    script, backend = scripted(
        told(documented()), PATCHED, told(documented(status="resolved", comments=comments)),
        api="documented", routes=CSRF,
    )  # fmt: skip
    (outcome,) = await backend.apply(change(DONE, "a-1", comment="why"))
    assert (outcome.state, outcome.comment_added) == (OutcomeState.CONFIRMED, is_added)
    assert sum("PATCH" in each or "POST" in each for each in script.lines()) == 1


async def test_the_same_words_of_an_earlier_day_are_not_the_comment_that_was_sent() -> None:
    earlier = {"id": "c", "user": "ada@example.com", "text": "why", "created_at": "2026-11-17T10:00:00Z"}
    _, backend = scripted(
        told(documented()), PATCHED, told(documented(status="resolved", comments=[earlier])),
        api="documented", routes=CSRF,
    )  # fmt: skip
    (outcome,) = await backend.apply(change(DONE, "a-1", comment="why"))
    assert (outcome.state, outcome.comment_added) == (OutcomeState.CONFIRMED, False)


async def test_an_id_that_failed_without_a_reason_was_not_accepted() -> None:
    script, backend = scripted(
        told({"updated": 1, "failed": ["a-2"]}), told(documented("a-2")), api="documented", routes=CSRF
    )  # fmt: skip
    outcomes = await backend.apply(change(DONE, "a-1", "a-2"))
    assert states(outcomes) == [OutcomeState.CONFIRMED, OutcomeState.REFUSED]
    assert outcomes[1].reason == "CHAD did not change it and gives no reason."
    assert sum("POST" in each for each in script.lines()) == 1


async def test_numbers_that_do_not_add_up_are_settled_by_reading() -> None:
    script, backend = scripted(
        told({"updated": 1, "failed": []}), told(documented("a-1", status="resolved")),
        told(documented("a-2")), api="documented", routes=CSRF,
    )  # fmt: skip
    outcomes = await backend.apply(change(DONE, "a-1", "a-2"))
    assert states(outcomes) == [OutcomeState.CONFIRMED, OutcomeState.REFUSED]
    assert "kept the status" in outcomes[1].reason
    assert sum("POST" in each for each in script.lines()) == 1


async def test_numbers_that_do_not_add_up_with_a_comment_are_settled_by_reading_too() -> None:
    note = {"id": "c", "user": "ada@example.com", "text": "why"}
    script, backend = scripted(
        told({"updated": True, "failed": []}), told(documented("a-1", status="resolved", comments=[note])),
        told(documented("a-2", status="resolved")), api="documented", routes=CSRF,
    )  # fmt: skip
    outcomes = await backend.apply(change(DONE, "a-1", "a-2", comment="why"))
    assert [each.comment_added for each in outcomes] == [True, False]
    assert sum("POST" in each for each in script.lines()) == 1


# -- refused before anything is sent


@pytest.mark.parametrize(
    "patch",
    [
        AlertPatch(quality=Set(Quality.NOISE)), AlertPatch(tags=Set(("a",))), AlertPatch(tags=CLEAR),
        AlertPatch(verdict=Set("true_positive")), AlertPatch(severity=Set("high")),
        AlertPatch(malice=Set("Malicious")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("api", ["current", "documented"])
async def test_what_chad_cannot_change_is_refused_with_a_reason(patch: AlertPatch, api: str) -> None:
    script, backend = scripted(api=api)
    with pytest.raises(NotSupported) as refused:
        await backend.apply(change(patch, "a-1"))
    assert str(refused.value).startswith("CHAD") and str(refused.value).endswith(".")
    assert script.asked == []


async def test_statuses_are_checked_here_because_the_server_takes_any_word() -> None:
    script, backend = scripted()
    with pytest.raises(Invalid, match="banana"):
        await backend.apply(change(AlertPatch(status=Set("banana")), "a-1"))
    assert script.asked == []


async def test_the_documented_form_assigns_nobody() -> None:
    script, backend = scripted(api="documented")
    for patch in (GRACE, AlertPatch(assignee=CLEAR)):
        with pytest.raises(NotSupported, match="cannot assign"):
            await backend.apply(change(patch, "a-1"))
    with pytest.raises(NotSupported, match="cannot assign"):
        await backend.people()
    assert script.asked == []


@pytest.mark.parametrize(
    "alert_id", ["", ".", "..", "bulk", "counts", "stats", "a/b", "bulk/status", "a\x00"]
)
async def test_an_id_that_would_make_another_address_is_missing_without_asking(alert_id: str) -> None:
    for api in ("current", "documented"):
        script, backend = scripted(api=api)
        with pytest.raises(NotFound):
            await backend.alert(AlertId(alert_id))
        assert states(await backend.apply(change(DONE, alert_id))) == [OutcomeState.MISSING]
        with pytest.raises(NotFound):
            await backend.add_comment(AlertId(alert_id), "why", ADA, NOW_MS)
        assert script.asked == []


# -- comments


async def test_a_comment_is_sent_once_after_its_alert_was_seen() -> None:
    script, backend = scripted(told(current()), lost())
    with pytest.raises(Unreachable) as raised:
        await backend.add_comment(AlertId("a-1"), "why", ADA, NOW_MS)
    assert raised.value.may_have_acted
    assert script.lines() == ["GET /api/alerts/a-1", 'POST /api/alerts/a-1/comments {"content": "why"}']


async def test_a_comment_of_which_the_answer_does_not_tell_was_added_or_is_in_doubt() -> None:
    for answer in (told({}), told({}, 201), empty(201), told([], 201)):
        _, backend = scripted(told(current()), answer)
        assert await backend.add_comment(AlertId("a-1"), "why", ADA, NOW_MS) is None
    for answer in (told([]), empty(200)):
        _, backend = scripted(told(current()), answer)
        with pytest.raises(BadAnswer) as raised:
            await backend.add_comment(AlertId("a-1"), "why", ADA, NOW_MS)
        assert raised.value.may_have_acted


async def test_a_comment_on_an_alert_that_is_not_there_is_not_sent() -> None:
    script, backend = scripted(NotFound(["a-1"]), routes=HEALTHY)
    with pytest.raises(NotFound):
        await backend.add_comment(AlertId("a-1"), "why", ADA, NOW_MS)
    assert [each.method for each in script.asked] == ["GET", "GET"]


async def test_comments_of_an_unknown_alert_name_it_although_chad_gives_none() -> None:
    script, backend = scripted(told([]), NotFound(["a-1"]), told([]), told(current()), routes=HEALTHY)
    with pytest.raises(NotFound):
        await backend.comments(AlertId("a-1"))
    assert (await backend.comments(AlertId("a-1"))).results == []
    assert script.lines()[0] == "GET /api/alerts/a-1/comments"


async def test_our_own_documented_comments_have_our_id() -> None:
    me = told({"id": "u-1", "email": "ada@example.com", "permissions": {"manage_alerts": True}})
    notes = [{"id": "1", "user": "Ada@example.com", "text": "x"}, {"id": "2", "user": "b@c.d", "text": "y"}]
    _, backend = scripted(told(documented(comments=notes)), api="documented", routes={"GET /api/auth/me": me})
    await backend.identity()
    page = await backend.comments(AlertId("a-1"))
    assert [each.author and each.author.id for each in page.results] == ["u-1", "b@c.d"]
