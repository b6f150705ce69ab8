"""Alerts, comments and users that are valid, or were seen in practice, and surprise a reader."""

from __future__ import annotations

from typing import Any

from tests.standins.panther.hands import ANALYST, Hands

HOSTILE = "\x1b]0;owned\x07\x1b[2J[red]{markup}[/red] \u202egnp.exe\u200b\r\nnext"

ODD_FIELDS: dict[str, dict[str, Any]] = {
    "swapped_actor": {
        "assignee": {"id": "user", "type": ANALYST},
        "updatedBy": {"id": "system", "type": "x"},
    },
    "bare_actor": {"assignee": ANALYST, "updatedBy": "system"},
    "untyped_actor": {"assignee": {"id": ANALYST}},
    "unknown_actor_type": {"assignee": {"id": "agent-7", "type": "ai-agent"}},
    "empty_actor": {"assignee": {}},
    "blank_actor": {"assignee": {"id": "", "type": "user"}},
    "unknown_words": {"status": "SNOOZED", "severity": "FATAL", "type": "HUNT", "quality": "MAYBE"},
    "null_fields": dict.fromkeys(
        ("severity", "title", "createdAt", "eventCount", "assignee", "updatedBy", "context", "contextTags")
    )
    | dict.fromkeys(("quality", "runbook", "detection", "deliveries", "systemError", "firstEventOccurredAt")),
    "nanoseconds": {
        "createdAt": "2025-03-04T05:06:07.123456789Z",
        "lastReceivedEventAt": "2025-03-04T05:06:07.9Z",
    },
    "naive_times": {"createdAt": "2025-03-04T05:06:07", "firstEventOccurredAt": "2025-03-04 05:06:07"},
    "unread_times": {"createdAt": "2025-03", "firstEventOccurredAt": "yesterday", "lastReceivedEventAt": ""},
    "context_text": {"context": HOSTILE},
    "context_list": {"context": [1, "two", None, {"three": [3.0, True]}]},
    "context_number": {"context": -0.5},
    "context_encoded": {"context": '{"json": "inside text"}'},
    "hostile_text": {"title": HOSTILE, "runbook": HOSTILE, "context": {HOSTILE: HOSTILE}},
    "huge_count": {"eventCount": 2**63 - 1},
    "unknown_keys": {
        "description": "d",
        "reference": "r",
        "deliveryOverflow": True,
        "updatedAt": "2025-01-01",
    },
    "failed_delivery": {
        "deliveries": [
            {
                "dispatchedAt": "2025-03-04T05:06:07Z",
                "label": "#alerts",
                "message": "channel_not_found",
                "outputId": "output-1",
                "statusCode": 404,
                "success": False,
            }
        ]
    },
}

OPTIONAL = (
    *("severity", "title", "createdAt", "firstEventOccurredAt", "lastReceivedEventAt", "eventCount"),
    *("context", "runbook", "detection", "deliveries"),
)
"""What a new alert has beside its required fields."""

SYSTEM_ERROR: dict[str, Any] = {
    "type": "SYSTEM_ERROR",
    "severity": None,
    "detection": None,
    "title": None,
    "systemError": {"type": "SOURCE_NO_DATA", "sourceId": "source-1", "sourceType": "aws-s3"},
}

ODD_COMMENTS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "html": ("<p>Seen &amp; <b>noted</b><script>alert(1)</script><br/>twice</p>", "HTML", {}),
    "object": ({"blocks": [{"text": "hello"}]}, "JSON_SCHEMA", {}),
    "list": (["one", {"two": 2}], "JSON_SCHEMA", {}),
    "null": (None, "PLAIN_TEXT", {}),
    "number": (7, "PLAIN_TEXT", {}),
    "unknown_format": ("*text*", "MARKDOWN", {}),
    "hostile": (HOSTILE, "PLAIN_TEXT", {}),
    "bare_author": ("by a string", "PLAIN_TEXT", {"createdBy": ANALYST}),
    "swapped_author": ("by a swapped actor", "PLAIN_TEXT", {"createdBy": {"id": "user", "type": ANALYST}}),
    "no_author": ("by nobody", "PLAIN_TEXT", {"createdBy": None, "createdAt": None}),
}


def _none_of(names: tuple[str, ...]) -> dict[str, Any]:
    return dict.fromkeys(names)


def add_odd_alerts(hands: Hands) -> dict[str, str]:
    """Holds one alert of each oddity; returns ids by its name."""
    ids = {name: hands.add_alert(f"odd-{name}", raw=fields) for name, fields in ODD_FIELDS.items()}
    ids["bare"] = hands.add_alert("odd-bare", **_none_of(OPTIONAL))
    ids["encoded_id"] = hands.add_alert('odd/id with ?#%"é')
    ids["system_error"] = hands.add_alert("odd-system_error", **SYSTEM_ERROR)
    return ids


def add_odd_comments(hands: Hands, alert_id: str) -> dict[str, str]:
    """Adds one comment of each oddity to an alert; returns ids by its name."""
    return {
        name: hands.add_comment(alert_id, body, format=form, raw=raw)
        for name, (body, form, raw) in ODD_COMMENTS.items()
    }
