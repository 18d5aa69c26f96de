"""Jobs and logs for the existing frontend."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from booktrack.errors import shown
from booktrack.web.calls import JSON, call
from booktrack.web.frontend_requests import body_of, both, number_between
from booktrack.web.jobs import Job
from booktrack.web.logs import LogBuffer
from booktrack.web.problems import Problem

_WHAT = {
    "refresh": "Asks sources for what is partial, outdated, or without cover or price",
    "covers": "Downloads covers that are missing",
    "backup": "Keeps a backup of the library",
    "sync": "Takes in new books of connected accounts",
}
_STATUS = {"queued": "running", "running": "running", "done": "completed", "failed": "failed"}


async def list_jobs(request: Request) -> Response:
    """Return what the server does by itself, as a bare list."""
    jobs = (await call(request, "get_settings"))["jobs"]
    return JSON([_told(request, name, one) for name, one in jobs.items()])


def _told(request: Request, name: str, one: dict[str, Any]) -> dict[str, Any]:
    ran: list[Job] = [job for job in request.app.state.jobs.newest() if job.kind == name]
    last = ran[0].answer() if ran else {}
    result = last.get("result") if isinstance(last.get("result"), dict) else {}
    began = last.get("started_at") or last.get("created_at")
    problem = last.get("problem") or {}
    return {
        "name": name,
        "description": _WHAT.get(name, name),
        "interval_hours": one["interval_hours"],
        "enabled": one["enabled"],
        "last_run": began,
        "next_run": _next(began, one),
        "status": _STATUS.get(last.get("state", ""), "idle"),
        "last_error": problem.get("detail"),
        "items_processed": _count(result or {}),
        "items_failed": 0,
    }


def _next(began: str | None, one: dict[str, Any]) -> str | None:
    if not one["enabled"] or began is None:
        return None
    due = datetime.fromisoformat(began) + timedelta(hours=one["interval_hours"])
    return due.isoformat(timespec="seconds")


def _count(result: dict[str, Any]) -> int:
    asked = result.get("asked", 0)
    return asked if isinstance(asked, int) else 0


async def change_job(request: Request) -> Response:
    """Switch a job on or off, or change how often it runs."""
    name, body = request.path_params["name"], await body_of(request)
    said = {key: body[key] for key in ("enabled", "interval_hours") if body.get(key) is not None}
    await _refuse_unknown(request, name)
    if not said:
        raise Problem(422, "say enabled or interval_hours")
    settings = await call(request, "update_settings", jobs={name: said})
    return JSON({"success": True, "job": _told(request, name, settings["jobs"][name])})


async def _refuse_unknown(request: Request, name: str) -> None:
    jobs = (await call(request, "get_settings"))["jobs"]
    if name not in jobs:
        raise Problem(404, f"there is no job {shown(name)}; there are {', '.join(jobs)}")


async def trigger_job(request: Request) -> Response:
    """Begin a job now."""
    name = request.path_params["name"]
    await _refuse_unknown(request, name)
    job = request.app.state.upkeep.start(name)
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
