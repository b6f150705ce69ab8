"""The shapes of what the server takes and answers, as OpenAPI tells them; names are the vendor's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

Node: TypeAlias = dict[str, object]
"""A part of an OpenAPI document."""

STATUSES: Final = ("OPEN", "TRIAGED", "RESOLVED", "CLOSED")
SEVERITIES: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO")
QUALITIES: Final = ("USEFUL", "NOISE")
TAG: Final[Node] = {"type": "string", "pattern": "^[a-z0-9_-]+$", "minLength": 1, "maxLength": 30}
MAX_TAGS: Final = 10
MAX_ID: Final = 512

_ID: Final[Node] = {"type": "string", "maxLength": MAX_ID}


def text(description: str = "", **more: object) -> Node:
    """A string."""
    return {"type": "string", **_described(description), **more}


def word(words: Sequence[str], description: str = "", **more: object) -> Node:
    """A string out of a closed list."""
    return text(description, enum=list(words), **more)


def number(description: str = "", **more: object) -> Node:
    """An integer of 64 bits."""
    return {"type": "integer", "format": "int64", **_described(description), **more}


def many(item: Node, description: str = "", **more: object) -> Node:
    """A list."""
    return {"type": "array", "items": item, **_described(description), **more}


def shape(properties: Node, required: Sequence[str] = (), description: str = "") -> Node:
    """An object."""
    needed: Node = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **needed, **_described(description)}


def ref(name: str) -> Node:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas() -> Node:
    """Every schema of the document by name."""
    return {
        "AlertAPI.Alert": _alert(),
        "AlertAPI.Delivery": _delivery(),
        "AlertAPI.DetectionInfo": _detection(),
        "AlertAPI.SystemError": _system_error(),
        "AlertAPI.ListResp": _page(ref("AlertAPI.Alert")),
        "AlertAPI.ListEventsResp": _page({"description": "The log record as it came, any JSON."}),
        "AlertAPI.PatchAlertReq": _closed(_patch()),
        "AlertAPI.BulkPatchAlertReq": _closed(
            {"ids": many(_ID, "Which alerts.", minItems=1), **_patch()}, ["ids"]
        ),
        "CommentAPI.Comment": _comment(),
        "CommentAPI.CommentReq": _comment_request(),
        "CommentAPI.ListResp": _page(ref("CommentAPI.Comment")),
        "UserAPI.User": _user(),
        "UserAPI.ListResp": _page(ref("UserAPI.User")),
        "ContextTagAPI.ContextTag": _tag(),
        "ContextTagAPI.ListResp": _page(ref("ContextTagAPI.ContextTag")),
        "APITokenAPI.APIToken": _token(),
        "Error": shape({"message": text("What is wrong, and what was not changed.")}, ["message"]),
    }


def _described(description: str) -> Node:
    return {"description": description} if description else {}


def _closed(properties: Node, required: Sequence[str] = ()) -> Node:
    """A body that we take: a field that we do not know is refused."""
    return shape(properties, required) | {"additionalProperties": False}


def _page(item: Node) -> Node:
    next_page = text("The cursor of the next page; absent on the last one.")
    return shape({"results": many(item), "next": next_page}, ["results"])


def _actor(description: str) -> Node:
    kinds = word(("user", "api-token", "system"))
    return shape({"id": text("A user's id, or the name of a token."), "type": kinds}, (), description)


def _tags(description: str) -> Node:
    return many(TAG, description, maxItems=MAX_TAGS)


def _moment(description: str) -> Node:
    return text(f"{description}, in UTC.", format="date-time")


def _alert() -> Node:
    properties: Node = {
        "id": text("Unique in this store."),
        "title": text(),
        "type": text("The kind of detection, such as RULE; else the word of the source."),
        "status": word(STATUSES),
        "severity": word(SEVERITIES, "Absent where the source gave none of these."),
        "quality": word(QUALITIES, "Absent until somebody judged it."),
        "assignee": _actor("Who has it; absent if nobody."),
        "contextTags": _tags("In the order in which they were set."),
        "createdAt": _moment("When it was created"),
        "firstEventOccurredAt": _moment("When its first event happened"),
        "lastReceivedEventAt": _moment("When its latest event came in"),
        "eventCount": number("How many events it stands for; the store may hold fewer."),
        "detection": ref("AlertAPI.DetectionInfo"),
        "context": {"description": "What the rule added, any JSON."},
        "runbook": text(),
        "deliveries": many(ref("AlertAPI.Delivery")),
        "systemError": ref("AlertAPI.SystemError"),
        "updatedBy": _actor("Who changed it last; absent if nobody did."),
    }
    return shape(properties, ["id", "type", "status"])


def _delivery() -> Node:
    properties: Node = {
        "dispatchedAt": text(),
        "label": text("The channel, or the ticket."),
        "message": text(),
        "outputId": text(),
        "statusCode": number(),
        "success": {"type": "boolean"},
    }
    return shape(properties, list(properties))


def _detection() -> Node:
    kinds = word(("RULE", "CORRELATION_RULE", "POLICY", "SCHEDULED_RULE"))
    return shape({"id": text(), "type": kinds}, (), "The rule that fired.")


def _system_error() -> Node:
    properties: Node = {
        "type": text(),
        "sourceId": text(),
        "sourceType": text(),
        "detection": ref("AlertAPI.DetectionInfo"),
    }
    return shape(properties)


def _patch() -> Node:
    return {
        "status": word(STATUSES),
        "quality": word((*QUALITIES, ""), "Empty takes it back."),
        "assignee": text("A user's id; empty takes it from everybody.", maxLength=MAX_ID),
        "contextTags": _tags("Replaces the whole list; an empty one clears it."),
    }


def _comment() -> Node:
    properties: Node = {
        "id": text(),
        "alertId": text(),
        "body": text(),
        "format": word(("PLAIN_TEXT", "HTML")),
        "createdAt": _moment("When it was written"),
        "createdBy": _actor("Who wrote it."),
        "updatedAt": _moment("When it was written anew"),
    }
    return shape(properties, ["id", "alertId", "body", "format"])


def _comment_request() -> Node:
    properties: Node = {
        "alertId": _ID,
        "body": text("Some text.", pattern="\\S"),
        "format": word(("PLAIN_TEXT",), "The only one that a store keeps."),
    }
    return _closed(properties, list(properties))


def _user() -> Node:
    properties: Node = {
        "id": text(),
        "email": text(),
        "givenName": text(),
        "familyName": text(),
        "enabled": {"type": "boolean"},
    }
    return shape(properties, ["id", "enabled"])


def _token() -> Node:
    permissions = many(word(("AlertRead", "UserRead", "AlertModify")))
    return shape({"id": text(), "name": text(), "permissions": permissions}, ["id", "name", "permissions"])


def _tag() -> Node:
    return shape({"tag": TAG, "managed": {"type": "boolean"}}, ["tag", "managed"])
