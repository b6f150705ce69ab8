"""Which form of its API a CHAD server has, told by readings alone; and what a connection can do in each."""

from __future__ import annotations

import pytest

from alerttui.backends.contract import BackendSettings
from alerttui.backends.registry import connect
from alerttui.backends.remote.chad.backend import CHADBackend
from alerttui.backends.remote.chad.detecting import form_of_description, form_of_list, form_of_row
from alerttui.domain.capabilities import RetrySafety
from alerttui.domain.errors import (
    BadAnswer,
    ConfigError,
    NotLetIn,
    NotSupported,
    Rejected,
    ServerDown,
    Unreachable,
)
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from tests.backends.chad.connecting import backend_of, lines
from tests.backends.chad.script import (
    ADA,
    KEY,
    NOW,
    NOW_MS,
    TOKEN,
    Reply,
    change,
    current,
    documented,
    listed,
    paged,
    scripted,
    told,
)
from tests.standins.chad import ChadStandIn, Form, Knobs

DONE = AlertPatch(status=Set("resolved"))
FORMS: tuple[Form, ...] = ("current", "documented")
PROBE = "GET /api/alerts?cluster=false&limit=1&offset=0&page=1&page_size=1"


@pytest.mark.parametrize("form", FORMS)
async def test_the_form_is_read_from_the_description(form: Form) -> None:
    server = ChadStandIn(form)
    backend = backend_of(server)
    assert backend.form == ""
    await backend.page(EVERYTHING, NOW)
    assert backend.form == form
    assert [each.split("?")[0] for each in lines(server)] == ["GET /openapi.json", "GET /api/alerts"]


@pytest.mark.parametrize("form", FORMS)
async def test_without_a_description_an_empty_list_tells_by_its_envelope(form: Form) -> None:
    server = ChadStandIn(form, knobs=Knobs(openapi=False))
    backend = backend_of(server)
    await backend.page(EVERYTHING, NOW)
    assert backend.form == form
    assert lines(server)[:2] == ["GET /openapi.json", PROBE]


@pytest.mark.parametrize("form", FORMS)
async def test_a_change_first_asks_and_is_sent_in_one_form_only(form: Form) -> None:
    server = ChadStandIn(form)
    one = server.add_alert()
    server.forget_requests()
    backend = backend_of(server)
    (outcome,) = await backend.apply(change(DONE, one))
    assert outcome.ok
    writes = [each for each in lines(server) if not each.startswith("GET")]
    path = f"/api/alerts/{one}" + ("/status" if form == "current" else "")
    assert writes == [f'PATCH {path} {{"status":"resolved"}}']


@pytest.mark.parametrize("api", FORMS)
async def test_a_refused_change_is_never_made_in_the_other_form(api: Form) -> None:
    server = ChadStandIn("current" if api == "documented" else "documented")
    one = server.add_alert()
    server.forget_requests()
    backend = backend_of(server, api=api)
    outcomes = await backend.apply(change(DONE, one))
    assert not any(each.ok for each in outcomes)
    assert sum(not each.startswith("GET") for each in lines(server)) == 1
    assert server.alert(one)["status"] == "new"


@pytest.mark.parametrize(
    "described",
    [
        Rejected("404"),
        BadAnswer("a page"),
        NotLetIn("401"),
        ServerDown("500"),
        told({}),
        told([]),
        told({"paths": []}),
    ],
)  # fmt: skip
async def test_where_the_description_is_kept_back_the_list_tells(described: Reply) -> None:
    script, backend = scripted(described, listed(), listed(current()), api="")
    await backend.page(EVERYTHING, NOW)
    assert backend.form == "current"
    assert script.lines()[:2] == ["GET /openapi.json", PROBE]


async def test_a_server_that_cannot_be_reached_tells_nothing_and_is_asked_again() -> None:
    script, backend = scripted(Unreachable("No answer."), api="")
    with pytest.raises(Unreachable):
        await backend.page(EVERYTHING, NOW)
    script.replies = [told({"paths": {"/api/alerts/{id}": {"patch": {}}}}), paged()]
    await backend.page(EVERYTHING, NOW)
    assert backend.form == "documented"


async def test_while_no_reading_tells_changes_are_refused_naming_the_option() -> None:
    odd = told({"items": [], "total": 0})
    script, backend = scripted(Rejected("404"), odd, api="")
    for act in (
        lambda: backend.apply(change(DONE, "a-1")),
        lambda: backend.add_comment(AlertId("a-1"), "why", ADA, NOW_MS),
    ):
        with pytest.raises(NotSupported, match='api to "current" or "documented"'):
            await act()
    assert [each.method for each in script.asked] == ["GET", "GET"]
    assert backend.form == ""
    script.replies = [odd]
    await backend.page(EVERYTHING, NOW)
    assert script.lines()[-1] == ("GET /api/alerts?cluster=false&limit=50&offset=0&page=1&page_size=50")
    script.replies = [told({"items": [documented()], "total": 1})]
    await backend.page(EVERYTHING, NOW)
    assert backend.form == "documented"


