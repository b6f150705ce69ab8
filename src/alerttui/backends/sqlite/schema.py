"""The tables of a store, and the steps from each version of them to the next.

What is queried has a column or a label; everything else of an alert lies in `details` as one document. Rowids
of `alerts` are creation in milliseconds << 20 | sequence, so that rowid order is time order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alerttui.backends.sqlite.mirror_tables import MIRROR_INDEXES, MIRROR_TABLES, TO_VERSION_2, TO_VERSION_3

APPLICATION_ID: Final = 0x616C7274
"""Marks a SQLite file as a store of alerttui ("alrt")."""

SCHEMA_VERSION: Final = 3
"""`user_version` of a file that this code can write."""

ROWID_SEQUENCE_BITS: Final = 20
"""Alerts of one millisecond that a rowid can tell apart: 2**20."""

LAST_ROWID_MS: Final = 2**43 - 2**12
"""Rowids start with a time from 1970 up to this one; what was created outside is put at the nearer end."""

PAGE_BYTES: Final = 8_192
"""Page size of a new file: a fifth smaller, and quicker to commit, than with SQLite's 4,096."""

TABLES: Final = (
    """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE alerts (
    rowid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL COLLATE NOCASE,
    native_id TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    title TEXT NOT NULL,
    severity INTEGER NOT NULL,
    severity_word TEXT NOT NULL,
    status TEXT NOT NULL COLLATE NOCASE,
    phase INTEGER NOT NULL,
    quality TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    verdict TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    assignee_id TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    assignee_kind TEXT NOT NULL DEFAULT '',
    assignee_name TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '',
    malice TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    created_ms INTEGER NOT NULL,
    first_event_ms INTEGER,
    last_event_ms INTEGER,
    acknowledged_ms INTEGER,
    acknowledged_by TEXT NOT NULL DEFAULT '',
    closed_ms INTEGER,
    closed_by TEXT NOT NULL DEFAULT '',
    first_closed_ms INTEGER,
    observed TEXT NOT NULL DEFAULT '',
    updated_ms INTEGER,
    updated_by TEXT NOT NULL DEFAULT '',
    event_count INTEGER,
    comment_count INTEGER NOT NULL DEFAULT 0,
    detection_id TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    detection_name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    type TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    sub_type TEXT NOT NULL DEFAULT '' COLLATE NOCASE
);

CREATE TABLE labels (
    kind TEXT NOT NULL,
    value TEXT NOT NULL COLLATE NOCASE,
    alert INTEGER NOT NULL,
    PRIMARY KEY (kind, value, alert)
) WITHOUT ROWID;

CREATE TABLE details (rowid INTEGER PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE raws (rowid INTEGER PRIMARY KEY, raw BLOB NOT NULL);

CREATE TABLE events (
    alert INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    occurred_ms INTEGER,
    digest BLOB NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (alert, sequence)
);

CREATE TABLE comments (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    alert INTEGER NOT NULL,
    author_id TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author_name TEXT NOT NULL,
    body TEXT NOT NULL,
    format TEXT NOT NULL,
    created_ms INTEGER,
    updated_ms INTEGER,
    local INTEGER NOT NULL DEFAULT 0,
    change_id TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT '',
    as_of_ms INTEGER
);

CREATE TABLE people (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE actors (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE history (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    alert INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    by_kind TEXT NOT NULL,
    by_name TEXT NOT NULL,
    field TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    why TEXT NOT NULL,
    through TEXT NOT NULL,
    change_id TEXT NOT NULL DEFAULT ''
);

CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    at_ms INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    by_kind TEXT NOT NULL,
    by_name TEXT NOT NULL,
    label TEXT NOT NULL,
    comment TEXT NOT NULL,
    kind TEXT NOT NULL,
    reverses TEXT NOT NULL,
    undone_by TEXT NOT NULL DEFAULT '',
    through TEXT NOT NULL,
    actions TEXT NOT NULL DEFAULT ''
);

CREATE TABLE change_rows (
    change INTEGER NOT NULL,
    position INTEGER NOT NULL,
    alert_id TEXT NOT NULL,
    patch TEXT NOT NULL,
    expected TEXT,
    stage TEXT NOT NULL,
    outcome TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    reason TEXT NOT NULL,
    comment_added INTEGER,
    milestones TEXT NOT NULL DEFAULT '',
    sends TEXT NOT NULL DEFAULT '{}',
    base TEXT NOT NULL DEFAULT '{}',
    restores TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0,
    comment_stage TEXT NOT NULL DEFAULT '',
    comment_id TEXT NOT NULL DEFAULT '',
    comment_reason TEXT NOT NULL DEFAULT '',
    settled_ms INTEGER,
    PRIMARY KEY (change, position)
) WITHOUT ROWID;

CREATE TABLE search_documents (rowid INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL);

CREATE VIRTUAL TABLE search USING fts5(
    title, body, content = 'search_documents', columnsize = 0, tokenize = 'trigram case_sensitive 1'
);
INSERT INTO search (search, rank) VALUES ('hashsize', 67108864);
INSERT INTO search (search, rank) VALUES ('pgsz', 16000);
INSERT INTO search (search, rank) VALUES ('automerge', 0);
INSERT INTO search (search, rank) VALUES ('crisismerge', 64);
"""
    + MIRROR_TABLES
)
"""Texts in `search_documents` are folded by `alerttui.domain.search_text.fold` before they are stored.

The full-text index is set up for alerts that come in batches: one piece of index a batch, merged by `adding`
in small steps, which takes half the time of merging within every batch.
"""

INDEXES: Final = (
    """
CREATE UNIQUE INDEX alerts_identity ON alerts (source, native_id);
CREATE INDEX alerts_phase ON alerts (phase, severity);
CREATE INDEX alerts_status ON alerts (status, severity);
CREATE INDEX alerts_severity ON alerts (severity);
CREATE INDEX alerts_assignee ON alerts (assignee_id, phase);
CREATE INDEX alerts_detection ON alerts (detection_id, phase);
CREATE INDEX alerts_closed ON alerts (closed_ms);
CREATE INDEX alerts_unclosed ON alerts ((phase < 3));
CREATE INDEX alerts_of_status ON alerts (status);
CREATE INDEX alerts_detection_name ON alerts (detection_name) WHERE detection_name <> '';
CREATE INDEX alerts_id_any_case ON alerts (id COLLATE NOCASE);
CREATE INDEX labels_alert ON labels (alert, kind);
CREATE INDEX comments_alert ON comments (alert);
CREATE INDEX history_alert ON history (alert);
CREATE INDEX changes_by ON changes (by_id);
"""
    + MIRROR_INDEXES
)
"""Every index ends in the rowid, and so in time order."""

LABEL_KINDS: Final = ("tag", "log-type", "log-source", "resource-type", "rule-tag")
"""What `labels.kind` can be: the list-valued fields of an alert."""

MIGRATIONS: Final[Mapping[int, str]] = {2: TO_VERSION_2, 3: TO_VERSION_3}
"""SQL that leads from the version before to the version that is its key; each is one transaction."""
