"""Hardcover: the CSV of 37 columns that the site exports."""

from __future__ import annotations

import re
from typing import Any

from booktrack.domain.formats import book_format
from booktrack.domain.languages import language_code
from booktrack.domain.records import EditionRecord, ImportedRow, SeriesClaim, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, unreadable
from booktrack.sources.files.book_cells import numbers, people, reading, status_of
from booktrack.sources.files.claims import series_claims

# Series are "Name (#1.0)", parted by commas, which names hold as well.
_BETWEEN_SERIES = re.compile(r"(?<=\)),\s*")


class Hardcover(TableFormat):
    """The reader of Hardcover's CSV; `Owned` and a list named Owned both say that it is owned."""

    name = "hardcover"
    title = "Hardcover"
    signature = frozenset(
        {"hardcoverbookid", "hardcovereditionid", "durationinseconds", "reviewcontainsspoilers",
         "sponsoredreview", "reviewslate", "reviewmediaurl", "compilation", "privacy"}
    )  # fmt: skip
    columns = frozenset(
        {"title", "author", "series", "status", "isbn10", "isbn13", "asin", "media",
         "countrycode", "languagecode", "binding", "pages", "publishdate", "publisher", "genres",
         "moods", "tags", "contentwarnings", "lists", "dateadded", "datestarted", "datefinished",
         "rating", "review", "reviewdate", "reviewurl", "privatenotes", "owned"}
    )  # fmt: skip
    dates = ("publishdate", "dateadded", "datestarted", "datefinished")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        warnings: list[str] = []
        book, edition_id = cells["hardcoverbookid"], cells["hardcovereditionid"]
        lists = cell.parts(cells["lists"])
        read = reading(
            cell.reading_status(cells["status"]),
            started=cell.day(cells["datestarted"], context.order),
            finished=cell.day(cells["datefinished"], context.order),
            rating=cell.rating(cells["rating"]),
            review=cell.prose(cells["review"]),
        )
        # Real rows of the list "Owned" say true in the column as well.
        owned = cell.says_yes(cells["owned"]) or any(map(cell.says_owned, lists))
        return ImportedRow(
            row=cells.number,
            key=f"hardcover:{edition_id or book}" if edition_id or book else None,
            work=WorkRecord(
                source=self.name,
                record_id=book or f"row {cells.number}",
                title=title,
                people=people(cells["author"], "first-last"),
                series=_series(cells["series"]),
                genres=cell.parts(cells["genres"]),
                identifiers={"hardcover": [book]} if book else {},
                editions=[_edition(cells, context.order, warnings)],
            ),
            status=status_of(read, owned=owned),
            notes=cell.prose(cells["privatenotes"]),
            shelves=[name for name in lists if not cell.says_owned(name)],
            tags=cell.parts(cells["tags"]),
            reading=read,
            warnings=warnings,
        )


def _series(text: str) -> list[SeriesClaim]:
    return [claim for part in _BETWEEN_SERIES.split(text) for claim in series_claims(part)]


def _edition(cells: Cells, order: str, warnings: list[str]) -> EditionRecord:
    found, asin = numbers(cells["isbn10"], cells["isbn13"], warnings)
    words = cells.first("binding", "media")
    seconds = cell.whole(cells["durationinseconds"]) or 0
    return EditionRecord(
        source=Hardcover.name,
        record_id=cells["hardcovereditionid"] or f"row {cells.number}",
        isbns=found,
        asin=cell.asin(cells["asin"]) or asin,
        book_format=book_format(words),
        format_detail=words or None,
        publisher=cell.one_line(cells["publisher"]),
        release_date=cell.day(cells["publishdate"], order),
        language=language_code(cells["languagecode"]),
        page_count=cell.positive(cells["pages"]),
        duration_minutes=round(seconds / 60) or None,
        work_ids=[cells["hardcoverbookid"]] if cells["hardcoverbookid"] else [],
    )
