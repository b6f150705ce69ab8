"""What each form of the API can be asked, and who may ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

from tests.standins.chad import (
    accounts,
    changing,
    comments,
    documented,
    external,
    reading,
    telling,
)
from tests.standins.chad.knobs import Form
from tests.standins.chad.world import Call, World

Access = Literal["open", "token", "manage", "admin", "key"]
"""Anybody; any user; a user with manage_alerts; an admin; an API key."""


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    name: str
    method: str
    path: str
    access: Access
    handler: Callable[[World, Call], Response]

    def names_in(self, parts: Sequence[str]) -> list[str] | None:
        """What the variable parts of a path hold; None for another path."""
        pattern = self.path.strip("/").split("/")
        if len(pattern) != len(parts):
            return None
        names = []
        for want, part in zip(pattern, parts, strict=True):
            if want.startswith("{") and part:
                names.append(part)
            elif want != part:
                return None
        return names


_BOTH = (
    Operation("login", "POST", "/api/auth/login", "open", accounts.login),
    Operation("login_2fa", "POST", "/api/auth/login/2fa", "open", accounts.login_second_step),
    Operation("logout", "POST", "/api/auth/logout", "open", accounts.logout),
    Operation("setup_status", "GET", "/api/auth/setup-status", "open", accounts.setup_status),
    Operation("me", "GET", "/api/auth/me", "token", accounts.me),
    Operation("health", "GET", "/health", "open", telling.health),
)
_CURRENT = (
    Operation("list_alerts", "GET", "/api/alerts", "token", reading.list_alerts),
    Operation("counts", "GET", "/api/alerts/counts", "token", reading.counts),
    Operation("assignable", "GET", "/api/alerts/assignable-users", "manage", changing.assignable_users),
    Operation("bulk_status", "POST", "/api/alerts/bulk/status", "manage", changing.bulk_status),
    Operation("by_query", "POST", "/api/alerts/bulk/status-by-query", "manage", changing.status_by_query),
    Operation("bulk_delete", "POST", "/api/alerts/bulk/delete", "manage", changing.bulk_delete),
    Operation("get_alert", "GET", "/api/alerts/{alert_id}", "token", reading.get_alert),
    Operation("delete_alert", "DELETE", "/api/alerts/{alert_id}", "manage", changing.delete_alert),
    Operation("related", "GET", "/api/alerts/{alert_id}/related", "token", reading.related),
    Operation("set_status", "PATCH", "/api/alerts/{alert_id}/status", "manage", changing.set_status),
    Operation("assign", "POST", "/api/alerts/{alert_id}/assign", "manage", changing.assign),
    Operation("unassign", "POST", "/api/alerts/{alert_id}/unassign", "manage", changing.unassign),
    Operation("list_comments", "GET", "/api/alerts/{alert_id}/comments", "token", comments.list_comments),
    Operation("create_comment", "POST", "/api/alerts/{alert_id}/comments", "manage", comments.create_comment),
    Operation(
        "edit_comment",
        "PATCH",
        "/api/alerts/{alert_id}/comments/{comment_id}",
        "manage",
        comments.edit_comment,
    ),
    Operation(
        "delete_comment",
        "DELETE",
        "/api/alerts/{alert_id}/comments/{comment_id}",
        "admin",
        comments.delete_comment,
    ),
    Operation("external_list", "GET", "/api/external/alerts", "key", external.list_alerts),
    Operation("audit", "GET", "/api/audit", "token", telling.audit),
    Operation("mode", "GET", "/api/mode", "open", telling.mode),
    Operation("sla_policy", "GET", "/api/sla-policy", "token", telling.sla_policy),
)
_DOCUMENTED = (
    Operation("list_alerts", "GET", "/api/alerts", "token", documented.list_alerts),
    Operation("bulk_status", "POST", "/api/alerts/bulk/status", "manage", documented.bulk_status),
    Operation("get_alert", "GET", "/api/alerts/{alert_id}", "token", documented.get_alert),
    Operation("patch_alert", "PATCH", "/api/alerts/{alert_id}", "manage", documented.patch_alert),
    Operation(
        "create_comment", "POST", "/api/alerts/{alert_id}/comments", "manage", documented.create_comment
    ),
    Operation("external_list", "GET", "/api/external/alerts", "key", documented.list_alerts),
    Operation("external_get", "GET", "/api/external/alerts/{alert_id}", "key", documented.get_alert),
)
OPERATIONS: dict[Form, tuple[Operation, ...]] = {
    "current": (*_BOTH, *_CURRENT),
    "documented": (*_BOTH, *_DOCUMENTED),
}


def description(form: Form) -> dict[str, Any]:
    """The OpenAPI description of a form: its paths and their methods, and nothing of what they hold."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS[form]:
        entry = {"operationId": operation.name, "responses": {"200": {"description": "Success"}}}
        paths.setdefault(operation.path, {})[operation.method.lower()] = entry
    return {"openapi": "3.1.0", "info": {"title": "CHAD", "version": "0.14.1"}, "paths": paths}
