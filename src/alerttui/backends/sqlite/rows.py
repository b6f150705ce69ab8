"""Rows of the store as domain values, and back, without loss."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from alerttui.domain.alert import (
    Actor,
    Alert,
    Delivery,
    Detection,
    Document,
    Finding,
    Indicator,
    RelatedAlert,
    Risk,
    SystemFault,
)
from alerttui.domain.document import from_document, to_document
from alerttui.domain.json_text import storable, to_json
from alerttui.domain.listing import AlertRow
from alerttui.domain.vocabulary import AlertId, Phase, Quality, Severity

MAX_INTEGER: Final = 2**63 - 1
"""What a column can hold; a larger number is kept beside it, in the details."""

ROW_COLUMNS: Final = (
    "rowid, id, version, title, severity, severity_word, status, phase, quality, verdict, "
    "assignee_id, created_ms, event_count, detection_id, tags"
)
"""The columns of an `AlertRow`, in its order."""

ALERT_COLUMNS: Final = (
    "alerts.rowid", "id", "title", "status", "phase", "severity", "severity_word", "quality", "verdict",
    "tags", "assignee_id", "assignee_kind", "assignee_name", "created_ms", "first_event_ms", "last_event_ms",
    "updated_ms", "updated_by", "acknowledged_ms", "acknowledged_by", "closed_ms", "closed_by", "observed",
    "event_count", "detection_id", "detection_name", "type", "sub_type", "source", "document",
)  # fmt: skip
"""What `alert_from` reads, from `alerts` joined with `details`."""

INSERTED_COLUMNS: Final = (
    "rowid", "id", "source", "native_id", "title", "severity", "severity_word", "status", "phase", "quality",
    "verdict", "assignee_id", "assignee_kind", "assignee_name", "tags", "malice", "created_ms",
    "first_event_ms", "last_event_ms", "acknowledged_ms", "acknowledged_by", "closed_ms", "closed_by",
    "first_closed_ms", "observed", "updated_ms", "updated_by", "event_count", "comment_count",
    "detection_id", "detection_name", "type", "sub_type",
)  # fmt: skip
"""The columns of a new alert, in the order of `alert_row`."""

_PLAIN: Final[tuple[tuple[str, object], ...]] = (
    ("rule_tags", ()), ("assignee_known", True), ("verdict_known", True), ("duplicate_count", None),
    ("fingerprint", ""), ("log_types", ()), ("log_sources", ()), ("resource_types", ()), ("description", ""),
    ("runbook", ""), ("reference", ""), ("context", ""), ("enrichment", ""), ("enrichment_status", ""),
    ("enriched_ms", None), ("extras", ""),
)  # fmt: skip
_plain_values: Final = attrgetter(*(name for name, _ in _PLAIN))
_LISTS: Final[dict[str, type[Any]]] = {
    "deliveries": Delivery, "indicators": Indicator, "findings": Finding, "documents": Document,
    "related": RelatedAlert,
}  # fmt: skip
_list_values: Final = attrgetter(*_LISTS)
_EXACT: Final = ("title", "source", "severity_word", "type", "sub_type", "created_ms", "event_count")
"""Fields kept in the details as well where their column cannot hold them exactly."""


_exact_values: Final = attrgetter(*_EXACT)


# -- texts and numbers


def exact_text(text: str) -> str | bytes:
    """The text as a column value; with lone surrogates, which SQLite takes in no text, as bytes."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def read_text(value: str | bytes) -> str:
    """The text behind a value of `exact_text`."""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogatepass")


def column_text(text: str) -> str:
    """The text in a form that can be stored and compared."""
    return text if text.isascii() else storable(text)


def column_integer(number: int | None) -> int | None:
    """The number, or the nearest one that a column can hold."""
    return None if number is None else max(-MAX_INTEGER, min(number, MAX_INTEGER))


@lru_cache(maxsize=256)
def actor_text(actor: Actor | None) -> str:
    """An actor in one column; empty for none."""
    return "" if actor is None else to_json([actor.id, actor.kind, actor.name])


def actor_from(text: str) -> Actor | None:
    """The actor of `actor_text`."""
    return Actor(*json.loads(text)) if text else None


def tags_text(tags: Sequence[str]) -> str:
    """Tags in one column; empty for none."""
    return to_json(list(tags)) if tags else ""


def tags_from(text: str) -> tuple[str, ...]:
    """The tags of `tags_text`."""
    return tuple(json.loads(text)) if text else ()


# -- alerts


def list_row(row: tuple[Any, ...]) -> AlertRow:
    """The list's row from `ROW_COLUMNS`."""
    tags = row[-1]
    return AlertRow._make((*row[:-1], tuple(json.loads(tags)) if tags else ()))


