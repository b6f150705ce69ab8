"""Opening a remote profile: its mirror, and the connection that is made when something is first asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerttui.cli.looping import Loop
from alerttui.cli.output import counted, say
from alerttui.cli.remote_workplace import backend_settings, connect_remote, mirror_identity
from alerttui.config.active import ActiveProfile
from alerttui.config.mirror_holding import holding
from alerttui.domain.errors import StoreError, Unavailable
from alerttui.domain.moments import format_moment, parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alerttui.backends.mirror import MirrorStore, Part
    from alerttui.domain.capabilities import Capabilities
    from alerttui.domain.query import AlertQuery
    from alerttui.domain.vocabulary import AlertId
    from alerttui.triage.mirror.mirror import Mirror

REFRESHES_FOR_S = 60.0
"""How long a headless command reads what its filter needs before it answers with what is there."""


@dataclass(frozen=True, slots=True)
class Freshening:
    """Brings a mirror up to date for one command, unless that shall stay offline."""

    mirror: Mirror
    loop: Loop
    is_cached: bool

    def for_query(self, query: AlertQuery) -> None:
        """Read what a filter needs, and say how far the answer holds."""
        running = self.mirror.running
        if not self.is_cached:
            self._tried(lambda: self.loop.run(running.refresh(query, within_s=REFRESHES_FOR_S)))
        else:
            self.loop.run(running.look())
        held = self.loop.run(running.holding(query))
        if held.as_of_ms is None:
            raise Unavailable(f"Nothing is known here of {self.mirror.name} yet{self._why()}.")
        if held.missing:
            say(f"Not everything is here: {held.missing}.")
        if self.is_cached or running.state.trouble:
            say(f"As of {format_moment(held.as_of_ms)}{self._why()}.")

    def for_alert(self, alert_id: AlertId, parts: Sequence[Part]) -> None:
        """Read one alert, or what belongs to it; raises `NotFound`."""
        if not self.is_cached:
            self._tried(lambda: self.loop.run(self.mirror.read(alert_id, parts)))
        if self.mirror.running.state.trouble:
            say(f"From the mirror{self._why()}.")

    def _tried(self, read: Callable[[], object]) -> None:
        """Do it; what cannot be reached leaves the answer to the mirror."""
        try:
            read()
        except Unavailable as error:
            self.mirror.running.link.trouble = str(error)
            self.mirror.running.tell()

    def _why(self) -> str:
        trouble = self.mirror.running.state.trouble
        return f"; {trouble.rstrip('.')}" if trouble else ""


@contextmanager
def open_mirrored(
    active: ActiveProfile,
    environ: Mapping[str, str],
    loop: Loop,
    clock: Callable[[], int],
    *,
    waits: bool,
    only_reads: bool,
) -> Iterator[tuple[MirrorStore, Mirror]]:
    """Open the mirror of a remote profile; the connection is made when something is first asked.

    `waits` for a change to be told only when it is settled. With `only_reads` the file is never made or
    written. A mirror in memory that holds unsent changes stays when it is closed, and says so.
    """
    from alerttui.backends.registry import connect, open_mirror

    profile = active.profile
    if only_reads and not active.store_file.exists():
        raise StoreError(f"Nothing was read of {profile.name} yet; `alerttui sync` does it.")
    known = connect(profile.backend, backend_settings(profile, "")).capabilities
    with holding(active.store_file, is_kept=profile.cache == "disk") as hold:
        store = open_mirror(active.store_file, read_only=only_reads)
        if not only_reads:
            store.bind(mirror_identity(profile), known)
        mirror = _mirror(active, environ, store, known, clock)
        mirror.waits = waits
        mirror.running.glance()
        try:
            yield store, mirror
        finally:
            left = store.pending_counts()
            if left and not hold.is_kept:
                hold.is_kept = True
                say(f"{counted(left.queued + left.held, 'change')} unsent: the mirror stays in memory.")
            loop.run(mirror.close())


def _mirror(
    active: ActiveProfile,
    environ: Mapping[str, str],
    store: MirrorStore,
    known: Capabilities,
    clock: Callable[[], int],
) -> Mirror:
    from alerttui.backends.registry import reading_from
    from alerttui.triage.mirror.budget import Budget
    from alerttui.triage.mirror.link import Link
    from alerttui.triage.mirror.mirror import Mirror
    from alerttui.triage.mirror.passes import Ground
    from alerttui.triage.mirror.running import NO_LIMIT, Running
    from alerttui.triage.mirror.turn import Turn

    profile = active.profile
    per_minute = profile.requests_per_minute or known.requests_per_minute or NO_LIMIT
    link = Link(lambda: connect_remote(active, environ, running.note_wait), clock, Budget(per_minute))
    ground = Ground(store, link, known, parse_duration(profile.window) or 0)
    running = Running(ground, Turn(active.store_file))
    return Mirror(store, reading_from(store), running)
