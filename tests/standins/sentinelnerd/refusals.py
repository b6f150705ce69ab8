"""Answers that say no, in the documented form or in another."""

from __future__ import annotations

from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from tests.standins.sentinelnerd.knobs import ErrorForm

CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    413: "payload_too_large",
    422: "unprocessable_entity",
    429: "rate_limited",
    500: "internal_error",
    503: "unavailable",
}
Details = list[dict[str, str]]
"""What is wrong, by field: {"field": ..., "message": ...}."""


class Refused(Exception):
    """Ends a call with an error answer."""

    def __init__(
        self,
        status: int,
        message: str,
        details: Details | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.details = details or []
        self.headers = headers or {}

    def response(self, form: ErrorForm, request_id: str) -> Response:
        match form:
            case "text":
                return PlainTextResponse(self.message, self.status, self.headers)
            case "html":
                page = f"<html><body><h1>{self.status}</h1><p>{self.message}</p></body></html>"
                return HTMLResponse(page, self.status, self.headers)
            case "nothing":
                return Response(None, self.status, self.headers)
            case _:
                return JSONResponse(self._body(form, request_id), self.status, self.headers)

    def _body(self, form: ErrorForm, request_id: str) -> dict[str, Any]:
        match form:
            case "string":
                return {"error": self.message}
            case "message":
                return {"message": self.message}
            case "detail":
                return {"detail": self.message}
            case "errors":
                return {"errors": self.details or [{"message": self.message}]}
            case _:
                error: dict[str, Any] = {
                    "code": CODES.get(self.status, "error"),
                    "message": self.message,
                }
                if self.details:
                    error["details"] = self.details
                return {"error": error, "meta": {"request_id": request_id}}


def not_found(what: str) -> Refused:
    return Refused(404, f"{what} not found")
