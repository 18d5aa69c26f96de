"""Jobs and logs for the existing frontend."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from booktrack.errors import shown
from booktrack.web.calls import JSON, call
from booktrack.web.frontend_requests import body_of, both, number_between
from booktrack.web.logs import LogBuffer
from booktrack.web.problems import Problem
from booktrack.web.upkeep import Upkeep

_WHAT = {
    "refresh": "Asks sources for what is partial, outdated, or without cover or price",
    "covers": "Downloads covers that are missing",
    "backup": "Keeps a backup of the library",
    "sync": "Takes in the books of your Skoolib page",
}
_STATUS = {"queued": "running", "running": "running", "done": "completed", "failed": "failed"}


def _upkeep(request: Request) -> Upkeep:
    kept: Upkeep = request.app.state.upkeep
    return kept


async def list_jobs(request: Request) -> Response:
    """Return what the server does by itself, as a bare list."""
    jobs = (await call(request, "get_settings"))["jobs"]
    upkeep = _upkeep(request)
    return JSON([_told(upkeep, name, jobs[name]) for name in upkeep.names if name in jobs])


def _told(upkeep: Upkeep, name: str, one: dict[str, Any]) -> dict[str, Any]:
    last = upkeep.last(name)
    facts = last.answer() if last else {}
    result = facts.get("result")
    due = upkeep.due_at(name, one["interval_hours"])
    return {
        "name": name,
        "description": _WHAT.get(name, name),
        "interval_hours": one["interval_hours"],
        "enabled": one["enabled"],
        "last_run": facts.get("started_at") or facts.get("created_at"),
        "next_run": due.isoformat(timespec="seconds") if one["enabled"] else None,
        "status": _STATUS.get(facts.get("state", ""), "idle"),
        "last_error": (facts.get("problem") or {}).get("detail"),
        "items_processed": _count(result) if isinstance(result, dict) else 0,
        "items_failed": 0,
    }


def _count(result: dict[str, Any]) -> int:
    """Return of how many editions something was asked or kept."""
    for name in ("asked", "downloaded", "total"):
        if isinstance(result.get(name), int):
            return int(result[name])
    return 0


async def change_job(request: Request) -> Response:
    """Switch a job on or off, or change how often it runs."""
    name, body = request.path_params["name"], await body_of(request)
    said = {key: body[key] for key in ("enabled", "interval_hours") if body.get(key) is not None}
    upkeep = _upkeep(request)
    if name not in upkeep.names:
        raise Problem(404, f"there is no job {shown(name)}; there are {', '.join(upkeep.names)}")
    if not said:
        raise Problem(422, "say enabled or interval_hours")
    settings = await call(request, "update_settings", jobs={name: said})
    return JSON({"success": True, "job": _told(upkeep, name, settings["jobs"][name])})


async def trigger_job(request: Request) -> Response:
    """Begin a job now."""
    name = request.path_params["name"]
    job = _upkeep(request).start(name)
    return JSON({"success": True, "message": f"{name} has begun", "job_id": job.id})


def _buffer(request: Request) -> LogBuffer:
    kept: LogBuffer = request.app.state.logs
    return kept


async def list_logs(request: Request) -> Response:
    """Return the last lines of the log, newest first."""
    limit = number_between(request.query_params.get("limit"), 1, 1_000, 500)
    lines = _buffer(request).lines(limit, request.query_params.get("level") or None)
    return JSON({"logs": lines, "total": len(lines)}, headers={"Cache-Control": "no-store"})


async def clear_logs(request: Request) -> Response:
    """Forget the lines of the log."""
    _buffer(request).clear()
    return JSON({"success": True, "message": "the log was cleared"})


ROUTES: list[BaseRoute] = [
    *both("/api/jobs", list_jobs),
    *both("/api/jobs/{name}", change_job, "PUT"),
    *both("/api/jobs/{name}/trigger", trigger_job, "POST"),
    *both("/api/logs", list_logs),
    *both("/api/logs", clear_logs, "DELETE"),
]
