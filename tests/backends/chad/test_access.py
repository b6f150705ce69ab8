"""Tokens, API keys and roles: who is let in, where the secret goes, and how lists are narrowed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerttui.domain.alert import Actor
from alerttui.domain.errors import BadAnswer, NotFound, NotLetIn, NotPermitted, NotSupported, SlowDown
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import EVERYTHING, AlertQuery, Operator, QueryContext, Term
from alerttui.domain.vocabulary import AlertId
from tests.backends.chad.connecting import backend_of, lines
from tests.backends.chad.script import (
    ADA,
    KEY,
    NOW,
    NOW_MS,
    Reply,
    change,
    current,
    documented,
    listed,
    paged,
    scripted,
    told,
)
from tests.standins.chad import ANALYST, VIEWER, ChadStandIn, Form

DONE = AlertPatch(status=Set("resolved"))
FORMS: tuple[Form, ...] = ("current", "documented")
ITEMS: Reply = told({"items": [], "total": 0, "limit": 1, "offset": 0})


# -- who am I


@pytest.mark.parametrize("form", FORMS)
async def test_identity_tells_who_is_signed_in_where_and_in_which_form(form: Form) -> None:
    server = ChadStandIn(form)
    identity = await backend_of(server).identity()
    assert identity.me == Actor(server.user(ANALYST).id, "user", ANALYST)
    assert identity.permissions == ("manage_alerts",)
    assert identity.server == f"http://127.0.0.1, {form} form"


async def test_a_role_that_may_not_change_alerts_makes_the_connection_read_only() -> None:
    server = ChadStandIn()
    one = server.add_alert()
    backend = backend_of(server, server.token(VIEWER))
    await backend.identity()
    reason = "CHAD does not let you change alerts: your role lacks manage_alerts."
    assert backend.capabilities.read_only_reason == backend.capabilities.comments.write_refusal == reason
    server.forget_requests()
    with pytest.raises(NotSupported, match="manage_alerts"):
        await backend.apply(change(DONE, one))
    assert lines(server) == []


async def test_before_that_is_known_the_server_says_it() -> None:
    server = ChadStandIn()
    one = server.add_alert()
    with pytest.raises(NotPermitted, match="manage_alerts"):
        await backend_of(server, server.token(VIEWER)).apply(change(DONE, one))


async def test_a_server_that_does_not_know_the_question_leaves_the_profile_to_answer() -> None:
    for value in (told({"detail": "Not Found"}, 404), told({})):
        _, backend = scripted(value, me="ada@example.com", api="documented")
        identity = await backend.identity()
        assert identity.me == Actor("ada@example.com")
        assert backend.capabilities.read_only_reason == ""
    _, backend = scripted(told([]))
    with pytest.raises(BadAnswer):
        await backend.identity()


async def test_permissions_that_are_not_told_restrict_nothing() -> None:
    _, backend = scripted(told({"id": "u-1", "email": "ada@example.com", "role": "viewer"}))
    assert (await backend.identity()).me == ADA
    assert backend.capabilities.read_only_reason == ""


# -- tokens


async def test_without_a_token_nothing_is_sent() -> None:
    for api in ("", "current"):
        script, backend = scripted(token="", api=api)
        with pytest.raises(NotLetIn, match="nobody is signed in"):
            await backend.page(EVERYTHING, NOW)
        assert script.asked == []
    script, backend = scripted(token="", auth="key")
    with pytest.raises(NotLetIn, match="API key"):
        await backend.page(EVERYTHING, NOW)


@pytest.mark.parametrize("how", ["expired", "revoked"])
async def test_a_session_that_ended_says_to_sign_in_again(how: str) -> None:
    server = ChadStandIn()
    backend = backend_of(server)
    await backend.page(EVERYTHING, NOW)
    if how == "expired":
        server.expire_tokens()
    else:
        server.revoke_tokens(ANALYST)
    with pytest.raises(NotLetIn, match="Sign in again"):
        await backend.page(EVERYTHING, NOW)
    backend.use_token(server.token())
    await backend.page(EVERYTHING, NOW)


async def test_the_secret_goes_only_where_it_is_needed_and_is_never_shown() -> None:
    script, backend = scripted(
        told({}), listed(), listed(current()), NotFound(["a-1"]), told({"opensearch": True}), api=""
    )
    await backend.page(EVERYTHING, NOW)
    with pytest.raises(NotFound):
        await backend.alert(AlertId("a-1"))
    sent = {"/".join(each.path): dict(each.headers) for each in script.asked}
    assert sent["openapi.json"] == sent["health"] == {}
    assert sent["api/alerts"] == sent["api/alerts/a-1"] == {"Authorization": "Bearer aaaa.bbbb.cccc"}
    assert "bbbb" not in repr(script.asked)
    assert "bbbb" not in repr(vars(backend))


# -- API keys


async def test_a_key_reads_and_changes_nothing() -> None:
    for form in FORMS:
        script, backend = scripted(token=KEY, api=form)
        reason = (
            "This CHAD connection uses an API key, which is read-only; "
            "sign in with `alerttui profile login` to change alerts."
        )
        assert backend.capabilities.read_only_reason == reason
        with pytest.raises(NotSupported, match="read-only"):
            await backend.apply(change(DONE, "a-1"))
        with pytest.raises(NotSupported, match="read-only"):
            await backend.add_comment(AlertId("a-1"), "why", ADA, NOW_MS)
        with pytest.raises(NotSupported, match="read-only"):
            await backend.people()
        with pytest.raises(NotSupported, match="API key"):
            backend.sign_in()
        with pytest.raises(NotSupported, match="API key"):
            backend.live()
        assert script.asked == []


@pytest.mark.parametrize(
    ("api", "headers"),
    [
        ("current", {"X-API-Key": KEY}),
        ("documented", {"Authorization": f"Bearer {KEY}"}),
    ],
)
async def test_a_key_goes_where_its_form_has_it(api: str, headers: dict[str, str]) -> None:
    script, backend = scripted(ITEMS if api == "current" else paged(), token=KEY, api=api)
    await backend.page(EVERYTHING, NOW)
    assert dict(script.asked[0].headers) == headers
    assert script.asked[0].path == ("api", "external", "alerts")


async def test_while_the_form_is_not_known_a_key_is_shown_in_both_ways() -> None:
    script, backend = scripted(told({}), ITEMS, ITEMS, token=KEY, api="")
    await backend.page(EVERYTHING, NOW)
    assert [sorted(each.headers) for each in script.asked] == [
        [],
        ["Authorization", "X-API-Key"],
        ["X-API-Key"],
    ]


@pytest.mark.parametrize("form", FORMS)
async def test_a_key_reads_alerts_in_either_form(form: Form) -> None:
    server = ChadStandIn(form)
    ids = server.fill(30)
    backend = backend_of(server, server.key)
    context = QueryContext(now_ms=round(datetime.now(UTC).timestamp() * 1000))
    page = await backend.page(EVERYTHING, context, limit=20)
    assert [each.id for each in page.results] == ids[:20]
    assert (await backend.alert(AlertId(ids[3]))).id == ids[3]
    assert len((await backend.events(AlertId(ids[3]))).results) == 1
    with pytest.raises(NotFound, match="no-such"):
        await backend.alert(AlertId("no-such"))
    identity = await backend.identity()
    assert (identity.me, identity.server) == (None, f"http://127.0.0.1, {form} form")
    assert all(each.path.startswith("/api/external/") for each in server.requests if "/api/" in each.path)


async def test_in_the_current_form_a_key_finds_an_alert_by_its_creation() -> None:
    script, backend = scripted(
        told({"items": [current("a-1")], "total": 1}),
        told({"items": [current("a-2"), current("a-1")], "total": 2}), token=KEY,
    )  # fmt: skip
    await backend.page(EVERYTHING, NOW)
    assert (await backend.alert(AlertId("a-1"))).title == "Rule 1"
    assert script.lines()[1] == (
        "GET /api/external/alerts?start_time=2026-11-18T09:59:59Z&end_time=2026-11-18T10:00:01Z"
        "&limit=250&offset=0"
    )


async def test_an_alert_that_left_costs_a_key_one_request() -> None:
    script, backend = scripted(
        told({"items": [current("a-1")], "total": 1}), told({"items": [current("a-2")], "total": 1}),
        token=KEY,
    )  # fmt: skip
    await backend.page(EVERYTHING, NOW)
    script.asked.clear()
    with pytest.raises(NotFound, match="a-1"):
        await backend.alert(AlertId("a-1"))
    assert len(script.asked) == 1


async def test_an_alert_that_was_never_seen_is_looked_for_in_the_window() -> None:
    script, backend = scripted(told({"items": [current("a-1")], "total": 1}), token=KEY, window_ms=86_400_000)
    assert (await backend.alert(AlertId("a-1"))).id == "a-1"
    assert "start_time=2026-11-17T11:06:39Z&limit=250" in script.lines()[0]


async def test_what_a_key_cannot_read_in_the_current_form_it_reads_in_the_documented_one() -> None:
    script, backend = scripted(token=KEY)
    for refused in (backend.comments(AlertId("a-1")), backend.related(AlertId("a-1"))):
        with pytest.raises(NotSupported, match="API key cannot read"):
            await refused
    assert script.asked == []
    note = {"id": "1", "user": "b@c.d", "text": "y"}
    one = told(documented(comments=[note], related_alerts=[{"id": "b"}]))
    script, backend = scripted(one, one, token=KEY, api="documented")
    assert [each.body for each in (await backend.comments(AlertId("a-1"))).results] == ["y"]
    assert [each.id for each in await backend.related(AlertId("a-1"))] == ["b"]
    assert script.lines() == ["GET /api/external/alerts/a-1"] * 2


async def test_a_key_that_asks_too_often_waits_as_long_as_it_is_told() -> None:
    server = ChadStandIn()
    server.knobs.key_requests = 1
    backend = backend_of(server, server.key, api="current")
    await backend.page(EVERYTHING, NOW)
    with pytest.raises(SlowDown, match="1 requests per minute"):
        await backend.page(EVERYTHING, NOW)
    assert backend.capabilities.requests_per_minute == 100


# -- narrowing


def term(field: str, *values: str, negated: bool = False) -> Term:
    return Term(field, Operator.HAS, values, negated)


@pytest.mark.parametrize(
    ("terms", "parameters"),
    [
        ([term("status", "new")], "status=new&"),
        ([term("status", "NEW", "acknowledged")], "exclude_status=resolved,false_positive&"),
        ([term("phase", "closed")], "exclude_status=new,acknowledged&"),
        ([term("phase", "open")], "status=new&"),
        ([term("status", "new", "resolved"), term("phase", "closed")], "status=resolved&"),
        ([term("status", "new"), term("phase", "closed")], "status=new&"),
        ([term("status", "new", "acknowledged", "resolved", "false_positive")], ""),
        ([term("status", "new*")], ""), ([term("status", "none")], ""), ([term("status", "banana")], ""),
        ([term("status", "new", negated=True)], ""), ([term("phase", "unknown")], ""),
        ([term("severity", "high")], "severity=high&"), ([term("severity", "HIGH")], "severity=high&"),
        ([term("severity", "high", "low")], ""), ([term("severity", "info")], ""),
        ([term("severity", "unknown")], ""),
        ([Term("severity", Operator.MORE, ("high",))], "severity=critical&"),
        ([Term("severity", Operator.AT_LEAST, ("high",))], ""),
        ([term("rule", "r-1")], "rule_id=r-1&"), ([term("rule", "R-1")], "rule_id=r-1&"),
        ([term("rule", "Rule 1")], ""), ([term("rule", "r-*")], ""), ([term("rule", "r-9")], ""),
        ([term("rule", "r-1", "r-2")], ""), ([term("rule", "none")], ""),
        ([term("assignee", "me")], ""), ([term("created", "24h")], ""), ([term("title", "x")], ""),
    ],
)  # fmt: skip
async def test_only_what_loses_nothing_narrows(terms: list[Term], parameters: str) -> None:
    script, backend = scripted(listed(current()), listed())
    await backend.page(EVERYTHING, NOW)
    await backend.page(AlertQuery(tuple(terms)), NOW)
    assert script.lines()[1] == f"GET /api/alerts?cluster=false&{parameters}limit=50&offset=0"


async def test_a_rule_that_is_another_ones_title_narrows_nothing() -> None:
    rows = [current("a", rule_id="r-1", rule_title="x"), current("b", rule_id="r-2", rule_title="R-1")]
    script, backend = scripted(listed(*rows), listed())
    await backend.page(EVERYTHING, NOW)
    await backend.page(AlertQuery((term("rule", "r-1"),)), NOW)
    assert "rule_id" not in script.lines()[1]


@pytest.mark.parametrize(("api", "token"), [("documented", "a.b.c"), ("current", KEY)])
async def test_where_one_status_may_be_named_several_narrow_nothing(api: str, token: str) -> None:
    script, backend = scripted(ITEMS if api == "current" else paged(), api=api, token=token)
    await backend.page(AlertQuery((term("status", "new", "resolved"),)), NOW)
    assert "status" not in script.lines()[0]


async def test_the_documented_form_narrows_by_the_earliest_creation() -> None:
    script, backend = scripted(paged(), api="documented")
    terms = (Term("created", Operator.MORE, ("2026-11-18T10:00:00Z",)), Term("age", Operator.LESS, ("24h",)))
    await backend.page(AlertQuery(terms), NOW)
    assert script.lines() == [
        "GET /api/alerts?cluster=false&created_after=2026-11-18T09:59:59.001Z&page=1&page_size=50"
    ]
