"""booktrack's own table: its columns, and how a value becomes a cell and comes back unchanged.

One row is one edition. Lists stand in one cell, parted by semicolons; what has parts of its own
(a second series, a second reading) stands as JSON. A cell that a spreadsheet would run as a
formula is preceded by an apostrophe, which reading the file takes away again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from booktrack.domain.models import Contributor
from booktrack.domain.records import EditionRecord, ExactRow, ImportedRow, WorkRecord
from booktrack.domain.series_choices import shown_kind, shown_line, shown_name

JSON = dict[str, Any]

OWN_FORMATS = ("booktrack_csv", "booktrack_json")
"""The names of booktrack's own formats."""


class Column(NamedTuple):
    """A column: its name, the part of a row it shows, the field there, and its form in a cell."""

    name: str
    part: str
    field: str
    form: str = "text"


COLUMNS: tuple[Column, ...] = (
    Column("Book", "row", "book"),
    Column("Title", "document", "title"),
    Column("Subtitle", "document", "subtitle"),
    Column("Authors", "document", "authors", "list"),
    Column("Contributors", "document", "contributors", "json"),
    Column("Series", "series", "name"),
    Column("Series Kind", "series", "kind"),
    Column("Edition Line", "series", "edition_line"),
    Column("Series Number", "series", "number", "json"),
    Column("Position", "place", "position"),
    Column("Position Label", "place", "label"),
    Column("Place Details", "place", "details", "json"),
    Column("More Series", "row", "more_series", "json"),
    Column("ISBN-13", "edition", "isbn_13"),
    Column("ISBN-10", "edition", "isbn_10"),
    Column("ASIN", "edition", "asin"),
    Column("Edition Title", "edition", "title"),
    Column("Format", "edition", "book_format"),
    Column("Format Detail", "edition", "format_detail"),
    Column("Publisher", "edition", "publisher"),
    Column("Release Date", "edition", "release_date"),
    Column("Language", "edition", "language"),
    Column("Pages", "edition", "page_count", "json"),
    Column("Minutes", "edition", "duration_minutes", "json"),
    Column("Cover", "edition", "cover_url"),
    Column("Price", "edition", "price", "json"),
    Column("Currency", "edition", "currency"),
    Column("Price History", "row", "prices", "json"),
    Column("Source", "edition", "source"),
    Column("Status", "status", "status"),
    Column("Notes", "status", "notes"),
    Column("Shelves", "status", "shelves", "list"),
    Column("Tags", "status", "tags", "list"),
    Column("Copies", "status", "copies", "json"),
    Column("Condition", "status", "condition"),
    Column("Location", "status", "location"),
    Column("Acquired", "status", "acquired_date"),
    Column("Price Paid", "status", "price_paid", "json"),
    Column("Price Paid Currency", "status", "price_paid_currency"),
    Column("Signed", "status", "signed", "json"),
    Column("Loaned To", "status", "loaned_to"),
    Column("Loaned Since", "status", "loaned_since"),
    Column("Status Source", "status", "source"),
    Column("Reading", "reading", "status"),
    Column("Started", "reading", "started_at"),
    Column("Finished", "reading", "finished_at"),
    Column("Rating", "reading", "rating", "json"),
    Column("Review", "reading", "review"),
    Column("Page", "reading", "page", "json"),
    Column("Percent", "reading", "percent", "json"),
    Column("Minutes Heard", "reading", "minutes", "json"),
    Column("Read Count", "reading", "read_count", "json"),
    Column("Reading Source", "reading", "source"),
    Column("More Readings", "row", "more_readings", "json"),
    Column("First Published", "document", "first_published"),
    Column("Genres", "document", "genres", "list"),
    Column("Alternate Titles", "document", "alternate_titles", "list"),
    Column("Description", "document", "description"),
    Column("Open Library", "document", "openlibrary_id"),
    Column("Google Books", "document", "google_books_id"),
    Column("Identifiers", "document", "identifiers", "json"),
    Column("Edition Identifiers", "edition", "identifiers", "json"),
    Column("Corrected", "document", "locked", "list"),
    Column("Edition Corrected", "edition", "locked", "list"),
    Column("Added", "document", "added_at"),
)

