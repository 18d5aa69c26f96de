"""The methods of `Library` that a page with a shelf and pages of books and series is made of."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import IO, Any

from booktrack.library_forms import FormMethods
from booktrack.services.context import Context

JSON = dict[str, Any]


class PageMethods(FormMethods):
    """Whole pages in one question."""

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

    def imports(
        self, *, limit: int = 50, offset: int = 0, formats: Sequence[str] | None = None
    ) -> JSON:
        """Return `{"total", "limit", "offset", "imports"}`: what files you took in, newest first.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     _ = library.import_file(b"9780553283686,", format="isbn_list")
        ...     library.imports()["imports"][0]["added"]
        1

        Args:
            limit: How many at most, 1 to 10,000.
            offset: How many to pass over.
            formats: Only files of these formats.

        Returns:
            Each import is `{"id", "format", "at", "rows", "added", "updated", "unchanged",
            "skipped", "failed"}`.

        Raises:
            InvalidInput: An argument is wrong.
        """
        from booktrack.services import pages

        return pages.imports(self._ctx, limit, offset, formats)

    def peek_file(
        self,
        file: str | os.PathLike[str] | bytes | IO[bytes],
        *,
        format: str = "auto",
        limit: int = 5,
        columns: Mapping[str, str] | None = None,
    ) -> JSON:
        """Return the first rows of an export file as they are understood; the library is not asked.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     peek = library.peek_file(b"9780441013593,0553283685,")
        >>> peek["format"], peek["rows"], peek["preview"][0]["isbn_13"]
        ('isbn_list', 2, '9780441013593')

        Args:
            file: A path, the bytes, or a file open for binary reading.
            format: As for `import_file`.
            limit: How many rows, 1 to 1,000.
            columns: As for `import_file`.

        Returns:
            `{"format", "rows", "columns", "mapping", "preview": [{"row", "cells": {column: text},
            "title", "authors", "series", "position", "isbn_13", "format", "price", "currency",
            "status", "problem"}]}`; the title is None where the row holds no book.

        Raises:
            InvalidFile: It is no export file.
        """
        from booktrack.services import file_peeks

        return file_peeks.peek(self._ctx, file, format, limit, columns)

    def refresh_series(self, series: int | str) -> JSON:
        """Return `{"series", "changed", "sources"}` after asking every source about a series.

        `changed` lists the positions of the volumes of which something new is known.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.refresh_series("Saga")["changed"]
        []

        Args:
            series: Its id, label or name.

        Raises:
            NotFound: There is no such series.
        """
        from booktrack.services import series_pages

        return series_pages.refresh_series(self._ctx, series)
