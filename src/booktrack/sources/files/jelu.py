"""Jelu: the CSV that it exports, close to Goodreads' with columns of its own."""

from __future__ import annotations

from typing import Any

from booktrack.domain.models import ReadingStatus
from booktrack.domain.records import EditionRecord, ImportedReading, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, unreadable
from booktrack.sources.files.book_cells import (
    numbers,
    people,
    reading,
    readings_before,
    status_of,
    with_others,
)


class Jelu(TableFormat):
    """The reader of Jelu's CSV.

    `read_dates` and `dropped_dates` list the ends of readings, `currently_reading` the beginning
    of one that goes on; several become readings of their own. `Shelves` names the state only
    where it is none of these.
    """

    name = "jelu"
    title = "Jelu"
    signature = frozenset({"readdates", "droppeddates", "currentlyreading", "shelves", "isbn10"})
    columns = frozenset(
        {"title", "author", "isbn", "publisher", "dateread", "bookshelves", "tags", "authors",
         "isbn13", "owned"}
    )  # fmt: skip
    dates = ("dateread", "readdates", "droppeddates", "currentlyreading")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        warnings: list[str] = []
        found, asin = numbers(cells["isbn10"], cells.first("isbn13", "isbn"), warnings)
        edition = EditionRecord(
            source=self.name,
            record_id=found[0] if found else f"row {cells.number}",
            isbns=found,
            asin=asin,
            publisher=cell.one_line(cells["publisher"]),
        )
        read = _reading(cells, context.order)
        return ImportedRow(
            row=cells.number,
            work=WorkRecord(
                source=self.name,
                record_id=edition.record_id,
                title=title,
                people=with_others(
                    people(cells["author"], "first-last"), people(cells["authors"], "first-last")
                ),
                editions=[edition],
            ),
            status=status_of(read, owned=cell.says_yes(cells["owned"])),
            tags=cell.parts(cells["tags"]) or cell.parts(cells["bookshelves"], " "),
            reading=read,
            earlier=readings_before(
                read, [(None, day) for day in _days(cells, "readdates", context.order)]
            ),
            warnings=warnings,
        )


def _days(cells: Cells, column: str, order: str) -> list[str | None]:
    return [cell.day(text, order) for text in cell.parts(cells[column])]


def _reading(cells: Cells, order: str) -> ImportedReading | None:
    def last(column: str) -> str | None:
        return max(filter(None, _days(cells, column, order)), default=None)

    read, dropped, begun = last("readdates"), last("droppeddates"), last("currentlyreading")
    status: ReadingStatus | None = cell.reading_status(cells["shelves"])
    if begun:
        return reading("reading", started=begun)
    if dropped and dropped > (read or ""):
        return reading("abandoned", finished=dropped)
    # "Date Read" is there for Goodreads' sake, and repeats the last of them.
    read = read or cell.day(cells["dateread"], order)
    return reading("finished" if read else status, finished=read)
