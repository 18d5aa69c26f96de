"""Goodreads: the CSV of "Export Library", in its three generations and as owners re-save it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from booktrack.domain.formats import book_format
from booktrack.domain.models import ReadingStatus
from booktrack.domain.records import EditionRecord, ImportedReading, ImportedRow, WorkRecord
from booktrack.domain.text import fold_key
from booktrack.errors import shown
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import (
    Cells,
    FileText,
    TableFormat,
    not_a_book,
    unreadable,
)
from booktrack.sources.files.book_cells import (
    numbers,
    people,
    readings_before,
    status_of,
    with_others,
)
from booktrack.sources.files.claims import series_claims

_START = (
    "bookid", "title", "author", "authorlf", "additionalauthors", "isbn", "isbn13", "myrating",
)  # fmt: skip
_MIDDLE = (
    "publisher", "binding", "numberofpages", "yearpublished", "originalpublicationyear",
    "dateread", "dateadded", "bookshelves", "bookshelveswithpositions", "exclusiveshelf",
    "myreview", "spoiler", "privatenotes", "readcount",
)  # fmt: skip
# Until October 2022, until spring 2026, and since then (without the average rating).
_GENERATIONS = {
    31: (
        *_START, "averagerating", *_MIDDLE, "recommendedfor", "recommendedby", "ownedcopies",
        "originalpurchasedate", "originalpurchaselocation", "condition", "conditiondescription",
        "bcid",
    ),
    24: (*_START, "averagerating", *_MIDDLE, "ownedcopies"),
    23: (*_START, *_MIDDLE, "ownedcopies"),
}  # fmt: skip
_BUILT_IN = frozenset({"to-read", "currently-reading", "read"})
_NAMES_A_BOOK = ("bookid", "title", "author", "isbn", "isbn13")
_DATES = ("dateread", "dateadded", "datestarted", "originalpurchasedate")
_NUMBERS = ("numberofpages", "yearpublished", "originalpublicationyear", "readcount", "ownedcopies")
_YEAR = re.compile(r"-?\d{1,4}(?:\.0)?")


class Goodreads(TableFormat):
    """The reader of Goodreads' CSV.

    The book's place is `Exclusive Shelf`: read, currently-reading and to-read become a reading, so
    do shelves that say the book was given up; any other one stays a shelf. `Owned Copies` is 0 in
    nearly every real file, so it tells nothing: a book is owned where it is above zero or where a
    shelf says so (owned, i-own), wanted where it is to be read, and otherwise neither.
    """

    name = "goodreads"
    title = "Goodreads"
    signature = frozenset(
        {"bookid", "authorlf", "additionalauthors", "myrating", "bookshelveswithpositions",
         "exclusiveshelf", "originalpublicationyear", "numberofpages", "yearpublished",
         "privatenotes", "ownedcopies", "myreview", "bcid"}
    )  # fmt: skip
    columns = frozenset(_GENERATIONS[31])
    dates = _DATES

    def sniff(self, file: FileText) -> float:
        """Return how surely this is Goodreads' table, with or without its header."""
        if file.kind == "table" and _is_headless(file):
            return 0.9
        return super().sniff(file)

    def places(self, file: FileText) -> tuple[dict[str, int], bool]:
        """Return the places of the columns; without a header their number tells them."""
        if not _is_headless(file):
            return file.columns, True
        names = _GENERATIONS[len(file.layout.header)]
        return {name: place for place, name in enumerate(names)}, False

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        # A spreadsheet that saved 69 books left 44 rows of ",,,,1,0" behind them.
        if not any(cells[column] for column in _NAMES_A_BOOK):
            return not_a_book(cells, "no book in this row: title, author and numbers are empty")
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        # A rating of 4.34 and a blank shelf tell of a lost cell, not of a reader.
        shifted = _shifted(cells)
        if shifted:
            return unreadable(cells, shifted)
        warnings: list[str] = []
        number = _book_id(cells["bookid"])
        edition = _edition(cells, number, warnings)
        work = WorkRecord(
            source=self.name,
            record_id=edition.record_id,
            url=f"https://www.goodreads.com/book/show/{number}" if number else None,
            title=title,
            # The title stays as printed: which of its brackets is a series is told by its siblings.
            # Goodreads says no one's role: co-authors and narrators share the second column.
            people=with_others(
                people(cells["author"], "first-last"),
                people(cells["additionalauthors"], "first-last"),
            ),
            series=series_claims(cells["series"], cells["volume"]),
            # Not Goodreads' own: tools and people add it.
            genres=cell.parts(cells.first("genres", "genre", "genero").replace(";", ",")),
            first_published=_year(cells["originalpublicationyear"]),
            editions=[edition],
        )
        shelves = _shelves(cells)
        reading = _reading(cells, context.order, warnings)
        return ImportedRow(
            row=cells.number,
            key=f"goodreads:{number}" if number else None,
            work=work,
            status=status_of(
                reading,
                owned=_is_owned(cells, shelves),
                wished=any(map(cell.says_wanted, shelves)),
            ),
            notes=cell.prose(cells["privatenotes"]),
            shelves=shelves,
            copies=cell.positive(cells["ownedcopies"]),
            condition=" ".join(filter(None, (cells["condition"], cells["conditiondescription"])))
            or None,
            acquired_date=cell.day(cells["originalpurchasedate"], context.order),
            reading=reading,
            earlier=readings_before(reading, [(None, cell.day(cells["dateread"], context.order))]),
            warnings=warnings,
        )


