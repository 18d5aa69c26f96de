"""Calling the library from a route: in a worker thread, so that the loop is never blocked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response

from booktrack.library import Library
from booktrack.services.waiting import WouldWait, waiting_at_most, without_waiting
from booktrack.web.threads import Threads

T = TypeVar("T")

# Reading needs the processor, and the store lets one at a time in: more threads would only wait.
_READERS = 6
# Writers wait for the disk and for other processes, and must not keep readers from their turn.
_WRITERS = 6
# Who waits for the network costs a thread and nothing else.
_WAITING = 256

# These work for long: they change something before they ask the network, or read large pictures.
LONG = frozenset(
    {
        "download_covers",
        "download_missing_volume_covers",
        "import_file",
        "refresh",
        "scan_image",
        "sync_audible",
        "sync_kindle",
    }
)


class Workers:
    """The threads of one app: a few for the file, and apart from them those that may wait.

    A slow source thus delays nobody who asks what the library knows.
    """

    def __init__(self) -> None:
        self._readers = Threads(_READERS, "booktrack reader")
        self._writers = Threads(_WRITERS, "booktrack writer")
        self._waiting = anyio.CapacityLimiter(_WAITING)

    async def read(self, work: Callable[[], T]) -> T:
        """Return what the work returns, which changes nothing but what sources tell."""
        return await self._hurried(work, self._readers)

    async def write(self, work: Callable[[], T]) -> T:
        """Return what the work returns, which asks the network, if at all, before it writes."""
        return await self._hurried(work, self._writers)

    async def wait(self, work: Callable[[], T]) -> T:
        """Return what the work returns, however long it takes."""
        return await anyio.to_thread.run_sync(work, limiter=self._waiting)

    async def _hurried(self, work: Callable[[], T], threads: Threads) -> T:
        try:
            return await threads.run(partial(without_waiting, work))
        except WouldWait:
            return await self.wait(work)


def library_of(request: Request) -> Library:
    """Return the library that the app serves."""
    library: Library = request.app.state.library
    return library


def workers_of(request: Request) -> Workers:
    """Return the worker threads of the app."""
    workers: Workers = request.app.state.workers
    return workers


async def call(request: Request, function: str, *args: Any, **kwargs: Any) -> Any:
    """Return what a method of the library returns."""
    work = partial(getattr(library_of(request), function), *args, **kwargs)
    return await way(request, function)(work)


async def call_within(
    request: Request, seconds: float, function: str, *args: Any, **kwargs: Any
) -> Any:
    """Return what a method of the library returns, which waits so long for sources at most."""
    work = partial(getattr(library_of(request), function), *args, **kwargs)
    return await way(request, function)(partial(waiting_at_most, seconds, work))


def way(request: Request, function: str) -> Callable[[Callable[[], T]], Awaitable[T]]:
    """Return what runs a function in a thread that is fit for it."""
    workers = workers_of(request)
    if function in LONG:
        return workers.wait
    return workers.read if request.method in ("GET", "HEAD") else workers.write


class JSON(Response):
    """An answer in JSON."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the encoded answer."""
        return msgspec.json.encode(content)
