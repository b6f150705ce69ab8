"""Mirroring: a remote profile's mirror beside the keys: what is seen stays fresh, what was sent is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.message import Message
from textual.timer import Timer

from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.moments import format_age, format_moment
from alerttui.domain.query import AlertQuery
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import AlertId
from alerttui.triage import planning
from alerttui.triage.actions import Pane
from alerttui.tui.dialogs.menu import confirm
from alerttui.tui.screens.arrangement import Arrangement
from alerttui.tui.screens.desk import BAD, GOOD, WARN, Desk
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading
from alerttui.tui.screens.signing_in import SigningIn

if TYPE_CHECKING:
    from alerttui.triage.mirror.holding import Holding
    from alerttui.triage.mirror.mirror import Mirror
    from alerttui.triage.mirror.sender import Told
    from alerttui.triage.mirror.state import MirrorState

COUNTDOWN_S: Final = 1.0
"""How often the time is told for which the server asked to wait."""

FINISH_LOOKS: Final = 100
FINISH_LOOK_S: Final = 0.05
"""Leaving waits so often, and so long each time, for what is queued."""

TITLE_CHARACTERS: Final = 40
"""So much of an alert's title leaves room for the reason why something did not go through."""

FAILURES: Final = (OutcomeState.REFUSED, OutcomeState.CONFLICT, OutcomeState.MISSING, OutcomeState.UNDECIDED)


class MirrorChanged(Message):
    """The mirror has something new to tell: the bars do."""


@dataclass(frozen=True, slots=True)
class MirrorTold:
    """What the top line tells of a mirror, in words."""

    text: str = ""
    is_warning: bool = False
    as_of_ms: int | None = None
    action_id: str = ""
    """What a click on it does; empty for nothing."""


