"""Connections by a profile's settings."""

from __future__ import annotations

import pytest

from alerttui.backends.contract import BackendSettings
from alerttui.backends.registry import connect
from alerttui.backends.remote.sentinelnerd import SentinelNerdBackend
from alerttui.domain.capabilities import AssignBy, Capabilities
from alerttui.domain.errors import ConfigError, NotLetIn
from alerttui.domain.query import EVERYTHING
from alerttui.domain.vocabulary import AlertId
from tests.backends.panther.script import NOW_MS
from tests.backends.sentinelnerd.script import NOW
from tests.backends.sentinelnerd.serving import stand_in_at
from tests.standins.running import serving
from tests.standins.sentinelnerd import KEY


def made(url: str = "https://api.example.com", **options: str) -> SentinelNerdBackend:
    backend = connect("sentinelnerd", BackendSettings(url=url, options=options))
    assert isinstance(backend, SentinelNerdBackend)
    return backend


def capabilities(**options: str) -> Capabilities:
    return made(**options).capabilities


def test_making_one_needs_no_token_and_tells_what_can_be_done() -> None:
    found = capabilities()
    assert [each.word for each in found.statuses] == ["open", "acknowledged", "resolved"]
    assert (found.closing_targets, found.active_target) == (("resolved",), "acknowledged")
    assert (found.assign_by, found.assigns_into) == (AssignBy.EMAIL, "acknowledged")
    assert found.verdict_required
    assert found.comments.with_change
    assert found.comments.formats == ("MARKDOWN",)
    assert not found.is_listed_by_creation
    assert not found.events_paged
    assert (found.page_limit, found.bulk_chunk, found.requests_per_minute) == (50, 50, 60)


async def test_without_a_token_nothing_is_sent() -> None:
    with pytest.raises(NotLetIn, match="Nothing was sent"):
        await made("http://127.0.0.1:9").page(EVERYTHING, NOW)


def test_a_profile_needs_an_address() -> None:
    with pytest.raises(ConfigError, match=r"api\.sentinelnerd\.com/v1"):
        made("")
    with pytest.raises(ConfigError, match="url"):
        made("ftp://x")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bulk_chunk": "0"}, "1 to 100"), ({"bulk_chunk": "101"}, "1 to 100"),
        ({"bulk_chunk": "x"}, "1 to 100"), ({"bulk_chunk": "9" * 5_000}, "1 to 100"),
        ({"people": "ada"}, "people: 'ada'"),
        ({"people": "ada@x, b c@d"}, "people"), ({"status_list": "maybe"}, "status_list"),
    ],
)  # fmt: skip
def test_an_option_that_means_nothing_is_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        made(**options)


async def test_options_are_read() -> None:
    backend = made(bulk_chunk="7", people=" ada@x.example,,bob@x.example ", status_list="Yes")
    assert backend.capabilities.bulk_chunk == 7
    assert [each.email for each in await backend.people()] == ["ada@x.example", "bob@x.example"]
    assert not backend.capabilities.narrows_singly
    assert capabilities(status_list="no").narrows_singly == {"status"}
    rate = BackendSettings(url="https://x.example", requests_per_minute=5)
    assert connect("sentinelnerd", rate).capabilities.requests_per_minute == 5


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/"])
async def test_an_address_may_leave_out_the_version(path: str) -> None:
    stand_in = stand_in_at(NOW_MS)
    alert_id = AlertId(stand_in.add_alert("alt/1 %2F?#é"))
    with serving(stand_in) as url:
        backend = connect("sentinelnerd", BackendSettings(url=url + path, token=KEY))
        assert (await backend.alert(alert_id)).id == alert_id
        assert (await backend.identity()).server == f"{url}/v1"
        await backend.close()
    assert {each.operation for each in stand_in.requests} == {"get_alert", "list_alerts"}
