"""Whether the server is ready, and what is wrong."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from booktrack import __version__
from booktrack.library import Library
from booktrack.web.calls import JSON, library_of, workers_of


async def health(request: Request) -> Response:
    """Return whether the server is ready, its version, the library, the sources, what is wrong."""
    library = library_of(request)
    report = await workers_of(request).read(lambda: report_on(library))
    return JSON(report, headers={"Cache-Control": "no-store"})


def report_on(library: Library) -> dict[str, object]:
    """Return the state of the library and of what it can ask."""
    return {"status": "healthy", "ready": True, "version": __version__, "library": library.path}


ROUTES: list[BaseRoute] = [Route("/health", health), Route("/api/health", health)]
