"""The parts of a Calseta alert as ours: its rule, indicators, documents and findings, and the risk.

Each function takes what it understands out of the alert's record; what is left of a part goes back into it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from alerttui.backends.remote.record import Record, json_or_nothing
from alerttui.domain.alert import Detection, Document, Finding, Indicator, Risk
from alerttui.domain.json_text import storable, text_of

T = TypeVar("T")

MAX_NOTE: Final = 200
"""Characters of what enrichment says of an indicator in its line."""


def detection_of(rest: Record) -> Detection:
    """The rule that fired; its id is the rule's uuid, because other products' ids need not be unique here."""
    value = rest.left.get("detection_rule")
    if not isinstance(value, dict):
        return Detection()
    rule = Record(value)
    found = Detection(
        id=rule.text("uuid"),
        name=rule.text("name"),
        severity=rule.text("severity"),
        source=rule.text("source_name"),
        mitre_tactics=rule.texts("mitre_tactics"),
        mitre_techniques=(*rule.texts("mitre_techniques"), *rule.texts("mitre_subtechniques")),
        data_sources=rule.texts("data_sources"),
        author=rule.text("created_by"),
        run_frequency=rule.text("run_frequency"),
        documentation=rule.text("documentation"),
        active=_truth(rule, "is_active"),
    )
    _put_back(rest, "detection_rule", rule.left)
    # Without a uuid, its name or its id at its source still tells rules apart.
    return found if found.id else replace(found, id=text_of(value.get("source_rule_id")) or found.name)


def indicators_of(rest: Record) -> tuple[Indicator, ...]:
    """The observables with what enrichment says of each."""
    return _each(rest, "indicators", _indicator)


def documents_of(rest: Record) -> tuple[Document, ...]:
    """Runbooks and other documents that the product attached."""
    return _each(rest, "context_documents", _document)


def findings_of(rest: Record) -> tuple[Finding, ...]:
    """What agents wrote about the alert."""
    return _each(rest, "agent_findings", _finding)


def risk_of(rest: Record) -> Risk | None:
    """The alert's malice and who overrode it; None where nothing is told of it, as in lists."""
    found = Risk(
        level=rest.text("malice"),
        override=rest.text("malice_override"),
        override_by=rest.text("malice_override_source"),
        override_ms=rest.moment("malice_override_at"),
    )
    return None if found == Risk() else found


def _indicator(row: Record) -> Indicator:
    value = row.left.get("enrichment_results")
    enrichment = value if isinstance(value, dict) and value else None
    if enrichment is not None:
        row.take("enrichment_results")
    return Indicator(
        kind=row.text("type"),
        value=row.text("value"),
        malice=row.text("malice"),
        malice_origin=row.text("malice_source"),
        note=_note(enrichment or {}),
        first_seen_ms=row.moment("first_seen"),
        last_seen_ms=row.moment("last_seen"),
        enrichment=json_or_nothing(enrichment),
    )


def _note(enrichment: Mapping[str, object]) -> str:
    """What each provider found, in a line: `virustotal Malicious, abuseipdb failed`."""
    words = [f"{provider} {_outcome(result)}" for provider, result in enrichment.items()]
    line = " ".join(storable(", ".join(words)).split())
    return line if len(line) <= MAX_NOTE else line[: MAX_NOTE - 1] + "…"


def _outcome(result: object) -> str:
    if not isinstance(result, dict):
        return "answered"
    extracted = result.get("extracted")
    malice = extracted.get("malice") if isinstance(extracted, dict) else None
    if isinstance(malice, str) and malice:
        return malice
    return "failed" if result.get("success") is False else "answered"


def _document(row: Record) -> Document:
    return Document(title=row.text("title"), kind=row.text("document_type"), body=row.text("content"))


def _finding(row: Record) -> Finding:
    found = Finding(origin=row.text("agent_name"), summary=row.text("summary"))
    body, row.left = json_or_nothing(row.left or None), {}
    return replace(found, body=body)


def _each(rest: Record, key: str, read: Callable[[Record], T]) -> tuple[T, ...]:
    """What a list of objects holds; what is left of each goes back as a list, and what is no object stays."""
    value = rest.left.get(key)
    if not isinstance(value, list):
        return ()
    found: list[T] = []
    left: list[object] = []
    for each in value:
        if isinstance(each, dict):
            row = Record(each)
            found.append(read(row))
            left += [row.left] if row.left else []
        elif each is not None:
            left.append(each)
    _put_back(rest, key, left)
    return tuple(found)


def _put_back(rest: Record, key: str, left: object) -> None:
    rest.take(key)
    if left:
        rest.left[key] = left


def _truth(row: Record, key: str) -> bool | None:
    value = row.left.get(key)
    if not isinstance(value, bool):
        return None
    row.take(key)
    return value
