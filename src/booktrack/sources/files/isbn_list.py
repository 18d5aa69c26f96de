"""Books of which a file tells nothing but the ISBN: a plain list of them, and a Skoolib page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from booktrack.domain.isbn import find_isbns, is_isbn
from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.errors import InvalidFile
from booktrack.sources.files.base import Cells, FileText, RecordFormat, placeholder, unreadable
from booktrack.sources.files.book_cells import isbns
from booktrack.sources.files.tables import MAX_ROWS

_ENTRY = re.compile(r"[^\n,;\t|]+")
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
        entries = list(islice(_entries(file.text[:20_000]), 200))
        share = sum(is_isbn(entry) for entry in entries) / len(entries) if entries else 0.0
        # A few typing errors must not make it a table without header.
        return share if share >= 0.7 else 0.0

    def records(self, file: FileText) -> Iterator[dict[str, str]]:
        """Yield each entry.

        Raises:
            InvalidFile: There are more of them than a library can have.
        """
        if sum(map(file.text.count, "\n,;\t|")) > 2 * MAX_ROWS:
            raise InvalidFile(f"The file has more than {MAX_ROWS:,} entries.")
        for entry in _entries(file.text):
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


class SkoolibPage(ISBNList):
    """The reader of the public page of a Skoolib library: every ISBN on it is an owned book."""

    name = "skoolib"
    title = "Skoolib"

    def sniff(self, file: FileText) -> float:
        """Return 0: other pages name ISBNs too, so that only who asks for it gets it."""
        return 0.0

    def records(self, file: FileText) -> Iterator[dict[str, str]]:
        """Yield each ISBN once, wherever on the page it stands.

        Raises:
            InvalidFile: There are more of them than a library can have, or none.
        """
        found = find_isbns(file.text)
        if not 0 < len(found) <= MAX_ROWS:
            raise InvalidFile(f"The page has {len(found):,} ISBNs; 1 to {MAX_ROWS:,} are read.")
        for isbn in found:
            yield {"ISBN": isbn}


def _entries(text: str) -> Iterator[str]:
    found = (match[0].strip().strip("\"'=") for match in _ENTRY.finditer(text))
    entries = (entry for entry in found if entry)
    first = next(entries, "")
    return entries if _HEADER.fullmatch(first) else chain([first] if first else [], entries)
