"""Answers that say no, in the vendor's form."""

from __future__ import annotations

from typing import Any, Literal

from starlette.responses import JSONResponse


class Refused(Exception):
    """Ends a call with an error answer."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body

    def response(self) -> JSONResponse:
        return JSONResponse(self.body, self.status)


def bad_request(message: str) -> Refused:
    return Refused(400, {"message": message})


def not_found(what: str, name: str) -> Refused:
    return Refused(404, {"message": f"{what} {name!r} was not found"})


def unauthorized() -> Refused:
    return Refused(401, {"message": "Unauthorized"})


def forbidden() -> Refused:
    return Refused(403, {"error": "forbidden"})


Absence = Literal["absent", "null", "empty"]
"""How a field without a value reads: left out, null, or an empty value of its type."""
