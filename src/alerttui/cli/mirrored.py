"""Opening a remote profile: its mirror, and the connection that is made when something is first asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerttui.backends.mirror import Part
from alerttui.cli.looping import Loop
from alerttui.cli.output import counted, say
from alerttui.cli.progress import ProgressLine, ReadingProgress
from alerttui.cli.remote_workplace import backend_settings, connect_remote, mirror_identity
from alerttui.config.active import ActiveProfile
from alerttui.config.mirror_holding import holding
from alerttui.config.paths import find_places
from alerttui.domain.errors import ConfigError, NotFound, StoreError, Unavailable
from alerttui.domain.moments import format_moment, parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alerttui.backends.mirror import MirrorStore
    from alerttui.domain.capabilities import Capabilities
    from alerttui.domain.query import AlertQuery
    from alerttui.domain.vocabulary import AlertId
    from alerttui.triage.mirror.mirror import Mirror
    from alerttui.triage.mirror.running import Progress

TELLS_WAITS_FROM_S = 5
"""A shorter wait is over before its words are read."""

REFRESHES_FOR_S = 60.0
"""How long a headless command reads what its filter needs before it answers with what is there."""


@dataclass(frozen=True, slots=True)
class Freshening:
    """Brings a mirror up to date for one command, unless that shall stay offline."""

    mirror: Mirror
    loop: Loop
    profile: str
    is_cached: bool

    @property
    def _trouble(self) -> str:
        return self.mirror.running.state.trouble

    def for_query(self, query: AlertQuery) -> None:
        """Read what a filter needs, and say how far the answer holds."""
        running, error = self.mirror.running, None
        if not self.is_cached:
            with self.progress() as progress:
                refresh = running.refresh(query, within_s=REFRESHES_FOR_S, on_progress=progress)
                error = self._tried(lambda: self.loop.run(refresh))
        self.loop.run(running.look())
        held = self.loop.run(running.holding(query))
        if held.as_of_ms is None:
            text = f"Nothing was read of {self.profile} yet. {self._why()}"
            raise (
                ConfigError(text) if error and isinstance(error.__cause__, ConfigError) else Unavailable(text)
            )
        if held.missing:
            say(f"Not everything is here: {held.missing}.")
        self._say_as_of(held.as_of_ms)

    def for_alert(self, alert_id: AlertId, parts: Sequence[Part]) -> None:
        """Read one alert, or what belongs to it, and say what cannot be had; raises `NotFound`."""
        if not self.is_cached:
            self._tried(lambda: self.loop.run(self.mirror.read(alert_id, parts)))
        if not self.is_cached and not self._trouble:
            return
        store, part = self.mirror.store, parts[-1]
        copy = store.server_copies([alert_id]).get(alert_id)
        if copy is None:
            raise Unavailable(f"Nothing is known here of {alert_id}. {self._why()}")
        state = store.part(alert_id, part)
        if state is None and part is not Part.FULL:
            text = f"The {part.value} of {alert_id} were not read yet"
            if part is Part.EVENTS or not store.comments(alert_id, None, 1).results:
                raise Unavailable(f"{text}. {self._why()}")
            say(f"{text}; these come from here. {self._why()}")
            return
        if state is not None and state.next_cursor:
            say(f"Not all {part.value} of {alert_id} are here.")
        self._say_as_of(copy.as_of_ms if state is None else state.as_of_ms)

    def for_change(self, ids: Sequence[AlertId]) -> None:
        """Read the alerts that are not here, to be changed; raises `Unavailable`."""
        if self.is_cached:
            return
        known = self.mirror.store.rowids_of(list(ids))
        for alert_id in ids:
            if alert_id not in known:
                with suppress(NotFound):
                    self._read_unknown(alert_id)

    def _read_unknown(self, alert_id: AlertId) -> None:
        try:
            self.loop.run(self.mirror.read(alert_id, [Part.FULL]))
        except Unavailable as error:
            text = (
                f"Nothing was changed: {alert_id} is not here, and it was not found out what it is. {error}"
            )
            raise Unavailable(text) from error

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Whoever is told how far a long reading has come."""
        running = self.mirror.running
        with ProgressLine(sys.stderr) as line:
            yield ReadingProgress(line, self.profile, running.ground.now_ms)

    def _say_as_of(self, as_of_ms: int) -> None:
        if self.is_cached or self._trouble:
            say(f"As of {format_moment(as_of_ms)}.{f' {_sentence(self._trouble)}' if self._trouble else ''}")

    def _tried(self, read: Callable[[], object]) -> Unavailable | None:
        """Do it; what cannot be reached leaves the answer to the mirror, and is given back."""
        try:
            read()
        except Unavailable as error:
            self.mirror.running.link.trouble = str(error)
            self.mirror.running.tell()
            return error
        return None

    def _why(self) -> str:
        if self._trouble:
            return _sentence(self._trouble)
        if self.is_cached:
            return "Nobody was asked, because of --cached."
        return "Another alerttui has the turn on this mirror and reads it; try again in a moment."


def _sentence(text: str) -> str:
    """The text as a sentence; a variable's name at its beginning is not changed."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


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
        mirror.running.on_state.append(Waits(mirror).told)
        mirror.running.glance()
        try:
            yield store, mirror
        finally:
            left = store.pending_counts()
            if left and not hold.is_kept:
                hold.is_kept = True
                say(f"{counted(left.queued + left.held, 'change')} unsent: the mirror stays in memory.")
            loop.run(mirror.close())


class Waits:
    """Says why nothing seems to happen, where the server asks for a longer wait."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._until_ms: int | None = None

    def told(self) -> None:
        """The state is another one."""
        state = self._mirror.running.state
        if state.waiting_until_ms is None or state.waiting_until_ms == self._until_ms:
            return
        self._until_ms = state.waiting_until_ms
        wait_s = (state.waiting_until_ms - self._mirror.running.ground.now_ms) // 1000
        if wait_s >= TELLS_WAITS_FROM_S:
            say(f"{state.waiting_why}: trying again in {wait_s} s.")


def _mirror(
    active: ActiveProfile,
    environ: Mapping[str, str],
    store: MirrorStore,
    known: Capabilities,
    clock: Callable[[], int],
) -> Mirror:
    from alerttui.backends.registry import open_notes, reading_from
    from alerttui.triage.mirror.budget import Budget
    from alerttui.triage.mirror.link import Link
    from alerttui.triage.mirror.mirror import Mirror
    from alerttui.triage.mirror.passes import Ground
    from alerttui.triage.mirror.running import NO_LIMIT, Running
    from alerttui.triage.mirror.turn import Turn
    from alerttui.triage.notes import Notes

    profile = active.profile
    per_minute = profile.requests_per_minute or known.requests_per_minute or NO_LIMIT
    link = Link(lambda: connect_remote(active, environ, running.note_wait), clock, Budget(per_minute))
    ground = Ground(store, link, known, parse_duration(profile.window) or 0)
    running = Running(ground, Turn(active.store_file))
    notes = Notes(open_notes(find_places(environ).notes_file), profile.name)
    return Mirror(store, reading_from(store), running, notes=notes)
