"""Another alerttui as the remote system: `alerttui serve` at one end, a mirror at the other."""

from __future__ import annotations

from alerttui.backends.registry import open_local
from alerttui.domain.change import OutcomeState
from alerttui.domain.patch import AlertPatch, Set
from alerttui.domain.query import EVERYTHING, QueryContext
from alerttui.domain.vocabulary import AlertId, Quality
from alerttui.server.app import create_app
from tests.cli.alerts import NOW_MS, many, shift
from tests.remote.conftest import OpenStage
from tests.server.serving import FewTokens
from tests.standins.running import serving
from tests.triage.mirror.remote import Clock


async def test_what_is_done_at_one_end_is_there_at_the_other(stage: OpenStage, clock: Clock) -> None:
    clock.now_ms = NOW_MS
    store, local = open_local(None)
    store.add([*shift(), *many(200)])
    app = create_app(store, local, tokens=FewTokens(), clock=clock)
    with serving(app) as url:
        mirrored = stage(url, token="ci-key")
        await mirrored.sync_for(3)
        assert mirrored.state.trouble == ""
        assert mirrored.store.count(EVERYTHING, QueryContext(now_ms=clock.now_ms)) == 203
        patch = AlertPatch(status=Set("RESOLVED"), quality=Set(Quality.NOISE), tags=Set(("scanner",)))
        ids = [f"n-{number}" for number in range(60)]
        await mirrored.change(ids, patch, comment="ours")
        assert await mirrored.send() == ""
        ended = {each.outcome.state for each in mirrored.told if each.outcome.comment_added is None}
        assert ended == {OutcomeState.CONFIRMED}
        there = store.alert(AlertId("n-59"))
        assert (there.status, there.quality, there.tags) == ("RESOLVED", Quality.NOISE, ("scanner",))
        assert [each.body for each in store.comments(AlertId("n-59"), None, 5).results] == ["ours"]
        assert not mirrored.state.counts
    store.close()


async def test_a_token_for_reading_is_known_before_anything_is_asked_for(stage: OpenStage) -> None:
    store, local = open_local(None)
    with serving(create_app(store, local, tokens=FewTokens())) as url:
        mirrored = stage(url, token="reader-key")
        await mirrored.sync_for(1)
        assert "lacks the permission Manage Alerts" in mirrored.refusal(AlertPatch(status=Set("CLOSED")))
    store.close()
