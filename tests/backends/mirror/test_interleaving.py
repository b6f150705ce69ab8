"""Whatever happens in whatever order: shown is what the server has, with what is on its way laid over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerttui.backends.mirror import LAG_MS, Settlement
from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore
from alerttui.domain.alert import Actor
from alerttui.domain.change import Change, ChangeKind, OutcomeState
from alerttui.domain.patch import CLEAR, AlertPatch, Set, difference, narrowed
from alerttui.domain.pending import Decision, EditKey, Stage
from alerttui.domain.vocabulary import AlertId, Quality
from alerttui.triage.reversing import reversal
from tests.backends.mirror.telling import change, opened, outcome, row_of_a_list, server, shown, told

TICK_MS: Final = 4_000
"""Between two steps: some of them fall into the grace for a lagging server."""

NUMBERS: Final = count(1)
FIELDS: Final = AlertPatch(status=Set(""), quality=CLEAR, tags=CLEAR)
WORDS: Final = st.sampled_from(("OPEN", "TRIAGED", "RESOLVED"))
VALUES: Final = st.builds(
    AlertPatch,
    status=WORDS.map(Set),
    quality=st.sampled_from((CLEAR, Set(Quality.NOISE), Set(Quality.USEFUL))),
    tags=st.sampled_from((CLEAR, Set(("x",)), Set(("x", "y")))),
)
PATCHES: Final = st.tuples(VALUES, st.sets(st.sampled_from(("status", "quality", "tags")), min_size=1)).map(
    lambda pair: AlertPatch(**{name: getattr(pair[0], name) for name in pair[1]})
)
ENDS: Final = st.sampled_from(
    (
        OutcomeState.CONFIRMED,
        OutcomeState.UNCHANGED,
        OutcomeState.REFUSED,
        OutcomeState.CONFLICT,
        OutcomeState.UNDECIDED,
    )
)
STEPS: Final = st.lists(
    st.one_of(
        st.tuples(st.just("enqueue"), st.sampled_from(((0,), (1,), (0, 1))), PATCHES),
        st.tuples(st.just("observe"), st.integers(0, 1), VALUES, st.booleans()),
        st.tuples(st.just("late"), st.integers(0, 1), VALUES, st.booleans()),
        st.tuples(st.just("begin"), st.integers(0, 5)),
        st.tuples(st.just("settle"), st.integers(0, 5), ENDS, st.none() | VALUES),
        st.tuples(st.just("requeue"), st.integers(0, 5)),
        st.tuples(st.just("drop"), st.integers(0, 5)),
        st.tuples(st.just("decide"), st.integers(0, 5), st.sampled_from(list(Decision))),
        st.tuples(st.just("undo"), st.booleans()),
        st.tuples(st.just("redo"), st.booleans()),
    ),
    max_size=14,
)


@dataclass
class Row:
    """One edit as the model has it."""

    key: EditKey
    alert: int
    sends: AlertPatch
    stage: Stage


@dataclass
class Model:
    """What should be there: plain values and a list."""

    mirror: SqliteMirrorStore
    server: list[AlertPatch]
    number: int = field(default_factory=lambda: next(NUMBERS))
    now_ms: int = 1_000
    rows: list[Row] = field(default_factory=list)
    changes: int = 0
    confirmed_ms: list[int] = field(default_factory=lambda: [0, 0])
    lag: list[list[tuple[int, AlertPatch]]] = field(default_factory=lambda: [[], []])
    """When our writes were confirmed, and which values they replaced."""

    @property
    def by(self) -> Actor:
        return Actor(f"analyst-{self.number}")

    def name(self, alert: int) -> AlertId:
        return AlertId(f"x-{self.number}{alert}")

    def shown(self, alert: int, without: EditKey | None = None) -> AlertPatch:
        """The server's values with a replay of what is queued or sending."""
        values = self.server[alert]
        for row in self.rows:
            is_under_way = row.stage in (Stage.QUEUED, Stage.SENDING) and row.key != without
            if row.alert == alert and is_under_way:
                values = row.sends.over(values)
        return values

    def check(self) -> None:
        """Compare with the store."""
        for alert in (0, 1):
            name = self.name(alert)
            assert narrowed(server(self.mirror, name), FIELDS) == self.server[alert]
            assert narrowed(shown(self.mirror, name), FIELDS) == self.shown(alert)
        for held in (False, True):
            stages = (Stage.HELD,) if held else (Stage.QUEUED, Stage.SENDING)
            expected = [(row.key, row.stage, row.sends) for row in self.rows if row.stage in stages]
            found = self.mirror.pending(held=held)
            assert [(each.key, each.stage, each.patch) for each in found] == expected

    # -- steps

    def observe(self, alert: int, values: AlertPatch, in_full: bool) -> None:
        self.tell(alert, values, self.now_ms, in_full)
        ours = [
            (name, value)
            for at_ms, before in self.lag[alert]
            if self.now_ms - at_ms <= LAG_MS
            for name, value in before.changed()
        ]
        news = {name: value for name, value in values.changed() if (name, value) not in ours}
        self.server[alert] = replace(self.server[alert], **news)  # type: ignore[arg-type]  # by field name

    def tell(self, alert: int, values: AlertPatch, requested_ms: int, in_full: bool) -> int:
        assert isinstance(values.status, Set)
        row = row_of_a_list(
            self.name(alert),
            status=values.status.value,
            quality=values.quality.value if isinstance(values.quality, Set) else None,
            tags=values.tags.value if isinstance(values.tags, Set) else (),
        )
        return self.mirror.observe([told(row, requested_ms, in_full=in_full)]).late

    def late(self, alert: int, values: AlertPatch, in_full: bool) -> None:
        if self.confirmed_ms[alert]:
            before = self.mirror.alert(self.name(alert)), self.mirror.history(self.name(alert))
            assert self.tell(alert, values, self.confirmed_ms[alert] - 1, in_full) == 1
            assert (self.mirror.alert(self.name(alert)), self.mirror.history(self.name(alert))) == before

    def enqueue(self, alerts: tuple[int, ...], patch: AlertPatch) -> None:
        made = self.composed(patch, *alerts)
        for position, (alert, each) in enumerate(zip(alerts, self.mirror.enqueue(made), strict=True)):
            sends = difference(self.shown(alert), patch)
            assert each.state is (OutcomeState.QUEUED if sends else OutcomeState.UNCHANGED)
            self.queue(EditKey(made.id, position), alert, sends)

    def queue(self, key: EditKey, alert: int, sends: AlertPatch) -> None:
        if sends:
            self.rows.append(Row(key, alert, sends, Stage.QUEUED))

    def composed(self, patch: AlertPatch, *alerts: int) -> Change:
        self.changes += 1
        return change(
            f"c-{self.number}-{self.changes}", patch, *map(self.name, alerts), by=self.by, at_ms=self.now_ms
        )

    def pick(self, index: int) -> Row | None:
        unsettled = [row for row in self.rows if row.stage is not Stage.SETTLED]
        return unsettled[index % len(unsettled)] if unsettled else None

    def begin(self, index: int) -> None:
        if row := self.pick(index):
            is_queued = row.stage is Stage.QUEUED
            assert self.mirror.begin_sending([row.key]) == ([row.key] if is_queued else [])
            row.stage = Stage.SENDING if is_queued else row.stage

    def requeue(self, index: int) -> None:
        if row := self.pick(index):
            self.mirror.requeue([row.key], "later")
            row.stage = Stage.QUEUED if row.stage is Stage.SENDING else row.stage

    def settle(self, index: int, state: OutcomeState, seen: AlertPatch | None) -> None:
        if row := self.pick(index):
            (base,) = [
                each.base
                for held in (False, True)
                for each in self.mirror.pending(held=held)
                if each.key == row.key
            ]
            settlement = Settlement(key=row.key, outcome=outcome(state), at_ms=self.now_ms, server=seen)
            self.mirror.settle([settlement])
            if seen is not None:
                self.server[row.alert] = seen
            if state in (OutcomeState.CONFIRMED, OutcomeState.UNCHANGED):
                before = self.server[row.alert]
                self.server[row.alert] = row.sends.over(before)
                if state is OutcomeState.CONFIRMED:
                    replaced = narrowed(before, difference(before, row.sends))
                    self.lag[row.alert].append((self.now_ms, replaced.over(base)))
                self.confirmed_ms[row.alert] = self.now_ms
            is_held = state in (OutcomeState.CONFLICT, OutcomeState.UNDECIDED)
            row.stage = Stage.HELD if is_held else Stage.SETTLED

    def drop(self, index: int) -> None:
        if row := self.pick(index):
            is_dropped = row.stage is not Stage.SENDING
            assert self.mirror.drop([row.key]) == is_dropped
            row.stage = Stage.SETTLED if is_dropped else row.stage

    def decide(self, index: int, decision: Decision) -> None:
        if row := self.pick(index):
            is_held = row.stage is Stage.HELD
            assert self.mirror.decide([row.key], decision) == is_held
            if is_held:
                row.stage = Stage.QUEUED if decision is Decision.SEND else Stage.SETTLED

    def undo(self, overwrite: bool) -> None:
        self.reverse(ChangeKind.UNDO, overwrite)

    def redo(self, overwrite: bool) -> None:
        self.reverse(ChangeKind.REDO, overwrite)

    def reverse(self, kind: ChangeKind, overwrite: bool) -> None:
        is_undo = kind is ChangeKind.UNDO
        entry = self.mirror.undoable(self.by) if is_undo else self.mirror.redoable(self.by)
        if entry is None:
            return
        edits = tuple(reversal(entry, overwrite=overwrite))
        made = replace(self.composed(AlertPatch()), edits=edits, kind=kind, reverses=entry.change.id)
        outcomes = self.mirror.enqueue(made)
        for position, (edit, each) in enumerate(zip(edits, outcomes, strict=True)):
            alert = int(edit.alert_id[-1])
            taken_back = [
                row
                for row in self.rows
                if is_undo
                and row.key.change_id == entry.change.id
                and row.alert == alert
                and row.stage is Stage.QUEUED
            ]
            if each.state is OutcomeState.CONFIRMED:
                (row,) = taken_back
                assert not difference(self.shown(alert, without=row.key), edit.patch)
                row.stage = Stage.SETTLED
            elif each.state is OutcomeState.QUEUED:
                self.queue(EditKey(made.id, position), alert, difference(self.shown(alert), edit.patch))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteMirrorStore]:
    """One mirror for every example, each with alerts of its own: making a file takes longer than a test."""
    path: Path = tmp_path_factory.mktemp("shared") / "mirror.db"
    store = opened(path)
    yield store
    store.close()


@settings(max_examples=100, deadline=None, derandomize=True)
@given(first=st.tuples(VALUES, VALUES), steps=STEPS)
def test_shown_is_the_server_s_values_and_what_is_on_its_way(
    shared: SqliteMirrorStore, first: tuple[AlertPatch, AlertPatch], steps: list[tuple[object, ...]]
) -> None:
    model = Model(shared, list(first))
    for alert, values in enumerate(first):
        model.tell(alert, values, model.now_ms, in_full=False)
    try:
        for name, *given_values in steps:
            model.now_ms += TICK_MS
            getattr(model, str(name))(*given_values)
            model.check()
    finally:
        for held in (False, True):
            left = [each.key for each in shared.pending(held=held)]
            shared.requeue(left, "the end")
            shared.drop(left)
    assert not shared.pending_counts()
    for alert in (0, 1):
        assert narrowed(shown(shared, model.name(alert)), FIELDS) == model.server[alert]
