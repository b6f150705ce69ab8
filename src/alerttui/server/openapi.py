"""The server's own description, published as /openapi.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alerttui import __version__
from alerttui.server.openapi_schemas import (
    QUALITIES,
    SEVERITIES,
    STATUSES,
    TAG,
    Node,
    many,
    number,
    ref,
    schemas,
    text,
    word,
)

_KINDS: Final = ("ALERT", "DETECTION_ERROR", "SYSTEM_ERROR")
_SUB_KINDS: Final = (
    "RULE",
    "RULE_ERROR",
    "SCHEDULED_RULE",
    "SCHEDULED_RULE_ERROR",
    "POLICY",
    "SYSTEM_ERROR",
    "CORRELATION_RULE",
    "CORRELATION_RULE_ERROR",
)
_ABOUT: Final = (
    "The alerts of one alerttui store, in the form of Panther's REST API. Lists are answered in pages: "
    "repeat the request with `cursor` set to the `next` of the page before. A list parameter is given "
    "once for each value, and any of the values matches; different parameters must all match. An empty "
    "value means the default."
)


def document() -> dict[str, object]:
    """The OpenAPI document."""
    key: Node = {"type": "apiKey", "in": "header", "name": "X-API-Key"}
    return {
        "openapi": "3.0.3",
        "info": {"title": "alerttui", "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"ApiKeyAuth": []}, {}],
        "paths": {
            "/alerts": {"get": _list_alerts(), "patch": _patch_alerts()},
            "/alerts/{id}": {"get": _get_alert(), "patch": _patch_alert()},
            "/alerts/{id}/events": {"get": _list_events()},
            "/alert-comments": {"get": _list_comments(), "post": _add_comment()},
            "/alert-comments/{id}": {"get": _get_comment(), "post": _edit_comment()},
            "/users": {"get": _list_users()},
            "/users/{id}": {"get": _get_user()},
            "/alert-context-tags": {"get": _list_tags()},
            "/api-tokens/self": {"get": _own_token()},
        },
        "components": {"securitySchemes": {"ApiKeyAuth": key}, "schemas": schemas()},
    }


def _list_alerts() -> Node:
    parameters = [
        _query("type", word(_KINDS, default="ALERT"), "Alerts of rules, errors of rules, or of the system."),
        _query("sub-type", many(word(_SUB_KINDS)), "Must go with the type."),
        *_paging(25),
        _query("created-after", text(), "ISO 8601 or Unix time; 30 days ago if empty."),
        _query("created-before", text(), "ISO 8601 or Unix time; now if empty."),
        _query("detection-id", text(), "The rule's id."),
        _query("sort-dir", word(("asc", "desc"), default="desc"), "By the time of creation."),
        _query("name-contains", text(), "A part of the title, in any case."),
        _query("log-source", many(text())),
        _query("log-type", many(text())),
        _query("resource-type", many(text())),
        _query("status", many(word(STATUSES))),
        _query("severity", many(word(SEVERITIES))),
        _query("assignee", many(text()), "Ids of users."),
        _query("event-count-min", number()),
        _query("event-count-max", number()),
        _query("quality", many(word(QUALITIES))),
        _query("context-tag", many(TAG), "Alerts that have any of these tags."),
        _query("query", text(), "A filter as in the console; not Panther's, and without sort:."),
    ]
    answers = _answers("AlertAPI.ListResp", "400")
    return _operation("alert", "list", "List alerts", parameters, answers)


def _get_alert() -> Node:
    answers = _answers("AlertAPI.Alert", "400", "404")
    return _operation("alert", "get", "Get an alert", [_id("alert")], answers)


def _patch_alert() -> Node:
    answers = {"200": {"description": "Done."}, **_errors("400", "404")}
    summary = "Change status, assignee, quality or context tags of an alert"
    operation = _operation("alert", "patch", summary, [_id("alert")], answers)
    return operation | _body("AlertAPI.PatchAlertReq")


def _patch_alerts() -> Node:
    answers = {"204": {"description": "Done."}, **_errors("400", "404")}
    summary = "Change status, assignee, quality or context tags of several alerts, of all or of none"
    operation = _operation("alert", "bulkPatch", summary, [], answers)
    return operation | _body("AlertAPI.BulkPatchAlertReq")


def _list_events() -> Node:
    answers = _answers("AlertAPI.ListEventsResp", "400", "404")
    return _operation("alert", "events", "List alert events", [_id("alert"), *_paging(25)], answers)


def _list_comments() -> Node:
    alert = {"name": "alert-id", "in": "query", "required": True, "schema": text()}
    answers = _answers("CommentAPI.ListResp", "400")
    return _operation("comment", "list", "List the comments of an alert", [alert, *_paging(25)], answers)


def _add_comment() -> Node:
    answers = _answers("CommentAPI.Comment", "400", "404")
    return _operation("comment", "create", "Comment on an alert", [], answers) | _body(
        "CommentAPI.CommentReq"
    )


def _get_comment() -> Node:
    answers = _answers("CommentAPI.Comment", "400", "404")
    return _operation("comment", "get", "Get a comment", [_id("comment")], answers)


def _edit_comment() -> Node:
    answers = _answers("CommentAPI.Comment", "400", "404")
    summary = "Write a comment anew, by its author"
    return _operation("comment", "update", summary, [_id("comment")], answers) | _body(
        "CommentAPI.CommentReq"
    )


def _own_token() -> Node:
    answers = _answers("APITokenAPI.APIToken", "400")
    return _operation("apiToken", "self", "Tell whose token this is and what it allows", [], answers)


def _list_users() -> Node:
    parameters = [
        *_paging(60, 60),
        _query("contains", text(), "A part of the name or e-mail."),
        _query("email", text(), "The whole e-mail; overrules everything else."),
        _query("id", many(text())),
        _query("ids", text(), "Several ids, separated by commas."),
        _query("include-deactivated", {"type": "boolean"}),
    ]
    return _operation("user", "list", "List users", parameters, _answers("UserAPI.ListResp", "400"))


def _get_user() -> Node:
    return _operation("user", "get", "Get a user", [_id("user")], _answers("UserAPI.User", "400", "404"))


def _list_tags() -> Node:
    managed = _query("managed", {"type": "boolean"}, "Only managed tags, of which there are none.")
    parameters = [*_paging(2000, 2000), managed]
    answers = _answers("ContextTagAPI.ListResp", "400")
    return _operation("contextTag", "list", "List context tags in use", parameters, answers)


def _operation(tag: str, verb: str, summary: str, parameters: Sequence[Node], responses: Node) -> Node:
    given: Node = {"parameters": list(parameters)} if parameters else {}
    return {
        "tags": [tag],
        "operationId": f"{tag}#{verb}",
        "summary": summary,
        **given,
        "responses": responses,
    }


def _query(name: str, schema: Node, description: str = "") -> Node:
    told: Node = {"description": description} if description else {}
    return {"name": name, "in": "query", "allowEmptyValue": True, **told, "schema": schema}


def _id(of: str) -> Node:
    return {"name": "id", "in": "path", "required": True, "description": f"Id of the {of}.", "schema": text()}


def _paging(usual: int, most: int = 50) -> list[Node]:
    limit = number("", default=usual, minimum=1, maximum=most)
    return [
        _query("cursor", text(), "The `next` of the page before."),
        _query("limit", limit, "How many at most."),
    ]


def _body(name: str) -> Node:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": ref(name)}}}}


def _answers(name: str, *errors: str) -> Node:
    found = {"description": "Found.", "content": {"application/json": {"schema": ref(name)}}}
    return {"200": found, **_errors(*errors)}


def _errors(*codes: str) -> Node:
    reasons = {
        "400": "The request breaks a rule.",
        "401": "The X-API-Key is missing or not known here.",
        "403": "The token does not allow this, or the server only reads.",
        "404": "There is no such thing.",
        "503": "Another process is writing to the store; try again.",
    }
    content = {"application/json": {"schema": ref("Error")}}
    return {
        code: {"description": reason, "content": content}
        for code, reason in reasons.items()
        if code in ("401", "403", "503", *codes)
    }
