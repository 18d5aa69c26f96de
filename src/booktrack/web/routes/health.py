"""Whether the server is ready, and what is wrong."""

from __future__ import annotations

from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from booktrack import __version__
from booktrack.errors import BooktrackError
from booktrack.library import Library
from booktrack.web.calls import JSON, library_of, workers_of
from booktrack.web.security import STRANGER
from booktrack.web.shapes import Answer


class Health(Answer):
    """How the server is."""

    status: Literal["healthy", "unhealthy"]
    ready: bool
    version: str
    library: dict[str, Any]
    sources: dict[str, Any]
    problems: list[dict[str, Any]]


async def health(request: Request) -> Response:
    """Return whether the server is ready, its version, the library, the sources, what is wrong.

    Who has not shown the token of a server that has one learns only whether it is ready.
    """
    library = library_of(request)
    report = await workers_of(request).read(lambda: report_on(library))
    if STRANGER in request.scope:
        report = {**report, "library": {}, "sources": {}, "problems": []}
    return JSON(report, 200 if report["ready"] else 503, headers={"Cache-Control": "no-store"})


def report_on(library: Library) -> dict[str, Any]:
    """Return the state of the library and of what it can ask; nothing is asked for it."""
    try:
        found = library.settings_health()
        revision: int | None = library.revision()
    except BooktrackError as error:
        told = {"code": error.code, "severity": "error", "message": error.message}
        found = {"status": "unhealthy", "library": {"path": library.path}, "sources": {}}
        found["problems"], revision = [told], None
    return {
        "status": found["status"],
        "ready": revision is not None,
        "version": __version__,
        "library": found["library"],
        "sources": found["sources"],
        "problems": found["problems"],
    }


ROUTES: list[BaseRoute] = [Route("/health", health), Route("/api/health", health)]
