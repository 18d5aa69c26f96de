"""Jobs under /api/v1/jobs: how far they are, as an answer or as a stream, and ending them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from booktrack.web.calls import JSON
from booktrack.web.endpoints import Served
from booktrack.web.jobs import Job
from booktrack.web.operations import Page
from booktrack.web.requests import params_of

Handler = Callable[[Scope, Receive, Send, dict[str, str]], Awaitable[None]]

_HEARTBEAT_SECONDS = 15.0


def list_jobs(served: Served) -> Handler:
    """Return what answers with the jobs, newest first."""

    async def handle(scope: Scope, receive: Receive, send: Send, _: dict[str, str]) -> None:
        page = Page(**params_of(Page, {}, scope["query_string"]))
        jobs = served.jobs.newest()
        shown = [job.answer(result=False) for job in jobs[page.offset :][: page.limit]]
        answer = {"total": len(jobs), "limit": page.limit, "offset": page.offset, "jobs": shown}
        await JSON(answer)(scope, receive, send)

    return handle


def get_job(served: Served) -> Handler:
    """Return what answers with one job."""

    async def handle(scope: Scope, receive: Receive, send: Send, at: dict[str, str]) -> None:
        job = served.jobs.get(at["job_id"])
        await JSON(job.answer(), headers={"Cache-Control": "no-store"})(scope, receive, send)

    return handle


def cancel_job(served: Served) -> Handler:
    """Return what ends a job at its next step."""

    async def handle(scope: Scope, receive: Receive, send: Send, at: dict[str, str]) -> None:
        job = served.jobs.get(at["job_id"])
        job.cancel()
        await JSON(job.answer(), 200 if job.ended else 202)(scope, receive, send)

    return handle


def job_events(served: Served) -> Handler:
    """Return what streams a job's progress until it ends, as server-sent events."""

    async def handle(scope: Scope, receive: Receive, send: Send, at: dict[str, str]) -> None:
        job = served.jobs.get(at["job_id"])
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        answer = StreamingResponse(
            _events(served, job), headers=headers, media_type="text/event-stream"
        )
        await answer(scope, receive, send)

    return handle


async def _events(served: Served, job: Job) -> AsyncIterator[bytes]:
    async for answer in job.changes(_HEARTBEAT_SECONDS):
        if answer is None:
            yield b": still there\n\n"
        else:
            yield _event(job.version, answer)
        if served.jobs.closing:
            return


def _event(number: int, answer: dict[str, Any]) -> bytes:
    # JSON has no raw line break, so one line of data holds it all.
    name = b"progress" if answer["state"] in ("queued", "running") else b"end"
    data = msgspec.json.encode(answer)
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, name, data)


HANDLERS: list[tuple[str, str, Callable[[Served], Handler]]] = [
    ("GET", "/jobs", list_jobs),
    ("GET", "/jobs/{job_id}", get_job),
    ("DELETE", "/jobs/{job_id}", cancel_job),
    ("GET", "/jobs/{job_id}/events", job_events),
]
