"""Rows of cells out of delimited text, however ragged, padded or wrongly quoted it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from statistics import median

from booktrack.domain.text import fold_key
from booktrack.errors import InvalidFile

DELIMITERS = (",", ";", "\t", "|")
MAX_COLUMNS = 1000
MAX_LINES = 1_000_000
MAX_ROWS = 200_000

# The csv module refuses longer cells, and its limit is one for the whole process.
_CELL_LIMIT = 131_072
_HEAD_CHARS = 65_536
_HEAD_RECORDS = 30
# Each return to an unclosed quote reads up to _CELL_LIMIT characters again.
_MAX_RETURNS = 100
_MOST_ABOVE = 6
_LINES_OF_ONE_CELL = 200


_WRAPPED = re.compile(r'"((?:[^"]|"")*[,;\t](?:[^"]|"")*)"\s*')
_SINGLE_QUOTED = re.compile(r"'[^'\"]{0,80}'(?:[,;\t]'[^'\"]{0,80}'){2,200}")
_SINGLE_QUOTE = re.compile(r"(?:(?<=[,;\t])|^)'|'(?=[,;\t]|\s*$)")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written: its delimiter, blanks around cells, quotes, and its first records.

    `above` counts the records before the header, such as a line with the list's name.
    """

    delimiter: str
    padded: bool
    quoted: bool
    records: tuple[tuple[str, ...], ...]
    above: int = 0

    @property
    def header(self) -> tuple[str, ...]:
        """Return the first record, which in nearly every file names the columns."""
        return self.records[0] if self.records else ()


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its number, its cells without outer blanks, and why it cannot be trusted."""

    number: int
    cells: list[str]
    fault: str | None = None


def unwrapped(text: str) -> str:
    r"""Return the text of a table without the quotes that enclose each of its lines as one cell.

    A spreadsheet that opens a CSV in one column and saves it again does this.

    >>> unwrapped('"Title,Author"\n"Emma,Austen"')
    'Title,Author\nEmma,Austen'
    """
    head = [line for line in text[:_HEAD_CHARS].split("\n") if line.strip()][:_HEAD_RECORDS]
    if len(head) < 2 or not all(_WRAPPED.fullmatch(line) for line in head[:-1]):
        return text
    lines = (_WRAPPED.fullmatch(line) for line in text.split("\n"))
    return "\n".join(match[1].replace('""', '"') if match else "" for match in lines)


def column_names(header: tuple[str, ...]) -> list[str]:
    """Return the header's names, blank ones numbered and repeated ones told apart.

    >>> column_names(("Title", "", "Title"))
    ['Title', 'Column 2', 'Title 2']
    """
    seen: dict[str, int] = {}
    names = []
    for place, cell in enumerate(header, start=1):
        name = cell or f"Column {place}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names


@lru_cache(maxsize=256)
def column_keys(header: tuple[str, ...]) -> dict[str, int]:
    """Return the place of each column by the folded form of its name, the first one counting.

    >>> column_keys(("Book Id", "author_l-f", "ISBN/UID"))
    {'bookid': 0, 'authorlf': 1, 'isbnuid': 2}
    """
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        places.setdefault(fold_key(cell), place)
    return places


def find_layout(text: str) -> Layout:
    """Return the layout of a table, told by its first records.

    Raises:
        InvalidFile: The table has more columns or longer lines than any real one.
    """
    head = text[:_HEAD_CHARS]
    lines = head.split("\n")
    # The last line of the head is cut off somewhere.
    if len(head) < len(text) and len(lines) > 1:
        lines.pop()
    named = _named_delimiter(lines[0])
    if named:
        lines = lines[1:]
    lines = [line for line in lines if line.strip()][: 10 * _HEAD_RECORDS]
    lines[:1] = [_without_single_quotes(line) for line in lines[:1]]
    candidates = (named,) if named else DELIMITERS
    layouts = [_layout(lines, delimiter) for delimiter in candidates]
    best = max(layouts, key=_evenness)
    if len(best.header) < 2 and not named:
        # One column: commas belong to its titles.
        unused = next(
            (mark for mark in ("\t", "|") if not any(mark in line for line in lines)), ","
        )
        best = _layout(lines, unused)
    if len(best.header) > MAX_COLUMNS:
        raise InvalidFile(
            f"The first line has {len(best.header):,} cells or more; "
            f"a table of books has at most {MAX_COLUMNS:,}."
        )
    return best


def read_rows(text: str, layout: Layout, *, header: bool = True) -> Iterator[Row]:
    r"""Yield the rows of a table; blank lines do not count, rows of empty cells do.

    Args:
        text: The whole text, line ends as `\n`.
        layout: What `find_layout` said of it.
        header: Whether the first record names the columns and is left out.

    Raises:
        InvalidFile: The table has more rows or columns than a library can have.
    """
    if text.count("\n") > MAX_LINES:
        raise InvalidFile(f"The file has more than {MAX_LINES:,} lines.")
    lines = text.split("\n")
    if _named_delimiter(lines[0]):
        lines[0] = ""
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    lines[first] = _without_single_quotes(lines[first])
    number = -layout.above - (1 if header else 0)
    width = len(layout.header)
    for cells, fault in _records(lines, layout, width):
        number += 1
        if number < 1:
            continue
        if number > MAX_ROWS:
            raise InvalidFile(f"The file has more than {MAX_ROWS:,} rows.")
        if len(cells) > MAX_COLUMNS:
            raise InvalidFile(
                f"Row {number} has {len(cells):,} cells; "
                f"a table of books has at most {MAX_COLUMNS:,} columns."
            )
        yield Row(number, cells, fault)


def _without_single_quotes(line: str) -> str:
    """Return a header whose names stand in single quotes with double ones: LibraryThing in 2014.

    Its names hold commas ('AUTHOR (last, first)'), while its cells are quoted as everywhere.
    """
    if not _SINGLE_QUOTED.fullmatch(line.strip()):
        return line
    return _SINGLE_QUOTE.sub('"', line)


def _named_delimiter(line: str) -> str | None:
    # Excel writes and reads a first line "sep=;".
    text = line.strip().strip('"').lower()
    return text[4] if len(text) == 5 and text.startswith("sep=") and text[4] in ";,|\t" else None


def _layout(lines: list[str], delimiter: str) -> Layout:
    first = lines[0].split(delimiter) if lines else []
    # A pretty-printed table: its quoted cells begin with blanks and end before blanks.
    padded = len(first) > 2 and sum(cell[:1] == " " for cell in first) > len(first) / 2
    quoted = delimiter != "\t" or _tabs_are_quoted(lines)
    reader = _cells(lines, delimiter, padded=padded, quoted=quoted)
    # The head is shorter than the longest cell that the csv module takes, so it never refuses.
    stripped = (tuple(cell.strip() for cell in record) for record in reader)
    records = tuple(islice(stripped, _HEAD_RECORDS + 1))
    above = _lines_above(records)
    return Layout(delimiter, padded, quoted, records[above:], above)


def _lines_above(records: tuple[tuple[str, ...], ...]) -> int:
    """Return how many records stand above the header: one filled cell where the table has many."""
    usual = median(map(len, records)) if records else 0
    for place, record in enumerate(records[:_MOST_ABOVE]):
        if usual < 3 or sum(map(bool, record)) > 1:
            return place
    return 0


def _evenness(layout: Layout) -> tuple[float, int]:
    """Return how well the delimiter explains the head: how even its rows are, then how many cells.

    One missing or surplus cell at the end is common in real exports and counts as even.
    """
    widths = [len(record) for record in layout.records]
    if not widths or widths[0] < 2:
        return 0.0, 0
    usual = median(widths)
    even = sum(abs(width - usual) <= 1 and width > 1 for width in widths) / len(widths)
    return round(even, 1), widths[0]


def _tabs_are_quoted(lines: list[str]) -> bool:
    """Return whether quotes in a tab-separated text enclose cells; LibraryThing's are literal."""
    # Even tabs in every line mean that no quoted cell spans two.
    widths = {line.count("\t") for line in lines}
    enclosed = any(line.startswith('"') and '"\t' in line for line in lines)
    return len(widths) > 1 or enclosed


