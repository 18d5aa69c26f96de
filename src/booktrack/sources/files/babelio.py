"""Babelio: the French site's CSV, with semicolons and in cp1252."""

from __future__ import annotations

from typing import Any

from booktrack.domain.identifiers import parse_asin
from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, unreadable
from booktrack.sources.files.book_cells import numbers, people, reading, status_of


class Babelio(TableFormat):
    """The reader of Babelio's CSV.

    Authors are written surname first without a comma. Where a book has no ISBN, Babelio writes
    978 and the ASIN.
    """

    name = "babelio"
    title = "Babelio"
    required = frozenset({"titre"})
    signature = frozenset({"datedentreedansbabelio", "datedepublication", "statut", "titre"})
    columns = frozenset({"isbn", "auteur", "editeur", "note"})
    enough = 3
    dates = ("datedepublication", "datedentreedansbabelio")
    usual_order = "DD/MM/YYYY"

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["titre"])
        if not title:
            return unreadable(cells, "no title")
        warnings: list[str] = []
        number = cells["isbn"]
        # 978B09H3GXLW1: two of 292 rows.
        asin = parse_asin(number.removeprefix("978")) if len(number) == 13 else None
        found, written = ([], asin) if asin else numbers("", number, warnings)
        edition = EditionRecord(
            source=self.name,
            record_id=number or f"row {cells.number}",
            isbns=found,
            asin=written,
            publisher=cell.one_line(cells["editeur"]),
            release_date=cell.day(cells["datedepublication"], context.order),
        )
        read = reading(cell.reading_status(cells["statut"]), rating=cell.rating(cells["note"]))
        return ImportedRow(
            row=cells.number,
            work=WorkRecord(
                source=self.name,
                record_id=edition.record_id,
                title=title,
                people=people(cells["auteur"], "surname-first"),
                editions=[edition],
            ),
            status=status_of(read, owned=False),
            reading=read,
            warnings=warnings,
        )
