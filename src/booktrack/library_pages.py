"""The methods of `Library` that a page with a shelf, book pages and forms is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from booktrack.services.context import Context

JSON = dict[str, Any]


class PageMethods:
    """Whole pages in one question, and what their forms do."""

    _ctx: Context

    def shelf(self) -> JSON:
        """Return `{"total", "revision", "books"}`: every owned book in one piece.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     shelf = library.shelf()
        >>> shelf["books"][0]["title"], shelf["books"][0]["series"]
        ('The Way of Kings', 'Stormlight Archive')

        Returns:
            Each book is told by one of its owned editions: `{"key", "book_id", "edition_id",
            "title", "authors", "series", "series_position", "isbn_13", "cover_url", "cover",
            "reading": {"status", "rating", "times_read", ...} | null, ...}`. The key names it in
            `book_page`, and no two books have the same. `series` is the name under which pages
            list it: of two series with one name the second says its kind. `revision` changes
            with the library.
        """
        from booktrack.services import pages

        return pages.shelf(self._ctx)

    def revision(self) -> int:
        """Return a number that grows with every change of the library, whoever made it.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     before = library.revision()
        ...     _ = library.mark("9780765326355", "own", notes="signed")
        ...     library.revision() > before
        True
        """
        return self._ctx.store.catch_up()

    def book_page(self, book: int | str) -> JSON:
        """Return one book with its editions, texts, picture and the user's last reading.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     page = library.book_page("978-0-7653-2635-5")
        >>> page["title"], page["editions"][0]["status"]
        ('The Way of Kings', 'own')

        Args:
            book: Its id, or the ISBN, ASIN or key of one of its editions. Nothing is asked.

        Raises:
            NotFound: The library has no such book.
            InvalidISBN: The text is neither number nor key.
        """
        from booktrack.services import pages

        return pages.book_page(self._ctx, book)

    def series_page(self, series: int | str) -> JSON:
        """Return a series with its texts and each of its volumes with its book.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     page = library.series_page("Stormlight Archive")
        >>> [volume["number"] for volume in page["volumes"] if volume["status"] == "own"]
        [1, 2, 2.5, 4]

        Args:
            series: Its id, its label or name; typos are not forgiven.

        Returns:
            The series as `get_series` tells it, with "label", "description", "publisher",
            "genres", "tags", "owned_books" and "volumes": `{"number", "title", "status", "book_id",
            "isbn_13", ...}` of what is owned, wanted or missing. `number` names the volume in
            `mark_volume`; where it has none of its own it is minus the id of its book.

        Raises:
            NotFound: There is no such series.
        """
        from booktrack.services import series_pages

        return series_pages.series_page(self._ctx, series)

    def series_pages(self) -> JSON:
        """Return `{"total", "series"}`: every series by label, with its numbers.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     pages = library.series_pages()
        >>> [page["label"] for page in pages["series"] if page["kind"] == "comic"]
        ['Batman La Légende - Neal Adams', 'Saga']
        """
        from booktrack.services import series_pages

        return series_pages.series_pages(self._ctx)

    # --- what forms do -----------------------------------------------------------------------

    def put_on_shelf(self, edition: str, *, status: str = "own", **book: Any) -> JSON:
        """Return `{"already", "book"}` after saying that the user owns or wants an edition.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.put_on_shelf("9780765326355")["already"]
        True

        Args:
            edition: Its ISBN, ASIN or key.
            status: "own" or "want"; a wish does not take an owned book off the shelf.
            **book: What is known of it, should the library not know it: title, authors, series,
                position, publisher, release_date, language, page_count, cover_url. Without a
                title the sources are asked.

        Raises:
            NotFound: Nobody knows it and no title was given.
            InvalidISBN: It is no number of an edition.
        """
        from booktrack.services import page_forms

        return page_forms.put_on_shelf(self._ctx, edition, status, book)

    def take_off_shelf(self, edition: str) -> JSON:
        """Return the book after saying that the user has an edition no more.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     book = library.take_off_shelf("9780765326355")
        >>> book["editions"][0]["status"]
        'want'

        Raises:
            NotFound: The library has no such edition.
        """
        from booktrack.services import page_forms

        return page_forms.take_off_shelf(self._ctx, edition)

    def edit_page(self, book: int | str, **fields: Any) -> JSON:
        """Return the book after correcting it, its first edition and its place in one step.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     page = library.edit_page("9780765326355", page_count=1007, position=1)
        >>> page["editions"][0]["page_count"], page["series"]
        (1007, 'Stormlight Archive')

        Args:
            book: Its id, or the ISBN or key of the edition that is meant.
            **fields: title, subtitle, authors, description, genres; isbn_13, format, publisher,
                release_date, language, page_count, cover_url, price, currency; series (made
                where it is not there, None takes the book out) and position.

        Raises:
            NotFound: The library has no such book.
            InvalidInput: There is no such field, or a value is wrong.
        """
        from booktrack.services import page_forms

        return page_forms.edit_page(self._ctx, book, fields)

    def create_series(self, name: str, **fields: Any) -> JSON:
        """Return a new series without books.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.create_series("Wayward Children", total=10)["missing"][:3]
        ['1', '2', '3']

        Args:
            name: Its name.
            **fields: kind, total, publication_status, authors, description, publisher, genres,
                tags.

        Raises:
            Conflict: There is a series of this name.
            InvalidInput: There is no such field, or a value is wrong.
        """
        from booktrack.services import series_forms

        return series_forms.create_series(self._ctx, name, fields)

    def edit_series(self, series: int | str, **fields: Any) -> JSON:
        """Return the series after a form was sent: what differs becomes the user's word.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     series = library.edit_series("Saga", total=11, description="A family on the run.")
        >>> series["total_source"]
        'user'

        Args:
            series: Its id, label or name.
            **fields: name, kind, total (None: nobody knows), publication_status, authors,
                description, publisher, genres, tags.

        Raises:
            NotFound: There is no such series.
            Conflict: Another series bears the new name.
            InvalidInput: There is no such field, or a value is wrong.
        """
        from booktrack.services import series_forms

        return series_forms.edit_series(self._ctx, series, fields)

    def remove_series(self, series: int | str) -> JSON:
        """Return `{"id", "name", "removed", "books"}` after removing a series; its books stay.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     _ = library.create_series("Wayward Children")
        ...     library.remove_series("Wayward Children")["removed"]["series"]
        1

        Raises:
            NotFound: There is no such series.
        """
        from booktrack.services import series_forms

        return series_forms.remove_series(self._ctx, series)

    def add_volume(
        self, series: int | str, position: float | str, *, status: str = "missing", **fields: Any
    ) -> JSON:
        """Return the series after putting a book at a place where none stands.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     series = library.add_volume("Stormlight Archive", 3, title="Oathbringer")
        >>> series["missing"]
        ['3', '5']

        Args:
            series: Its id, label or name.
            position: 3 or 1.5.
            status: "own", "want" or "missing".
            **fields: title, subtitle, authors, description, isbn_13, publisher, release_date,
                page_count, cover_url, format, language; blank ones are not known.

        Raises:
            NotFound: There is no such series.
            Conflict: A book stands there already.
            InvalidInput: A value is wrong.
        """
        from booktrack.services import volume_forms

        return volume_forms.add_volume(self._ctx, series, position, status, fields)

    def edit_volume(self, series: int | str, number: float | str, **fields: Any) -> JSON:
        """Return the series after correcting the book of a volume; blank fields stay as they are.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     series = library.edit_volume("Saga", 1, publisher="Image")
        ...     library.series_page("Saga")["volumes"][0]["publisher"]
        'Image'

        Args:
            series: Its id, label or name.
            number: Its number, as `series_page` tells it.
            **fields: As for `add_volume`, and status.

        Raises:
            NotFound: There is no such series or volume.
            Conflict: The volume is part of an omnibus.
        """
        from booktrack.services import volume_forms

        return volume_forms.edit_volume(self._ctx, series, number, fields)

    def mark_volume(self, series: int | str, number: float | str, status: str) -> JSON:
        """Return the series after saying that one volume is owned, wanted or missing.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.mark_volume("Stormlight Archive", 3, "want")["wanted"]
        ['3', '5']

        Args:
            series: Its id, label or name.
            number: Its number, as `series_page` tells it.
            status: "own", "want" or "missing".

        Raises:
            NotFound: There is no such series or volume.
            Conflict: The volume is owned within an omnibus.
        """
        from booktrack.services import volume_forms

        return volume_forms.mark_volume(self._ctx, series, number, status)

    def remove_volume(self, series: int | str, number: float | str) -> JSON:
        """Return the series without a volume: its book stays in the library, on its own.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.remove_volume("Stormlight Archive", 5)["missing"]
        ['3']

        Raises:
            NotFound: There is no such series or volume.
            Conflict: The volume is part of an omnibus.
        """
        from booktrack.services import volume_forms

        return volume_forms.remove_volume(self._ctx, series, number)

    def imports(self, *, limit: int = 50, formats: Sequence[str] | None = None) -> JSON:
        """Return `{"total", "imports"}`: the files that the user took in, newest first.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     _ = library.import_file(b"9780553283686,", format="isbn_list")
        ...     library.imports()["imports"][0]["added"]
        1

        Args:
            limit: How many at most, 1 to 10,000.
            formats: Only files of these formats.

        Returns:
            Each import is `{"id", "format", "at", "rows", "added", "updated", "unchanged",
            "skipped", "failed"}`.

        Raises:
            InvalidInput: The limit is none.
        """
        from booktrack.services import pages

        return pages.imports(self._ctx, limit, formats)
