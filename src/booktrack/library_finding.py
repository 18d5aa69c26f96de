"""The methods of `Library` that find a book by its barcode, and books that are there twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from booktrack.services import collection
from booktrack.services.context import Context

JSON = dict[str, Any]


class FindingMethods:
    """Scanning barcodes, and finding and joining duplicates."""

    _ctx: Context

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
