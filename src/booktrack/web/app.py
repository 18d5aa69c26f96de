"""`create_app`: the server as an application for uvicorn or any other ASGI server."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from booktrack.errors import BooktrackError
from booktrack.library import Library
from booktrack.web.access import Hosts, Origins
from booktrack.web.calls import Workers
from booktrack.web.endpoints import PREFIX, Served
from booktrack.web.jobs import Jobs
from booktrack.web.logs import attached
from booktrack.web.operations import Upload
from booktrack.web.operations_all import OPERATIONS
from booktrack.web.problems import Problem, handler
from booktrack.web.routes import docs, frontend, health, v1
from booktrack.web.security import Guard
from booktrack.web.tokens import Tokens
from booktrack.web.upkeep import Upkeep


def create_app(
    library: Library,
    *,
    token: str | None = None,
    allowed_origins: Sequence[str] = (),
    allowed_hosts: Sequence[str] | None = None,
) -> Starlette:
    """Return the application that serves the library.

    Args:
        library: What is served; the caller closes it.
        token: Who does not show it is refused; None lets everybody in who reaches the port.
        allowed_origins: Pages of other origins that may call, such as "https://books.example".
        allowed_hosts: Names under which the server is reached beside those of this machine's
            loopback; "0.0.0.0" stands for every numeric address, "*" for every name.

    Raises:
        InvalidInput: A token, an origin or a host is none.
    """
    tokens = None if token is None else Tokens(token)
    guard = Middleware(
        Guard,
        tokens=tokens,
        origins=Origins(allowed_origins),
        hosts=Hosts(allowed_hosts or ()),
        large={
            PREFIX + one.path: one.body.largest
            for one in OPERATIONS
            if isinstance(one.body, Upload)
        },
    )
    workers, jobs = Workers(), Jobs()
    upkeep = Upkeep(library, workers, jobs)
    api = v1.Api(OPERATIONS, Served.of(library, workers, jobs))
    app = Starlette(
        routes=[api, *health.ROUTES, *docs.routes(tokens), *frontend.ROUTES],
        middleware=[guard],
        lifespan=upkeep.running,
        exception_handlers={
            BooktrackError: handler,
            Problem: handler,
            HTTPException: handler,
        },
    )
    # A redirect's absolute address can lead past a proxy: what is served with a slash at its end
    # is served without it too, by routes of its own.
    app.router.redirect_slashes = False
    app.state.library = library
    app.state.workers = workers
    app.state.jobs = jobs
    app.state.upkeep = upkeep
    app.state.logs = attached()
    return app
