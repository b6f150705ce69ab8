"""What a change is answered with; the pages show none of it, so it has every plausible form."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.standins.sentinelnerd.knobs import BulkShape
from tests.standins.sentinelnerd.shapes import enveloped, single
from tests.standins.sentinelnerd.world import Call, HeldAlert, World


def change_answer(world: World, call: Call, alert: HeldAlert) -> Response:
    told = {"id": alert.id, "status": alert.fields.get("status")}
    if world.knobs.change_answer == "alert":
        return JSONResponse(single(world, call, alert))
    if world.knobs.change_answer == "status":
        return JSONResponse(enveloped(world, call, told))
    return _plain(world.knobs.change_answer, told, 200)


def comment_answer(world: World, call: Call, made: dict[str, Any]) -> Response:
    status = world.knobs.comment_status
    if world.knobs.comment_answer == "comment":
        return JSONResponse(enveloped(world, call, made), status)
    return _plain(world.knobs.comment_answer, made, status)


def bulk_answer(world: World, call: Call, done: list[str], failed: dict[str, str]) -> Response:
    shape = world.knobs.bulk
    status = shape.partial_status if failed else 200
    match shape.answer:
        case "empty":
            return Response(status_code=204)
        case "counts":
            told: dict[str, Any] = {shape.count_key: len(done)}
        case "lists":
            told = {shape.success_key: done, shape.failed_key: _failures(shape, failed)}
        case _:
            told = {"results": _results(world, done, failed)}
    return JSONResponse(told if shape.bare else enveloped(world, call, told), status)


def _plain(form: str, told: dict[str, Any], status: int) -> Response:
    match form:
        case "empty":
            return Response(status_code=204)
        case "bare":
            return JSONResponse(told, status)
        case "ok":
            return JSONResponse({"success": True}, status)
        case "text":
            return PlainTextResponse("OK", status)
        case _:
            return JSONResponse({}, status)


def _failures(shape: BulkShape, failed: dict[str, str]) -> list[Any]:
    if shape.failed_as == "strings":
        return list(failed)
    return [{shape.id_key: alert_id, shape.reason_key: reason} for alert_id, reason in failed.items()]


def _results(world: World, done: list[str], failed: dict[str, str]) -> list[dict[str, Any]]:
    """One for each id, those that failed last; a failure carries its reason."""
    shape = world.knobs.bulk
    results: list[dict[str, Any]] = []
    for alert_id in done:
        forms: dict[str, tuple[str, Any]] = {
            "status": ("status", "success"),
            "success": ("success", True),
            "ok": ("ok", True),
            "error": ("error", None),
            "new_status": ("status", world.held(alert_id).fields.get("status")),
        }
        key, value = forms[shape.result_as]
        results.append({shape.id_key: alert_id, key: value})
    for alert_id, reason in failed.items():
        failures: dict[str, dict[str, Any]] = {
            "status": {"status": "error"},
            "success": {"success": False},
            "ok": {"ok": False},
            "error": {"error": reason},
            "new_status": {"status": "error"},
        }
        told = failures[shape.result_as]
        results.append({shape.id_key: alert_id, shape.reason_key: reason, **told})
    return results