async def test_an_alert_may_tell_too() -> None:
    script, backend = scripted(Rejected("404"), told({"items": [], "total": 0}), told(current()), api="")
    assert (await backend.alert(AlertId("a-1"))).assignee_known
    assert backend.form == "current"
    assert len(script.asked) == 3


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ({"paths": {"/api/alerts/{id}/status": {"patch": {}}, "/api/alerts/{id}": {"patch": {}}}}, "current"),
        ({"paths": {"/chad/api/alerts/{id}": {"PATCH": {}, "get": {}}}}, "documented"),
        ({"paths": {"/api/alerts/{id}": {"get": {}, "delete": {}}}}, ""),
        ({"paths": {"/api/alerts/{id}/status": 7}}, ""), ({"paths": None}, ""), ([], ""), (None, ""),
    ],
)  # fmt: skip
def test_descriptions(value: object, form: str) -> None:
    assert form_of_description(value) == form


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ({"alerts": [], "total": 0}, "current"), ({"clusters": [], "total": 0}, "current"),
        ({"items": [], "page": 1}, "documented"), ({"items": [], "limit": 1, "offset": 0}, "current"),
        ({"items": [{"id": "a"}]}, "documented"), ({"items": [{"alert_id": "a"}]}, "current"),
        ({"items": [7]}, ""), ({"items": []}, ""), ({"items": 7}, ""), ({}, ""), ([], ""), (None, ""),
    ],
)  # fmt: skip
def test_lists(value: object, form: str) -> None:
    assert form_of_list(value) == form


def test_rows_with_the_names_of_both_forms_or_of_none_do_not_tell() -> None:
    assert form_of_row({"alert_id": "a", "matched_log": {}}) == ""
    assert form_of_row({"title": "x"}) == ""
    assert form_of_row(None) == ""


# -- capabilities


def test_capabilities_are_known_without_a_token_and_without_asking() -> None:
    backend = connect("chad", BackendSettings(url="https://chad.example"))
    found = backend.capabilities
    assert (found.backend, found.signs_in, found.read_only_reason) == ("chad", True, "")
    assert [each.key for each in found.statuses] == ["n", "a", "r", "f"]
    assert (found.active_target, found.closing_targets) == ("acknowledged", ("resolved", "false_positive"))
    assert found.retry == {"apply": RetrySafety.SETTLE, "add_comment": RetrySafety.NEVER}
    assert (found.bulk_chunk, found.page_limit, found.events_paged) == (100, 250, False)
    assert found.refusal("assignee") == ""
    assert not found.comments.with_change
    assert found.requests_per_minute == 0


@pytest.mark.parametrize("token", [TOKEN, KEY])
async def test_what_is_learned_narrows_and_never_widens(token: str) -> None:
    for form in FORMS:
        script, backend = scripted(
            told({"paths": {f"/api/alerts/{{id}}{'/status' if form == 'current' else ''}": {"patch": {}}}}),
            listed() if form == "current" else paged(), api="", token=token,
        )  # fmt: skip
        before = backend.capabilities
        await backend.page(EVERYTHING, NOW)
        after = backend.capabilities
        assert script.asked
        for field in ("status", "assignee", "quality", "tags"):
            assert not before.refusal(field) or after.refusal(field)
        for name in ("live_refusal", "related_refusal", "read_only_reason"):
            assert not getattr(before, name) or getattr(after, name), name
        assert not before.comments.read_refusal or after.comments.read_refusal
        assert after.page_limit <= before.page_limit


def test_the_documented_form_takes_comments_along_and_assigns_nobody() -> None:
    _, backend = scripted(api="documented")
    found = backend.capabilities
    assert found.comments.with_change
    assert found.refusal("assignee").endswith(".")
    assert (found.page_limit, found.requests_per_minute) == (100, 60)
    assert found.live_refusal.endswith(".")
    assert "status" in found.narrows_singly


def test_a_missing_library_is_named_where_there_would_be_a_stream() -> None:
    _, backend = scripted()
    assert 'install "alerttui[live]"' in backend.capabilities.live_refusal
    with pytest.raises(NotSupported, match="alerttui"):
        backend.live()


def test_a_profile_that_is_for_reading_only_and_its_own_limit() -> None:
    _, backend = scripted(read_only=True, requests_per_minute=7)
    assert backend.capabilities.read_only_reason == "This profile is for reading only."
    assert backend.capabilities.requests_per_minute == 7


# -- options


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"api": "new"}, "api: 'new' is refused: one of auto, documented, current"),
        ({"auth": "basic"}, "auth: 'basic' is refused: one of jwt, key"),
    ],
)
def test_an_unknown_option_is_named_with_its_value_and_the_rule(options: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        connect("chad", BackendSettings(url="https://chad.example", options=options))


@pytest.mark.parametrize(
    ("token", "options", "signs_in"),
    [
        ("", {}, True), (TOKEN, {}, True), (KEY, {}, False), ("chad_ak_x.y.z", {}, False),
        (KEY, {"auth": "jwt"}, True), ("odd", {"auth": "key"}, False), ("", {"auth": "key"}, False),
    ],
)  # fmt: skip
def test_the_secret_tells_what_it_is(token: str, options: dict[str, str], signs_in: bool) -> None:
    backend = connect("chad", BackendSettings(url="https://chad.example", token=token, options=options))
    assert backend.capabilities.signs_in is signs_in


def test_a_profile_needs_a_url_and_may_name_the_api_itself() -> None:
    with pytest.raises(ConfigError, match="url"):
        connect("chad", BackendSettings())
    backend = connect("chad", BackendSettings(url="https://soc.example/chad/api/"))
    assert isinstance(backend, CHADBackend)
    assert backend.server == "https://soc.example/chad"
