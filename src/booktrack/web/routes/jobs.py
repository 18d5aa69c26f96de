"""Jobs under /api/v1/jobs: how far they are, as an answer or as a stream, and ending them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

import msgspec
from pydantic import Field
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from booktrack.web import shapes_more
from booktrack.web.calls import JSON
from booktrack.web.endpoints import Served
from booktrack.web.jobs import Job
from booktrack.web.operations import File, Operation, Page, Params, tagged
from booktrack.web.requests import params_of

Handler = Callable[[Scope, Receive, Send, dict[str, str]], Awaitable[None]]

_HEARTBEAT_SECONDS = 15.0
_STREAM = "text/event-stream"


class JobParams(Params):
    """A job in the path."""

    job_id: Annotated[str, Field(max_length=100, examples=["9f86d081884c7d65"])]


def list_jobs(served: Served) -> Handler:
    """Return what answers with the jobs, newest first."""

    async def handle(scope: Scope, receive: Receive, send: Send, _: dict[str, str]) -> None:
        page = Page(**params_of(Page, {}, scope["query_string"]))
        jobs = served.jobs.newest()
        shown = [job.answer(result=False) for job in jobs[page.offset :][: page.limit]]
        answer = {"total": len(jobs), "limit": page.limit, "offset": page.offset, "jobs": shown}
        await JSON(answer, headers=_UNKEPT)(scope, receive, send)

    return handle


def get_job(served: Served) -> Handler:
    """Return what answers with one job."""

    async def handle(scope: Scope, receive: Receive, send: Send, at: dict[str, str]) -> None:
        job = _job(served, scope, at)
        await JSON(job.answer(), headers=_UNKEPT)(scope, receive, send)

    return handle


def cancel_job(served: Served) -> Handler:
    """Return what ends a job at its next step."""

    async def handle(scope: Scope, receive: Receive, send: Send, at: dict[str, str]) -> None:
        job = _job(served, scope, at)
        job.cancel()
        await JSON(job.answer(), 202, headers=_UNKEPT)(scope, receive, send)

    return handle


def job_events(served: Served) -> Handler:
    """Return what streams a job's progress until it ends, as server-sent events."""

    async def handle(scope: Scope, receive: Receive, send: Send, at: dict[str, str]) -> None:
        job = _job(served, scope, at)
        headers = {**_UNKEPT, "X-Accel-Buffering": "no"}
        answer = StreamingResponse(_events(served, job), headers=headers, media_type=_STREAM)
        await answer(scope, receive, send)

    return handle


_UNKEPT = {"Cache-Control": "no-store"}


def _job(served: Served, scope: Scope, at: dict[str, str]) -> Job:
    return served.jobs.get(params_of(JobParams, at, scope["query_string"])["job_id"])


async def _events(served: Served, job: Job) -> AsyncIterator[bytes]:
    async for answer in job.changes(_HEARTBEAT_SECONDS):
        yield b": still there\n\n" if answer is None else _event(job.version, answer)
        if served.jobs.closing:
            return


def _event(number: int, answer: dict[str, Any]) -> bytes:
    # JSON has no raw line break, so one line of data holds it all.
    name = b"progress" if answer["state"] in ("queued", "running") else b"end"
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, name, msgspec.json.encode(answer))


def _as_it_is(result: Any, _given: Any) -> tuple[str, dict[str, str], bytes]:
    return _STREAM, {}, bytes(result)


_RUNNING = {
    "id": "9f86d081884c7d65",
    "kind": "import",
    "state": "running",
    "progress": {"done": 120, "total": 2035, "what": "rows read"},
    "result": None,
    "problem": None,
    "created_at": "2026-11-22T12:00:00Z",
    "started_at": "2026-11-22T12:00:00Z",
    "finished_at": None,
}
_PAGE = {"total": 1, "limit": 50, "offset": 0, "jobs": [_RUNNING]}
_TOLD = {"id": "2", "event": "progress", "data": msgspec.json.encode(_RUNNING).decode()}

_OPERATIONS = tagged(
    "jobs",
    Operation(
        "GET",
        "/jobs",
        "list_jobs",
        "The jobs, newest first",
        shapes_more.JobPage,
        Page,
        sample={"answer": _PAGE},
    ),
    Operation(
        "GET",
        "/jobs/{job_id}",
        "get_job",
        "How far a job is",
        shapes_more.Job,
        JobParams,
        sample={"answer": _RUNNING},
    ),
    Operation(
        "POST",
        "/jobs/{job_id}/cancel",
        "cancel_job",
        "End a job at its next step; what it has stored stays",
        shapes_more.Job,
        JobParams,
        status=202,
        sample={"answer": _RUNNING},
    ),
    Operation(
        "GET",
        "/jobs/{job_id}/events",
        "job_events",
        "How far a job is, told at each step until it ends",
        File((_STREAM,), _as_it_is),
        JobParams,
        sample={"answer": _TOLD},
    ),
)
_MAKERS: list[Callable[[Served], Handler]] = [list_jobs, get_job, cancel_job, job_events]

HANDLERS: list[tuple[Operation, Callable[[Served], Handler]]] = list(
    zip(_OPERATIONS, _MAKERS, strict=True)
)
