"""`Library`: one short method for each thing that booktrack does.

The methods take and return plain values that JSON can hold, and raise only errors of
`booktrack.errors`. Those that may ask the network are awaitable under the same name on `aio`.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial, wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from booktrack.config import Config, load_config
from booktrack.errors import InvalidInput, shown
from booktrack.library_books import BookMethods
from booktrack.library_calendar import CalendarMethods
from booktrack.library_covers import CoverMethods
from booktrack.library_files import FileMethods
from booktrack.library_finding import FindingMethods
from booktrack.library_owning import OwningMethods
from booktrack.library_pages import PageMethods
from booktrack.library_reading import ReadingMethods
from booktrack.library_safety import SafetyMethods
from booktrack.library_series import SeriesMethods
from booktrack.library_settings import SettingsMethods
from booktrack.library_sources import SourceMethods
from booktrack.services import inputs
from booktrack.services.asking import Asker, Asking
from booktrack.services.context import Clock, Context, how_to_ask
from booktrack.services.finding import Finder
from booktrack.services.live_settings import LiveSettings
from booktrack.services.live_sources import LiveSources
from booktrack.store.database import open_store
from booktrack.store.secrets import Secrets

if TYPE_CHECKING:
    from booktrack.sources.base import Source

JSON = dict[str, Any]
T = TypeVar("T")


class Library(
    BookMethods,
    FindingMethods,
    OwningMethods,
    SeriesMethods,
    ReadingMethods,
    CalendarMethods,
    CoverMethods,
    PageMethods,
    SourceMethods,
    FileMethods,
    SettingsMethods,
    SafetyMethods,
):
    """A person's books in one file.

    >>> import booktrack
    >>> with booktrack.Library("library.json") as library:
    ...     library.lookup("978-0-7653-2635-5")["title"]
    'The Way of Kings'

    Args:
        path: The file; None takes `BOOKTRACK_LIBRARY`, else `library.json` in the working
            directory, else the one in the platform's data folder. It is made by the first change.
        user_id: Whose status, notes and readings are meant.
        sources: The sources to ask; None takes all that are installed.
        offline: Never ask the network; `BOOKTRACK_OFFLINE=1` does the same.
        clock: Returns the time, for tests.

    Raises:
        InvalidInput: A path or a user that cannot be one.
        StoreCorrupt: The file is damaged; the message says where and what to do.
        StoreTooNew: The file was written by a newer booktrack.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        user_id: int = 1,
        sources: Sequence[Source] | None = None,
        offline: bool = False,
        clock: Clock | None = None,
    ) -> None:
        if isinstance(user_id, bool) or not isinstance(user_id, int) or user_id < 1:
            raise InvalidInput(f"a user id is a whole number from 1, not {shown(user_id)}")
        config = load_config(path, offline=offline)
        clock = clock or _local_time
        store = open_store(config.path, clock=clock)
        live = LiveSettings(store, Secrets(store.path), config.given)
        live("backups_kept")  # read once, so that the store obeys it from its first snapshot on
        installed = LiveSources(live)
        asker = Asker(
            installed if sources is None else lambda: sources,
            lambda: _gateway(replace(config, contact=live("contact"))),
            _run,
            near=installed.near if sources is None else None,
            manner=partial(how_to_ask, live, clock, config.offline),
        )
        self._ctx = Context(store, user_id, clock, Finder(store), asker, live, config.offline)
        self.aio = AsyncLibrary(self)

    @property
    def path(self) -> str:
        """The library's file."""
        return str(self._ctx.store.path)

    @property
    def user_id(self) -> int:
        """Whose status, notes and readings are meant."""
        return self._ctx.user_id

    def revision(self) -> int:
        """Return the number of the last change, whichever process made it; it only grows.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     before = library.revision()
        ...     edition = library.add_note("9780765326355", "lent to Ada")
        ...     library.revision() - before
        1
        """
        return self._ctx.store.catch_up()

    def revision_at_hand(self) -> int | None:
        """Return `revision()` where nobody has to be waited for, else None; for a server's loop.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.revision_at_hand() == library.revision()
        True
        """
        return self._ctx.store.glance()

    def today(self) -> str:
        """Return the calendar date on which answers rest, such as "2026-11-22".

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     len(library.today())
        10
        """
        return self._ctx.today()

    @contextmanager
    def transaction(self, why: str) -> Iterator[None]:
        """Return a context whose changes are one: one line in the history, one undo, or none.

        An exception that leaves it leaves the library as it was. Others wait that long, so ask no
        sources within.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     with library.transaction("tidy up"):
        ...         edition = library.add_note("9780765326355", "signed copy")
        ...         edition = library.mark("9780765326355", "want")
        ...     library.history(limit=1)["transactions"][0]["why"]
        'tidy up'

        Args:
            why: What the history tells of it.

        Raises:
            InvalidInput: The reason is no text.
            StoreBusy: Another process kept the library's lock for too long.
        """
        reason = inputs.text(why, "the reason")
        with self._ctx.store.transaction(reason, user_id=self._ctx.user_id):
            yield

    def close(self) -> None:
        """Write the plain file where changes are still in the journal only, and let it go."""
        self._ctx.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncLibrary:
    """The methods of a `Library`, awaitable in any running loop; they work in worker threads."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._library, name)
        if name.startswith("_") or not callable(method):
            raise AttributeError(f"{name} is not a method of Library")

        @wraps(method)
        async def call(*args: Any, **kwargs: Any) -> Any:
            import anyio.to_thread

            return await anyio.to_thread.run_sync(partial(method, *args, **kwargs))

        return call

    def __dir__(self) -> list[str]:
        return [name for name in dir(self._library) if not name.startswith("_")]


def _local_time() -> datetime:
    return datetime.now().astimezone()


# The network's part of the house is loaded when it is first needed: most questions are answered
# by the file alone, and the command must start at once.


def _gateway(config: Config) -> Asking:
    from booktrack import _engine

    return _engine.engine.gateway(config)


def _run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    from booktrack import _engine

    return _engine.engine.run(work)
