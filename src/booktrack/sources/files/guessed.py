"""Any other table: its columns are guessed by their names; the caller may see and change that."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booktrack.domain.formats import book_format
from booktrack.domain.identifiers import openlibrary_key
from booktrack.domain.languages import language_code
from booktrack.domain.records import (
    EditionRecord,
    ImportedFile,
    ImportedReading,
    ImportedRow,
    WorkRecord,
)
from booktrack.domain.text import fold_key
from booktrack.errors import InvalidFile, shown
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import (
    Cells,
    DateOrder,
    FileText,
    TableFormat,
    not_a_book,
    placeholder,
    unreadable,
)
from booktrack.sources.files.book_cells import numbers, people, reading, status_of
from booktrack.sources.files.claims import series_claims
from booktrack.sources.files.column_names import FIELDS, guess_columns
from booktrack.sources.files.tables import column_names

_VAGUE = frozenset({"name", "nombre", "naam"})
_TELLS_READING = ("status", "rating", "review", "started", "finished", "owned")


@dataclass(frozen=True)
class _Context:
    dates: DateOrder
    best_rating: float
    catalogue: bool
    mapping: str


class GuessedTable(TableFormat):
    """The reader of a table of unknown make.

    A table without any column on reading or owning is taken for a catalogue of what its owner
    has; in every other one a book is owned where a column says so.

    Args:
        mapping: The columns by our fields, such as {"title": "Buch"}; a field that is not named
            is guessed, and "" leaves it out.
    """

    name = "table"
    title = "another table"
    required = frozenset()
    signature = frozenset()
    columns = frozenset()
    even = False
    dates = ("published", "started", "finished", "acquired")

    def __init__(self, mapping: Mapping[str, str] | None = None) -> None:
        self._mapping = dict(mapping or {})

    def sniff(self, file: FileText) -> float:
        """Return a little certainty, less than any service's own: for a title or an ISBN."""
        found = guess_columns(file.header)
        names_books = bool(found.keys() & {"authors", "isbn", "isbn13", "asin"})
        # A list of contacts or tasks has a column "Name", too.
        titled = "title" in found and (names_books or fold_key(found["title"]) not in _VAGUE)
        if titled and (len(found) > 1 or len(file.header) == 1):
            return 0.3
        return 0.25 if found.keys() & {"isbn", "isbn13"} and len(file.header) > 1 else 0.0

    def read(self, file: FileText) -> ImportedFile:
        """Return the rows of the file, and the column that each field was read from.

        Raises:
            InvalidFile: The file is no table, there is no such field or column, or none to tell
                books by.
        """
        if file.kind != "table" and not file.objects:
            raise InvalidFile(f"This file is {file.kind.upper()} and not a table with columns.")
        found = super().read(file)
        places, _ = self.places(file)
        found.mapping = {field: found.columns[place] for field, place in places.items()}
        return found

    def places(self, file: FileText) -> tuple[dict[str, int], bool]:
        """Return the places of the columns by our fields.

        Raises:
            InvalidFile: There is no such field or column, or none to tell books by.
        """
        told = {field: _place(file, field, name) for field, name in self._mapping.items()}
        # A column that the caller gave to one field is not guessed to be another one, too.
        free = [name for place, name in enumerate(file.header) if place not in told.values()]
        guessed = {
            field: file.columns[fold_key(name)] for field, name in guess_columns(free).items()
        }
        found = {field: place for field, place in (guessed | told).items() if place is not None}
        if not found.keys() & {"title", "isbn", "isbn13"}:
            raise InvalidFile(
                f"No column of this table is a title or an ISBN. Its columns are {_listed(file)}. "
                'Say which is which, such as {"title": "Buch"}.'
            )
        return found, True

    def context(self, rows: Sequence[Cells]) -> _Context:
        """Return the order of the dates, the scale of the ratings, and what kind of table it is."""
        places = rows[0].places if rows else {}
        # 1 to 5, 1 to 10, 0 to 20 (French sites) and 0 to 100 are in use; nothing else tells which.
        given = [value for row in rows if (value := cell.decimal(row["rating"])) is not None]
        best = max(given, default=5)
        mapping = ", ".join(
            f"{field} = {rows[0].names[place]}" for field, place in sorted(places.items())
        )
        return _Context(
            super().context(rows),
            best_rating=next((scale for scale in (5, 10, 20) if best <= scale), 100),
            catalogue=not places.keys() & set(_TELLS_READING),
            mapping=mapping,
        )

    def notes(self, context: _Context) -> list[str]:
        """Return how the columns were understood."""
        return [f"columns were read as: {context.mapping}", *super().notes(context.dates)]

    def row(self, cells: Cells, context: _Context) -> ImportedRow:
        """Return the book of one row."""
        warnings: list[str] = []
        edition = _edition(cells, context.dates.order, warnings)
        title = cell.one_line(html.unescape(cells["title"]))
        if not title and not edition.isbns:
            return unreadable(cells, "neither a title nor an ISBN")
        if cell.is_other_medium(cells["format"]):
            return not_a_book(cells, f"not a book: {cells['format']}")
        read = _reading(cells, context)
        shelves = cell.parts(cells["shelves"])
        # A school's or a home library's list is of what stands there.
        owned = context.catalogue or _is_owned(cells, shelves)
        paid, currency = _money(cells, "paid")
        copies = cell.positive(cells["copies"])
        work = WorkRecord(
            source="table",
            record_id=edition.record_id,
            title=title or placeholder("ISBN", edition.isbns[0]),
            subtitle=cell.one_line(cells["subtitle"]),
            people=people(cells["authors"]),
            series=series_claims(cells["series"], cells["volume"]),
            volume=None if cells["series"] else cells["volume"] or None,
            description=cell.prose(cells["description"]),
            genres=cell.parts(cells["genres"].replace(";", ",")),
            editions=[edition],
        )
        _note_openlibrary(cells, work, edition)
        return ImportedRow(
            row=cells.number,
            work=work,
            status=status_of(read, owned=owned),
            notes=cell.prose(cells["notes"]),
            shelves=shelves,
            tags=cell.parts(cells["tags"].replace(";", ",")),
            copies=copies if copies and copies > 1 else None,
            condition=cells["condition"] or None,
            location=cells["location"] or None,
            acquired_date=cell.day(cells["acquired"], context.dates.order),
            price_paid=paid,
            price_paid_currency=currency,
            reading=read,
            warnings=warnings if title else [*warnings, "the file names no title"],
        )


