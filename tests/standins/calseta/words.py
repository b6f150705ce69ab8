"""The closed sets of words of the API; upper and lower case matter."""

from __future__ import annotations

STATUSES = ("Open", "Triaging", "Escalated", "Closed")
SEVERITIES = ("Pending", "Informational", "Low", "Medium", "High", "Critical")
"""From the lowest rank to the highest."""
CLASSIFICATIONS = (
    "True Positive - Suspicious Activity",
    "Benign Positive - Suspicious but Expected",
    "False Positive - Incorrect Detection Logic",
    "False Positive - Inaccurate Data",
    "Undetermined",
    "Duplicate",
    "Not Applicable",
)
MALICE = ("Pending", "Benign", "Suspicious", "Malicious")
"""From the mildest to the worst."""
INDICATOR_TYPES = ("ip", "domain", "hash_md5", "hash_sha1", "hash_sha256", "url", "email", "account")
CONFIDENCES = ("low", "medium", "high")
SOURCES = ("generic", "sentinel", "elastic", "splunk")

ALERTS_READ, ALERTS_WRITE, ENRICHMENTS_READ = "alerts:read", "alerts:write", "enrichments:read"
AGENTS_READ, AGENTS_WRITE, ADMIN = "agents:read", "agents:write", "admin"


def rank(severity: object) -> int:
    """Pending and unknown words are 0, Critical is 5."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0


def worst(levels: list[str]) -> str:
    """The worst of several malice levels; Pending when there is none."""
    return max((level for level in levels if level in MALICE), key=MALICE.index, default="Pending")