@dataclass(slots=True)
class Mirroring:
    """Runs the mirror while the console is up; does nothing for a local profile."""

    desk: Desk
    queue: Queue
    reading: Reading
    arrangement: Arrangement
    _signing_in: SigningIn = field(init=False)
    _running: asyncio.Task[None] | None = None
    _wanted: AlertQuery | None = None
    _holding: Holding | None = None
    _attended: set[tuple[AlertId, str]] = field(default_factory=set)
    _alert_id: AlertId | None = None
    _countdown: Timer | None = None

    def __post_init__(self) -> None:
        self._signing_in = SigningIn(self.desk)

    @property
    def mirror(self) -> Mirror | None:
        """The mirror; None for a local profile."""
        return self.desk.session.mirror

    def begin(self) -> None:
        """Sync and send from now on."""
        mirror = self.mirror
        if mirror is None:
            return
        if mirror.capabilities.signs_in:
            mirror.running.link.advice = f"{self._signing_in.key} signs in."
        mirror.running.on_state.append(self._state_changed)
        mirror.running.on_told.append(self._told)
        self._running = asyncio.create_task(mirror.running.run())
        self.desk.run(self._ask_at_start, "mirror")

    async def end(self) -> None:
        """Stop syncing once what can be sent is; what waits for a connection goes out at the next start."""
        await self._let_finish()
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
        if self.mirror is not None:
            await self.mirror.running.close()

    def abandon(self) -> None:
        """The console ends, however it ends: nothing runs on."""
        if self._running is not None:
            self._running.cancel()

    async def _let_finish(self) -> None:
        """Give what is queued a moment, where there is a connection to send it."""
        if self.mirror is None:
            return
        running = self.mirror.running
        await running.look()
        for _ in range(FINISH_LOOKS):
            state = running.state
            may_go = state.is_connected and state.is_sender and not state.is_paused
            if not state.counts.queued or not may_go:
                return
            self.desk.say(f"Sending {state.counts.queued:,} before leaving...")
            await asyncio.sleep(FINISH_LOOK_S)

    async def _ask_at_start(self) -> None:
        await self._signing_in.at_start()
        await self._ask_about_old()

    async def _ask_about_old(self) -> None:
        mirror = self.mirror
        assert mirror is not None
        counts = await asyncio.to_thread(mirror.store.pending_counts)
        if not mirror.running.is_old(counts):
            return
        age = format_age(self.desk.session.clock() - (counts.oldest_ms or 0))
        title = f"{counts.queued:,} unsent from {age} ago. Send now? ({self._key()} shows them)"
        if await self.desk.ask(confirm(title, "send them"), is_foreseen=False):
            await mirror.running.allow_sending()
        else:
            self.desk.say(f"Nothing is sent until you say so: {self._key()} shows what waits.", WARN)

    def _key(self) -> str:
        return self.desk.keymap.label("change.pending")

    # -- what is in view is kept fresh

    def follow_query(self) -> None:
        """Another filter may need what is not here."""
        if self.mirror is not None and self.queue.query != self._wanted:
            self._wanted = self.queue.query
            self._holding = None
            self.desk.run(self._want, "want", exclusive=True)

    async def _want(self) -> None:
        mirror, query = self.mirror, self._wanted
        if mirror is None or query is None:
            return
        await mirror.running.want(query)
        self._holding = await mirror.running.holding(query)
        self.tell()

    def follow_alert(self) -> None:
        """Another alert, or another pane, is in view: read what the system tells beyond its list."""
        mirror, alert_id = self.mirror, self.reading.alert_id
        if mirror is None or alert_id is None:
            return
        if alert_id != self._alert_id:
            self._alert_id = alert_id
            self._attended.clear()
        from alerttui.backends.mirror import Part

        visible = self.arrangement.visible()
        parts = [Part.FULL]
        parts += [Part.EVENTS] if {Pane.EVENTS, Pane.INDICATORS} & set(visible) else []
        parts += [Part.COMMENTS] if Pane.COMMENTS in visible else []
        parts += [Part.HISTORY] if Pane.HISTORY in visible else []
        parts += [Part.RELATED] if Pane.RELATED in visible else []
        fresh = [each for each in parts if (alert_id, each.value) not in self._attended]
        if fresh:
            self._attended |= {(alert_id, each.value) for each in fresh}
            mirror.attend(alert_id, fresh)

    async def hurry(self) -> None:
        """Look for new alerts now, and let in what waits."""
        if self.mirror is not None:
            self._attended.clear()
            self.follow_alert()
            await self.mirror.running.hurry()
        self.queue.let_in()

    # -- what is told

    def _state_changed(self) -> None:
        mirror = self.mirror
        if mirror is None:
            return
        if mirror.running.state.waiting_until_ms is not None and self._countdown is None:
            self._countdown = self.desk.screen.set_interval(COUNTDOWN_S, self._count_down)
        self.desk.run(self._retell, "mirror-state", exclusive=True)

    def _count_down(self) -> None:
        mirror = self.mirror
        waits = mirror is not None and mirror.running.state.waiting_until_ms is not None
        if not waits and self._countdown is not None:
            self._countdown.stop()
            self._countdown = None
        self.tell()

    async def _retell(self) -> None:
        mirror = self.mirror
        if mirror is not None and self._wanted is not None:
            self._holding = await mirror.running.holding(self._wanted)
        self.queue.say_why_empty()
        self.tell()

    def tell(self) -> None:
        """Let the bars tell it."""
        self.desk.screen.post_message(MirrorChanged())

    def _told(self, told: Sequence[Told]) -> None:
        """What was sent came to its end: failures are said; a success takes the word "queued" away."""
        failed = [
            each for each in told if each.outcome.state in FAILURES or each.outcome.comment_added is False
        ]
        if failed:
            self.desk.run(partial(self._tell_failed, failed), "mirror-failed")
        elif told:
            self.desk.run(self._tell_sent, "mirror-sent", exclusive=True)

    async def _tell_failed(self, failed: Sequence[Told]) -> None:
        alert_id = failed[0].edit.alert_id
        row = (await asyncio.to_thread(planning.rows_by_id, self.desk.session.store, [alert_id])).get(
            alert_id
        )
        title = shown(row.title if row else alert_id)
        short = title if len(title) <= TITLE_CHARACTERS else f"{title[: TITLE_CHARACTERS - 1]}…"
        self.desk.say(failure_sentence(failed, short, self._key()), BAD)

    async def _tell_sent(self) -> None:
        """Once nothing is queued any more, the note of the latest change says that it is done."""
        mirror, note = self.mirror, self.desk.note
        if mirror is None or note is not self.desk.change_note or QUEUED not in note[0]:
            return
        counts = await asyncio.to_thread(mirror.store.pending_counts)
        if not counts.queued and self.desk.note is note:
            done = note[0].replace(f",{QUEUED}", "", 1).replace(QUEUED, " changed", 1)
            self.desk.say(done, GOOD)
            self.desk.change_note = self.desk.note

    def top(self) -> MirrorTold:
        """What the top line says of the connection, and how far the listing holds."""
        mirror = self.mirror
        if mirror is None:
            return MirrorTold()
        key = self._signing_in.key if mirror.capabilities.signs_in else ""
        return mirror_told(mirror.running.state, self._holding, self.desk.session.clock(), key)

    @property
    def unsent(self) -> int:
        """How many edits and comments wait to be sent."""
        return self.mirror.running.state.counts.queued if self.mirror else 0

    @property
    def held(self) -> int:
        """How many wait for the analyst."""
        return self.mirror.running.state.counts.held if self.mirror else 0

    def why_unread(self, part: str) -> str:
        """Why a part of the open alert is not here yet; empty for a local profile, and where it is."""
        mirror, alert_id = self.mirror, self.reading.alert_id
        if mirror is None or alert_id is None:
            return ""
        from alerttui.backends.mirror import Part

        if mirror.store.part(alert_id, Part(part)) is not None:
            return ""
        state = mirror.running.state
        if state.trouble:
            return f"The {part} were not read yet. {shown(state.trouble)}"
        return f"Reading the {part}…"


