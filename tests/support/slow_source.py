"""A server whose one source answers late: `python slow_source.py LIBRARY UPSTREAM_PORT`."""

from __future__ import annotations

import sys

from booktrack import Library
from booktrack.sources.base import Ask, BaseSource, Limits
from booktrack.web.server import serve


class Slow(BaseSource):
    """Asks the upstream, which answers when the test lets it."""

    name = "slow"
    title = "Slow"
    home = "http://127.0.0.1"
    limits = Limits(requests=1_000)
    capabilities = frozenset({"by_isbn"})

    def __init__(self, port):
        self._port = port
        self.hosts = frozenset({f"127.0.0.1:{port}"})

    def by_isbn(self, isbn):
        yield Ask(f"http://127.0.0.1:{self._port}/{isbn}")
        return []


if __name__ == "__main__":
    path, upstream = sys.argv[1:]
    with Library(path, sources=[Slow(int(upstream))]) as library:
        serve(library, port=0, announce=lambda address: sys.stderr.write(f"{address}\n"))