def _cells(
    lines: Iterable[str], delimiter: str, *, padded: bool, quoted: bool
) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        delimiter=delimiter,
        skipinitialspace=padded,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )


class _Feed:
    """The lines for a csv reader, which can be taken back to a line."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        line = self.lines[self.at]
        self.at += 1
        # The reader needs the line end inside a quoted cell.
        return f"{line}\n"


def _records(
    lines: list[str], layout: Layout, width: int
) -> Iterator[tuple[list[str], str | None]]:
    """Yield the cells of each record and its fault.

    A quote that is never closed would swallow the rows after it. Where a record of several lines
    has the wrong number of cells and its first line alone has the right one, the line is the
    record.
    """
    feed = _Feed(lines)
    reader = _reader(feed, layout)
    returns = 0
    while True:
        start = feed.at
        fault = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells, fault = [], f"a cell holds more than {_CELL_LIMIT:,} characters"
        spanned = feed.at - start
        if fault or (spanned > 1 and len(cells) != width and returns < _MAX_RETURNS):
            alone = _line_alone(lines[start], layout, width)
            if alone is None and spanned > _LINES_OF_ONE_CELL:
                alone, fault = [], f"a quote in line {start + 1:,} is never closed"
            if alone is not None:
                cells, fault = alone, fault if not alone else None
            if alone is not None and returns < _MAX_RETURNS:
                returns += 1
                feed.at = start + 1
            reader = _reader(feed, layout)
        if cells or fault:
            yield [cell.strip() for cell in cells], fault


def _reader(lines: Iterable[str], layout: Layout) -> Iterator[list[str]]:
    return _cells(lines, layout.delimiter, padded=layout.padded, quoted=layout.quoted)


def _line_alone(line: str, layout: Layout, width: int) -> list[str] | None:
    """Return the cells of one line read by itself, if they are as many as the columns."""
    if len(line) > _CELL_LIMIT:
        return None
    for cells in (next(_reader([line], layout), []), line.split(layout.delimiter)):
        if len(cells) == width:
            return cells
    return None
