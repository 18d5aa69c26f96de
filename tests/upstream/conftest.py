"""Servers on loopback, an engine whose waiting takes no time, and libraries that ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from booktrack import Library, _engine
from booktrack.sources.http import Gateway
from booktrack.sources.openlibrary import OpenLibrary
from support.dialects.openlibrary import DUNE, MARTIAN, OpenLibraryDialect
from support.libraries import open_library
from support.upstream import Dialect, LoopbackLoop, Upstream
from support.virtual_time import now

CONTACT = "me@example.org"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[_engine.Engine]:
    """The engine that every library of the test asks through; its waits take no time."""
    monkeypatch.setenv("BOOKTRACK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("BOOKTRACK_CONTACT", CONTACT)
    # Without the certificates of the world, which take longer to read than all the rest.
    transport = httpx.AsyncHTTPTransport(verify=False)
    make = partial(Gateway, now=now, jitter=lambda most: most, transport=transport)
    made = _engine.Engine(LoopbackLoop, make)
    monkeypatch.setattr(_engine, "engine", made)
    yield made
    made.close()


@pytest.fixture
def serve(engine: _engine.Engine) -> Iterator[Callable[[Dialect], Upstream]]:
    servers = []

    def start(dialect: Dialect) -> Upstream:
        server = Upstream(dialect)
        engine.run(server.start)
        servers.append(server)
        return server

    yield start
    for server in servers:
        engine.run(server.stop)


@pytest.fixture
def shelf(serve: Callable[[Dialect], Upstream]) -> Iterator[Upstream]:
    """Open Library with two books; after the test its limit must have been kept."""
    server = serve(OpenLibraryDialect([DUNE, MARTIAN]))
    yield server
    assert server.busiest(1.0) <= OpenLibrary.limits.identified


@pytest.fixture
def opened(tmp_path: Path, engine: _engine.Engine) -> Iterator[Callable[..., Library]]:
    libraries = []

    def open_it(*sources: Any, name: str = "library", **options: Any) -> Library:
        path = tmp_path / f"{name}.json"
        libraries.append(open_library(path, sources=list(sources), offline=False, **options))
        return libraries[-1]

    yield open_it
    for library in libraries:
        library.close()


@pytest.fixture
def library(opened: Callable[..., Library], shelf: Upstream) -> Library:
    """A library that asks Open Library alone."""
    return opened(OpenLibrary(base_url=shelf.url))


@pytest.fixture
def elapsed(engine: _engine.Engine) -> Callable[[], float]:
    """Return the seconds that would have passed, were waiting not free."""

    async def time() -> float:
        import asyncio

        return asyncio.get_running_loop().time()

    begin = engine.run(time)
    return lambda: engine.run(time) - begin
