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
from booktrack.services import collection, inputs, listing, lookup
from booktrack.services import series as series_service
from booktrack.services.answers import answers
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
        asker = Asker(
            LiveSources(live) if sources is None else lambda: sources,
            lambda: _gateway(replace(config, contact=live("contact"))),
            _run,
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

    # --- finding -----------------------------------------------------------------------------

    def search(
        self,
        query: str | None = None,
        *,
        isbn: str | None = None,
        title: str | None = None,
        author: str | None = None,
        series: str | None = None,
        remote: str = "auto",
        limit: int = 10,
    ) -> JSON:
        """Return the books that answer a question, best first, each with why it matched.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.search("way of kigns")["results"][0]["title"]
        'The Way of Kings'

        Args:
            query: An ISBN, or words of a title, author or series, typos forgiven.
            isbn: An ISBN-10 or -13, with or without hyphens.
            title: Words of the title; with `author` or `series`, both must fit.
            author: Words of an author's name.
            series: Words of a series' name, or of its aliases.
            remote: "auto" asks the sources where the library has no good answer, "never" does
                not, "always" does.
            limit: How many results at most, 1 to 1,000.

        Returns:
            `{"query": {"kind", ...}, "results": [book...], "series": [series...],
            "candidates": [...], "sources": {name: {"code", ...}}, "suggestions": [text]}`; each
            book has `match: {"score": 0 to 1, "field", "text", "how"}`. `series` is filled where
            a series was asked for. Candidates are records of sources that may be meant but were
            not stored; `choose(record=...)` takes one in.

        Raises:
            InvalidInput: Nothing was asked, or an argument is wrong.
            InvalidISBN: The ISBN is none.
        """
        return lookup.search(
            self._ctx,
            query,
            isbn=isbn,
            title=title,
            author=author,
            series=series,
            remote=remote,
            limit=limit,
        )

    def lookup(self, isbn: str, remote: str = "auto") -> JSON:
        """Return exactly one book: the one that has an edition with this ISBN.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     book = library.lookup("0765326353")
        >>> book["series"], book["series_position"], book["editions"][0]["status"]
        ('Stormlight Archive', 1, 'own')

        Raises:
            InvalidISBN: It is no ISBN; the message says why.
            NotFound: Nobody knows it; `details["sources"]` says who could not be asked.
        """
        return lookup.lookup(self._ctx, isbn, remote)

    # --- the collection ----------------------------------------------------------------------

    def add(
        self,
        isbn: str | None = None,
        *,
        title: str | None = None,
        authors: Sequence[str] | str | None = None,
        series: str | None = None,
        position: str | float | None = None,
        status: str = "own",
        notes: str | None = None,
        remote: str = "auto",
        **fields: Any,
    ) -> JSON:
        """Return the book after adding it, or another edition of it, with the user's status.

        With an ISBN alone the library and the sources are asked what it is. The series is read
        from the title where it is not given.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     book = library.add(title="Piranesi", authors="Susanna Clarke", format="hardcover")
        ...     book["editions"][0]["status"], book["editions"][0]["format"]
        ('own', 'hardcover')

        Args:
            isbn: The edition's ISBN-10 or -13.
            title: The title; needed where no source knows the ISBN.
            authors: One name or a list of names.
            series: The name of the series.
            position: The place in it: 3, "1.5", "1-3".
            status: "own", "want" or "missing".
            notes: A note on the edition, such as "signed copy".
            remote: As for `search`.
            **fields: Of the edition: format, publisher, release_date, language, page_count,
                cover_url, price, currency.

        Raises:
            InvalidInput: An argument is wrong, or neither ISBN nor title was given.
            NotFound: Nobody knows the ISBN and no title was given.
        """
        return collection.add_book(
            self._ctx,
            isbn=isbn,
            title=title,
            authors=authors,
            series=series,
            position=position,
            status=status,
            notes=notes,
            remote=remote,
            fields=fields,
        )

    def get_book(self, book_id: int) -> JSON:
        """Return a book by its id.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.get_book(1)["title"]
        'The Way of Kings'

        Raises:
            NotFound: There is none.
        """
        return answers(self._ctx).book(collection.checked_id(book_id, "book"))

    def get_edition(self, edition: int | str) -> JSON:
        """Return an edition by its id or ISBN, with the user's status and notes.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.get_edition("9780765326355")["status"]
        'own'

        Raises:
            NotFound: The library has no such edition.
            InvalidISBN: It is no ISBN.
        """
        answer = answers(self._ctx)
        return answer.edition(inputs.edition_id(self._ctx.store, edition))

    def list_books(
        self,
        *,
        limit: int = 50,
        offset: int = 0,
        sort: str = "title",
        descending: bool = False,
        status: str | None = None,
        author: str | None = None,
        series: int | str | None = None,
        format: str | None = None,
        language: str | None = None,
        shelf: str | None = None,
        notes: str | None = None,
        tag: str | None = None,
    ) -> JSON:
        """Return `{"total", "limit", "offset", "books"}`: one page of the books that fit.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     page = library.list_books(author="Brandon Sanderson", sort="release_date", limit=1)
        >>> page["books"][0]["title"]
        'The Way of Kings'

        Args:
            limit: Books a page, 1 to 10,000.
            offset: How many to pass over.
            sort: title, author, series, release_date, added, updated or id.
            descending: The other way round.
            status: Only books with an edition that the user owns, wants or misses.
            author: Only books of this author, in any spelling of the name.
            series: Only books of this series, by id or name.
            format: Only books with an edition of this format.
            language: Only books with an edition in this language ("en").
            shelf: Only books on this shelf.
            notes: Only books with a note of yours that says this, such as "signed copy".
            tag: Only books with this tag.

        Raises:
            InvalidInput: An argument is wrong.
            NotFound: There is no such series.
        """
        filters = listing.Filters(
            status=status,
            author=author,
            series=None if series is None else series_service.series_id(self._ctx, series),
            book_format=format,
            language=language,
            shelf=shelf,
            notes=notes,
            tag=tag,
        )
        return listing.list_books(
            self._ctx, filters, limit=limit, offset=offset, sort=sort, descending=descending
        )

    def provenance(self, book_id: int) -> JSON:
        """Return who said each value of a book, and what others said instead.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     book = library.edit_book(1, subtitle="Book One")
        ...     said = library.provenance(1)["book"]["subtitle"]
        ...     said["value"], said["source"], said["locked"]
        ('Book One', 'user', True)

        Returns:
            `{"book": {field: {"value", "source", "record", "at", "locked", "rejected": [...]}},
            "editions": [{"id", "fields": {...}}]}`.

        Raises:
            NotFound: There is no such book.
        """
        return collection.sources_of_values(self._ctx, collection.checked_id(book_id, "book"))

    def edit_book(self, book_id: int, **changes: Any) -> JSON:
        """Return the book after a correction; no source overrules an edited field.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.edit_book(1, subtitle="Book One")["subtitle"]
        'Book One'

        Args:
            book_id: The book.
            **changes: title, subtitle, authors, alternate_titles, description, genres.

        Raises:
            NotFound: There is no such book.
            InvalidInput: There is no such field, or a value is wrong.
        """
        return collection.edit_book(self._ctx, collection.checked_id(book_id, "book"), changes)

    def edit_edition(self, edition: int | str, **changes: Any) -> JSON:
        """Return the edition after a correction; no source overrules an edited field.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     edition = library.edit_edition("9780765326355", price=29.99, currency="USD")
        ...     edition["price"], edition["currency"]
        (29.99, 'USD')

        Args:
            edition: Its id or ISBN.
            **changes: format, publisher, release_date, language, page_count, cover_url, price,
                currency, isbn_13.

        Raises:
            NotFound: There is no such edition.
            Conflict: The new ISBN stands on another edition.
            InvalidInput: There is no such field, or a value is wrong.
        """
        return collection.edit_edition(self._ctx, edition, changes)

    def unlock(self, book_id: int, fields: Sequence[str] | None = None) -> JSON:
        """Return the book after letting sources speak again on edited fields, or on all of them.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     book = library.edit_book(1, subtitle="Book One")
        ...     book = library.unlock(1, ["subtitle"])
        ...     library.provenance(1)["book"]["subtitle"]["locked"]
        False

        Raises:
            NotFound: There is no such book.
        """
        return collection.unlock(self._ctx, collection.checked_id(book_id, "book"), fields)

    def remove_book(self, book_id: int) -> JSON:
        """Return `{"id", "removed": {table: count}}` after removing a book with its editions.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.remove_book(1)["removed"]["editions"]
        2

        Raises:
            NotFound: There is no such book.
        """
        return collection.remove_book(self._ctx, collection.checked_id(book_id, "book"))

    def remove_edition(self, edition: int | str) -> JSON:
        """Return `{"id", "removed": {table: count}}` after removing an edition; its book stays.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.remove_edition("9781429952040")["removed"]["editions"]
        1

        Raises:
            NotFound: There is no such edition.
        """
        return collection.remove_edition(self._ctx, edition)

    # --- series ------------------------------------------------------------------------------

    def list_series(
        self,
        *,
        limit: int = 50,
        offset: int = 0,
        completeness: str | None = None,
        kind: str | None = None,
    ) -> JSON:
        """Return `{"total", "limit", "offset", "series"}` by name, without their volumes.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     page = library.list_series(completeness="complete")
        ...     [series["name"] for series in page["series"]]
        ['The Broken Earth']

        Args:
            limit: Series a page, 1 to 10,000.
            offset: How many to pass over.
            completeness: Only complete, incomplete, unknown_total or contradiction ones.
            kind: Only series of this kind.

        Raises:
            InvalidInput: An argument is wrong.
        """
        return series_service.list_series(
            self._ctx, limit=limit, offset=offset, completeness=completeness, kind=kind
        )

    def get_series(self, series: int | str, *, kind: str | None = None) -> JSON:
        """Return a series with its volumes, the status of each derived from the editions.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     series = library.get_series("Stormlight Archive")
        ...     series["owned"], series["missing"], series["percent"]
        (['1', '2', '2.5', '4'], ['3', '5'], 60.0)

        Raises:
            NotFound: There is none; `details["suggestions"]` names the nearest.
            Conflict: Several bear the name; `details["choices"]` lists them.
        """
        return series_service.get_series(self._ctx, series, kind)

    def track_series(self, series: int | str, tracked: bool = True) -> JSON:
        """Return the series after saying whether its new volumes are of interest.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.track_series("Saga", False)["tracked"]
        False

        Raises:
            NotFound: There is no such series.
        """
        return series_service.track_series(self._ctx, series, tracked)

    def check(self, *, repair: bool = False) -> JSON:
        """Return a report on the library's files and pictures.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.check()["ok"]
        True

        Args:
            repair: Take in the pictures that you put into the folder, and remove those of
                booktrack's that nothing shows any more; files of other names stay. Otherwise
                nothing is changed.

        Returns:
            `{"ok", "problems": [{"code", "message", "table", "id"}], "tables": {name: count},
            "covers": {"pictures", "bytes", "missing", "unused", "removed", "taken", "refused"},
            ...}`.

        Raises:
            StoreReadOnly: It is to be repaired and may not be written.
        """
        from booktrack.services import cover_checks, inputs

        return cover_checks.check(self._ctx, repair=inputs.flag(repair, "repair"))


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
