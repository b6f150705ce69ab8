"""Comments, users, tags and the caller's own token."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

pytest.importorskip("starlette")

from alerttui.domain.alert import Actor, Comment, Person
from alerttui.domain.vocabulary import AlertId
from tests.alerts import NOW_MS, an_alert
from tests.server.serving import message, serving

A_1 = AlertId("a-1")


def words(body: str, alert_id: str = "a-1", written_as: str = "PLAIN_TEXT") -> dict[str, str]:
    """The body of a request that writes a comment."""
    return {"alertId": alert_id, "body": body, "format": written_as}


async def test_a_comment_is_written_listed_and_read() -> None:
    async with serving([an_alert(comments=["earlier"])]) as api:
        answer = await api.post("/alert-comments", words("it was the scanner"))
        assert answer.status_code == 200
        made = answer.json()
        assert made == {
            "id": made["id"],
            "alertId": "a-1",
            "body": "it was the scanner",
            "format": "PLAIN_TEXT",
            "createdAt": "2026-11-20T10:51:02Z",
            "createdBy": {"id": "api-token:ci", "type": "api-token"},
        }
        listed = await api.results("/alert-comments?alert-id=a-1")
        assert [each["body"] for each in listed] == ["earlier", "it was the scanner"]
        assert listed[1] == made
        assert (await api.get(f"/alert-comments/{quote(made['id'], safe='')}")).json() == made
        assert api.store.journal()[0].change.comment == "it was the scanner"
        assert api.store.history(A_1)[-1].by == Actor("api-token:ci", "api-token", "ci")


async def test_the_same_words_twice_are_two_comments() -> None:
    async with serving([an_alert()]) as api:
        ids = {(await api.post("/alert-comments", words("again"))).json()["id"] for _ in range(3)}
        assert len(ids) == 3


async def test_its_author_writes_a_comment_anew() -> None:
    async with serving([an_alert(), an_alert("a-2")]) as api:
        made = (await api.post("/alert-comments", words("first"))).json()
        path = f"/alert-comments/{quote(made['id'], safe='')}"
        api.clock[0] += 1000
        edited = await api.post(path, words("second"))
        assert edited.json() == {**made, "body": "second", "updatedAt": "2026-11-20T10:51:03Z"}
        assert (await api.get(path)).json() == edited.json()
        assert "alertId" in message(await api.post(path, words("third", "a-2")), 400)
        other = await api.post(path, words("fourth"), headers={"X-API-Key": "writer-key"})
        assert "ci wrote it" in message(other, 403)
        assert (await api.get(path)).json()["body"] == "second"


WRONG: list[tuple[object, str]] = [
    ({}, "alertId"),
    ({"alertId": "a-1", "body": "x"}, "format"),
    ({"alertId": "a-1", "format": "PLAIN_TEXT"}, "body"),
    (words(" \n"), "body"),
    (words("x" * 10_001), "body"),
    (words("x", written_as="HTML"), "format"),
    (words("x", written_as="MARKDOWN"), "format"),
    ({**words("x"), "body": None}, "body"),
    ({**words("x"), "body": {"a": 1}}, "body"),
    ({**words("x"), "body": "\ud800"}, "body"),
    ({**words("x"), "id": "1"}, "id"),
    ({**words("x"), "alertId": 1}, "alertId"),
    (b"[", "body"),
]


@pytest.mark.parametrize(("body", "field"), WRONG, ids=lambda value: str(value)[:40])
async def test_a_wrong_comment_is_refused_by_its_field(body: object, field: str) -> None:
    async with serving([an_alert()]) as api:
        assert message(await api.post("/alert-comments", body), 400).startswith(f"{field}: ")
        assert await api.results("/alert-comments?alert-id=a-1") == []


async def test_comments_of_nothing() -> None:
    async with serving([an_alert()]) as api:
        assert "none" in message(await api.post("/alert-comments", words("x", "none")), 404)
        assert await api.results("/alert-comments?alert-id=none") == []
        for path in ("/alert-comments", "/alert-comments?alert-id="):
            assert message(await api.get(path), 400).startswith("alert-id: ")
        assert "No such comment: 5" in message(await api.get("/alert-comments/5"), 404)
        message(await api.post("/alert-comments/5", words("x")), 404)


async def test_comments_come_in_pages() -> None:
    many = [f"c{number}" for number in range(60)]
    async with serving([an_alert(comments=many), an_alert("a-2", comments=["other"])]) as api:
        assert len(await api.results("/alert-comments?alert-id=a-1")) == 25
        found = await api.every("/alert-comments?alert-id=a-1", 7)
        assert [each["body"] for each in found] == many
        cursor = (await api.get("/alert-comments?alert-id=a-1&limit=1")).json()["next"]
        message(await api.get(f"/alert-comments?alert-id=a-2&cursor={cursor}"), 400)
        for wrong in ("limit=51", "limit=0", "cursor=x", "cursor=1.1"):
            message(await api.get(f"/alert-comments?alert-id=a-1&{wrong}"), 400)


async def test_notes_that_stay_on_this_machine_are_not_served() -> None:
    new = an_alert(comments=["told", "kept"])
    new = replace(new, comments=[new.comments[0], replace(new.comments[1], local=True)])
    async with serving([new]) as api:
        assert [each["body"] for each in await api.results("/alert-comments?alert-id=a-1")] == ["told"]
        message(await api.get("/alert-comments/a-1-c1"), 404)


async def test_a_comment_in_another_format_is_told_as_plain_text() -> None:
    new = an_alert()
    odd = Comment(id="c", author=None, body="**x**", format="MARKDOWN", created_ms=None)
    rich = Comment(id="h", author=None, body="<b>", format="HTML", created_ms=NOW_MS)
    async with serving([replace(new, comments=[odd, rich])]) as api:
        plain, html = await api.results("/alert-comments?alert-id=a-1")
        assert plain == {"id": "c", "alertId": "a-1", "body": "**x**", "format": "PLAIN_TEXT"}
        assert html["format"] == "HTML"


async def test_users_are_found_and_paged() -> None:
    async with serving([an_alert()]) as api:
        for number in range(70):
            api.store.add_person(
                Person(f"u-{number:02}", f"u{number}@acme.example", f"Given{number} van Family")
            )
        api.store.add_person(Person("gone", "gone@acme.example", "Gone", enabled=False))
        api.store.add_person(Person("bare"))
        assert len(await api.results("/users")) == 60
        everyone = await api.every("/users", 9)
        assert [each["id"] for each in everyone] == ["bare", *(f"u-{number:02}" for number in range(70))]
        assert (await api.get("/users/u-07")).json() == {
            "id": "u-07", "email": "u7@acme.example", "givenName": "Given7", "familyName": "van Family",
            "enabled": True,
        }  # fmt: skip
        assert (await api.get("/users/bare")).json() == {"id": "bare", "enabled": True}
        assert (await api.get("/users/gone")).json()["enabled"] is False
        assert "No such user" in message(await api.get("/users/none"), 404)
        assert "gone" in [each["id"] for each in await api.every("/users?include-deactivated=true")]
        assert await api.ids("/users?contains=GIVEN3%20") == ["u-03"]
        assert await api.ids("/users?email=U5%40acme.example&contains=nobody&id=u-01") == ["u-05"]
        assert await api.ids("/users?id=u-01&ids=u-02,gone") == ["u-01", "u-02"]
        for wrong in ("limit=61", "limit=0", "include-deactivated=maybe", "cursor=x", "status=CONFIRMED"):
            assert message(await api.get(f"/users?{wrong}"), 400).startswith(wrong.partition("=")[0])
        cursor = (await api.get("/users?limit=1")).json()["next"]
        message(await api.get(f"/users?contains=a&cursor={cursor}"), 400)


async def test_tags_in_use_are_listed() -> None:
    alerts = [an_alert("a-1", tags=["b", "a"]), an_alert("a-2", tags=["b", "Not One"])]
    async with serving(alerts) as api:
        assert await api.results("/alert-context-tags") == [
            {"tag": "a", "managed": False},
            {"tag": "b", "managed": False},
        ]
        first = (await api.get("/alert-context-tags?limit=1")).json()
        second = (await api.get(f"/alert-context-tags?limit=1&cursor={first['next']}")).json()
        assert second == {"results": [{"tag": "b", "managed": False}]}
        assert await api.results("/alert-context-tags?managed=true") == []
        assert "contextTags" in message(await api.post("/alert-context-tags", {"tag": "c"}), 400)
        message(await api.send("DELETE", "/alert-context-tags/a", {}), 400)
        message(await api.patch("/alert-context-tags/a", {"tag": "c"}), 400)


@pytest.mark.parametrize(
    ("key", "name", "permissions"),
    [
        ("ci-key", "ci", ["AlertRead", "UserRead", "AlertModify"]),
        ("reader-key", "reader", ["AlertRead", "UserRead"]),
        ("writer-key", "writer", ["AlertModify"]),
    ],
)
async def test_a_token_is_told_what_it_is(key: str, name: str, permissions: list[str]) -> None:
    async with serving(key=key) as api:
        own = (await api.get("/api-tokens/self")).json()
        assert own == {"id": f"api-token:{name}", "name": name, "permissions": permissions}


async def test_a_server_that_only_reads_tells_no_token_that_it_may_change() -> None:
    async with serving(read_only=True) as api:
        assert (await api.get("/api-tokens/self")).json()["permissions"] == ["AlertRead", "UserRead"]