def _is_headless(file: FileText) -> bool:
    """Return whether the first record is a book in the order of one of the generations."""
    first = file.layout.header
    names = _GENERATIONS.get(len(first))
    # Two of 39 real files have lost their header.
    if not names or not first[0].isdecimal() or not first[1]:
        return False
    cells = Cells(1, list(first), {name: place for place, name in enumerate(names)}, list(names))
    added = cell.day(cells["dateadded"], "MM/DD/YYYY")
    return _shifted(cells) is None and (added is not None or bool(cells["exclusiveshelf"]))


def _shifted(cells: Cells) -> str | None:
    """Return why the cells cannot stand under their columns, or None.

    One odd cell is a slip and loses its own value only; two of them mean that a cell is missing
    or too many somewhere before, and that nothing in the row can be trusted.
    """
    odd = [
        (column, cells[column])
        for column, fits in _CHECKS
        if cells[column] and not fits(cells[column])
    ]
    # Goodreads always fills it.
    if "exclusiveshelf" in cells.places and not cells["exclusiveshelf"]:
        odd.append(("exclusiveshelf", ""))
    if len(odd) < 2:
        return None
    seen = ", ".join(f"{column} {shown(text, 30)}" for column, text in odd[:3])
    return f"the cells do not stand under their columns ({seen}): a cell is missing or too many"


def _is_number(text: str) -> bool:
    return text.isdecimal() or _is_written_number(text)


@lru_cache(maxsize=4096)
def _is_written_number(text: str) -> bool:
    return cell.decimal(text) is not None and not any(char.isalpha() for char in text[:4])


@lru_cache(maxsize=256)
def _is_rating(text: str) -> bool:
    value = cell.decimal(text)
    # Goodreads gives whole stars; people who edit the file write halves and quarters.
    return value is not None and value <= 5 and value * 4 == int(value * 4)


@lru_cache(maxsize=16_384)
def _is_day(text: str) -> bool:
    # A bare number is a year to `parse_date`, and never what Goodreads writes here.
    return (
        not re.fullmatch(r"\d+(\.\d+)?", text)
        and (cell.day(text, "MM/DD/YYYY") or cell.day(text, "DD/MM/YYYY")) is not None
    )


_CHECKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("bookid", lambda text: _book_id(text) is not None),
    ("isbn", lambda text: text.strip(",;. ") != ""),
    ("myrating", _is_rating),
    ("dateadded", _is_day),
    ("dateread", _is_day),
    ("exclusiveshelf", lambda text: not _YEAR.fullmatch(text)),
    *((column, _is_number) for column in _NUMBERS),
)


def _book_id(text: str) -> str | None:
    # A file that went through pandas holds 15704307.0.
    number = text.removesuffix(".0")
    return number if number.isdecimal() and number != "0" else None


def _year(text: str) -> str | None:
    """Return the year; -400 and 180 occur among the ancients."""
    if not _YEAR.fullmatch(text):
        return None
    year = int(float(text))
    if not year:
        return None
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def _edition(cells: Cells, number: str | None, warnings: list[str]) -> EditionRecord:
    found, asin = numbers(cells["isbn"], cells["isbn13"], warnings)
    return EditionRecord(
        source=Goodreads.name,
        record_id=number or f"row {cells.number}",
        isbns=found,
        asin=asin,
        book_format=book_format(cells["binding"]),
        format_detail=cells["binding"] or None,
        publisher=cell.one_line(cells["publisher"]),
        release_date=_year(cells["yearpublished"]),
        page_count=cell.positive(cells["numberofpages"]),
        identifiers={"goodreads": [number]} if number else {},
    )


def _shelves(cells: Cells) -> list[str]:
    """Return the reader's own shelves: neither the three built in nor those that are a status."""
    named = cell.parts(cells["bookshelves"])
    exclusive = cells["exclusiveshelf"]
    # The column of shelves leaves "read" out, which everything has that is on no other.
    if exclusive and exclusive not in named:
        named.append(exclusive)
    return [
        shelf
        for shelf in named
        if shelf not in _BUILT_IN and not (shelf == exclusive and cell.reading_status(shelf))
    ]


def _reading(cells: Cells, order: str, warnings: list[str]) -> ImportedReading | None:
    """Return the reading that the exclusive shelf names, or that date, rating or review tell of."""
    stars = cell.rating(cells["myrating"])
    review = cell.prose(cells["myreview"])
    finished = cell.day(cells["dateread"], order)
    status = _reading_status(cells["exclusiveshelf"])
    # Shelves of people's own, such as "literature", stand here as often as a status.
    if status is None and (finished or stars or review):
        status = "finished"
    if status is None:
        return None
    if finished and status in ("want_to_read", "reading"):
        # 39 of 16,658 real to-read books were read once before.
        warnings.append(f"read on {finished} before it was shelved as {cells['exclusiveshelf']}")
        finished = None
    return ImportedReading(
        status=status,
        started_at=cell.day(cells["datestarted"], order),
        finished_at=finished,
        rating=stars,
        review=review,
        # It is 1 for a book that is being read for the first time, too.
        read_count=cell.positive(cells["readcount"]) if status == "finished" else None,
    )


def _is_owned(cells: Cells, shelves: list[str]) -> bool:
    return bool(cell.positive(cells["ownedcopies"])) or any(map(cell.says_owned, shelves))


def _reading_status(shelf: str) -> ReadingStatus | None:
    status = cell.reading_status(shelf)
    if status is None and fold_key(shelf).startswith("toread"):
        return "want_to_read"
    return status
