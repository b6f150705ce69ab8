"""A remote system in memory that counts what it is asked: a backend of no vendor."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from alerttui.backends.contract import Identity
from alerttui.domain.alert import Actor, Alert, Comment, Event, Person, RelatedAlert
from alerttui.domain.capabilities import Capabilities, CommentRule, FieldRule, RetrySafety
from alerttui.domain.change import Change, Edit, HistoryEntry, OnProgress, Outcome, OutcomeState
from alerttui.domain.errors import NotFound, NotSupported, Unreachable
from alerttui.domain.listing import Facet, Page, Statistics
from alerttui.domain.moments import parse_moment
from alerttui.domain.patch import AlertPatch, Clear, narrowed, values_of
from alerttui.domain.query import EVERYTHING, AlertQuery, Operator, QueryContext, Term
from alerttui.domain.query_match import matches
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity, StatusWord

NOW_MS: Final = 1_795_171_862_000
ME: Final = Actor("u-ana", "user", "Ana")
OTHER: Final = Actor("u-bob", "user", "Bob")

CAPABILITIES: Final = Capabilities(
    backend="fake",
    statuses=(
        StatusWord("OPEN", "Open", "Open", Phase.OPEN, "o"),
        StatusWord("TRIAGED", "Triaged", "Triaged", Phase.ACTIVE, "t"),
        StatusWord("RESOLVED", "Resolved", "Resolved", Phase.CLOSED, "r"),
        StatusWord("CLOSED", "Closed", "Closed", Phase.CLOSED, "c"),
    ),
    closing_targets=("RESOLVED", "CLOSED"),
    active_target="TRIAGED",
    fields={name: FieldRule() for name in ("status", "quality", "tags", "assignee")},
    comments=CommentRule(),
    history_refusal="The fake has no history.",
    related_refusal="The fake relates nothing.",
    statistics_refusal="The fake does not count.",
    narrows={"status": "the fake's word", "created": "the fake's word", "log-type": "the fake's word"},
    vendor_decided=frozenset({"log-type"}),
    listed_types=("",),
    page_limit=50,
    retry={"apply": RetrySafety.IDEMPOTENT, "add_comment": RetrySafety.NEVER},
)

MUTE: Final = replace(
    CAPABILITIES,
    comments=CommentRule(
        read_refusal="The fake has no comments.",
        write_refusal="The fake has no comments; a local note can be kept instead.",
        notes=True,
    ),
)
"""A product without comments, where notes are kept on this machine."""


@dataclass(slots=True)
class Clock:
    """The present time of a test: it passes only where something takes time."""

    now_ms: int = NOW_MS

    def __call__(self) -> int:
        return self.now_ms

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.now_ms += int(seconds * 1000)


def remote_alert(number: int, *, status: str = "OPEN", age_ms: int = 0, **values: object) -> Alert:
    """One alert as the remote has it."""
    phase = {"OPEN": Phase.OPEN, "TRIAGED": Phase.ACTIVE}.get(status, Phase.CLOSED)
    alert = Alert(
        id=AlertId(f"r-{number}"),
        title=f"Remote alert {number}",
        status=status,
        phase=phase,
        severity=Severity.HIGH,
        severity_word="HIGH",
        created_ms=NOW_MS - age_ms,
        source="fake",
        raw=f'{{"id": "r-{number}"}}'.encode(),
    )
    return replace(alert, **values)  # type: ignore[arg-type]  # fields of an alert


@dataclass(eq=False)
class FakeRemote:
    """Alerts of a system that others use too; every method that would be a request is counted."""

    clock: Clock
    alerts: dict[AlertId, Alert] = field(default_factory=dict)
    capabilities: Capabilities = CAPABILITIES
    latency_ms: int = 0
    is_down: bool = False
    lose_answers: int = 0
    """So many of the next writes are made, and their answers lost."""
    refuse: Callable[[Edit], str] = lambda edit: ""
    """Why an edit is refused; empty to make it."""
    log_types: dict[AlertId, str] = field(default_factory=dict)
    events_of: dict[AlertId, list[Event]] = field(default_factory=dict)
    comments_of: dict[AlertId, list[Comment]] = field(default_factory=dict)
    history_of: dict[AlertId, list[HistoryEntry]] = field(default_factory=dict)
    related_to: dict[AlertId, list[RelatedAlert]] = field(default_factory=dict)
    announced: asyncio.Queue[AlertId | None] = field(default_factory=asyncio.Queue)
    """What the live stream tells; None ends it."""
    list_limit: int = 0
    """How many alerts a list reaches at most; 0 for all."""
    changes_seen: list[Change] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    limits: list[int] = field(default_factory=list)
    """How many alerts each page was asked for."""
    times: list[int] = field(default_factory=list)
    """When each request came."""
    writes: list[tuple[AlertId, AlertPatch]] = field(default_factory=list)
    before_answer: Callable[[str], None] = lambda operation: None
    """Told when a request was carried out, before its answer is on its way."""
    figures: Statistics = field(default_factory=Statistics)
    """Its own figures, where it has some."""
    people_known: Sequence[Person] = (Person("u-ana", "ana@acme.example", "Ana"), Person("u-bob", "", "Bob"))

    _changes: int = 0
    _sorted: tuple[int, list[Alert], list[int]] = field(default_factory=lambda: (-1, [], []))
    _listed: tuple[AlertQuery | None, int, list[Alert]] = field(default_factory=lambda: (None, 0, []))

    @property
    def name(self) -> str:
        """The kind."""
        return "fake"

    def fill(self, count: int, *, open_first: int = 0, step_ms: int = 60_000) -> None:
        """So many alerts, one a step, the newest of them open."""
        for number in range(count):
            status = "OPEN" if number < open_first else "RESOLVED"
            self.put(remote_alert(number, status=status, age_ms=number * step_ms))

    def put(self, alert: Alert) -> None:
        """An alert as it is from now on."""
        self.alerts[alert.id] = alert
        self._changes += 1

    def remove(self, alert_id: str) -> None:
        """The alert is gone."""
        del self.alerts[AlertId(alert_id)]
        self._changes += 1

    def change(self, alert_id: str, by: Actor = OTHER, **values: object) -> None:
        """Somebody else changes an alert."""
        alert = self.alerts[AlertId(alert_id)]
        if "status" in values:
            values["phase"] = self.capabilities.phase(str(values["status"]))
        self.put(replace(alert, updated_by=by, **values))  # type: ignore[arg-type]  # fields of an alert

    def _ask(self, operation: str) -> None:
        self.times.append(self.clock())
        self.clock.now_ms += self.latency_ms
        if self.is_down:
            self.asked["refused"] += 1
            raise Unreachable("The fake is down.")
        self.asked[operation] += 1

    # -- the contract

    async def identity(self) -> Identity:
        self._ask("identity")
        return Identity(me=ME, server="fake")

    async def page(
        self, query: AlertQuery, context: QueryContext, cursor: str | None = None, limit: int = 50
    ) -> Page[Alert]:
        self._ask("page")
        self.limits.append(limit)
        matching = self._matching(query, context)
        found = matching[: self.list_limit or None]
        start = int(cursor or 0)
        following = str(start + limit) if len(found) > start + limit else None
        is_cut = following is None and len(found) < len(matching)
        page = Page([replace(each) for each in found[start : start + limit]], following, is_cut=is_cut)
        self.before_answer("page")
        return page

    def _matching(self, query: AlertQuery, context: QueryContext) -> list[Alert]:
        """What is listed for a query, kept until an alert changes: pages of one listing come in a row."""
        if self._listed[:2] == (query, self._changes):
            return self._listed[2]
        terms = [each for each in query.terms if getattr(each, "field", "") in self.capabilities.narrows]
        asked = [each for each in terms if getattr(each, "field", "") == "log-type"]
        values = [value for each in asked for value in getattr(each, "values", ())]
        narrowing = AlertQuery(
            tuple(each for each in terms if each not in asked and getattr(each, "field", "") != "created")
        )
        found = [
            each
            for each in self._created_within(terms)
            if matches(narrowing, each, 0, each.title, "", context)
            and (not values or self.log_types.get(each.id) in values)
        ]
        found.sort(key=lambda each: (each.created_ms, each.id), reverse=True)
        self._listed = (query, self._changes, found)
        return found

    def _created_within(self, terms: Sequence[object]) -> list[Alert]:
        """The alerts of the range that a query asks for, found without looking at every other one."""
        if self._sorted[0] != self._changes:
            ordered = sorted(self.alerts.values(), key=lambda each: each.created_ms)
            self._sorted = (self._changes, ordered, [each.created_ms for each in ordered])
        _, ordered, times = self._sorted
        low, high = 0, len(ordered)
        for term in terms:
            if isinstance(term, Term) and term.field == "created":
                moment = parse_moment(term.values[0]) or 0
                if term.operator is Operator.AT_LEAST:
                    low = bisect_left(times, moment)
                elif term.operator is Operator.AT_MOST:
                    high = bisect_right(times, moment)
        return ordered[low:high]

    async def alert(self, alert_id: AlertId) -> Alert:
        self._ask("alert")
        if alert_id not in self.alerts:
            raise NotFound([alert_id])
        alert = replace(self.alerts[alert_id])
        self.before_answer("alert")
        return alert

    async def events(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Event]:
        self._ask("events")
        found = self.events_of.get(alert_id, [])
        start = int(cursor or 0)
        following = str(start + limit) if len(found) > start + limit else None
        return Page(found[start : start + limit], following)

    async def comments(self, alert_id: AlertId, cursor: str | None = None, limit: int = 25) -> Page[Comment]:
        if self.capabilities.comments.read_refusal:
            raise NotSupported(self.capabilities.comments.read_refusal)
        self._ask("comments")
        if alert_id not in self.alerts:
            raise NotFound([alert_id])
        return Page(list(self.comments_of.get(alert_id, [])))

    async def history(self, alert_id: AlertId) -> Sequence[HistoryEntry]:
        if self.capabilities.history_refusal:
            raise NotSupported(self.capabilities.history_refusal)
        self._ask("history")
        return self.history_of.get(alert_id, [])

    async def related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        if self.capabilities.related_refusal:
            raise NotSupported(self.capabilities.related_refusal)
        self._ask("related")
        return self.related_to.get(alert_id, [])

    async def apply(self, change: Change, on_progress: OnProgress | None = None) -> Sequence[Outcome]:
        self._ask("apply")
        self.changes_seen.append(change)
        outcomes = [self._apply(each) for each in change.edits]
        self.before_answer("apply")
        self._maybe_lose()
        return outcomes

    def _apply(self, edit: Edit) -> Outcome:
        alert = self.alerts.get(edit.alert_id)
        if alert is None:
            return Outcome(alert_id=edit.alert_id, state=OutcomeState.MISSING, reason="gone")
        reason = self.refuse(edit)
        if reason:
            return Outcome(alert_id=edit.alert_id, state=OutcomeState.REFUSED, reason=reason)
        self.writes.append((edit.alert_id, edit.patch))
        before = narrowed(values_of(alert), edit.patch)
        self.put(patched(alert, edit.patch, self.capabilities))
        return Outcome(alert_id=edit.alert_id, state=OutcomeState.CONFIRMED, before=before, after=edit.patch)

    async def add_comment(self, alert_id: AlertId, body: str, by: Actor, at_ms: int) -> Comment:
        if self.capabilities.comments.write_refusal:
            raise NotSupported(self.capabilities.comments.write_refusal)
        self._ask("add_comment")
        if alert_id not in self.alerts:
            raise NotFound([alert_id])
        thread = self.comments_of.setdefault(alert_id, [])
        total = sum(map(len, self.comments_of.values()))
        comment = Comment(id=f"c-{total}", author=ME, body=body, created_ms=self.clock())
        thread.append(comment)
        self.before_answer("add_comment")
        self._maybe_lose()
        return comment

    def _maybe_lose(self) -> None:
        if self.lose_answers:
            self.lose_answers -= 1
            raise Unreachable("The answer was lost.", may_have_acted=True)

    async def people(self, text: str = "") -> Sequence[Person]:
        self._ask("people")
        return self.people_known

    async def tags(self, text: str = "") -> Sequence[Facet]:
        self._ask("tags")
        return [Facet("scanner", 0)]

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        if self.capabilities.statistics_refusal or query != EVERYTHING:
            raise NotSupported(self.capabilities.statistics_refusal or "The fake counts everything only.")
        self._ask("statistics")
        return self.figures

    def live(self) -> AsyncGenerator[AlertId]:
        if self.capabilities.live_refusal:
            raise NotSupported(self.capabilities.live_refusal)
        return self._told_live()

    async def _told_live(self) -> AsyncGenerator[AlertId]:
        while (alert_id := await self.announced.get()) is not None:
            yield alert_id

    async def close(self) -> None:
        """Nothing to let go of."""


def patched(alert: Alert, patch: AlertPatch, capabilities: Capabilities) -> Alert:
    """The alert as a patch leaves it."""
    values: dict[str, object] = {"updated_by": ME}
    for name, value in patch.changed():
        given = None if isinstance(value, Clear) else value.value
        if name == "status":
            assert isinstance(given, str)
            values |= {"status": given, "phase": capabilities.phase(given)}
        elif name == "assignee":
            values["assignee"] = Actor(str(given)) if given else None
        elif name == "tags":
            values["tags"] = given or ()
        elif name == "quality":
            values["quality"] = given if isinstance(given, Quality) else None
        elif name == "verdict":
            values["verdict"] = given or ""
    return replace(alert, **values)  # type: ignore[arg-type]  # fields of an alert
