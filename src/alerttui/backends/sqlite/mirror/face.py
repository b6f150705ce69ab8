"""The side of an alert that changes can touch: as the server has it, and as it is shown."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import Final

from alerttui.backends.sqlite.milestones import Milestones
from alerttui.backends.sqlite.mirror.binding import Bound
from alerttui.backends.sqlite.rows import actor_text, column_integer, column_text, shown_assignee, tags_text
from alerttui.backends.sqlite.values import assigned
from alerttui.domain.alert import Actor, Alert
from alerttui.domain.patch import CLEAR, KEEP, AlertPatch, Set, value_text, values_of
from alerttui.domain.vocabulary import Phase, Severity

SOMEBODY: Final = Actor("unknown", "unknown", "somebody else")
"""Who changed an alert where the server does not say who."""


@dataclass(frozen=True, slots=True)
class Face:
    """Values, and what follows from them."""

    values: AlertPatch
    """Every field set or cleared, none left alone."""
    phase: Phase
    severity: Severity
    severity_word: str
    assignee: Actor | None
    """Who has it; `UNTOLD` where the product does not tell."""
    milestones: Milestones
    updated_ms: int | None
    updated_by: str
    """As `actor_text` gives it."""

    @property
    def status(self) -> str:
        """The status word."""
        return self.values.status.value if isinstance(self.values.status, Set) else ""

    def columns(self) -> dict[str, object]:
        """What the store's row of the alert has of it."""
        values, assignee = self.values, self.assignee
        return {
            "status": column_text(self.status),
            "phase": int(self.phase),
            "quality": _column(values, "quality"),
            "verdict": _column(values, "verdict"),
            "malice": _column(values, "malice"),
            "tags": tags_text(values.tags.value) if isinstance(values.tags, Set) else "",
            "severity": int(self.severity),
            "severity_word": column_text(self.severity_word),
            "assignee_id": column_text(assignee.id) if assignee else "",
            "assignee_kind": column_text(assignee.kind) if assignee else "",
            "assignee_name": column_text(assignee.name) if assignee else "",
            "updated_ms": column_integer(self.updated_ms),
            "updated_by": self.updated_by,
            **self.milestones.columns(),
        }


def _column(values: AlertPatch, name: str) -> str:
    value = getattr(values, name)
    return "" if value is KEEP else column_text(value_text(value))


def face_of(alert: Alert, phase: Phase) -> Face:
    """The side of an alert that changes can touch, as it was told."""
    return Face(
        values=values_of(alert),
        phase=phase,
        severity=alert.severity,
        severity_word=alert.severity_word,
        assignee=shown_assignee(alert),
        milestones=Milestones(
            column_integer(alert.acknowledged_ms), actor_text(alert.acknowledged_by),
            column_integer(alert.closed_ms), actor_text(alert.closed_by),
            column_integer(alert.closed_ms), " ".join(sorted(alert.observed)),
        ),
        updated_ms=alert.updated_ms,
        updated_by=actor_text(alert.updated_by),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody's edit of values, to be laid over a face."""

    patch: AlertPatch
    by: Actor
    at_ms: int
    restores: str = ""
    """The moments that an undo of a status brings back, as `Milestones.text` gives them."""


def laid_over(face: Face, act: Act, bound: Bound, connection: sqlite3.Connection) -> Face:
    """The face after an edit."""
    patch = act.patch
    phase, milestones = face.phase, face.milestones
    if isinstance(patch.status, Set) and patch.status.value != face.status:
        phase = bound.phase(patch.status.value, Phase.UNKNOWN)
        milestones = (
            Milestones.from_text(act.restores)
            if act.restores
            else moved(milestones, face.phase, phase, act.by, act.at_ms)
        )
    severity, severity_word = face.severity, face.severity_word
    if isinstance(patch.severity, Set) and patch.severity != face.values.severity:
        severity, severity_word = Severity.from_word(patch.severity.value), patch.severity.value
    assignee = face.assignee
    if patch.assignee is CLEAR:
        assignee = None
    elif isinstance(patch.assignee, Set) and patch.assignee != face.values.assignee:
        assignee = assigned(connection, patch.assignee.value, act.by)
    values = patch.over(face.values)
    if patch.verdict is KEEP and bound.has_no_verdict(phase):
        values = replace(values, verdict=CLEAR)
    return Face(
        values=values,
        phase=phase,
        severity=severity,
        severity_word=severity_word,
        assignee=assignee,
        milestones=milestones,
        updated_ms=act.at_ms,
        updated_by=actor_text(act.by),
    )


def moved(moments: Milestones, before: Phase, after: Phase, by: Actor, at_ms: int) -> Milestones:
    """The moments after a change of phase, each that came with it labelled as observed by us alone."""
    new = moments.moved(before, after, by, at_ms)
    observed = set(new.observed.split())
    if new.closed_ms is None:
        observed.discard("closed_ms")
    elif new.closed_ms != moments.closed_ms:
        observed.add("closed_ms")
    return replace(new, observed=" ".join(sorted(observed)))
