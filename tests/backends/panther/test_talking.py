"""Events, comments, people, tags and who we are: the exact requests, and what becomes of the answers."""

from __future__ import annotations

import subprocess
import sys

import pytest

from alerttui.backends.contract import BackendSettings
from alerttui.backends.registry import connect
from alerttui.backends.remote.panther.backend import READ_ONLY_PROFILE, READ_ONLY_TOKEN
from alerttui.domain.alert import Actor, Person
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import (
    BadAnswer,
    ConfigError,
    Invalid,
    NotFound,
    NotLetIn,
    NotPermitted,
    NotSupported,
    Unreachable,
)
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.query import EVERYTHING, QueryContext
from alerttui.domain.vocabulary import AlertId
from tests.backends.panther.script import (
    NOW_MS,
    Script,
    alert,
    backend_of,
    empty,
    lost,
    no_such,
    off,
    page,
    scripted,
    told,
)
from tests.backends.panther.test_changing import CLOSE, change

A1 = AlertId("a-1")
ANA = Actor("ana")
FORBIDDEN = NotPermitted("The token needs Read User Info.", "Read User Info")


def event(row_id: str) -> dict[str, str]:
    return {"p_row_id": row_id, "p_event_time": "2026-11-18 10:00:00"}


# -- events


async def test_events_are_numbered_through_all_pages() -> None:
    script, backend = scripted(page(event("1"), "text", following="k/1"), page(event("3"), 7))
    first = await backend.events(A1, limit=500)
    assert first.next is not None
    second = await backend.events(A1, first.next, 3)
    assert [each.sequence for each in (*first.results, *second.results)] == [0, 1, 2, 3]
    assert [each.body for each in second.results][1] == "7"
    assert script.lines() == ["GET /alerts/a-1/events?limit=50", "GET /alerts/a-1/events?limit=50&cursor=k/1"]


async def test_an_event_that_a_page_repeats_is_given_once() -> None:
    _, backend = scripted(page(event("1"), event("1"), {}, {}))
    assert len((await backend.events(A1)).results) == 3


async def test_a_cursor_belongs_to_one_alerts_events() -> None:
    _, backend = scripted(page(event("1"), following="k"))
    cursor = (await backend.events(A1)).next
    with pytest.raises(Invalid):
        await backend.events(AlertId("a-2"), cursor)
    with pytest.raises(Invalid):
        await backend.comments(A1, cursor)


async def test_events_that_come_again_and_again_are_said() -> None:
    number = iter(range(100))
    backend = backend_of(Script(world=lambda request: page(event("1"), following=f"k{next(number)}")))
    first = await backend.events(A1)
    with pytest.raises(BadAnswer, match="same page"):
        await backend.events(A1, first.next)


# -- comments


def comment(number: int, at: str = "") -> dict[str, object]:
    return {"id": f"c-{number}", "body": f"note {number}", "createdAt": at or f"2026-11-18T10:00:0{number}Z"}


@pytest.mark.parametrize("order", [(1, 2, 3, 4), (4, 3, 2, 1), (2, 4, 1, 3)])
async def test_comments_come_oldest_first_whatever_the_order_told(order: tuple[int, ...]) -> None:
    rows = [comment(each) for each in order]
    script = Script(
        world=lambda request: (
            page(*rows[2:]) if ("cursor", "k") in request.query else page(*rows[:2], following="k")
        )
    )
    backend = backend_of(script)
    found, cursor = [], None
    while True:
        answer = await backend.comments(A1, cursor, 3)
        found += [each.id for each in answer.results]
        cursor = answer.next
        if cursor is None:
            break
    assert found == ["c-1", "c-2", "c-3", "c-4"]
    assert answer.total == 4
    assert script.lines()[:2] == [
        "GET /alert-comments?alert-id=a-1&limit=50", "GET /alert-comments?alert-id=a-1&limit=50&cursor=k"
    ]  # fmt: skip


async def test_comments_of_one_moment_stay_in_the_order_of_the_list() -> None:
    at = "2026-11-18T10:00:05Z"
    _, backend = scripted(page(comment(3, at), comment(2, at), comment(1)))
    assert [each.id for each in (await backend.comments(A1)).results] == ["c-1", "c-2", "c-3"]


async def test_no_comments_of_a_missing_alert_are_told_apart_from_none() -> None:
    script, backend = scripted(page(), told(alert()), page(), no_such("a-1"))
    assert list((await backend.comments(A1)).results) == []
    with pytest.raises(NotFound):
        await backend.comments(A1)
    assert script.lines()[1] == "GET /alerts/a-1"


async def test_authors_have_names_where_they_can_be_known() -> None:
    mine = {**comment(1), "createdBy": {"id": "u-1", "type": "user"}}
    token = {**comment(2), "createdBy": {"id": "t-1", "type": "api-token"}}
    user = {"id": "u-1", "givenName": "Ada", "familyName": "Lovelace", "enabled": False}
    script, backend = scripted(page(mine, token), page(user), page(mine))
    first = await backend.comments(A1)
    assert [each.author and each.author.label for each in first.results] == ["Ada Lovelace", "t-1"]
    await backend.comments(A1)
    assert script.lines()[1:] == [
        "GET /users?ids=u-1&include-deactivated=true&limit=60", "GET /alert-comments?alert-id=a-1&limit=50"
    ]  # fmt: skip


