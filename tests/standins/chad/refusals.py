"""Answers that say no, in each of the five forms the server has for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """Ends a call with an error answer; in `request_id_at`, a part of its body, the request gets its id."""

    def __init__(
        self,
        status: int,
        body: dict[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
        request_id_at: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers
        self.request_id_at = request_id_at


def plain(status: int, text: str, headers: Mapping[str, str] | None = None) -> Refused:
    return Refused(status, {"detail": text}, headers=headers)


def invalid(
    kind: str, loc: Sequence[str | int], message: str, given: Any, context: Mapping[str, Any] | None = None
) -> Refused:
    """One field that is not as it must be."""
    problem = {"type": kind, "loc": list(loc), "msg": message, "input": given}
    if context is not None:
        problem["ctx"] = dict(context)
    return Refused(422, {"detail": [problem]})


def not_found(message: str) -> Refused:
    """The envelope that reading, changing and assigning one alert have for it."""
    error: dict[str, Any] = {"code": "NOT_FOUND", "message": message}
    return Refused(404, {"error": error}, request_id_at=error)


def search_unavailable() -> Refused:
    detail = {
        "message": "OpenSearch is currently unavailable",
        "opensearch_available": False,
        "cached": False,
    }
    return Refused(503, {"detail": detail})


def coded(status: int, code: str, text: str) -> Refused:
    body: dict[str, Any] = {"detail": text, "error_code": code}
    return Refused(status, body, request_id_at=body)


def internal_error() -> Refused:
    return coded(500, "INTERNAL_ERROR", "An unexpected error occurred")
