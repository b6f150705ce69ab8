"""Records that are not parsed because that could stall us: kept as text, imported and never rejected."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Final

from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Alert, Event
from alerttui.domain.json_text import storable
from alerttui.domain.vocabulary import Phase
from alerttui.ingest.identity import EqualRecords, hashed_identity
from alerttui.ingest.parsed import Oversized

MAX_TEXT_BYTES: Final = 262_144
"""How much of such a record is shown as its event; the raw record is whole."""

_TITLE_WITHIN: Final = 65_536


def oversized_alert(
    record: Oversized, source: str, title_keys: tuple[str, ...], now_ms: int, equal: EqualRecords
) -> NewAlert:
    """An alert that holds the record as text, titled by what its beginning tells."""
    raw = record.raw.raw
    digest = sha256(raw).hexdigest()
    native_id, alert_id = hashed_identity(source, digest, equal.ordinal(digest))
    own_title = _title_in(raw[:_TITLE_WITHIN].decode("utf-8", "replace"), title_keys)
    title = f"Record too large to read ({record.why})"
    return NewAlert(
        alert=Alert(
            id=alert_id,
            title=f"{title}: {own_title}" if own_title else title,
            status="OPEN",
            phase=Phase.OPEN,
            created_ms=now_ms,
            observed=frozenset({"created_ms"}),
            event_count=1,
            source=source,
            description="The record was kept as it came and not parsed: that could stall the console.",
        ),
        source=source,
        native_id=native_id,
        raw=raw,
        events=(Event(sequence=0, body=raw[:MAX_TEXT_BYTES].decode("utf-8", "replace")),),
    )


def _title_in(text: str, keys: tuple[str, ...]) -> str:
    for key in keys:
        found = re.search(rf'"{re.escape(key)}"\s*:\s*("(?:[^"\\\x00-\x1f]|\\.){{1,500}}")', text)
        if found:
            try:
                return storable(str(json.loads(found[1])))
            except ValueError:
                continue
    return ""
