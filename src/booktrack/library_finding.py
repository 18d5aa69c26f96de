"""The methods of `Library` that find books: by words, number or barcode, and those twice there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from booktrack.services import collection, lookup
from booktrack.services.context import Context

JSON = dict[str, Any]


class FindingMethods:
    """Searching, scanning barcodes, and finding and joining duplicates."""

    _ctx: Context

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
            query: An ISBN, or words of a title, author or series, typos forgiven; or words of
                your own notes and tags.
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

    def scan(self, code: str, remote: str = "auto") -> JSON:
        """Return the book whose barcode says this, as `lookup` does.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.scan("9780765326355 52999")["title"]
        'The Way of Kings'

        Args:
            code: What a scanner gives: an EAN-13 with or without its price add-on, an ISBN-10, or
                the UPC of an older American paperback with its add-on of five digits.
            remote: As for `search`.

        Raises:
            InvalidISBN: It is no book's barcode; the message says what it is.
            NotFound: Nobody knows it.
        """
        from booktrack.services import scanning

        return scanning.scan(self._ctx, code, remote)

    def scan_image(self, picture: bytes | str | Path, remote: str = "auto") -> JSON:
        """Return the book whose barcode a picture shows, as `lookup` does.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.scan_image(b"no picture")
        Traceback (most recent call last):
        ...
        booktrack.errors.InvalidFile: this is no picture that can be read...

        Args:
            picture: The bytes or the path of a JPEG, PNG, WebP, GIF or BMP of at most 32 MiB.
            remote: As for `search`.

        Raises:
            InvalidFile: It is no picture, or too large.
            NotFound: It shows no barcode, or nobody knows the book.
            InvalidISBN: The barcode is no book's.
            MissingExtra: `zxing-cpp` is not installed.
        """
        from booktrack.services import scanning

        return scanning.scan_image(self._ctx, picture, remote)

    def duplicates(self, *, limit: int = 50, offset: int = 0) -> JSON:
        """Return `{"total", "limit", "offset", "pairs"}`: books that look like one, surest first.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     book = library.add(title="A Wizzard of Earthsea", authors="Ursula K. Le Guin")
        ...     pair = library.duplicates()["pairs"][0]
        >>> [book["title"] for book in pair["books"]], pair["fix"]["call"]
        (['A Wizard of Earthsea', 'A Wizzard of Earthsea'], 'merge_books')

        Returns:
            Each pair is `{"books": [book, book], "score": 0 to 1, "verdict": "strong" |
            "medium", "penalties": {name: cost}, "fix": {"call", "arguments"}}`.

        Raises:
            InvalidInput: An argument is wrong.
        """
        from booktrack.services import duplicates

        return duplicates.duplicates(self._ctx, limit=limit, offset=offset)

    def merge_books(self, into: int, other: int) -> JSON:
        """Return the book that took over another's editions, readings, series and provenance.

        An edition that both have becomes one; owning it beats wanting it. The title of the one
        that stays is kept, the other's becomes an alternate title. `undo` takes it back.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     kings = library.lookup("9780765326355")
        ...     twin = library.add(title="Way of Kings", authors="Brandon Sanderson")
        ...     library.merge_books(kings["id"], twin["id"])["alternate_titles"]
        ['Way of Kings']

        Args:
            into: The id of the book that stays.
            other: The id of the book that goes.

        Raises:
            NotFound: There is no such book.
            Conflict: Both are the same.
        """
        from booktrack.services import joining

        into, other = (collection.checked_id(one, "book") for one in (into, other))
        return joining.merge_books(self._ctx, into, other)
