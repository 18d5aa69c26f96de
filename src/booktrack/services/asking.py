"""Asking sources: all that can help at once, each failing by itself, within a stated time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from booktrack.config import PATIENCE
from booktrack.domain.records import SeriesRecord, WorkRecord
from booktrack.errors import BooktrackError, SourceError, SourceUnavailable

if TYPE_CHECKING:
    from booktrack.sources.base import Capability, Flow, Reply, Source
    from booktrack.sources.calls import Answer
    from booktrack.sources.webhook import Message

_log = logging.getLogger(__name__)

JSON = dict[str, Any]
T = TypeVar("T")
R = TypeVar("R", WorkRecord, SeriesRecord)

_GRACE = 1.0
"""Seconds for the others once the answer is good: what is nearly there is taken along."""

_AT_ONCE = 200
FETCH_PATIENCE = 30.0
"""Seconds for one address that a user or a source gave."""


class Asking(Protocol):
    """The part of the Gateway that is used here."""

    async def answer(
        self,
        source: Source,
        flow: Callable[[], Flow[list[R]]],
        *,
        budget: float,
        keep: float | None = None,
    ) -> Answer[list[R]]:
        """Return how the flow ended."""
        ...

    async def fetch(
        self,
        url: str,
        *,
        max_bytes: int,
        accept: str,
        allow_private: bool,
        trusted: frozenset[str],
        budget: float,
        keep_missing: float = ...,
    ) -> Reply:
        """Return what stands at an address that a user or a source gave."""
        ...

    async def deliver(self, message: Message) -> int:
        """Return after how many attempts a webhook's message was taken."""
        ...

    def dismiss(self, url: str, *, accept: str, seconds: float) -> None:
        """Let `fetch` answer "nothing is there" for so long."""
        ...

    def holds_nothing(self, url: str, *, accept: str) -> bool:
        """Return whether `fetch` would answer "nothing is there" without asking."""
        ...

    def kept_answers(self) -> dict[str, int]:
        """Return how many answers are kept, and how often they were of use."""
        ...


@dataclass
class Asked(Generic[R]):
    """What the sources said, and how it went with each: `{"openlibrary": {"code": "ok"}}`."""

    found: list[R] = field(default_factory=list)
    sources: JSON = field(default_factory=dict)


@dataclass(frozen=True)
class Manner:
    """How sources are asked, as the user wants it now."""

    offline: bool = False
    """Never: every source on the network then answers "offline"."""
    patience: float = PATIENCE
    """Seconds for all of them together."""
    keep: float | None = None
    """Seconds for which an answer serves again at most; None leaves it to the source."""
    why: str | None = None
    """Why they are not asked, where a setting says so."""