async def test_without_the_permission_ids_stand_for_names_and_nobody_asks_again() -> None:
    row = alert(assignee={"id": "u-1", "type": "user"}, updatedBy={"id": "u-2", "type": "user"})
    script, backend = scripted(told(row), FORBIDDEN, told(row), told(alert(assignee="u-3")))
    for _ in range(3):
        found = await backend.alert(A1)
        assert found.assignee and found.assignee.name == ""
    assert len(script.asked) == 4


async def test_a_comment_is_sent_once_as_plain_text() -> None:
    made = told({"id": "c-1", "body": "why", "createdBy": {"id": "t-1", "type": "api-token"}})
    script, backend = scripted(made)
    found = await backend.add_comment(A1, "why", ANA, NOW_MS)
    assert (found.id, found.body, found.author) == ("c-1", "why", Actor("t-1", "api-token"))
    (request,) = script.asked
    assert request.safety is RetrySafety.NEVER
    assert request.expected == (200, 201)
    assert request.body == {"alertId": "a-1", "body": "why", "format": "PLAIN_TEXT"}


async def test_an_error_of_a_comment_goes_through_unchanged() -> None:
    error = lost()
    _, backend = scripted(error)
    with pytest.raises(Unreachable) as raised:
        await backend.add_comment(A1, "why", ANA, NOW_MS)
    assert raised.value is error


@pytest.mark.parametrize("answer", [empty(), told([]), told({})])
async def test_a_comment_whose_answer_tells_nothing_may_have_been_made(answer: object) -> None:
    _, backend = scripted(answer)  # type: ignore[arg-type]
    with pytest.raises(BadAnswer) as raised:
        await backend.add_comment(A1, "why", ANA, NOW_MS)
    assert raised.value.may_have_acted


# -- people, tags


async def test_people_are_read_whole_and_kept_for_ten_minutes() -> None:
    ada = {"id": "u-1", "email": "ada@acme.example", "givenName": "Ada", "familyName": "L", "enabled": True}
    alan = {"id": "u-3", "email": "alan@acme.example", "enabled": False}
    script, backend = scripted(page(ada, {"email": "no id"}, 7, following="k"), page(alan))
    everybody = [Person("u-1", "ada@acme.example", "Ada L")]
    assert list(await backend.people()) == everybody
    for part in ("ADA", "u-1", "acme", "da l"):
        assert list(await backend.people(part)) == everybody
    assert list(await backend.people("alan")) == []
    assert script.lines() == ["GET /users?limit=60", "GET /users?limit=60&cursor=k"]
    script.now_ms += 600_000
    script.replies = [page(ada)]
    await backend.people()
    assert len(script.asked) == 1


async def test_a_large_organisation_is_searched_by_panther() -> None:
    def world(request: object) -> object:
        query = dict(request.query)  # type: ignore[attr-defined]
        if "contains" in query:
            return page({"id": "u-bob", "givenName": "Bob"})
        number = int(query.get("cursor", "0")) + 1
        return page({"id": f"u-{number}"}, following=str(number))

    script = Script(world=world)  # type: ignore[arg-type]
    assert [each.id for each in await backend_of(script).people("bob")] == ["u-bob"]
    assert script.lines()[-1] == "GET /users?contains=bob&limit=60"


async def test_people_without_the_permission_are_refused_with_its_name() -> None:
    _, backend = scripted(FORBIDDEN)
    with pytest.raises(NotPermitted) as raised:
        await backend.people()
    assert raised.value.permission == "Read User Info"


async def test_tags_of_the_catalogue_have_no_counts() -> None:
    rows = [{"tag": "phishing", "category": "x"}, {"tag": "rare"}, {"tag": None}, 7, {"tag": "rare"}]
    script, backend = scripted(page(*rows))
    assert [tuple(each) for each in await backend.tags("RAR")] == [("rare", 0)]
    assert [each.value for each in await backend.tags()] == ["phishing", "rare"]
    assert script.lines() == ["GET /alert-context-tags?limit=2000"]
    assert backend.capabilities.tag_counts_refusal.endswith(".")


async def test_tags_are_read_anew_after_tags_were_set() -> None:
    _, backend = scripted(page({"tag": "a"}), told(alert(contextTags=["b"])), page({"tag": "b"}))
    await backend.tags()
    await backend.apply(change(AlertPatch(tags=Set(("b",))), "a-1"))
    assert [each.value for each in await backend.tags()] == ["b"]


@pytest.mark.parametrize("status", [403, 404])
async def test_without_a_catalogue_there_are_no_tags_and_nobody_asks_again(status: int) -> None:
    script, backend = scripted(told({"message": "no"}, status))
    for _ in range(2):
        script.now_ms += 600_000
        assert list(await backend.tags("x")) == []
    assert len(script.asked) == 1


# -- who we are, what we can


