"""booktrack's own JSON: all that the library knows, series and readings included."""

from __future__ import annotations

import re
from typing import Any

from booktrack.domain.interchange import imported_row
from booktrack.domain.models import Goal, Series
from booktrack.domain.records import ExactRow, ImportedFile, ImportedRow
from booktrack.errors import InvalidDocument, InvalidFile, shown
from booktrack.sources.files.base import FileText
from booktrack.sources.files.booktrack_csv import check
from booktrack.sources.files.documents import json_documents
from booktrack.sources.files.tables import MAX_ROWS

JSON = dict[str, Any]

_BEGINS = re.compile(r'\s*\{\s*"booktrack"\s*:')
VERSION = 1
_DAMAGED = (ValueError, KeyError, TypeError, AttributeError)


class BooktrackJSON:
    """The reader of booktrack's own JSON; each edition of a book is a row."""

    name = "booktrack_json"
    title = "booktrack (JSON)"

    def sniff(self, file: FileText) -> float:
        """Return 1 for the first key that booktrack writes, else 0."""
        return 1.0 if _BEGINS.match(file.text) else 0.0

    def read(self, file: FileText) -> ImportedFile:
        """Return the rows of the file and its series.

        Raises:
            InvalidFile: it is no such JSON, or of a newer booktrack.
        """
        document = json_documents(file.text, self.title)[0]
        try:
            version = document["booktrack"]["version"]
            books, series = list(document["books"]), list(document["series"])
        except _DAMAGED as error:
            raise InvalidFile(
                f"This is not a {self.title} file: it lacks {shown(str(error))}."
            ) from error
        if not isinstance(version, int) or version > VERSION:
            raise InvalidFile(
                f"A newer booktrack wrote this file (version {shown(version)}): update booktrack."
            )
        if len(books) > MAX_ROWS:
            raise InvalidFile(f"The file has more than {MAX_ROWS:,} books.")
        rows: list[ImportedRow] = []
        for number, book in enumerate(books, 1):
            rows += self._rows(len(rows) + 1, number, book)
        notes = list(file.decoded.notes)
        return ImportedFile(
            format=self.name,
            encoding=file.decoded.encoding,
            rows=rows,
            series=_series(series, notes),
            goals=_goals(document.get("goals", []), notes),
            notes=notes,
        )

    def _rows(self, first: int, number: int, book: Any) -> list[ImportedRow]:
        try:
            return [
                imported_row(first + place, exact, self.name)
                for place, exact in enumerate(_exact(number, book))
            ]
        except _DAMAGED as error:
            reason = f"not as booktrack wrote it: {shown(str(error), 200)}"
            title = book.get("title") if isinstance(book, dict) else None
            data = {"Title": title} if isinstance(title, str) else {}
            return [ImportedRow(row=first, data=data, error=reason)]


def _exact(number: int, book: JSON) -> list[ExactRow]:
    document = dict(book)
    places = [{**place, "series": str(place["series"])} for place in document.pop("places", [])]
    editions = document.pop("editions", [])
    readings = [dict(one) for one in document.pop("readings", [])]
    if not document.get("not_in_series", True):
        del document["not_in_series"]
    rows = []
    for edition in editions or [None]:
        bare = None if edition is None else dict(edition)
        status = None if bare is None else bare.pop("user", None)
        prices = [] if bare is None else [dict(one) for one in bare.pop("prices", [])]
        row = ExactRow(
            book=str(number),
            document=document,
            places=places,
            edition=bare,
            status=status,
            prices=prices,
        )
        check(row)
        rows.append(row)
    for reading in readings:
        place = reading.pop("edition", None)
        known = isinstance(place, int) and 0 < place <= len(editions)
        row = rows[place - 1] if known else rows[0]
        row.readings.append({**reading, "of_edition": known})
    return rows


def _series(listed: list[Any], notes: list[str]) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for number, series in enumerate(listed, 1):
        try:
            document = dict(series)
            Series.check(document)
        except (InvalidDocument, TypeError, ValueError) as error:
            notes.append(f"series {number} is not as booktrack wrote it: {shown(str(error), 200)}")
            continue
        found[str(number)] = document
    return found


def _goals(listed: Any, notes: list[str]) -> list[JSON]:
    found: list[JSON] = []
    for number, goal in enumerate(listed if isinstance(listed, list) else [listed], 1):
        try:
            Goal.check({**goal, "user_id": 1})
        except (InvalidDocument, TypeError) as error:
            notes.append(f"goal {number} is not as booktrack wrote it: {shown(str(error), 200)}")
            continue
        found.append(dict(goal))
    return found