class Runner(Protocol):
    """Runs a coroutine to its end on the loop that the gateway belongs to."""

    def __call__(self, work: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        """Return what the coroutine returns."""
        ...


class Asker:
    """Asks the sources of one library.

    Args:
        sources: gives them, in the order in which their records are listed; called when first
            needed, because most questions are answered by the library alone.
        gateway: gives what drives their flows.
        run: runs a coroutine to its end on the loop that the gateway belongs to.
        near: gives those that need no network, where that is quicker than giving all.
        manner: tells how they are asked; it may be another one for each question.
    """

    def __init__(
        self,
        sources: Callable[[], Sequence[Source]],
        gateway: Callable[[], Asking],
        run: Runner,
        *,
        near: Callable[[], Sequence[Source]] | None = None,
        manner: Callable[[], Manner] = Manner,
    ) -> None:
        self._sources = sources
        self._near = near or sources
        self._gateway = gateway
        self._run = run
        self._manner = manner

    @property
    def offline(self) -> bool:
        """Whether no source on the network is asked now."""
        return self._manner().offline

    def names(self, able: Capability) -> list[str]:
        """Return the names of the sources that would answer; offline these are the local ones."""
        offline = self.offline
        return [
            source.name
            for source in (self._near() if offline else self._sources())
            if able in source.capabilities and source.configured and (source.local or not offline)
        ]

    def able(self, how: Capability) -> list[str]:
        """Return the names of the sources that can be asked in this way, offline or not."""
        return [
            source.name
            for source in self._sources()
            if how in source.capabilities and source.configured
        ]

    def unconfigured(self) -> list[str]:
        """Return the names of the sources that lack the key without which they answer nobody."""
        return [source.name for source in self._sources() if not source.configured]

    def by_isbn(
        self,
        isbn: str,
        only: Collection[str] | None = None,
        patience: float | None = None,
        enough: Callable[[list[WorkRecord]], bool] | None = None,
    ) -> Asked[WorkRecord]:
        """Return what the sources, or only those named, say of the edition with this ISBN.

        Args:
            isbn: the ISBN-13.
            only: the sources to ask; None asks all.
            patience: seconds for all of them together.
            enough: tells of what has arrived whether it is a good answer; then the others get a
                moment more, and those that are not needed are told as such.
        """
        return self._ask("by_isbn", lambda source: source.by_isbn(isbn), only, patience, enough)

    def search(self, title: str | None, author: str | None, limit: int) -> Asked[WorkRecord]:
        """Return the works that the sources find by title and author."""
        return self._ask(
            "search", lambda source: source.search(title=title, author=author, limit=limit)
        )

    def series(self, name: str, only: Collection[str] | None = None) -> Asked[SeriesRecord]:
        """Return the series that the sources, or only those named, know by this name."""
        return self._ask("series", lambda source: source.series(name), only)

    def by_isbns(self, name: str, isbns: Sequence[str], patience: float) -> Asked[WorkRecord]:
        """Return what one source says of many ISBNs, asked in as few requests as it takes."""

        def flow(source: Source) -> Flow[list[WorkRecord]]:
            found = yield from source.by_isbns(isbns)
            return list({id(work): work for works in found.values() for work in works}.values())

        return self._ask("by_isbn", flow, [name], patience)

    def fetch(
        self,
        url: str,
        *,
        max_bytes: int,
        accept: str = "*/*",
        allow_private: bool = False,
        patience: float = FETCH_PATIENCE,
        by_hand: bool = False,
    ) -> Reply:
        """Return what stands at an address that a user gave; see `Gateway.fetch`.

        `by_hand` is for what the user asks for at this moment: sources that are switched off by a
        setting do not stop it, and that nothing was there is not remembered.

        Raises:
            InvalidInput: it is no http or https address.
            SourceError: it is not public, or could not be asked; offline nothing is.
        """
        (found,) = self.fetch_all(
            [url],
            max_bytes,
            accept=accept,
            allow_private=allow_private,
            patience=patience,
            by_hand=by_hand,
        )
        if isinstance(found, BooktrackError):
            raise found
        return found

    def fetch_all(
        self,
        urls: Sequence[str],
        max_bytes: int,
        *,
        accept: str = "*/*",
        allow_private: bool = False,
        trusted: frozenset[str] = frozenset(),
        patience: float = FETCH_PATIENCE,
        by_hand: bool = False,
    ) -> list[Reply | BooktrackError]:
        """Return what stands at each of the addresses, or why it could not be had."""
        manner = self._manner()
        if manner.offline and not (by_hand and manner.why):
            message = f"{manner.why or 'booktrack is offline'}; nothing was fetched"
            return [SourceUnavailable(message, source="network") for _ in urls]
        gateway = self._gateway()
        memory = {"keep_missing": 0.0} if by_hand else {}
        found: dict[int, Reply | BooktrackError] = {}

        async def fetch(number: int, url: str) -> None:
            try:
                found[number] = await gateway.fetch(
                    url,
                    max_bytes=max_bytes,
                    accept=accept,
                    allow_private=allow_private,
                    trusted=trusted,
                    budget=patience,
                    **memory,
                )
            except BooktrackError as error:
                found[number] = error

        async def fetch_each() -> None:
            import anyio

            async with anyio.create_task_group() as group:
                for number, url in enumerate(urls):
                    group.start_soon(fetch, number, url)

        self._run(fetch_each)
        return [found[number] for number in range(len(urls))]

    def deliver(self, message: Message) -> int:
        """Return after how many attempts a webhook's message was taken; see `Gateway.deliver`.

        Raises:
            InvalidInput: its address is none.
            SourceError: it was not taken.
        """
        gateway = self._gateway()
        return self._run(lambda: gateway.deliver(message))

    def dismiss(self, urls: Iterable[str], *, accept: str, seconds: float) -> None:
        """Let `fetch` answer "nothing is there" for so long: what stands there is of no use."""
        gateway = self._gateway()

        async def dismiss() -> None:
            for url in urls:
                gateway.dismiss(url, accept=accept, seconds=seconds)

        self._run(dismiss)

    def empty(self, urls: Collection[str], *, accept: str) -> set[str]:
        """Return those of which it is known of late that nothing of use stands there."""
        if not urls or self._manner().offline:
            return set()
        gateway = self._gateway()

        async def empty() -> set[str]:
            import anyio

            found = set()
            for number, url in enumerate(urls):
                if not number % _AT_ONCE:
                    await anyio.sleep(0)  # others that ask meanwhile are not held up
                if gateway.holds_nothing(url, accept=accept):
                    found.add(url)
            return found

        return self._run(empty)

    def hosts(self) -> frozenset[str]:
        """Return the hosts, with their ports, that the sources name as their own."""
        return frozenset().union(*(source.hosts for source in self._sources()))

    def kept_answers(self) -> dict[str, int]:
        """Return `{"answers", "bytes", "questions", "served"}` of what sources have answered."""
        return self._gateway().kept_answers()

    def _ask(
        self,
        able: Capability,
        flow: Callable[[Source], Flow[list[R]]],
        only: Collection[str] | None = None,
        patience: float | None = None,
        enough: Callable[[list[R]], bool] | None = None,
    ) -> Asked[R]:
        sources = [
            source
            for source in self._sources()
            if able in source.capabilities and (only is None or source.name in only)
        ]
        manner = self._manner()
        if patience:
            manner = replace(manner, patience=patience)
        here = [source for source in sources if source.local or not manner.offline]
        asked: Asked[R] = Asked()
        if here:
            asked = self._run(lambda: self._all(here, flow, manner, enough))
        told = {"code": "offline"} | ({"message": manner.why} if manner.why else {})
        left = {source.name: told for source in sources if source not in here}
        return Asked(asked.found, asked.sources | left)

    async def _all(
        self,
        sources: Sequence[Source],
        flow: Callable[[Source], Flow[list[R]]],
        manner: Manner,
        enough: Callable[[list[R]], bool] | None,
    ) -> Asked[R]:
        import anyio

        answers: dict[str, Answer[list[R]]] = {}
        mistakes: dict[str, JSON] = {}
        gateway = self._gateway()
        missed = "late"
        scope = anyio.CancelScope(deadline=anyio.current_time() + manner.patience + 0.5)

        async def ask(source: Source) -> None:
            try:
                answers[source.name] = await gateway.answer(
                    source, lambda: flow(source), budget=manner.patience, keep=manner.keep
                )
            except Exception as error:  # noqa: BLE001 - a plug-in's mistake is its own affair
                _log.warning("the source %s made a mistake", source.name, exc_info=error)
                mistakes[source.name] = _mistake(source, error)
                return
            if enough and enough([one for said in answers.values() for one in said.value or []]):
                nonlocal missed
                missed = "not_needed"
                scope.deadline = min(scope.deadline, anyio.current_time() + _GRACE)

        with scope:
            async with anyio.create_task_group() as group:
                for source in sources:
                    group.start_soon(ask, source)
        asked: Asked[R] = Asked()
        for source in sources:
            answer = answers.get(source.name)
            late = mistakes.get(source.name, {"code": missed})
            asked.sources[source.name] = answer.entry() if answer else late
            asked.found += (answer.value or []) if answer else []
        return asked


def _mistake(source: Source, error: Exception) -> JSON:
    """Return how `sources` tells of a source that raised what it must not."""
    said = f"{type(error).__name__}: {error}"
    return {
        "code": SourceError.code,
        "message": f"{source.title} cannot be used: it made a mistake ({said}); tell its author",
    }
