"""The StoryGraph: the CSV of "Export StoryGraph Library", of 2021 and of today."""

from __future__ import annotations

import re
from typing import Any

from booktrack.domain.dates import parse_date_range
from booktrack.domain.formats import book_format
from booktrack.domain.reading import OPEN
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

# What the site itself writes where it knows no ISBN: a number, or a UUID.
_SITE_ID = re.compile(r"\d{5,9}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class StoryGraph(TableFormat):
    """The reader of StoryGraph's CSV.

    `ISBN/UID` holds an ISBN, an ASIN or the site's own number. `Dates Read` is a day or a span,
    several of them for re-reads, which become readings of their own. `Owned?` is kept up by real
    readers.
    """

    name = "storygraph"
    title = "The StoryGraph"
    signature = frozenset(
        {"isbnuid", "readstatus", "lastdateread", "datesread", "starrating", "moods", "pace",
         "characterorplotdriven", "contentwarnings", "lovablecharacters", "loveablecharacters"}
    )  # fmt: skip
    columns = frozenset(
        {"title", "authors", "author", "contributors", "isbn", "format", "dateadded", "readcount",
         "strongcharacterdevelopment", "diversecharacters", "flawedcharacters", "review",
         "contentwarningdescription", "tags", "owned"}
    )  # fmt: skip
    dates = ("dateadded", "lastdateread", "datesread")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        warnings: list[str] = []
        # The header of 2021 said ISBN, today's says ISBN/UID.
        number = cells.first("isbnuid", "isbn")
        site_id = number if _SITE_ID.fullmatch(number) else None
        found, asin = numbers(number, "", warnings)
        # A site's own number is no damaged ISBN.
        if site_id:
            warnings.clear()
        spans = _spans(cells["datesread"], context.order)
        read = _reading(cells, spans, context.order)
        edition = EditionRecord(
            source=self.name,
            record_id=number or f"row {cells.number}",
            isbns=found,
            asin=asin,
            book_format=book_format(cells["format"]),
            format_detail=cells["format"] or None,
        )
        return ImportedRow(
            row=cells.number,
            key=f"storygraph:{site_id}" if site_id and not found else None,
            work=WorkRecord(
                source=self.name,
                record_id=edition.record_id,
                title=title,
                people=with_others(
                    people(cells.first("authors", "author"), "first-last"),
                    people(cells["contributors"], "first-last"),
                ),
                editions=[edition],
            ),
            status=status_of(read, owned=cell.says_yes(cells["owned"])),
            tags=cell.parts(cells["tags"]),
            reading=read,
            # A single day of a book that is being read may be its beginning.
            earlier=readings_before(
                read, [one for one in spans if one[0] or (read and read.status not in OPEN)]
            ),
            warnings=warnings,
        )


def _spans(text: str, order: str) -> list[tuple[str | None, str | None]]:
    """Return from when to when the book was read, the last time last."""
    found: list[tuple[str | None, str | None]] = []
    for first, last in (parse_date_range(span, order) for span in cell.parts(text)):
        # A single day is the end of a reading; when it began is not said.
        # https://github.com/dannyvfilms/Floppy/pull/380
        started = None if first is None or first == last else str(first)
        found.append((started, None if last is None else str(last)))
    return sorted(found, key=lambda span: span[1] or span[0] or "")


def _reading(
    cells: Cells, spans: list[tuple[str | None, str | None]], order: str
) -> ImportedReading | None:
    status = cell.reading_status(cells["readstatus"])
    started, finished = spans[-1] if spans else (None, None)
    if status in OPEN and finished:
        started = None  # that one is over, and another one goes on
    return reading(
        status,
        started=started,
        finished=finished or cell.day(cells["lastdateread"], order),
        rating=cell.rating(cells["starrating"]),
        review=cell.prose(cells["review"]),
        count=cell.positive(cells["readcount"]),
    )
