"""Answers that say no: one envelope for every error."""

from __future__ import annotations

from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response


class Refused(Exception):
    """Ends a call with an error answer."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, code)
        self.status = status
        self.body = {"error": {"code": code, "message": message, "details": details or {}}}
        self.headers = headers

    def response(self) -> Response:
        return JSONResponse(self.body, self.status, self.headers)


def nothing_here() -> Refused:
    """An unknown path; and a wrong method, which has no status of its own."""
    return not_found("The requested resource was not found.")


def not_found(message: str) -> Refused:
    return Refused(404, "NOT_FOUND", message)


def unauthorized(message: str, code: str = "UNAUTHORIZED") -> Refused:
    return Refused(401, code, message)


def forbidden(scope: str) -> Refused:
    return Refused(403, "FORBIDDEN", f"Insufficient scope. Required: {scope}", {"required_scopes": [scope]})


def schema_errors(errors: list[dict[str, Any]]) -> Refused:
    """What the schema refuses: 422 with a list of errors."""
    return Refused(422, "VALIDATION_ERROR", "Request validation failed.", {"errors": errors})


def unprocessable(message: str) -> Refused:
    """What a rule behind the schema refuses: 422 without a list of errors."""
    return Refused(422, "VALIDATION_ERROR", message)


def bad_sort(message: str) -> Refused:
    """An unknown order: 400, where every other wrong value is 422."""
    return Refused(400, "VALIDATION_ERROR", message)


def rate_limited(seconds: int) -> Refused:
    return Refused(
        429,
        "RATE_LIMITED",
        f"Rate limit exceeded. Retry after {seconds} seconds.",
        {"retry_after_seconds": seconds},
        {"Retry-After": str(seconds)},
    )


def too_large() -> Refused:
    return Refused(413, "PAYLOAD_TOO_LARGE", "Request body too large.")


def internal_error() -> Refused:
    return Refused(500, "INTERNAL_ERROR", "An unexpected error occurred.")


def gateway_page(status: int) -> Response:
    """What a proxy in front of the product answers while the product is away."""
    return HTMLResponse(f"<html><body><h1>{status} from the gateway</h1></body></html>", status)