async def test_a_token_that_may_not_change_alerts_makes_the_connection_read_only() -> None:
    script, backend = scripted(told({"id": "t", "permissions": ["AlertRead", 7]}))
    identity = await backend.identity()
    assert identity.permissions == ("AlertRead",)
    assert (identity.me, identity.server) == (None, "https://api.acme.example")
    assert backend.capabilities.read_only_reason == READ_ONLY_TOKEN
    for attempt in (backend.apply(change(CLOSE, "a")), backend.add_comment(A1, "x", ANA, 0)):
        with pytest.raises(NotSupported, match="Manage Alerts"):
            await attempt
    assert script.lines() == ["GET /api-tokens/self"]


@pytest.mark.parametrize("answer", [told({}, 403), told({}, 404), told({"permissions": None}), told([]),
                                    told({"permissions": ["AlertRead", "AlertModify"]})])  # fmt: skip
async def test_a_token_that_does_not_tell_may_write(answer: object) -> None:
    _, backend = scripted(answer)  # type: ignore[arg-type]
    await backend.identity()
    assert not backend.capabilities.read_only_reason


@pytest.mark.parametrize(
    ("me", "replies", "actor"),
    [
        ("", [], None),
        ("u-1", [page({"id": "u-1", "givenName": "Ada"})], Actor("u-1", "user", "Ada")),
        ("u-1", [page()], Actor("u-1")),
        ("u-1", [FORBIDDEN], Actor("u-1")),
        ("a@b.example", [page({"id": "u-1", "email": "A@b.example"})], Actor("u-1", "user", "A@b.example")),
        ("a@b.example", [page({"id": "u-9", "email": "other@b.example"})], None),
        ("a@b.example", [FORBIDDEN], None),
    ],
)  # fmt: skip
async def test_me_is_who_the_profile_names(me: str, replies: list[object], actor: Actor | None) -> None:
    _, backend = scripted(told({}), *replies, me=me)  # type: ignore[arg-type]
    assert (await backend.identity()).me == actor


async def test_a_server_that_cannot_be_reached_is_no_unknown_user() -> None:
    _, backend = scripted(told({}), off(), me="ada@acme.example")
    with pytest.raises(Unreachable):
        await backend.identity()


async def test_a_profile_for_reading_only_writes_nothing() -> None:
    script, backend = scripted(read_only=True)
    with pytest.raises(NotSupported, match=READ_ONLY_PROFILE):
        await backend.apply(change(CLOSE, "a"))
    assert not script.asked


async def test_what_the_api_does_not_have_is_refused_with_its_reason() -> None:
    script, backend = scripted()
    for attempt in (
        backend.history(A1), backend.related(A1), backend.statistics(EVERYTHING, QueryContext(NOW_MS))
    ):  # fmt: skip
        with pytest.raises(NotSupported, match="Panther's REST API has no"):
            await attempt
    with pytest.raises(NotSupported, match="no live stream"):
        backend.live()
    await backend.close()
    assert script.is_closed and not script.asked


# -- connecting


def test_connecting_loads_neither_a_network_library_nor_pydantic() -> None:
    code = (
        "import sys; from alerttui.backends.contract import BackendSettings;"
        "from alerttui.backends.registry import connect;"
        "b = connect('panther', BackendSettings(url='https://api.acme.example', token='x'));"
        "assert b.capabilities.backend == b.name == 'panther';"
        "print(sorted({'httpx', 'pydantic', 'anyio', 'textual', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_capabilities_load_nothing_and_need_no_connection() -> None:
    code = (
        "import sys; from alerttui.backends.remote.panther.capabilities import PANTHER;"
        "print(sorted({'httpx', 'pydantic', 'asyncio'} & set(sys.modules)), PANTHER.backend)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("panther\n")
    assert "httpx" not in done.stdout and "pydantic" not in done.stdout


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"url": ""}, "url"), ({"url": "http://api.acme.example"}, "http"),
        ({"options": {"bulk_chunk": "0"}}, "bulk_chunk"), ({"options": {"bulk_chunk": "101"}}, "bulk_chunk"),
        ({"options": {"bulk_chunk": "x"}}, "bulk_chunk"),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(settings: dict[str, object], words: str) -> None:
    chosen = {"url": "https://api.acme.example", "token": "secret-token", **settings}
    with pytest.raises(ConfigError, match=words) as refused:
        connect("panther", BackendSettings(**chosen))  # type: ignore[arg-type]
    assert "secret-token" not in str(refused.value)


async def test_without_a_token_it_is_known_what_can_be_done_and_nothing_is_sent() -> None:
    backend = connect("panther", BackendSettings(url="https://api.acme.example"))
    assert backend.capabilities.backend == "panther"
    with pytest.raises(NotLetIn, match="needs an API token"):
        await backend.alert(AlertId("a-1"))


def test_clearing_is_declared_apart_from_setting() -> None:
    _, backend = scripted()
    fields = backend.capabilities
    assert not fields.refusal("assignee", clear=True) and not fields.refusal("quality", clear=True)
    with pytest.raises(NotSupported, match="no closing verdict"):
        fields.check(AlertPatch(verdict=CLEAR))
