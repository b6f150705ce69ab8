"""A mirror over the real Panther backend and a real socket; only time is played."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from alerttui.backends.contract import BackendSettings
from alerttui.backends.mirror import MirrorIdentity
from alerttui.backends.registry import open_mirror, reading_from
from alerttui.backends.remote.panther import KEY_HEADER, PantherBackend
from alerttui.backends.remote.panther.capabilities import PANTHER
from alerttui.backends.remote.transport import Endpoint, Transport
from alerttui.domain.alert import Actor
from alerttui.domain.errors import AlertTuiError, Unavailable
from alerttui.domain.patch import AlertPatch
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.mirror.budget import Budget
from alerttui.triage.mirror.link import Link
from alerttui.triage.mirror.mirror import Mirror
from alerttui.triage.mirror.passes import Ground
from alerttui.triage.mirror.running import Running
from alerttui.triage.mirror.sender import Told
from alerttui.triage.mirror.state import MirrorState
from alerttui.triage.mirror.turn import Turn
from alerttui.triage.session import Session
from tests.standins.panther import ANALYST, TOKEN, PantherStandIn
from tests.triage.mirror.remote import Clock

WINDOW_MS = 30 * 86_400_000
ME = Actor(ANALYST, "user", "Ada Lovelace")


def stand_in_at(clock: Clock) -> PantherStandIn:
    """A Panther that lives in the time of a test."""
    return PantherStandIn(now=lambda: datetime.fromtimestamp(clock() / 1000, UTC))


class Stage:
    """The mirror of whatever answers at a URL, as a console has it, and ways to let time pass."""

    def __init__(
        self,
        url: str,
        path: Path,
        clock: Clock,
        *,
        token: str = TOKEN,
        per_minute: int = 300,
    ) -> None:
        self.clock, self.path, self.url = clock, path, url
        self.store = open_mirror(path)
        self.store.bind(MirrorIdentity(backend="panther", url=url), PANTHER)
        link = Link(lambda: self._connected(token), clock, Budget(per_minute))
        self.ground = Ground(self.store, link, PANTHER, WINDOW_MS)
        self.running = Running(self.ground, Turn(path), clock.sleep)
        self.mirror = Mirror(self.store, reading_from(self.store), self.running)
        self.session = Session(
            self.store, self.mirror, me=ME, clock=clock, profile="prod", mirror=self.mirror
        )
        self.told: list[Told] = []
        self.running.on_told.append(self.told.extend)
        self.running.turn.take()

    def be_patient(self, read_s: float, total_s: float) -> None:
        """Wait so many real seconds for an answer from now on."""
        self.transport.endpoint = Endpoint.parse(self.url, read_s=read_s, total_s=total_s)

    def _connected(self, token: str) -> PantherBackend:
        endpoint = Endpoint.parse(self.url)
        self.transport = Transport(
            endpoint=endpoint,
            product="Panther",
            auth=lambda: {KEY_HEADER: token},
            clock=self.clock,
            sleep=self.clock.sleep,
            jitter=lambda: 0.5,
            on_wait=self.running.note_wait,
            environ={},
        )
        settings = BackendSettings(url=self.url, token=token, window_ms=WINDOW_MS)
        return PantherBackend(
            settings, self.transport, server=endpoint.url, clock=self.clock, sleep=self.clock.sleep
        )

    @property
    def state(self) -> MirrorState:
        """What the console tells of the mirror."""
        return self.running.state

    async def sync_for(self, minutes: float) -> None:
        """Let so much time pass with the sync running, as its loop would."""
        until_ms = self.clock.now_ms + int(minutes * 60_000)
        while self.clock.now_ms < until_ms:
            wait_ms = max(self.running.link.wait_ms(), self.running.sync.wait_ms())
            if wait_ms > 0:
                self.clock.now_ms = min(until_ms, self.clock.now_ms + wait_ms)
                continue
            before_ms = self.clock.now_ms
            try:
                await self.running.sync.step()
            except Unavailable:
                assert self.clock.now_ms > before_ms or self.running.link.wait_ms(), "it would spin"
        await self.running.look()

    async def send(self) -> str:
        """Send what is queued; gives why not all of it left, empty where it did."""
        try:
            await self.running.send()
        except Unavailable as error:
            return str(error)
        return ""

    async def change(self, ids: Sequence[str], patch: AlertPatch, comment: str = "") -> str:
        """Ask for a change, as a key press does; gives its id."""
        result = await self.session.change([AlertId(each) for each in ids], patch, comment=comment)
        return result.change.id

    def refusal(self, patch: AlertPatch) -> str:
        """Why a change is refused before it is asked for; empty if it is not."""
        try:
            self.mirror.capabilities.check(patch)
        except AlertTuiError as error:
            return str(error)
        return self.session.refusal()

    async def close(self) -> None:
        """Let go of everything, as a console that ends."""
        await self.mirror.close()
