"""The methods of `Library` that take files in, give files out, and take changes back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from booktrack.services import changes
from booktrack.services import series as series_service
from booktrack.services.context import Context, Progress

if TYPE_CHECKING:
    import pandas

JSON = dict[str, Any]


class FileMethods:
    """Importing, exporting, and what was changed by it."""

    _ctx: Context

    def import_file(
        self,
        file: str | os.PathLike[str] | bytes | IO[bytes],
        *,
        format: str = "auto",
        preview: bool = False,
        enrich: bool = False,
        progress: Progress | None = None,
        columns: Mapping[str, str] | None = None,
        owned: bool = False,
    ) -> JSON:
        r"""Return what taking in an export file did; with `preview`, what it would do.

        The same file twice changes nothing. One import is one transaction and one undo.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     table = b"Title,Author,ISBN13\nDune,Frank Herbert,9780441013593\n"
        ...     library.import_file(table)["added"]
        1

        Args:
            file: A path, the bytes, or a file open for binary reading.
            format: "auto" tells it by the content, else "goodreads", "handylib", ...
            preview: Change nothing; `effects` then lists every row.
            enrich: Ask the sources about the imported books afterwards, in steps of their own;
                `enriched` is then what `refresh` returns.
            progress: Called now and then with `{"done", "total", "what"}`; an error that it
                raises stops the import, and nothing is written.
            columns: For a table of no known service: which column a field is read from, such as
                `{"title": "Buch"}`; "" leaves the field out, the others are guessed. A preview's
                `mapping` shows what was guessed and may be changed and given back here.
            owned: Take a book of which the file does not say whether it is owned, as those of
                Goodreads do not, for owned, unless it is a wish.

        Returns:
            `{"id", "format", "preview", "rows", "added", "updated", "unchanged",
            "skipped": [{"row", "reason"}], "failed": [{"row", "reason", "data"}],
            "warnings": [{"row", "reason"}], "vanished": [{"edition_id", "book_id", "title",
            "isbn_13"}], "notes": [text], "encoding", "columns": [name], "mapping": {field: column},
            "failed_csv": text | None, "effects": [{"row", "outcome", "title",
            "book_id", "changes": {field: [before, after]}, "candidates", "reason"}]}`; `id` is
            None where nothing was changed. An outcome is new, same, changed, unsure (new, though
            `candidates` bear its title), failed or skipped. `vanished` lists what the last file of
            the format held and this one lacks; it stays in the library. `failed_csv` is a table of
            the failed rows with a column Reason: repair it and import it.

        Raises:
            InvalidFile: It is missing, empty, binary, too large or of no known kind, or `columns`
                names a field or a column that there is not, or the format has its own columns.
            InvalidInput: `columns` is no mapping of texts, or `file` none of what it may be.
        """
        from booktrack.services import importing

        return importing.import_file(
            self._ctx,
            file,
            format=format,
            preview=preview,
            progress=progress,
            enrich=enrich,
            columns=columns,
            owned=owned,
        )

    def history(self, *, limit: int = 50, offset: int = 0) -> JSON:
        """Return `{"total", "limit", "offset", "transactions"}`: what was changed, newest first.

        Of another user's changes only those of books and series are listed, without their words.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     edition = library.mark("9781429952040", "own")
        ...     library.history(limit=1)["transactions"][0]["changes"]
        {'statuses': 1}
        """
        return changes.history(self._ctx, limit, offset)

    def undo(self, transaction_id: int) -> JSON:
        """Return what taking back a transaction changed; undoing can itself be undone.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     edition = library.mark("9781429952040", "missing")
        ...     (change,) = library.history(limit=1)["transactions"]
        ...     library.undo(change["id"])["changes"]
        {'statuses': 1}

        Raises:
            NotFound: There is no such transaction.
            Conflict: What it changed was changed again since, or another user made it; nothing
                is undone.
        """
        return changes.undo(self._ctx, transaction_id)

    def export(
        self,
        format: str,
        file: str | os.PathLike[str] | None = None,
        *,
        status: str | None = None,
        author: str | None = None,
        series: int | str | None = None,
        shelf: str | None = None,
        overwrite: bool = False,
    ) -> JSON:
        """Return `{"format", "books", "editions", "file", "content"}` after giving books out.

        "csv" and "json" are booktrack's own: imported into an empty library and exported again
        they are the same bytes. The JSON holds everything, the CSV what a table can show.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.export("isbn", series="Stormlight Archive")["content"].split()[0]
        '9780765326355'

        Args:
            format: csv, json, goodreads, calibre, isbn, markdown, html, or bibtex (with the extra
                of that name).
            file: Where to write it; None returns the text as `content`.
            status: Only editions that the user owns, wants or misses.
            author: Only books of this author.
            series: Only books of this series, by id or name.
            shelf: Only editions on this shelf.
            overwrite: Replace a file that is there.

        Raises:
            InvalidInput: There is no such format, or a filter is wrong.
            InvalidFile: The file is a folder or cannot be written.
            Conflict: The file is there already, or is the library itself.
            NotFound: There is no such series.
            MissingExtra: `bibtexparser` is not installed.
        """
        from booktrack.services import exporting

        return exporting.export(
            self._ctx,
            format,
            file,
            status=status,
            author=author,
            series=None if series is None else series_service.series_id(self._ctx, series),
            shelf=shelf,
            overwrite=overwrite,
        )

    def to_dataframe(
        self,
        *,
        status: str | None = None,
        author: str | None = None,
        series: int | str | None = None,
        shelf: str | None = None,
    ) -> pandas.DataFrame:
        """Return a pandas table with a row for each edition: book, series, status, last reading.

        Dates stay texts, since "2010" is no day; what is not known is None.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     table = library.to_dataframe(series="Saga")
        ...     list(table["series_position"])
        [1, 2, 4]

        Args:
            status: Only editions that the user owns, wants or misses.
            author: Only books of this author.
            series: Only books of this series, by id or name.
            shelf: Only editions on this shelf.

        Raises:
            MissingExtra: pandas is not installed.
            InvalidInput: A filter is wrong.
            NotFound: There is no such series.
        """
        from booktrack.services import dataframes

        return dataframes.dataframe(
            self._ctx,
            status=status,
            author=author,
            series=None if series is None else series_service.series_id(self._ctx, series),
            shelf=shelf,
        )
