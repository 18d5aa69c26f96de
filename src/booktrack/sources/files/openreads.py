"""Openreads: the CSV of the Android app."""

from __future__ import annotations

from typing import Any

from booktrack.domain.formats import book_format
from booktrack.domain.identifiers import openlibrary_key
from booktrack.domain.records import EditionRecord, ImportedReading, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, not_a_book, unreadable
from booktrack.sources.files.book_cells import numbers, people, reading, readings_before, status_of

_BETWEEN_TAGS = "|||||"


class Openreads(TableFormat):
    """The reader of Openreads' CSV.

    `readings` holds `start|finish|minutes`, several of them parted by semicolons, which become
    readings of their own. Books in the app's bin are left out.
    """

    name = "openreads"
    title = "Openreads"
    signature = frozenset(
        {"favourite", "deleted", "olid", "myreview", "bookformat", "readings", "datemodified",
         "publicationyear"}
    )  # fmt: skip
    columns = frozenset(
        {"title", "subtitle", "author", "description", "status", "rating", "pages", "isbn", "tags",
         "notes", "dateadded", "startdate", "finishdate"}
    )  # fmt: skip
    enough = 4
    dates = ("dateadded", "startdate", "finishdate")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        if cell.says_yes(cells["deleted"]):
            return not_a_book(cells, "deleted in Openreads")
        warnings: list[str] = []
        found, asin = numbers("", cells["isbn"], warnings)
        olid = openlibrary_key(cells["olid"])
        edition = EditionRecord(
            source=self.name,
            record_id=next(iter(found), olid) or f"row {cells.number}",
            isbns=found,
            asin=asin,
            book_format=book_format(cells["bookformat"]),
            format_detail=cells["bookformat"] or None,
            page_count=cell.positive(cells["pages"]),
            identifiers={"openlibrary": [olid]} if olid and olid.endswith("M") else {},
        )
        read = _reading(cells, context.order)
        tags = cell.parts(cells["tags"], _BETWEEN_TAGS)
        if cell.says_yes(cells["favourite"]) and "favorite" not in tags:
            tags.append("favorite")
        return ImportedRow(
            row=cells.number,
            work=WorkRecord(
                source=self.name,
                record_id=edition.record_id,
                title=title,
                subtitle=cell.one_line(cells["subtitle"]),
                # From Open Library come "Smith, Mark" and "Mark Smith" alike.
                people=people(cells["author"]),
                description=cell.prose(cells["description"]),
                first_published=cell.day(cells["publicationyear"]),
                identifiers={"openlibrary": [olid]} if olid and olid.endswith("W") else {},
                editions=[edition],
            ),
            status=status_of(read, owned=any(map(cell.says_owned, tags))),
            notes=cell.prose(cells["notes"]),
            tags=tags,
            reading=read,
            earlier=readings_before(read, _spans(cells, context.order)),
            warnings=warnings,
        )


def _spans(cells: Cells, order: str) -> list[tuple[str | None, str | None]]:
    """Return from when to when the book was read, each time."""
    parted = [f"{one}||".split("|") for one in cell.parts(cells["readings"], ";")]
    return [(cell.day(first, order), cell.day(last, order)) for first, last, *_ in parted]


def _reading(cells: Cells, order: str) -> ImportedReading | None:
    spans = _spans(cells, order)
    started, finished = spans[-1] if spans else (None, None)
    return reading(
        cell.reading_status(cells["status"].replace("_", " ")),
        started=started or cell.day(cells["startdate"], order),
        finished=finished or cell.day(cells["finishdate"], order),
        rating=cell.rating(cells["rating"]),
        review=cell.prose(cells["myreview"]),
        count=len(spans) or None,
    )
