"""A plain list of ISBNs, one a line or parted by commas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from booktrack.domain.isbn import is_isbn
from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.errors import InvalidFile
from booktrack.sources.files.base import Cells, FileText, RecordFormat, placeholder, unreadable
from booktrack.sources.files.book_cells import isbns
from booktrack.sources.files.tables import MAX_ROWS

_BETWEEN = re.compile(r"[\n,;\t|]+")
_HEADER = re.compile(r"\"?\s*(?:isbn|ean|code|barcode)s?(?:[-_ ]?1[03])?\s*\"?", re.IGNORECASE)
_LONGEST = 60


class ISBNList(RecordFormat):
    """The reader of a list of ISBNs: each is an owned book whose title is to be asked for."""

    name = "isbn_list"
    title = "List of ISBNs"

    def sniff(self, file: FileText) -> float:
        """Return how many of the first entries are ISBNs, if nearly all of them are."""
        if file.kind != "table":
            return 0.0
        entries = _entries(file.text[:20_000])[:200]
        share = sum(is_isbn(entry) for entry in entries) / len(entries) if entries else 0.0
        return share if share >= 0.7 else 0.0

    def records(self, file: FileText) -> Iterator[dict[str, str]]:
        """Yield each entry.

        Raises:
            InvalidFile: There are more of them than a library can have.
        """
        entries = _entries(file.text)
        if len(entries) > MAX_ROWS:
            raise InvalidFile(f"The file has more than {MAX_ROWS:,} entries.")
        for entry in entries:
            yield {"ISBN": entry}

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one number."""
        warnings: list[str] = []
        found = isbns(cells["isbn"][:_LONGEST], "", warnings)
        if not found:
            return unreadable(cells, warnings[0] if warnings else "not an ISBN")
        edition = EditionRecord(source=self.name, record_id=found[0], isbns=found)
        return ImportedRow(
            row=cells.number,
            work=WorkRecord(
                source=self.name,
                record_id=found[0],
                title=placeholder("ISBN", found[0]),
                editions=[edition],
            ),
            status="own",
            warnings=["the file names no title"],
        )


def _entries(text: str) -> list[str]:
    entries = [entry.strip().strip("\"'=") for entry in _BETWEEN.split(text)]
    entries = [entry for entry in entries if entry]
    return entries[1:] if entries and _HEADER.fullmatch(entries[0]) else entries
