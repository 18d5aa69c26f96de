"""HandyLib (Handy Library for Android): a CSV of everything that its owner has on the shelf.

The last column `Settings` stands in the first row only and tells the app's version and how the
file writes its dates: `2.9.4;248;MM/DD/YYYY;YYYY-MM-DD;07/19/2025` is the version, a number, the
format of Added Date, the format of Published Date, and the day of the export.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from booktrack.domain.formats import book_format
from booktrack.domain.identifiers import amazon_identifier, parse_asin
from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.languages import language_code
from booktrack.domain.models import ReadingStatus, Status
from booktrack.domain.records import EditionRecord, ImportedReading, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, not_a_book, unreadable
from booktrack.sources.files.book_cells import numbers, people
from booktrack.sources.files.claims import series_claims

_GOODREADS = re.compile(r"goodreads\.com/book/show/(\d+)")
_GOOGLE = re.compile(r"google\.[a-z.]{2,10}/(?:store/)?books\S{0,200}?[?&]id=([\w-]+)")
_FORMAT_NAME = re.compile(r"[YMD]{1,4}[^\w\s][YMD]{1,4}[^\w\s][YMD]{1,4}", re.IGNORECASE)


@dataclass(frozen=True)
class _Dates:
    """How the file writes its own dates and those of publication, and when it was written."""

    own: str | None = None
    published: str | None = None
    exported: str | None = None


class HandyLib(TableFormat):
    """The reader of HandyLib's CSV.

    Every row is a book that its owner has, unless its shelf is a wish list. `BookShelf` is that
    shelf and never a series. `Rating` is the community's average and `Price` a marketplace's at
    the moment of the scan, in no named currency: neither is the owner's word.
    """

    name = "handylib"
    title = "HandyLib (Handy Library)"
    signature = frozenset(
        {"bookshelf", "copyindex", "iconpath", "photopath", "itemurl", "pageread", "settings",
         "startedreadingdate", "finishedreadingdate", "imageurl", "addeddate"}
    )  # fmt: skip
    columns = signature | frozenset(
        {"title", "author", "publisher", "publisheddate", "format", "pages", "series", "volume",
         "language", "isbn", "summary", "location", "price", "genres", "rating", "read",
         "favorite", "comments", "tags"}
    )  # fmt: skip

    def context(self, rows: Sequence[Cells]) -> _Dates:
        """Return what the Settings cell says of the dates, or what the dates themselves prove."""
        # The cell stands in one row, the first in the file that was seen; rows can be sorted since.
        settings = next((row["settings"] for row in rows if row["settings"]), "")
        formats = _FORMAT_NAME.findall(settings)
        own = formats[0] if formats else cell.slash_order(_own_dates(rows))
        published = (
            formats[1]
            if len(formats) > 1
            else cell.slash_order(row["publisheddate"] for row in rows) or own
        )
        last = settings.rpartition(";")[2]
        return _Dates(own, published, cell.day(last, own) if re.search(r"\d", last) else None)

    def exported(self, context: _Dates) -> str | None:
        """Return the day of the export that the Settings cell names."""
        return context.exported

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        if cell.is_other_medium(cells["format"]):
            return not_a_book(cells, f"not a book: {cells['format']}")
        warnings: list[str] = []
        edition = _edition(cells, context, warnings)
        work = WorkRecord(
            source=self.name,
            record_id=edition.record_id,
            fetched_at=edition.fetched_at,
            title=title,
            people=people(cells["author"], "last-first"),
            series=series_claims(cells["series"], cells["volume"]),
            volume=None if cells["series"] else cells["volume"] or None,
            description=cell.prose(cells["summary"]),
            genres=cell.parts(cells["genres"], ";"),
            editions=[edition],
        )
        # The second copy of a book is a row of its own with the index 2.
        copy = cell.positive(cells["copyindex"]) or 1
        return ImportedRow(
            row=cells.number,
            work=work,
            status=_status(cells),
            notes=cell.prose(cells["comments"]),
            shelves=cell.parts(cells["bookshelf"], ";"),
            tags=_tags(cells),
            copies=copy if copy > 1 else None,
            location=cells["location"] or None,
            acquired_date=cell.day(cells["addeddate"], context.own),
            reading=_reading(cells, context),
            warnings=warnings,
        )


def _own_dates(rows: Sequence[Cells]) -> list[str]:
    columns = ("addeddate", "startedreadingdate", "finishedreadingdate")
    return [row[column] for row in rows for column in columns]


def _edition(cells: Cells, dates: _Dates, warnings: list[str]) -> EditionRecord:
    own, written = numbers(cells["isbn"], "", warnings)
    url = cells["itemurl"]
    asin, foreign = _amazon(url, own, warnings)
    return EditionRecord(
        source=HandyLib.name,
        record_id=own[0] if own else f"row {cells.number}",
        # What follows is the app's advertising tag.
        url=cell.web_address(url.partition("?")[0] if "amazon." in url else url),
        fetched_at=dates.exported,
        isbns=list(own),
        asin=asin or written,
        book_format=book_format(cells["format"]),
        format_detail=cells["format"] or None,
        publisher=cell.one_line(cells["publisher"]),
        release_date=cell.day(cells["publisheddate"], dates.published),
        language=language_code(cells["language"]),
        page_count=cell.positive(cells["pages"]),
        cover_url=cell.web_address(cells["imageurl"]),
        price=None if foreign else cell.money(cells["price"])[0],
        currency=cell.money(cells["price"])[1],
        identifiers=_identifiers(url),
    )


def _amazon(url: str, own: list[str], warnings: list[str]) -> tuple[str | None, bool]:
    """Return the ASIN of the row's Amazon page, and whether that page sells another item.

    Amazon's number of a printed book is its ISBN-10; only a book without one (979-8, or none at
    all) has an ASIN of its own. Another number is another item's, and so is the price of the row.
    """
    # Of 314 real rows 248 link to the matching ISBN-10, 43 to an ASIN, 22 elsewhere, and one to
    # another item, which costs 1999.00.
    number = amazon_identifier(url) if url else None
    if number is None:
        return None, False
    if is_isbn(number):
        if own and parse_isbn(number) != own[0]:
            warnings.append(
                f"the Amazon page is of {parse_isbn(number)}, the ISBN is {own[0]}: "
                "the page's price is left out"
            )
            return None, True
        return None, False
    # An ASIN beside a 978 number is the ebook's or a bundle's.
    if own and own[0].startswith("978"):
        warnings.append(
            f"the Amazon page is of {number}, which is not this ISBN's: its price is left out"
        )
        return None, True
    return parse_asin(number), False


def _identifiers(url: str) -> dict[str, list[str]]:
    found = {"goodreads": _GOODREADS.search(url), "google_books": _GOOGLE.search(url)}
    return {scheme: [match[1]] for scheme, match in found.items() if match}


def _status(cells: Cells) -> Status:
    shelves = cell.parts(cells["bookshelf"], ";") + cell.parts(cells["tags"])
    return "want" if any(map(cell.says_wanted, shelves)) else "own"


def _tags(cells: Cells) -> list[str]:
    # Both separators are read: the one real file has no tags to show which it is.
    tags = cell.parts(cells["tags"].replace(";", ","))
    if cell.says_yes(cells["favorite"]) and "favorite" not in tags:
        tags.append("favorite")
    return tags


def _reading(cells: Cells, dates: _Dates) -> ImportedReading | None:
    """Return the reading that the dates, the Read column or the page reached tell of."""
    started = cell.day(cells["startedreadingdate"], dates.own)
    finished = cell.day(cells["finishedreadingdate"], dates.own)
    page, pages = cell.whole(cells["pageread"]) or 0, cell.whole(cells["pages"])
    status: ReadingStatus | None = cell.reading_status(cells["read"])
    if finished or cell.says_yes(cells["read"]) or (pages and page >= pages):
        status = "finished"
    elif not status and (started or page):
        status = "reading"
    # "Unread" is the state of everything that was not touched, and no plan.
    if status is None or (status == "want_to_read" and not started):
        return None
    return ImportedReading(status=status, started_at=started, finished_at=finished)
