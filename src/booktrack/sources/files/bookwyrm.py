"""BookWyrm: the CSV of a user's books."""

from __future__ import annotations

from typing import Any

from booktrack.domain.identifiers import openlibrary_key
from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, unreadable
from booktrack.sources.files.book_cells import numbers, people, reading, status_of

# BookWyrm's column: our name of the identifier.
_SCHEMES = {
    "goodreadskey": "goodreads", "librarythingkey": "librarything_work",
    "inventaireid": "inventaire", "bnfid": "bnf", "viaf": "viaf", "wikidata": "wikidata",
    "isfdb": "isfdb", "oclcnumber": "oclc", "finnakey": "finna",
}  # fmt: skip


class BookWyrm(TableFormat):
    """The reader of BookWyrm's CSV; a shelf of the reader's own stays a shelf."""

    name = "bookwyrm"
    title = "BookWyrm"
    signature = frozenset(
        {"authortext", "remoteid", "openlibrarykey", "reviewcw", "reviewcontent", "reviewname",
         "aasin", "stoppeddate", "shelfname", *_SCHEMES}
    )  # fmt: skip
    columns = frozenset(
        {"title", "asin", "isbn10", "isbn13", "startdate", "finishdate", "rating", "shelf",
         "shelfdate", "reviewpublished", "isni"}
    )  # fmt: skip
    dates = ("startdate", "finishdate", "stoppeddate", "shelfdate")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        warnings: list[str] = []
        found, written = numbers(cells["isbn10"], cells["isbn13"], warnings)
        olid = openlibrary_key(cells["openlibrarykey"])
        known = {scheme: cells[column] for column, scheme in _SCHEMES.items() if cells[column]}
        if olid:
            known["openlibrary"] = olid
        edition = EditionRecord(
            source=self.name,
            record_id=cells["remoteid"] or f"row {cells.number}",
            url=cell.web_address(cells["remoteid"]),
            isbns=found,
            asin=cell.asin(cells["asin"]) or cell.asin(cells["aasin"]) or written,
            # The ASIN of a recording has a column of its own.
            book_format="audiobook" if cells["aasin"] else "unknown",
            identifiers={scheme: [value] for scheme, value in known.items()},
        )
        stopped = cell.day(cells["stoppeddate"], context.order)
        shelf = cells.first("shelfname", "shelf")
        status = cell.reading_status(cells["shelf"]) or cell.reading_status(cells["shelfname"])
        review = "\n\n".join(filter(None, (cells["reviewname"], cells["reviewcontent"])))
        read = reading(
            "abandoned" if stopped else status,
            started=cell.day(cells["startdate"], context.order),
            finished=cell.day(cells["finishdate"], context.order) or stopped,
            rating=cell.rating(cells["rating"]),
            review=cell.prose(review),
        )
        return ImportedRow(
            row=cells.number,
            key=f"bookwyrm:{cells['remoteid']}" if cells["remoteid"] else None,
            work=WorkRecord(
                source=self.name,
                record_id=edition.record_id,
                title=title,
                people=people(cells["authortext"], "first-last"),
                editions=[edition],
            ),
            status=status_of(read, owned=cell.says_owned(shelf)),
            shelves=[shelf] if shelf and not status else [],
            reading=read,
            warnings=warnings,
        )
