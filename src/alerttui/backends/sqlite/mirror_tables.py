"""What a store needs to be the mirror of a remote system: its tables, and the step that brought them.

In a local profile these tables are empty.
"""

from __future__ import annotations

from typing import Final

UNSETTLED: Final = (
    "(stage IN ('queued', 'sending', 'held') OR comment_stage IN ('queued', 'sending', 'held'))"
)
"""Rows of the journal that wait to be sent or decided; spelled as the indexes have it, so that they serve."""

MIRROR_TABLES: Final = """
CREATE TABLE copies (
    alert INTEGER PRIMARY KEY,
    as_of_ms INTEGER NOT NULL,
    full_as_of_ms INTEGER NOT NULL,
    confirmed_ms INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    seen BLOB NOT NULL,
    server TEXT NOT NULL,
    face TEXT NOT NULL,
    lag TEXT NOT NULL
);

CREATE TABLE parts (
    alert INTEGER NOT NULL,
    part TEXT NOT NULL,
    as_of_ms INTEGER NOT NULL,
    next_cursor TEXT NOT NULL,
    matched TEXT NOT NULL,
    document TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (alert, part)
) WITHOUT ROWID;

CREATE TABLE coverage (
    of TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    as_of_ms INTEGER NOT NULL,
    PRIMARY KEY (of, from_ms)
) WITHOUT ROWID;

CREATE TABLE members (
    kind TEXT NOT NULL,
    value TEXT NOT NULL COLLATE NOCASE,
    alert INTEGER NOT NULL,
    PRIMARY KEY (kind, value, alert)
) WITHOUT ROWID;

CREATE TABLE catalogue (value TEXT PRIMARY KEY COLLATE NOCASE) WITHOUT ROWID;
"""
"""`copies` has the server's own values of every alert, `members` the labels that no row carries."""

MIRROR_INDEXES: Final = f"""
CREATE INDEX copies_phase ON copies (phase, as_of_ms);
CREATE INDEX members_alert ON members (alert);
CREATE INDEX change_rows_unsettled ON change_rows (change, position) WHERE {UNSETTLED};
CREATE INDEX change_rows_unsettled_alert ON change_rows (alert_id, change, position) WHERE {UNSETTLED};
"""

TO_VERSION_2: Final = (
    MIRROR_TABLES.replace("    document TEXT NOT NULL DEFAULT '',\n", "")
    + """
ALTER TABLE comments ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN as_of_ms INTEGER;
ALTER TABLE change_rows ADD COLUMN sends TEXT NOT NULL DEFAULT '{}';
ALTER TABLE change_rows ADD COLUMN base TEXT NOT NULL DEFAULT '{}';
ALTER TABLE change_rows ADD COLUMN restores TEXT NOT NULL DEFAULT '';
ALTER TABLE change_rows ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE change_rows ADD COLUMN comment_stage TEXT NOT NULL DEFAULT '';
ALTER TABLE change_rows ADD COLUMN comment_id TEXT NOT NULL DEFAULT '';
ALTER TABLE change_rows ADD COLUMN comment_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE change_rows ADD COLUMN settled_ms INTEGER;
DROP INDEX change_rows_stage;
DROP INDEX change_rows_alert;
"""
    + MIRROR_INDEXES
)
"""Leads a store of version 1 on: what was there stays as it is, and every row of its journal is settled."""

TO_VERSION_3: Final = """
ALTER TABLE changes ADD COLUMN actions TEXT NOT NULL DEFAULT '';
ALTER TABLE parts ADD COLUMN document TEXT NOT NULL DEFAULT '';
"""
"""Leads a store of version 2 on: a change may list actions taken, a part may be a document of its own."""
