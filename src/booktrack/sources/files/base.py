"""What every reader of export files is: a class that knows its file by sight and reads its rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol, Self

from booktrack.domain.records import ImportedFile, ImportedRow
from booktrack.errors import InvalidFile, shown
from booktrack.sources.files.cells import SLASHED, slash_order
from booktrack.sources.files.documents import as_text, json_documents
from booktrack.sources.files.tables import (
    MAX_COLUMNS,
    MAX_ROWS,
    Layout,
    Row,
    column_keys,
    column_names,
    find_layout,
    read_rows,
    unwrapped,
)
from booktrack.sources.files.text import Decoded

# A longer one is a broken quote; the library's own limit is 4,000.
_LONGEST_TITLE = 2000
_ENOUGH_ROWS = 10


@dataclass(frozen=True)
class FileText:
    """An export file as text, before anybody knows its format."""

    decoded: Decoded
    name: str | None = None

    @cached_property
    def text(self) -> str:
        """Return the whole text."""
        return unwrapped(self.decoded.text)

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
    def objects(self) -> list[dict[str, str]]:
        """Return the rows of a JSON list of objects; empty for anything else."""
        if self.kind != "json":
            return []
        try:
            documents = json_documents(self.text, "JSON")
        except InvalidFile:
            return []
        rows = documents[0] if len(documents) == 1 else documents
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return []
        if len(rows) > MAX_ROWS or len({name for row in rows for name in row}) > MAX_COLUMNS:
            return []
        return [{name: as_text(value) for name, value in row.items()} for row in rows]

    @cached_property
    def header(self) -> tuple[str, ...]:
        """Return the names of the columns of a table or of a JSON list of objects."""
        if self.kind == "table":
            return self.layout.header
        return tuple(dict.fromkeys(name for row in self.objects for name in row))

    @cached_property
    def columns(self) -> dict[str, int]:
        """Return the places of the columns by their folded names; empty for what is no table."""
        return column_keys(self.header)


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
    """One row's cells by the folded names of their columns, and by the names in the file."""

    __slots__ = ("cells", "fault", "names", "number", "places")

    def __init__(
        self,
        number: int,
        cells: list[str],
        places: dict[str, int],
        names: list[str],
        fault: str | None = None,
    ) -> None:
        self.number = number
        self.cells = cells
        self.places = places
        self.names = names
        self.fault = fault

    def widen(self) -> None:
        """Add the empty cells that a short row lacks at its end."""
        missing = len(self.names) - len(self.cells)
        if missing > 0:
            self.cells.extend([""] * missing)

    @classmethod
    def of(cls, number: int, record: Mapping[str, str]) -> Self:
        """Return the cells of a record that names each of its own."""
        names = tuple(record)
        return cls(number, list(record.values()), column_keys(names), list(names))

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

    @property
    def data(self) -> dict[str, str]:
        """Return the filled cells by their names in the file."""
        return {name: cell for name, cell in zip(self.names, self.cells, strict=False) if cell}


@dataclass(frozen=True)
class DateOrder:
    """The order of day and month in dates like 7/2/2025, and whether it had to be assumed."""

    order: str
    assumed: bool


class RowFormat(ABC):
    """A format whose rows are read one by one: a subclass says how one becomes a book.

    `dates` are the columns that hold days, and `usual_order` is how 7/2/2025 is read where no
    cell of the file proves it: services write the year first, so such dates are a spreadsheet's.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    dates: ClassVar[tuple[str, ...]] = ()
    usual_order: ClassVar[str] = "MM/DD/YYYY"

    def context(self, rows: Sequence[Cells]) -> Any:
        """Return what must be known of the whole file before a row can be read."""
        # Services write the year first; slashes come from a spreadsheet that saved the file again.
        written = [row[column] for row in rows for column in self.dates if row[column]]
        proved = slash_order(written)
        slashed = any(SLASHED.match(text) for text in written)
        return DateOrder(proved or self.usual_order, assumed=slashed and proved is None)

    def exported(self, context: Any) -> str | None:
        """Return the day of the export, where the file tells it."""
        return None

    def notes(self, context: Any) -> list[str]:
        """Return what a person should know of how the file was read."""
        if not isinstance(context, DateOrder) or not context.assumed:
            return []
        words = "month/day" if context.order.startswith("MM") else "day/month"
        return [f"dates like 7/2/2025 were read as {words}/year"]

    @abstractmethod
    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return what one row says."""

    def assembled(
        self, file: FileText, columns: list[str], rows: list[Cells], delimiter: str | None = None
    ) -> ImportedFile:
        """Return the file of these rows, each of them read."""
        context = self.context(rows)
        return ImportedFile(
            format=self.name,
            encoding=file.decoded.encoding,
            delimiter=delimiter,
            columns=columns,
            exported=self.exported(context),
            rows=[self._read_row(cells, context) for cells in rows],
            notes=[*file.decoded.notes, *self.notes(context)],
        )

    def _read_row(self, cells: Cells, context: Any) -> ImportedRow:
        data = cells.data
        if cells.fault:
            return ImportedRow(row=cells.number, data=data, error=cells.fault)
        if not data:
            return ImportedRow(row=cells.number, skip="the row is empty")
        # Empty cells too many are trailing commas, and harmless.
        if any(cells.cells[len(cells.names) :]):
            return ImportedRow(
                row=cells.number,
                data=data,
                error=f"{len(cells.cells)} cells under {len(cells.names)} columns: "
                "a delimiter or quote inside a cell is not quoted",
            )
        result = self.row(cells, context)
        result.data = data
        length = len(result.work.title) if result.work else 0
        if length > _LONGEST_TITLE:
            result.work, result.error = None, f"the title has {length:,} characters"
        return result


