"""Asking sources: all that can help at once, each failing by itself, within a stated time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from booktrack.domain.records import WorkRecord

if TYPE_CHECKING:
    from booktrack.sources.base import Capability, Flow, Source
    from booktrack.sources.http import Answer

JSON = dict[str, Any]
Works = list[WorkRecord]

PATIENCE = 8.0
"""Seconds after which an answer is given with what has arrived."""


class Asking(Protocol):
    """The part of the Gateway that is used here."""

    async def answer(self, source: Source, flow: Flow[Works], *, budget: float) -> Answer[Works]:
        """Return how the flow ended."""
        ...


@dataclass
class Asked:
    """What the sources said, and how it went with each: `{"openlibrary": {"code": "ok"}}`."""

    works: Works = field(default_factory=list)
    sources: JSON = field(default_factory=dict)


class Asker:
    """Asks the sources of one library.

    Args:
        sources: gives them, in the order in which their records are listed; called when first
            needed, because most questions are answered by the library alone.
        gateway: gives what drives their flows.
        run: runs a coroutine to its end on the loop that the gateway belongs to.
        offline: never ask; every source then answers "offline".
        patience: seconds for all of them together.
    """

    def __init__(
        self,
        sources: Callable[[], Sequence[Source]],
        gateway: Callable[[], Asking],
        run: Callable[[Callable[[], Coroutine[Any, Any, Asked]]], Asked],
        *,
        offline: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self._sources = sources
        self._gateway = gateway
        self._run = run
        self._offline = offline
        self._patience = patience

    def by_isbn(self, isbn: str) -> Asked:
        """Return what the sources say of the edition that carries this ISBN."""
        return self._ask("by_isbn", lambda source: source.by_isbn(isbn))

    def search(self, title: str | None, author: str | None, limit: int) -> Asked:
        """Return the works that the sources find by title and author."""
        return self._ask(
            "search", lambda source: source.search(title=title, author=author, limit=limit)
        )

    def _ask(self, able: Capability, flow: Callable[[Source], Flow[Works]]) -> Asked:
        sources = [source for source in self._sources() if able in source.capabilities]
        if self._offline:
            return Asked(sources={source.name: {"code": "offline"} for source in sources})
        return self._run(lambda: self._all(sources, flow))

    async def _all(self, sources: Sequence[Source], flow: Callable[[Source], Flow[Works]]) -> Asked:
        import anyio

        answers: dict[str, Answer[Works]] = {}
        gateway = self._gateway()

        async def ask(source: Source) -> None:
            answers[source.name] = await gateway.answer(source, flow(source), budget=self._patience)

        with anyio.move_on_after(self._patience + 0.5):
            async with anyio.create_task_group() as group:
                for source in sources:
                    group.start_soon(ask, source)
        asked = Asked()
        for source in sources:
            answer = answers.get(source.name)
            asked.sources[source.name] = answer.entry() if answer else {"code": "late"}
            asked.works += (answer.value or []) if answer else []
        return asked
