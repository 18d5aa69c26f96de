"""The methods of `Library` on the collection: adding, showing, listing, editing, removing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from booktrack.services import collection, inputs, listing
from booktrack.services import series as series_service
from booktrack.services.answers import answers
from booktrack.services.context import Context

JSON = dict[str, Any]


class BookMethods:
    """Books and their editions."""

    _ctx: Context

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