# What a reader would have to guess if it stood alone, and a spreadsheet's user never looks at.
_PLACE_DETAILS = (
    "sort_key", "covers", "coverage", "slot", "needs_review", "reasons", "locked",
)  # fmt: skip
_SERIES_FACTS = ("name", "kind", "edition_line")
_STORED_ONLY = frozenset({"locked", "added_at", "source"})

# The full-width forms run in Japanese and Chinese spreadsheets.
_RUNS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_QUOTED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
# What decoding a file changes or refuses; a line feed stays, so that notes stay readable.
_FRAGILE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\\(?=u)")
_OUTER_BLANKS = re.compile(r"^\s+|\s+$")


def neutralised(text: str) -> str:
    """Return the text as a cell that no spreadsheet runs.

    >>> neutralised("=1+1"), neutralised("Dune"), neutralised("'-1")
    ("'=1+1", 'Dune', "''-1")
    """
    return f"'{text}" if _RUNS.match(text) else text


def restored(cell: str) -> str:
    """Return the text that `neutralised` made a cell of.

    >>> restored("'=1+1"), restored("'Salem's Lot")
    ('=1+1', "'Salem's Lot")
    """
    return cell[1:] if _QUOTED.match(cell) else cell


def cell_of(value: Any, form: str = "text") -> str:
    r"""Return a value as a cell; what says nothing is an empty one.

    >>> cell_of(["Sci-Fi", "Read; twice"], "list"), cell_of(9.5, "json")
    ('Sci-Fi; Read\\u003b twice', '9.5')
    """
    if value is None or value == "" or value is False or value == [] or value == {}:
        return ""
    if form == "json":
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    elif form == "list":
        text = "; ".join(_escaped(one).replace(";", "\\u003b") for one in value)
    else:
        text = _escaped(value)
    return neutralised(text)


def value_of(cell: str, form: str = "text") -> Any:
    r"""Return the value that `cell_of` made a cell of, None for an empty one.

    Raises:
        ValueError: the cell is meant to be JSON and is not.

    >>> value_of("Sci-Fi; Read\\u003b twice", "list"), value_of("'=1+1")
    (['Sci-Fi', 'Read; twice'], '=1+1')
    """
    if not cell:
        return None
    text = restored(cell)
    if form == "json":
        return json.loads(text)
    if form == "list":
        return [_unescaped(one.strip()) for one in text.split(";") if one.strip()]
    return _unescaped(text)


def _escaped(text: str) -> str:
    safe = _FRAGILE.sub(_code, text)
    return _OUTER_BLANKS.sub(lambda match: "".join(map(_code_of, match[0])), safe)


def _code(match: re.Match[str]) -> str:
    return _code_of(match[0])


