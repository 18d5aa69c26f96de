"""Open Library: the reading log, which names works and editions by number only."""

from __future__ import annotations

from typing import Any

from booktrack.domain.identifiers import openlibrary_key
from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, placeholder, unreadable
from booktrack.sources.files.book_cells import reading, status_of


class OpenLibraryLog(TableFormat):
    """The reader of Open Library's reading log; newer ones carry title and authors, too."""

    name = "openlibrary_log"
    title = "Open Library reading log"
    required = frozenset({"workid", "bookshelf"})
    signature = frozenset({"workid", "editionid", "bookshelf"})
    columns = frozenset({"title", "authors", "rating", "firstpublishyear"})

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        work, edition = openlibrary_key(cells["workid"]), openlibrary_key(cells["editionid"])
        if not work and not edition:
            return unreadable(cells, "no Open Library id")
        number = work or edition or ""
        title = cell.one_line(cells["title"])
        read = reading(cell.reading_status(cells["bookshelf"]), rating=cell.rating(cells["rating"]))
        return ImportedRow(
            row=cells.number,
            key=f"openlibrary:{number}",
            work=WorkRecord(
                source=self.name,
                record_id=number,
                title=title or placeholder("Open Library", number),
                identifiers={"openlibrary": [work]} if work else {},
                editions=[
                    EditionRecord(
                        source=self.name,
                        record_id=edition or number,
                        identifiers={"openlibrary": [edition]} if edition else {},
                        work_ids=[work] if work else [],
                    )
                ],
            ),
            status=status_of(read, owned=False),
            reading=read,
            warnings=[] if title else ["the file names no title"],
        )
