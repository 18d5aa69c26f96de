"""Finding the operation of an address by the path as it was sent.

ASGI gives the path decoded, and then a series called "A/B" is two segments. Here each segment is
cut out of the raw path first and decoded by itself. A tree of segments also takes the same time
for the last of a hundred operations as for the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import quote, unquote_to_bytes

from starlette.types import Scope

from booktrack.web.problems import Problem

E = TypeVar("E")


class Tree(Generic[E]):
    """Endpoints by path and method."""

    def __init__(self) -> None:
        self._literal: dict[str, Tree[E]] = {}
        self._named: Tree[E] | None = None
        self._names: dict[str, tuple[str, ...]] = {}
        self._ends: dict[str, E] = {}

    def add(self, method: str, path: str, end: E) -> None:
        """Put an endpoint under a path such as "/books/{book_id}"."""
        node = self
        names = []
        for segment in path.strip("/").split("/"):
            if segment.startswith("{"):
                names.append(segment.strip("{}"))
                node._named = node = node._named or Tree()
            else:
                node = node._literal.setdefault(segment, Tree())
        node._ends[method] = end
        node._names[method] = tuple(names)

    def find(self, method: str, segments: list[str]) -> tuple[E, dict[str, str]]:
        """Return the endpoint and the values of the path's names.

        Raises:
            Problem: Nothing stands there, or nothing that takes the method.
        """
        values: list[str] = []
        node = self._walk(segments, values)
        if node is None:
            raise Problem(404, "there is nothing at this address; /api/docs lists what there is")
        asked = "GET" if method == "HEAD" else method
        end = node._ends.get(asked)
        if end is None:
            raise Problem(
                405,
                "this address does not take this method; the header Allow lists those that it "
                "takes",
                headers={"Allow": ", ".join(node.methods())},
            )
        return end, dict(zip(node._names[asked], values, strict=True))

    def methods(self) -> list[str]:
        """Return the methods that are taken here."""
        return sorted({*self._ends, *(["HEAD"] if "GET" in self._ends else [])})

    def _walk(self, segments: list[str], values: list[str]) -> Tree[E] | None:
        node: Tree[E] = self
        for segment in segments:
            literal = node._literal.get(segment)
            if literal is not None:
                node = literal
            elif node._named is not None and segment:
                values.append(segment)
                node = node._named
            else:
                return None
        return node if node._ends else None


def segments_of(scope: Scope | Mapping[str, Any], prefix: str) -> list[str]:
    """Return the decoded segments of the path behind the prefix.

    Raises:
        Problem: A segment is no UTF-8.
    """
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    rest = raw.partition(b"?")[0][len(prefix) + 1 :]
    try:
        return [
            (unquote_to_bytes(one) if b"%" in one else one).decode() for one in rest.split(b"/")
        ]
    except UnicodeDecodeError as error:
        raise Problem(400, "the path is not UTF-8") from error