def _code_of(char: str) -> str:
    return f"\\u{ord(char):04x}"


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def with_numbers(rows: Iterable[ExactRow], series: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return what the table tells of each series; where two bear one name, the later has a number.

    They are counted as the rows name them, which is the order in which they are stored again.
    """
    seen: dict[str, int] = {}
    told: dict[str, JSON] = {}
    for row in rows:
        for place in row.places:
            key = place["series"]
            if key not in told:
                facts = _facts_of(series[key])
                name = json.dumps(facts, sort_keys=True)
                seen[name] = seen.get(name, 0) + 1
                told[key] = facts | ({"number": seen[name]} if seen[name] > 1 else {})
    return told


def cells_of(row: ExactRow, series: Mapping[str, JSON]) -> dict[str, str]:
    """Return the cells of a row of booktrack's own table by the names of their columns.

    Args:
        row: The row.
        series: What is told of each series, as `with_numbers` gives it.
    """
    first, *more = row.places or [{}]
    reading, *readings = [_without_flag(one) for one in row.readings] or [{}]
    parts = {
        "row": {
            "book": row.book,
            "more_series": [_told_place(place, series) for place in more],
            "more_readings": readings,
            "prices": row.prices,
        },
        "document": row.document,
        "series": series[first["series"]] if first else {},
        "place": {**first, "details": _details(first)},
        "edition": row.edition or {},
        "status": row.status or {},
        "reading": reading,
    }
    return {
        column.name: cell_of(parts[column.part].get(column.field), column.form)
        for column in COLUMNS
    }


def _without_flag(reading: Mapping[str, Any]) -> JSON:
    return {name: value for name, value in reading.items() if name != "of_edition"}


def _facts_of(series: Mapping[str, Any]) -> JSON:
    facts = {
        "name": shown_name(series),
        "kind": shown_kind(series),
        "edition_line": shown_line(series),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _details(place: Mapping[str, Any]) -> JSON:
    told = {name: place.get(name) for name in _PLACE_DETAILS}
    return {name: value for name, value in told.items() if value not in (None, [], False)}


def _told_place(place: Mapping[str, Any], series: Mapping[str, JSON]) -> JSON:
    here = {name: place[name] for name in ("position", "label") if place.get(name) is not None}
    return {"series": series[place["series"]], **here, **_details(place)}


def exact_row(cells: Mapping[str, str], source: str) -> tuple[ExactRow, dict[str, JSON]]:
    """Return what a row of the own table holds, and the series that it names by their keys.

    Args:
        cells: The cells by the names of `COLUMNS`; a column that is not there says nothing.
        source: The name under which the values are kept as somebody's word.

    Raises:
        ValueError: a cell that holds parts (JSON) was damaged.
    """
    parts: dict[str, JSON] = {}
    for column in COLUMNS:
        value = value_of(cells.get(column.name, ""), column.form)
        if value is not None:
            parts.setdefault(column.part, {})[column.field] = value
    series: dict[str, JSON] = {}
    row = parts.get("row", {})
    places = []
    if "series" in parts:
        place = parts.get("place", {})
        details = place.pop("details", {})
        places.append(_place({**place, **details, "series": parts["series"]}, series))
    places += [_place(dict(one), series) for one in row.get("more_series", [])]
    reading = [parts["reading"]] if "reading" in parts else []
    document = _with_origin(parts.get("document", {}), source)
    edition = parts.get("edition")
    return (
        ExactRow(
            book=row.get("book", ""),
            document=document,
            places=places,
            edition=None if edition is None else _with_origin(edition, source),
            status=parts.get("status"),
            readings=[
                {**one, "of_edition": edition is not None}
                for one in reading + row.get("more_readings", [])
            ],
            prices=[dict(one) for one in row.get("prices", [])] if edition is not None else [],
        ),
        series,
    )


def _place(told: JSON, series: dict[str, JSON]) -> JSON:
    facts = dict(told.pop("series"))
    named = [facts.get(name) for name in (*_SERIES_FACTS, "number")]
    key = json.dumps(named, ensure_ascii=False)
    facts.pop("number", None)
    series[key] = facts
    return {"series": key, **told}


def _with_origin(document: JSON, source: str) -> JSON:
    said = sorted(document.keys() - _STORED_ONLY)
    return {**document, "origins": [{"source": source, "record": None, "at": None, "fields": said}]}


def imported_row(
    number: int, exact: ExactRow, source: str, data: Mapping[str, str] | None = None
) -> ImportedRow:
    """Return a row of one of the own files as every reader gives it, with all that it holds."""
    status = exact.status or {}
    return ImportedRow(
        row=number,
        data=dict(data or {}),
        work=_work(exact, source),
        exact=exact,
        **{name: status[name] for name in _SAID if status.get(name) is not None},
    )


_SAID = (
    "status", "notes", "shelves", "tags", "copies", "condition", "location", "acquired_date",
    "price_paid", "price_paid_currency", "signed",
)  # fmt: skip


def _work(exact: ExactRow, source: str) -> WorkRecord:
    book = exact.document
    people = [Contributor(name=name) for name in book.get("authors", [])]
    others = [Contributor(**one) for one in book.get("contributors", [])]
    editions: Sequence[EditionRecord] = ()
    if exact.edition is not None:
        edition = exact.edition
        editions = [
            EditionRecord(
                source=source,
                isbns=[edition["isbn_13"]] if edition.get("isbn_13") else [],
                asin=edition.get("asin"),
                book_format=edition.get("book_format", "unknown"),
                identifiers=edition.get("identifiers", {}),
            )
        ]
    return WorkRecord(
        source=source,
        title=book.get("title", ""),
        people=people + others,
        identifiers=book.get("identifiers", {}),
        editions=list(editions),
    )
