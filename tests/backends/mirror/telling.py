"""What a server tells in these tests, and short words for what a mirror is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from alerttui.backends.mirror import MirrorIdentity, Observed, ObserveReport, Settlement
from alerttui.backends.sqlite.mirror.store import SqliteMirrorStore, open_mirror
from alerttui.backends.sqlite.vocabulary import LOCAL_CAPABILITIES
from alerttui.backends.store import NewAlert
from alerttui.domain.alert import Actor, Alert, Comment, Detection, Event
from alerttui.domain.capabilities import Capabilities, FieldRule
from alerttui.domain.change import Change, ChangeKind, Edit, Outcome, OutcomeState
from alerttui.domain.patch import PATCH_FIELDS, AlertPatch, Set, values_of
from alerttui.domain.pending import EditKey
from alerttui.domain.query import QueryContext
from alerttui.domain.query_text import parse
from alerttui.domain.vocabulary import AlertId, Phase, Severity, StatusWord

IDENTITY: Final = MirrorIdentity(backend="panther", url="https://api.acme.example", tenant="acme")
CAPABILITIES: Final[Capabilities] = replace(
    LOCAL_CAPABILITIES,
    backend="panther",
    statuses=(
        StatusWord("OPEN", "Open", "Open", Phase.OPEN, "o"),
        StatusWord("TRIAGED", "Triaged", "Triaged", Phase.ACTIVE, "t"),
        StatusWord("RESOLVED", "Resolved", "Resolved", Phase.CLOSED, "r"),
    ),
    severities=("LOW", "HIGH"),
    fields=dict.fromkeys(PATCH_FIELDS, FieldRule()),
)
START_MS: Final = 1_763_600_000_000
ANA: Final = Actor("ana", "user", "Ana")
BOB: Final = Actor("bob", "user", "Bob")
PHASES: Final = {"OPEN": Phase.OPEN, "TRIAGED": Phase.ACTIVE, "RESOLVED": Phase.CLOSED}


def opened(path: Path, *, read_only: bool = False) -> SqliteMirrorStore:
    """The mirror in a file, bound."""
    store = open_mirror(path, read_only=read_only)
    store.bind(IDENTITY, CAPABILITIES)
    return store


def row_of_a_list(alert_id: str = "a-1", **values: Any) -> Alert:
    """An alert as a list tells it; `values` are fields of it."""
    number = int("".join(filter(str.isdigit, alert_id)) or "0")
    status = values.get("status", "OPEN")
    plain: dict[str, Any] = {
        "title": f"Alert {alert_id}",
        "status": status,
        "phase": PHASES.get(status, Phase.UNKNOWN),
        "severity": Severity.MEDIUM,
        "severity_word": "MEDIUM",
        "created_ms": START_MS + number * 1000,
        "source": "panther",
        "detection": Detection(id="AWS.Root"),
        "event_count": 1,
    }
    return Alert(id=AlertId(alert_id), **{**plain, **values})


def told(
    alert: Alert, requested_ms: int = 1_000, *, in_full: bool = False, raw: bytes = b"", **parts: Any
) -> Observed:
    """An observation of an alert."""
    new = NewAlert(alert=alert, source="panther", native_id=alert.id, raw=raw, **parts)
    return Observed(new=new, requested_ms=requested_ms, in_full=in_full)


def tell(
    store: SqliteMirrorStore,
    alert_id: str = "a-1",
    requested_ms: int = 1_000,
    *,
    in_full: bool = False,
    **values: Any,
) -> ObserveReport:
    """Have a mirror observe one alert."""
    return store.observe([told(row_of_a_list(alert_id, **values), requested_ms, in_full=in_full)])


def change(
    change_id: str,
    patch: AlertPatch,
    *ids: str,
    expected: AlertPatch | None = None,
    comment: str = "",
    kind: ChangeKind = ChangeKind.CHANGE,
    reverses: str = "",
    by: Actor = ANA,
    at_ms: int = 5_000,
) -> Change:
    """One patch for some alerts, or for a-1."""
    return Change(
        id=change_id,
        at_ms=at_ms,
        by=by,
        label=f"label of {change_id}",
        edits=tuple(Edit(alert_id=AlertId(each), patch=patch, expected=expected) for each in ids or ("a-1",)),
        comment=comment,
        kind=kind,
        reverses=reverses,
        through="panther",
    )


def status(word: str) -> AlertPatch:
    """A patch of the status."""
    return AlertPatch(status=Set(word))


def outcome(state: OutcomeState, reason: str = "", alert_id: str = "a-1") -> Outcome:
    """How an edit ended."""
    return Outcome(alert_id=AlertId(alert_id), state=state, reason=reason)


def ends(
    store: SqliteMirrorStore,
    change_id: str,
    state: OutcomeState,
    *,
    at_ms: int = 20_000,
    reason: str = "",
    server: AlertPatch | None = None,
    position: int = 0,
) -> None:
    """Send one edit and have it end like this."""
    key = EditKey(change_id, position)
    store.begin_sending([key])
    settlement = Settlement(key=key, outcome=outcome(state, reason), at_ms=at_ms, server=server)
    store.settle([settlement])


def shown(store: SqliteMirrorStore, alert_id: str = "a-1") -> AlertPatch:
    """The values that are shown."""
    return values_of(store.alert(AlertId(alert_id)))


def server(store: SqliteMirrorStore, alert_id: str = "a-1") -> AlertPatch:
    """The server's own values."""
    return store.server_copies([AlertId(alert_id)])[AlertId(alert_id)].values


def states(store: SqliteMirrorStore, change_id: str) -> list[OutcomeState]:
    """How the edits of a change read in the journal."""
    entry = next(each for each in store.journal() if each.change.id == change_id)
    return [each.state for each in entry.outcomes]


def found(store: SqliteMirrorStore, text: str) -> int:
    """How many alerts a filter finds."""
    return store.count(parse(text), QueryContext(now_ms=START_MS + 86_400_000, me="ana"))


def version(store: SqliteMirrorStore, alert_id: str = "a-1") -> int:
    """The version of an alert's row."""
    (rowid,) = store.rowids_of([AlertId(alert_id)]).values()
    return store.rows([rowid])[rowid].version


def comment(comment_id: str, body: str = "", author: Actor = BOB, at_ms: int = 1_500) -> Comment:
    """A comment of the server."""
    return Comment(id=comment_id, author=author, body=body or f"body of {comment_id}", created_ms=at_ms)


def events(*bodies: str) -> Sequence[Event]:
    """Events of one page."""
    return [Event(sequence=index, body=body) for index, body in enumerate(bodies)]
