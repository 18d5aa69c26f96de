"""What every reader of export files is: a class that knows its file by sight and reads its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Protocol

from booktrack.domain.isbn import explain_isbn_cell, repair_isbn
from booktrack.domain.models import Contributor
from booktrack.domain.names import Style, name_key, parse_people
from booktrack.domain.records import ImportedFile, ImportedRow
from booktrack.errors import InvalidFile, shown
from booktrack.sources.files.tables import (
    Layout,
    Row,
    column_keys,
    column_names,
    find_layout,
    read_rows,
)
from booktrack.sources.files.text import Decoded

# A longer one is a sentence or a broken quote; the library's own limit is 4,000.
_LONGEST_NAME = 300
_LONGEST_TITLE = 2000


@dataclass(frozen=True)
class FileText:
    """An export file as text, before anybody knows its format."""

    decoded: Decoded
    name: str | None = None

    @property
    def text(self) -> str:
        """Return the whole text."""
        return self.decoded.text

    @cached_property
    def kind(self) -> str:
        """Return "json", "xml" or "table", told by the first character."""
        start = self.text.lstrip("\ufeff \t\n")[:1]
        if start == "<":
            return "xml"
        return "json" if start in "{[" and not self.text.lstrip().startswith("[]") else "table"

    @cached_property
    def layout(self) -> Layout:
        """Return how the text is laid out as a table."""
        return find_layout(self.text)

    @cached_property
    def columns(self) -> dict[str, int]:
        """Return the places of the columns by their folded names; empty for what is no table."""
        return column_keys(self.layout.header) if self.kind == "table" else {}


class FileFormat(Protocol):
    """A kind of export file.

    `sniff` tells from 0 to 1 how surely the text is of this format, by its content and never by
    its name; `read` returns its rows and raises `InvalidFile` only where the file as a whole
    cannot be read.
    """

    @property
    def name(self) -> str:
        """Return the short name that callers give, such as "goodreads"."""
        ...

    @property
    def title(self) -> str:
        """Return the name for people."""
        ...

    def sniff(self, file: FileText) -> float:
        """Return how surely the text is of this format, 0 to 1."""
        ...

    def read(self, file: FileText) -> ImportedFile:
        """Return the rows of the file."""
        ...


class Cells:
    """One row's cells by the folded names of their columns."""

    __slots__ = ("cells", "number", "places")

    def __init__(self, number: int, cells: list[str], places: dict[str, int]) -> None:
        self.number = number
        self.cells = cells
        self.places = places

    def __getitem__(self, key: str) -> str:
        """Return the cell of a column, or "" where the file has no such column."""
        place = self.places.get(key)
        return "" if place is None else self.cells[place]

    def first(self, *keys: str) -> str:
        """Return the first filled cell of several columns."""
        for key in keys:
            if cell := self[key]:
                return cell
        return ""