QUEUED: Final = " queued"
"""What the note of a change says that has not been sent yet."""


def failure_sentence(failed: Sequence[Told], title: str, key: str) -> str:
    """What did not go through; `title` is that of the first alert."""
    first = failed[0]
    reason = first.outcome.reason or "refused"
    what = f"{title}: {first.edit.label}: {_state(first.outcome)}{reason}"
    more = f" And {len(failed) - 1:,} more." if len(failed) > 1 else ""
    decide = f" {key} decides." if any(_is_held(each.outcome) for each in failed) else ""
    return f"{what}{'' if what.endswith('.') else '.'}{more}{decide}"


def _is_held(outcome: Outcome) -> bool:
    return outcome.state in (OutcomeState.CONFLICT, OutcomeState.UNDECIDED)


def _state(outcome: Outcome) -> str:
    if outcome.state is OutcomeState.CONFLICT:
        return "somebody else was first: "
    if outcome.comment_added is False and outcome.ok:
        return "the comment was not sent: "
    return ""


def mirror_told(
    state: MirrorState, holding: Holding | None, now_ms: int, sign_in_key: str = ""
) -> MirrorTold:
    """The state of a mirror in a few words, the most urgent first; without a key nobody signs in."""
    as_of_ms = holding.as_of_ms if holding else state.new_as_of_ms
    if state.waiting_until_ms is not None and state.waiting_until_ms > now_ms:
        seconds = -(-(state.waiting_until_ms - now_ms) // 1000)
        return MirrorTold(f"{state.waiting_why or 'the server asks to wait'} {seconds} s", True, as_of_ms)
    if sign_in_key and not state.is_let_in:
        return MirrorTold(f"sign in: {sign_in_key}", True, as_of_ms, action_id="sign_in")
    if state.offline_since_ms is not None:
        return MirrorTold(f"offline since {clock(state.offline_since_ms)}", True, as_of_ms)
    if state.covered_from_ms is None:
        return MirrorTold("reading the first alerts…", False, as_of_ms)
    if holding is not None and holding.missing:
        return MirrorTold(f"back to {format_moment(state.covered_from_ms)[:10]}", False, as_of_ms)
    if not state.is_sender:
        return MirrorTold("another console syncs", False, as_of_ms)
    return MirrorTold("", False, as_of_ms)


def clock(moment_ms: int) -> str:
    """A moment as a clock tells it."""
    return f"{format_moment(moment_ms)[11:16]}Z"
