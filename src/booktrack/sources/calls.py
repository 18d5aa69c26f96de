"""One call of the Gateway: what it may spend, what it used, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import anyio

from booktrack.errors import SourceError
from booktrack.sources.base import as_sources_entry

T = TypeVar("T")


@dataclass
class Answer(Generic[T]):
    """How a flow ended: with a value or an error, by how many requests, on old answers or not."""

    value: T | None = None
    error: SourceError | None = None
    requests: int = 0
    stale: bool = False

    def entry(self) -> dict[str, Any]:
        """Return what `sources` tells of it, such as `{"code": "ok"}`."""
        told = as_sources_entry(self.error)
        return {**told, "stale": True} if self.stale else told


class Call:
    """A call from now on: `budget` seconds long, begun at the Unix time `begun`."""

    def __init__(self, budget: float, begun: float) -> None:
        self.budget = budget
        self.begun = begun
        self.keep: float | None = None
        """For how many seconds at most a kept answer serves; None leaves it to the source."""
        self.requests = 0
        self.stale = False
        self.failure: SourceError | None = None
        """What the flow was last told in place of an answer."""
        self.recalled: set[str] = set()
        """The keys of the answers that were kept before the call began."""
        self.fetched: set[str] = set()
        """Those of the answers that came since."""
        self._deadline = anyio.current_time() + budget

    def left(self) -> float:
        """Return the seconds that may still be spent."""
        return max(0.0, self._deadline - anyio.current_time())

    def begin_again(self) -> None:
        """Forget what the old answers came to; time and requests stay spent."""
        self.recalled, self.stale = set(), False