class TableFormat(RowFormat):
    """A format that is a table with a header: a subclass names its columns.

    `signature` holds columns that only this service has, and `enough` how many of them make a
    file its own; `columns` all that it is known to write. Names are folded ("Book Id" is
    "bookid").
    """

    required: ClassVar[frozenset[str]] = frozenset({"title"})
    signature: ClassVar[frozenset[str]]
    columns: ClassVar[frozenset[str]]
    enough: ClassVar[int] = 3
    # Whether a row that lacks a cell has lost one: people leave cells out, services do not.
    even: ClassVar[bool] = True

    def sniff(self, file: FileText) -> float:
        """Return how surely the header is this service's."""
        keys = file.columns.keys()
        if not self.required <= keys:
            return 0.0
        own = len(self.signature & keys)
        if own < self.enough:
            return 0.0
        # People add and drop columns, so the share of known ones only ranks, it does not decide.
        share = len((self.columns | self.signature) & keys) / len(keys)
        return min(1.0, 0.5 + 0.1 * (own - self.enough) + 0.4 * share)

    def places(self, file: FileText) -> tuple[dict[str, int], bool]:
        """Return the places of the columns, and whether the first record is a header."""
        return file.columns, True

    def read(self, file: FileText) -> ImportedFile:
        """Return the rows of the file.

        Raises:
            InvalidFile: The file is no table, or one without the columns that are needed.
        """
        if file.kind != "table" and not file.objects:
            raise InvalidFile(f"This is not a {self.title} table, it is {file.kind.upper()}.")
        places, header = self.places(file)
        self._refuse_what_lacks_columns(file, places)
        names = column_names(file.header if header else tuple(places))
        if file.objects:
            return self.assembled(file, names, [*_cells_of(file.objects, places, names)])
        rows = list(read_rows(file.text, file.layout, header=header))
        always = _always_filled(rows, len(names)) if self.even else []
        cells = [
            Cells(row.number, row.cells, places, names, row.fault or _gap(row, names, always))
            for row in rows
        ]
        for one in cells:
            one.widen()
        return self.assembled(file, names, cells, file.layout.delimiter)

    def _refuse_what_lacks_columns(self, file: FileText, places: dict[str, int]) -> None:
        missing = self.required - places.keys()
        if missing:
            columns = ", ".join(shown(cell, 40) for cell in file.header[:40])
            raise InvalidFile(
                f"This is not a {self.title} table: it lacks the column "
                f"{' and '.join(sorted(missing))}; its first line holds {columns}."
            )


class RecordFormat(RowFormat):
    """A format that is JSON or XML: a subclass finds the records, each a dict of texts."""

    @abstractmethod
    def records(self, file: FileText) -> Iterable[dict[str, str]]:
        """Yield what each record says, in the order of the file."""

    def read(self, file: FileText) -> ImportedFile:
        """Return the rows of the file."""
        rows = [Cells.of(number, record) for number, record in enumerate(self.records(file), 1)]
        columns = list(dict.fromkeys(name for cells in rows for name in cells.names))
        return self.assembled(file, columns, rows)


def _cells_of(
    objects: list[dict[str, str]], places: dict[str, int], names: list[str]
) -> Iterator[Cells]:
    for number, row in enumerate(objects, start=1):
        yield Cells(number, [row.get(name, "") for name in names], places, names)


def _always_filled(rows: list[Row], width: int) -> list[int]:
    """Return the places that every row of the right width fills, if there are enough of these."""
    # In HandyLib's file all rows but the first lack the last cell: there is no norm to compare.
    full = [row.cells for row in rows if len(row.cells) == width and row.cells[0]]
    if len(full) < _ENOUGH_ROWS or len(full) == len(rows):
        return []
    return [place for place in range(width) if all(cells[place] for cells in full)]


def _gap(row: Row, names: list[str], always: list[int]) -> str | None:
    """Return why a row of another width than the header's cannot be trusted, or None.

    Where a cell is missing or too many, those behind it stand under the wrong columns, and one
    that every other row fills is empty.
    """
    if len(row.cells) == len(names):
        return None
    for place in always:
        if place >= len(row.cells) or not row.cells[place]:
            return (
                f"{len(row.cells)} cells under {len(names)} columns, and "
                f"{names[place]} is empty: a cell is missing or too many"
            )
    return None


def placeholder(kind: str, number: str) -> str:
    """Return what stands for the title of a book of which a file knows a number only."""
    return f"[{kind} {number}]"


def not_a_book(cells: Cells, reason: str) -> ImportedRow:
    """Return a row that is left out on purpose."""
    return ImportedRow(row=cells.number, skip=reason)


def unreadable(cells: Cells, reason: str) -> ImportedRow:
    """Return a row that holds a book which could not be read."""
    return ImportedRow(row=cells.number, error=reason)
