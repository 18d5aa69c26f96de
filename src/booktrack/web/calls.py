"""Calling the library from a route: in a worker thread, so that the loop is never blocked."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from booktrack.library import Library


def library_of(request: Request) -> Library:
    """Return the library that the app serves."""
    library: Library = request.app.state.library
    return library


async def call(request: Request, function: str, *args: Any, **kwargs: Any) -> Any:
    """Return what a method of the library returns."""
    method = getattr(library_of(request), function)
    return await run_in_threadpool(partial(method, *args, **kwargs))


class JSON(Response):
    """An answer in JSON."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the encoded answer."""
        return msgspec.json.encode(content)
