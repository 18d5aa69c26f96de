"""booktrack's own CSV: read exactly as it was written, however a spreadsheet saved it since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from booktrack.domain.interchange import COLUMNS, exact_row, imported_row
from booktrack.domain.models import Book, Edition, PriceSeen
from booktrack.domain.records import ExactRow, ImportedFile, ImportedRow
from booktrack.domain.text import fold_key
from booktrack.errors import InvalidDocument, shown
from booktrack.sources.files.base import Cells, FileText, TableFormat, unreadable

_KEYS = {column.name: fold_key(column.name) for column in COLUMNS}


class BooktrackCSV(TableFormat):
    """The reader of booktrack's own CSV.

    No title is read for a series: series, kind, edition line and position are taken as written.
    The column `Reason`, which an import adds to the rows that it could not take, is passed over.
    """

    name = "booktrack_csv"
    title = "booktrack (CSV)"
    signature = frozenset(
        {"book", "serieskind", "editionline", "placedetails", "moreseries", "morereadings",
         "editionidentifiers", "editioncorrected", "statussource", "readingsource"}
    )  # fmt: skip
    columns = frozenset(_KEYS.values())
    enough = 4

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the edition of one row."""
        told = {name: cells[key] for name, key in _KEYS.items()}
        try:
            exact, series = exact_row(told, self.name)
            check(exact)
            row = imported_row(cells.number, exact, self.name)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return unreadable(cells, f"not as booktrack wrote it: {shown(str(error), 200)}")
        # A row that was added by hand is a book of its own.
        exact.book = exact.book or f"row {cells.number}"
        for key, told in series.items():
            authors = context.setdefault(key, {**told, "authors": []})["authors"]
            authors += [one for one in exact.document.get("authors", []) if one not in authors]
        return row

    def context(self, rows: Sequence[Cells]) -> dict[str, Any]:
        """Return the series by their keys, which the rows fill in."""
        return {}

    def assembled(
        self, file: FileText, columns: list[str], rows: list[Cells], delimiter: str | None = None
    ) -> ImportedFile:
        """Return the file of these rows with the series that they name."""
        series = self.context(rows)
        read = [self._read(cells, series) for cells in rows]
        return ImportedFile(
            format=self.name,
            encoding=file.decoded.encoding,
            delimiter=delimiter,
            columns=columns,
            rows=read,
            notes=list(file.decoded.notes),
            series=series,
        )

    def _read(self, cells: Cells, series: dict[str, Any]) -> ImportedRow:
        if not cells.data:
            return ImportedRow(row=cells.number, skip="the row is empty")
        row = unreadable(cells, cells.fault) if cells.fault else self.row(cells, series)
        row.data = {name: cell for name, cell in cells.data.items() if name != "Reason"}
        return row


def check(exact: ExactRow) -> None:
    """Refuse a row that the library could not hold.

    Raises:
        InvalidDocument: the book or its edition does not fit its model; the message says where.
    """
    if not str(exact.document.get("title") or "").strip():
        raise InvalidDocument("no title", table="books", field="title")
    Book.check({name: value for name, value in exact.document.items() if name != "not_in_series"})
    if exact.edition is not None:
        Edition.check({**exact.edition, "book_id": 0})
    for price in exact.prices:
        PriceSeen.check({**price, "edition_id": 0})