def alert_row(alert: Alert, source: str, native_id: str, comment_count: int) -> tuple[object, ...]:
    """The values of `INSERTED_COLUMNS` after rowid and id."""
    assignee = alert.assignee
    return (
        column_text(source), column_text(native_id), column_text(alert.title), int(alert.severity),
        column_text(alert.severity_word), column_text(alert.status), int(alert.phase),
        alert.quality.value if alert.quality else "", column_text(alert.verdict),
        column_text(assignee.id) if assignee else "", column_text(assignee.kind) if assignee else "",
        column_text(assignee.name) if assignee else "", tags_text(alert.tags),
        column_text(alert.risk.override) if alert.risk else "", column_integer(alert.created_ms),
        column_integer(alert.first_event_ms), column_integer(alert.last_event_ms),
        column_integer(alert.acknowledged_ms), actor_text(alert.acknowledged_by),
        column_integer(alert.closed_ms), actor_text(alert.closed_by), column_integer(alert.closed_ms),
        " ".join(sorted(alert.observed)), column_integer(alert.updated_ms), actor_text(alert.updated_by),
        column_integer(alert.event_count), comment_count, column_text(alert.detection.id),
        column_text(alert.detection.name), column_text(alert.type), column_text(alert.sub_type),
    )  # fmt: skip


def details_text(alert: Alert, source: str, *, keep_status: bool) -> str:
    """What of the alert has no column, as a document; with `keep_status` also the status it came with."""
    document: dict[str, Any] = {}
    for (name, default), value in zip(_PLAIN, _plain_values(alert), strict=True):
        if value is not default and value != default:
            document[name] = value
    for name, values in zip(_LISTS, _list_values(alert), strict=True):
        if values:
            document[name] = [to_document(each) for each in values]
    if detection := _detection_document(alert.detection):
        document["detection"] = detection
    if alert.system_error is not None:
        document["system_error"] = to_document(alert.system_error)
    if alert.risk is not None:
        document["risk"] = to_document(alert.risk)
    document.update(_inexact(alert, source))
    if keep_status:
        document["status"], document["phase"] = alert.status, alert.phase.name
    return to_json(document) if document else ""


@lru_cache(maxsize=4096)
def _detection_document(detection: Detection) -> dict[str, Any]:
    document = to_document(detection)
    if (
        set(document) <= {"id", "name"}
        and storable(detection.id + detection.name) == detection.id + detection.name
    ):
        return {}
    return document


def _inexact(alert: Alert, source: str) -> dict[str, Any]:
    kept: dict[str, Any] = {
        name: value
        for name, value in zip(_EXACT, _exact_values(alert), strict=True)
        if (isinstance(value, str) and column_text(value) != value)
        or (isinstance(value, int) and abs(value) > MAX_INTEGER)
    }
    if alert.source != source:
        kept["source"] = alert.source
    return kept


def alert_from(row: Sequence[Any]) -> Alert:
    """The alert in full from a row of `ALERT_COLUMNS`."""
    (
        _, alert_id, title, status, phase, severity, severity_word, quality, verdict, tags,
        assignee_id, assignee_kind, assignee_name, created_ms, first_event_ms, last_event_ms,
        updated_ms, updated_by, acknowledged_ms, acknowledged_by, closed_ms, closed_by, observed,
        event_count, detection_id, detection_name, kind, sub_type, source, document,
    ) = row  # fmt: skip
    values: dict[str, Any] = {
        "title": title, "severity_word": severity_word, "type": kind, "sub_type": sub_type, "source": source,
        "created_ms": created_ms, "event_count": event_count,
        "detection": Detection(id=detection_id, name=detection_name),
    }  # fmt: skip
    if document:
        values.update(_details_from(document))
    return Alert(
        id=AlertId(alert_id), status=status, phase=Phase(phase), severity=Severity(severity),
        quality=Quality(quality) if quality else None, verdict=verdict, tags=tags_from(tags),
        assignee=Actor(assignee_id, assignee_kind, assignee_name) if assignee_id else None,
        first_event_ms=first_event_ms, last_event_ms=last_event_ms,
        updated_ms=updated_ms, updated_by=actor_from(updated_by), acknowledged_ms=acknowledged_ms,
        acknowledged_by=actor_from(acknowledged_by), closed_ms=closed_ms, closed_by=actor_from(closed_by),
        observed=frozenset(observed.split()), **values,
    )  # fmt: skip


def _details_from(text: str) -> dict[str, Any]:
    document = json.loads(text)
    for name in ("status", "phase"):
        document.pop(name, None)
    for name, value in document.items():
        if name in _LISTS:
            document[name] = tuple(from_document(_LISTS[name], each) for each in value)
        elif isinstance(value, list):
            document[name] = tuple(value)
    for name, kind in (("detection", Detection), ("system_error", SystemFault), ("risk", Risk)):
        if name in document:
            document[name] = from_document(kind, document[name])
    result: dict[str, Any] = document
    return result


def label_values(alert: Alert) -> list[tuple[str, str]]:
    """Kind and value of the list-valued fields of an alert: rows of `labels` without the alert."""
    return [
        (kind, column_text(value))
        for kind, values in (
            ("tag", alert.tags),
            ("log-type", alert.log_types),
            ("log-source", alert.log_sources),
            ("resource-type", alert.resource_types),
            ("rule-tag", alert.rule_tags),
        )
        for value in values
    ]
