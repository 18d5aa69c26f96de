"""Libib: the CSV of a collection, which may hold films, music and games beside books."""

from __future__ import annotations

from typing import Any

from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, not_a_book, unreadable
from booktrack.sources.files.book_cells import numbers, people, reading

_BOOKS = frozenset({"", "book", "books", "comic", "ebook", "audiobook", "magazine"})


class Libib(TableFormat):
    """The reader of Libib's CSV: every row is an owned item, and some of them are books."""

    name = "libib"
    title = "Libib"
    signature = frozenset(
        {"itemtype", "creators", "eanisbn13", "upcisbn10", "numberofdiscs", "numberofplayers",
         "aspectratio", "esrb", "ensemble", "agegroup", "publishdate", "reviewdate"}
    )  # fmt: skip
    columns = frozenset(
        {"title", "firstname", "lastname", "collection", "description", "publisher", "group",
         "tags", "notes", "price", "length", "rating", "review", "status", "began", "completed",
         "added", "copies"}
    )  # fmt: skip
    dates = ("publishdate", "began", "completed", "added", "reviewdate")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        kind = cells["itemtype"]
        # Films, music and games share the file, and the columns.
        if kind.lower() not in _BOOKS:
            return not_a_book(cells, f"not a book: {kind}")
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        warnings: list[str] = []
        found, asin = numbers(cells["upcisbn10"], cells["eanisbn13"], warnings)
        price, currency = cell.money(cells["price"])
        edition = EditionRecord(
            source=self.name,
            record_id=found[0] if found else f"row {cells.number}",
            isbns=found,
            asin=asin,
            publisher=cell.one_line(cells["publisher"]),
            release_date=cell.day(cells["publishdate"], context.order),
            page_count=cell.positive(cells["length"]),
            price=price or None,
            currency=currency if price else None,
        )
        copies = cell.positive(cells["copies"])
        return ImportedRow(
            row=cells.number,
            work=WorkRecord(
                source=self.name,
                record_id=edition.record_id,
                title=title,
                people=people(cells["creators"], "first-last")
                or people(f"{cells['firstname']} {cells['lastname']}".strip(), "first-last"),
                description=cell.prose(cells["description"]),
                editions=[edition],
            ),
            status="own",
            notes=cell.prose(cells["notes"]),
            shelves=cell.parts(cells["group"]),
            tags=cell.parts(cells["tags"]),
            copies=copies if copies and copies > 1 else None,
            location=cells["collection"] or None,
            acquired_date=cell.day(cells["added"], context.order),
            reading=reading(
                cell.reading_status(cells["status"]),
                started=cell.day(cells["began"], context.order),
                finished=cell.day(cells["completed"], context.order),
                rating=cell.rating(cells["rating"]),
                review=cell.prose(cells["review"]),
            ),
            warnings=warnings,
        )
