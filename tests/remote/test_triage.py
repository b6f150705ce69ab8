"""Triage over a system that goes away, comes back, changes its mind, or lets us do less than we ask."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from alerttui.domain.alert import Actor
from alerttui.domain.change import OutcomeState
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.pending import Decision
from alerttui.domain.vocabulary import AlertId
from tests.remote.conftest import OpenStage
from tests.standins.panther import ALERT_READ, TOKEN, USER_READ, Knobs, PantherStandIn
from tests.standins.running import serving
from tests.triage.mirror.remote import Clock

TRIAGED = AlertPatch(status=Set("TRIAGED"))


async def test_ten_changes_outlast_a_server_that_stops_and_two_of_them_are_decided(
    stage: OpenStage, standin: PantherStandIn
) -> None:
    ids = standin.fill(30)
    with serving(standin) as url:
        mirrored = stage(url)
        await mirrored.sync_for(3)
    for each in ids[:10]:
        await mirrored.change([each], TRIAGED)
    assert "refused the connection" in await mirrored.send()
    await mirrored.sync_for(3)
    assert (mirrored.state.counts.queued, mirrored.state.is_connected) == (10, False)
    assert mirrored.state.offline_since_ms is not None
    assert {mirrored.store.alert(AlertId(each)).status for each in ids[:10]} == {"TRIAGED"}
    standin.change_alert(ids[3], status="RESOLVED")
    standin.change_alert(ids[7], status="CLOSED")
    with serving(standin, urlsplit(url).port or 0):
        mirrored.running.link.try_now()
        assert await mirrored.send() == ""
        assert (mirrored.state.trouble, mirrored.state.is_connected) == ("", True)
        others = [each for each in ids[:10] if each not in (ids[3], ids[7])]
        assert [standin.alert(each)["status"] for each in others] == ["TRIAGED"] * 8
        held = mirrored.store.pending(held=True)
        assert [each.alert_id for each in held] == [ids[3], ids[7]]
        assert held[0].reason == "status is now RESOLVED, changed by Grace Hopper; nothing was sent."
        await mirrored.running.decide([held[0].key], Decision.SEND)
        await mirrored.running.decide([held[1].key], Decision.SKIP)
        assert await mirrored.send() == ""
        assert [standin.alert(each)["status"] for each in (ids[3], ids[7])] == ["TRIAGED", "CLOSED"]
        assert mirrored.store.alert(AlertId(ids[7])).status == "CLOSED"
        assert not mirrored.state.counts
        assert len(standin.of("patch_alert")) + len(standin.of("patch_alerts")) == 9


async def test_what_an_old_release_ignores_is_told_and_refused_up_front_next_time(
    stage: OpenStage, standin: PantherStandIn
) -> None:
    first, second = standin.fill(2)
    standin.knobs = Knobs(old_release=True)
    tagged = AlertPatch(tags=Set(("scanner",)))
    with serving(standin) as url:
        mirrored = stage(url)
        await mirrored.sync_for(2)
        assert mirrored.refusal(tagged) == ""
        await mirrored.change([first], tagged)
        assert await mirrored.send() == ""
        (told,) = mirrored.told
        assert told.outcome.state is OutcomeState.REFUSED
        assert told.outcome.reason == (
            "Panther accepted the request but ignored contextTags; it may be an older release."
        )
        assert mirrored.store.alert(AlertId(first)).tags == ()
        assert "ignored contextTags" in mirrored.refusal(tagged)
        asked = len(standin.requests)
        with pytest.raises(Exception, match="ignored contextTags"):
            await mirrored.change([second], tagged)
        assert (len(standin.requests), bool(mirrored.state.counts)) == (asked, False)


async def test_a_revoked_token_is_told_and_what_waits_arrives_with_the_next_one(
    stage: OpenStage, standin: PantherStandIn, clock: Clock
) -> None:
    (alert,) = standin.fill(1)
    with serving(standin) as url:
        mirrored = stage(url)
        await mirrored.sync_for(2)
        standin.revoke_token()
        await mirrored.change([alert], TRIAGED, comment="mine")
        standin.forget_requests()
        clock.now_ms += 10_000
        assert "does not let us in (401)" in await mirrored.send()
        assert mirrored.state.counts.queued == 2
        assert "The token is missing, wrong or expired" in mirrored.state.trouble
        assert mirrored.state.retry_at_ms == clock.now_ms + 300_000
        await mirrored.sync_for(12)
        assert len(standin.requests) <= 4
        standin.add_token()
        await mirrored.sync_for(5)
        assert mirrored.state.trouble == ""
        assert await mirrored.send() == ""
        assert standin.alert(alert)["status"] == "TRIAGED"
        assert [each["body"] for each in standin.comments_of(alert)] == ["mine"]


async def test_a_token_that_may_only_read_is_told_before_anything_is_asked_for(
    stage: OpenStage, standin: PantherStandIn
) -> None:
    (alert,) = standin.fill(1)
    standin.permit(ALERT_READ, USER_READ)
    with serving(standin) as url:
        mirrored = stage(url)
        await mirrored.sync_for(1)
        assert "lacks the permission Manage Alerts" in mirrored.refusal(TRIAGED)
        with pytest.raises(Exception, match="lacks the permission Manage Alerts"):
            await mirrored.change([alert], TRIAGED)
        assert not mirrored.state.counts
        assert mirrored.state.trouble == ""


async def test_a_permission_taken_away_on_the_way_is_named_and_the_change_given_back(
    stage: OpenStage, standin: PantherStandIn
) -> None:
    (alert,) = standin.fill(1)
    with serving(standin) as url:
        mirrored = stage(url)
        await mirrored.sync_for(1)
        standin.permit(ALERT_READ, USER_READ)
        await mirrored.change([alert], TRIAGED)
        assert await mirrored.send() == ""
        (told,) = mirrored.told
        assert told.outcome.state is OutcomeState.REFUSED
        assert "does not permit it (403)" in told.outcome.reason
        assert "Manage Alerts" in told.outcome.reason
        assert mirrored.store.alert(AlertId(alert)).status == "OPEN"


async def test_a_token_that_may_not_read_alerts_is_told_and_asked_rarely(
    stage: OpenStage, standin: PantherStandIn
) -> None:
    standin.fill(3)
    standin.permit(USER_READ)
    with serving(standin) as url:
        mirrored = stage(url)
        await mirrored.sync_for(10)
        assert "does not permit it (403)" in mirrored.state.trouble
        assert mirrored.state.retry_at_ms is not None
        assert standin.counts["list_alerts"] <= 9
        standin.add_token(TOKEN)
        await mirrored.sync_for(6)
        assert (mirrored.state.trouble, mirrored.store.count_created(0, 1 << 50)) == ("", 3)


async def test_names_come_with_the_alerts_of_others(stage: OpenStage, standin: PantherStandIn) -> None:
    (alert,) = standin.fill(1)
    standin.change_alert(alert, assignee="user-2")
    with serving(standin) as url:
        mirrored = stage(url)
        await mirrored.sync_for(2)
        assert mirrored.store.alert(AlertId(alert)).assignee == Actor("user-2", "user", "Grace Hopper")