class TableFormat:
    """A format that is a table with a header: a subclass names its columns and reads one row.

    `signature` holds columns that only this service has, each of them a weight for `sniff`;
    `columns` all that it is known to write. Names are folded ("Book Id" is "bookid").
    """

    name: ClassVar[str]
    title: ClassVar[str]
    required: ClassVar[frozenset[str]] = frozenset({"title"})
    signature: ClassVar[frozenset[str]]
    columns: ClassVar[frozenset[str]]
    enough: ClassVar[int] = 3

    def sniff(self, file: FileText) -> float:
        """Return how surely the header is this service's."""
        keys = file.columns.keys()
        if not self.required <= keys:
            return 0.0
        own = len(self.signature & keys)
        if own < self.enough:
            return 0.0
        share = len(self.columns & keys) / len(keys)
        return min(1.0, 0.5 + 0.1 * (own - self.enough) + 0.4 * share)

    def places(self, file: FileText) -> tuple[dict[str, int], bool]:
        """Return the places of the columns, and whether the first record is a header."""
        return file.columns, True

    def read(self, file: FileText) -> ImportedFile:
        """Return the rows of the file."""
        self._refuse_what_does_not_fit(file)
        places, header = self.places(file)
        names = column_names(file.layout.header if header else tuple(places))
        rows = list(read_rows(file.text, file.layout, header=header))
        table = [_as_wide_as(row, len(names)) for row in rows]
        context = self.context([Cells(row.number, row.cells, places) for row in table])
        read = [self._row(row, names, places, context) for row in table]
        return ImportedFile(
            format=self.name,
            encoding=file.decoded.encoding,
            delimiter=file.layout.delimiter,
            columns=names,
            exported=self.exported(context),
            rows=read,
            notes=[*file.decoded.notes, *self.notes(context)],
        )

    def _refuse_what_does_not_fit(self, file: FileText) -> None:
        missing = self.required - self.places(file)[0].keys()
        if file.kind != "table":
            raise InvalidFile(f"This is not a {self.title} table, it is {file.kind.upper()}.")
        if missing:
            columns = ", ".join(shown(cell, 40) for cell in file.layout.header[:40])
            raise InvalidFile(
                f"This is not a {self.title} table: it lacks the column "
                f"{' and '.join(sorted(missing))}; its first line holds {columns}."
            )

    def _row(self, row: Row, names: list[str], places: dict[str, int], context: Any) -> ImportedRow:
        data = {name: cell for name, cell in zip(names, row.cells, strict=False) if cell}
        if row.fault:
            return ImportedRow(row=row.number, data=data, error=row.fault)
        if not data:
            return ImportedRow(row=row.number, skip="the row is empty")
        surplus = [cell for cell in row.cells[len(names) :] if cell]
        if surplus:
            return ImportedRow(
                row=row.number,
                data=data,
                error=f"{len(row.cells)} cells under {len(names)} columns: "
                "a delimiter or quote inside a cell is not quoted",
            )
        result = self.row(Cells(row.number, row.cells, places), context)
        result.data = data
        length = len(result.work.title) if result.work else 0
        if length > _LONGEST_TITLE:
            result.work, result.error = None, f"the title has {length:,} characters"
        return result

    def context(self, rows: Sequence[Cells]) -> Any:
        """Return what must be known of the whole file before a row can be read."""
        return None

    def exported(self, context: Any) -> str | None:
        """Return the day of the export, where the file tells it."""
        return None

    def notes(self, context: Any) -> list[str]:
        """Return what a person should know of how the file was read."""
        return []

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return what one row says."""
        raise NotImplementedError


def _as_wide_as(row: Row, width: int) -> Row:
    missing = width - len(row.cells)
    if missing > 0:
        row.cells.extend([""] * missing)
    return row


@lru_cache(maxsize=8192)
def _people(cell: str, style: Style) -> tuple[Contributor, ...]:
    return tuple(
        Contributor(name=person.display, role=_role(person.role))
        for person in parse_people(cell, style)
        if len(person.display) <= _LONGEST_NAME
    )


def _role(role: str | None) -> str | None:
    return None if role is None or role.casefold() in ("author", "writer", "auteur") else role


def people(cell: str, style: Style = "auto") -> list[Contributor]:
    """Return the people of a cell, each once; authors have no role."""
    return list(_people(cell, style)) if cell else []


def with_others(first: list[Contributor], others: list[Contributor]) -> list[Contributor]:
    """Return the first people and those of the others who are not among them."""
    if not others:
        return first
    known = {name_key(person.name) for person in first}
    return [*first, *(person for person in others if name_key(person.name) not in known)]


_BARE_13 = re.compile(r'(?:="?)?(97(?:8|9[1-9])[0-9]{9,10})"?')
_BARE_10 = re.compile(r'(?:="?)?[0-9]{0,9}[0-9X]?"?')


def _sound_isbn(isbn_cell: str, isbn13_cell: str) -> str | None:
    """Return the ISBN-13 of an undamaged pair of cells, forty times as fast as `repair_isbn`."""
    match = _BARE_13.fullmatch(isbn13_cell or isbn_cell)
    if not match or len(match[1]) != 13 or (isbn13_cell and not _BARE_10.fullmatch(isbn_cell)):
        return None
    digits = [int(char) for char in match[1]]
    return match[1] if (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0 else None


def isbns(isbn_cell: str, isbn13_cell: str, warnings: list[str]) -> list[str]:
    """Return the ISBN that the two cells decide, in a list; a damaged one becomes a warning."""
    if not isbn_cell and not isbn13_cell:
        return []
    sound = _sound_isbn(isbn_cell, isbn13_cell)
    if sound:
        return [sound]
    isbn = repair_isbn(isbn_cell, isbn13_cell)
    if isbn:
        return [isbn]
    reason = explain_isbn_cell(isbn_cell, isbn13_cell)
    if reason:
        warnings.append(f"no ISBN: {reason}")
    return []


def not_a_book(cells: Cells, reason: str) -> ImportedRow:
    """Return a row that is left out on purpose."""
    return ImportedRow(row=cells.number, skip=reason)


def unreadable(cells: Cells, reason: str) -> ImportedRow:
    """Return a row that holds a book which could not be read."""
    return ImportedRow(row=cells.number, error=reason)
