"""The clean API: every operation of the table under /api/v1."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from booktrack.web.endpoints import PREFIX, Endpoint, Served
from booktrack.web.operations import Operation
from booktrack.web.routes.jobs import HANDLERS, Handler
from booktrack.web.tree import Tree, segments_of


class Api(BaseRoute):
    """One route for all of them; see `web.tree` for the reasons.

    Args:
        operations: The table.
        served: What they work with.
    """

    def __init__(self, operations: Iterable[Operation], served: Served) -> None:
        self.served = served
        self._tree: Tree[Endpoint | Handler] = Tree()
        for one in operations:
            self._tree.add(one.method, one.path, Endpoint(one, served))
        for one, make in HANDLERS:
            self._tree.add(one.method, one.path, make(served))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether the address is below /api/v1."""
        if scope["type"] == "http" and scope["path"].startswith(f"{PREFIX}/"):
            return Match.FULL, {}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        end, values = self._tree.find(scope["method"], segments_of(scope, PREFIX))
        await end(scope, receive, send, values)
