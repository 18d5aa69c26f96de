"""`create_app`: the server as an application for uvicorn or any other ASGI server."""

from __future__ import annotations

from starlette.applications import Starlette

from booktrack.library import Library
from booktrack.web.routes import frontend


def create_app(library: Library) -> Starlette:
    """Return the application that serves the library."""
    app = Starlette(routes=[*frontend.ROUTES])
    app.state.library = library
    return app