def _place(file: FileText, field: str, name: str) -> int | None:
    """Return where the column stands that the caller named for a field, None for none."""
    if field not in FIELDS:
        raise InvalidFile(f"There is no field {shown(field)}. Fields are {', '.join(FIELDS)}.")
    if not name:
        return None
    names = column_names(file.header)
    if name in names:
        return names.index(name)
    key = fold_key(name)
    if not key or key not in file.columns:
        raise InvalidFile(
            f"The table has no column {shown(name)}. Its columns are {_listed(file)}."
        )
    return file.columns[key]


def _listed(file: FileText) -> str:
    return ", ".join(shown(name, 40) for name in file.header[:40])


def _money(cells: Cells, field: str) -> tuple[float | None, str | None]:
    """Return an amount; where its cell names no currency, a column of its own may."""
    amount, currency = cell.money(cells[field])
    return amount, currency or cell.money(f"{cells[field]} {cells['currency']}")[1]


def _edition(cells: Cells, order: str, warnings: list[str]) -> EditionRecord:
    found, asin = numbers(cell.filled(cells["isbn"]), cell.filled(cells["isbn13"]), warnings)
    price, currency = _money(cells, "price")
    goodreads = cells["goodreads"].removesuffix(".0")
    known = {
        "goodreads": goodreads if goodreads.isdecimal() else "",
        "google_books": cells["google_books"],
    }
    return EditionRecord(
        source="table",
        record_id=next(iter(found), asin) or f"row {cells.number}",
        isbns=found,
        asin=cell.asin(cells["asin"]) or asin,
        book_format=book_format(cells["format"]),
        format_detail=cells["format"] or None,
        publisher=cell.one_line(cell.filled(cells["publisher"])),
        release_date=cell.day(cells["published"].removesuffix(".0"), order),
        language=language_code(cells["language"]),
        page_count=cell.positive(cells["pages"]),
        cover_url=cell.web_address(cells["cover"]),
        price=price,
        currency=currency,
        identifiers={scheme: [value] for scheme, value in known.items() if value},
    )


def _note_openlibrary(cells: Cells, work: WorkRecord, edition: EditionRecord) -> None:
    key = openlibrary_key(cells["openlibrary"])
    if key and key.endswith("W"):
        work.identifiers["openlibrary"] = [key]
    elif key and key.endswith("M"):
        edition.identifiers["openlibrary"] = [key]


def _is_owned(cells: Cells, shelves: list[str]) -> bool:
    owned = cells["owned"]
    return (
        cell.says_yes(owned)
        or bool(cell.whole(owned))
        or any(map(cell.says_owned, [*shelves, cells["status"]]))
    )


def _reading(cells: Cells, context: _Context) -> ImportedReading | None:
    return reading(
        cell.reading_status(cells["status"]),
        started=cell.day(cells["started"], context.dates.order),
        finished=cell.day(cells["finished"], context.dates.order),
        rating=cell.rating(cells["rating"], best=context.best_rating),
        review=cell.prose(cells["review"]),
    )
