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
    """Return whether the server is ready, its version, the library, the sources, what is wrong."""
    library = library_of(request)
    report = await workers_of(request).read(lambda: report_on(library))
    return JSON(report, headers={"Cache-Control": "no-store"})


def report_on(library: Library) -> dict[str, Any]:
    """Return the state of the library and of what it can ask; nothing is asked for it."""
    problems: list[dict[str, Any]] = []
    about: dict[str, Any] = {"path": library.path}
    try:
        about["revision"] = library.revision()
        about["books"] = library.list_books(limit=1)["total"]
    except BooktrackError as error:
        problems.append({"code": error.code, "message": error.message})
    return {
        "status": "unhealthy" if problems else "healthy",
        "ready": not problems,
        "version": __version__,
        "library": about,
        "sources": {},
        "problems": problems,
    }


ROUTES: list[BaseRoute] = [Route("/health", health), Route("/api/health", health)]
