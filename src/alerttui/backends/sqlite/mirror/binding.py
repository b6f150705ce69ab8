"""Whose mirror a file is, and what that system's words mean."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from alerttui.backends.mirror import MirrorIdentity
from alerttui.backends.sqlite.connections import Connections
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.errors import StoreError
from alerttui.domain.vocabulary import Phase

_KEYS: Final = ("mirror-backend", "mirror-url", "mirror-tenant")


@dataclass(frozen=True, slots=True)
class Bound:
    """The system that a file mirrors, as this process is connected to it."""

    identity: MirrorIdentity
    capabilities: Capabilities

    def phase(self, word: str, came: Phase) -> Phase:
        """The phase of a status word; for a word that the system's vocabulary lacks the one it came with."""
        known = self.capabilities.phase(word)
        return came if known is Phase.UNKNOWN else known

    def has_no_verdict(self, phase: Phase) -> bool:
        """True if an alert in this phase has no verdict, whichever it had before."""
        return self.capabilities.verdict_while_closed and phase in (Phase.OPEN, Phase.ACTIVE)


def bind(connections: Connections, identity: MirrorIdentity, capabilities: Capabilities) -> Bound:
    """Check whose mirror the file is; a fresh one becomes this system's."""
    with connections.snapshot() as connection:
        is_fresh = _is_fresh(connection, connections, identity)
    if is_fresh and not connections.read_only:
        with connections.writing() as connection:
            if _is_fresh(connection, connections, identity):  # another process may have been first
                values = (identity.backend, identity.url, identity.tenant)
                connection.executemany(
                    "INSERT INTO meta (key, value) VALUES (?, ?)", zip(_KEYS, values, strict=True)
                )
    return Bound(identity, capabilities)


def _is_fresh(connection: sqlite3.Connection, connections: Connections, identity: MirrorIdentity) -> bool:
    found = dict(connection.execute("SELECT key, value FROM meta WHERE key LIKE 'mirror-%'"))
    if not found:
        if connection.execute("SELECT 1 FROM alerts LIMIT 1").fetchone():
            raise StoreError(
                f"{connections.path} is a local store with alerts of its own, no mirror of "
                f"{_name(identity)}; it was left untouched. Name another file."
            )
        return True
    present = MirrorIdentity(backend=found[_KEYS[0]], url=found[_KEYS[1]], tenant=found[_KEYS[2]])
    if present != identity:
        raise StoreError(
            f"{connections.path} is the mirror of {_name(present)}, not of {_name(identity)}; "
            "it was left untouched. Name another file."
        )
    return False


def _name(identity: MirrorIdentity) -> str:
    tenant = f" (tenant {identity.tenant})" if identity.tenant else ""
    return f"{identity.backend} at {identity.url}{tenant}"
