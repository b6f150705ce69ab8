"""Pure: what is known of an alert after the server told of it once more."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from alerttui.backends.mirror import LAG_MS
from alerttui.backends.sqlite.milestones import Milestones
from alerttui.backends.sqlite.mirror.copies import Copy
from alerttui.backends.sqlite.mirror.face import Face, moved
from alerttui.domain.alert import Actor, Alert, Detection
from alerttui.domain.patch import PATCH_FIELDS

_AS_TOLD: Final = frozenset(
    ("id", "status", "phase", "severity", "severity_word", "quality", "tags", "created_ms")
)
"""What rows of lists carry: empty there means empty."""

_MAY_LACK: Final = tuple(
    each.name
    for each in dataclasses.fields(Alert)
    if each.name not in (*_AS_TOLD, "assignee", "assignee_known", "verdict_known", "detection")
)


def merged(known: Alert, own: Mapping[str, Any], told: Alert) -> Alert:
    """A row of a list, with what was known of fields that it left out; `own` outweighs what is in `known`."""
    kept: dict[str, Any] = {
        name: own[name] if name in own else getattr(known, name)
        for name in _MAY_LACK
        if not (value := getattr(told, name)) and value != 0  # 0 events are told
    }
    kept["detection"] = _detection(known.detection, told.detection)
    return replace(told, **(kept | _untold(known, own, told)))


def completed(known: Alert, own: Mapping[str, Any], told: Alert) -> Alert:
    """A full answer, with the assignee and the verdict that were known where it does not tell them."""
    untold = _untold(known, own, told)
    return replace(told, **untold) if untold else told


def _untold(known: Alert, own: Mapping[str, Any], told: Alert) -> dict[str, Any]:
    """Assignee and verdict that no answer takes back by leaving them out.

    A verdict belongs to a status: once that is another one, the verdict that was known says nothing of it.
    """
    kept: dict[str, Any] = {}
    assignee = own.get("assignee", known.assignee)
    if not told.assignee_known and (known.assignee_known or assignee is not None):
        kept["assignee"], kept["assignee_known"] = assignee, True
    if not told.verdict_known and not told.verdict:
        is_same = own.get("status", known.status) == told.status
        verdict = own.get("verdict", known.verdict) if is_same else ""
        kept["verdict"], kept["verdict_known"] = verdict, bool(verdict) or (is_same and known.verdict_known)
    return kept


def _detection(known: Detection, told: Detection) -> Detection:
    if told.id and told.id != known.id:
        return told
    lacking = {
        each.name: getattr(known, each.name)
        for each in dataclasses.fields(Detection)
        if getattr(told, each.name) == each.default
    }
    return replace(told, **lacking)


def server_face(copy: Copy, told: Face, by: Actor, requested_ms: int) -> Face:
    """What the server has after an observation: what it told, but for the lag of our own last writes."""
    lagging = {
        name: getattr(copy.face.values, name)
        for at_ms, before in copy.lag
        if requested_ms - at_ms <= LAG_MS
        for name, value in before.changed()
        if getattr(told.values, name) == value
    }
    values = replace(told.values, **lagging)
    face = replace(told, values=values, milestones=_milestones(copy.face, told, by, requested_ms))
    if "status" in lagging:
        face = replace(face, phase=copy.face.phase, milestones=copy.face.milestones)
    if "severity" in lagging:
        face = replace(face, severity=copy.face.severity, severity_word=copy.face.severity_word)
    if "assignee" in lagging:
        face = replace(face, assignee=copy.face.assignee)
    if lagging:
        face = replace(face, updated_ms=copy.face.updated_ms, updated_by=copy.face.updated_by)
    return face


def is_lagging(face: Face, told: Face) -> bool:
    """True if the server's face is not the one that was told."""
    return any(getattr(face.values, name) != getattr(told.values, name) for name in PATCH_FIELDS)


def _milestones(known: Face, told: Face, by: Actor, requested_ms: int) -> Milestones:
    """The moments that the server tells itself; else those known, moved on where the phase changed."""
    moments = known.milestones
    if told.phase is not known.phase:
        moments = moved(moments, known.phase, told.phase, by, requested_ms)
    observed = set(moments.observed.split())
    if told.milestones.acknowledged_ms is not None:
        moments = replace(
            moments,
            acknowledged_ms=told.milestones.acknowledged_ms,
            acknowledged_by=told.milestones.acknowledged_by,
        )
        observed.discard("acknowledged_ms")
    if told.milestones.closed_ms is not None:
        first = moments.first_closed_ms if known.milestones.closed_ms is not None else None
        moments = replace(
            moments,
            closed_ms=told.milestones.closed_ms,
            closed_by=told.milestones.closed_by,
            first_closed_ms=first or known.milestones.first_closed_ms or told.milestones.closed_ms,
        )
        observed.discard("closed_ms")
    observed |= set(told.milestones.observed.split())
    return replace(moments, observed=" ".join(sorted(observed)))
