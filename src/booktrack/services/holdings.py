"""What the library holds of some books, as booktrack's own files carry it: no id of this library.

Ids are counted anew within the file, so that the same holdings in another library are the same
text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from booktrack.domain.interchange import OWN_FORMATS
from booktrack.domain.records import ExactRow
from booktrack.domain.text import fold
from booktrack.services.price_notes import known_prices
from booktrack.services.recording import VOLUME
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]

_DERIVED = ("memberships", "series_name", "series_position", "not_in_series")


@dataclass
class Holdings:
    """Books in the order of their ids, each with a row for every edition, and their series."""

    books: list[list[ExactRow]] = field(default_factory=list)
    series: dict[str, JSON] = field(default_factory=dict)
    goals: list[JSON] = field(default_factory=list)

    @property
    def rows(self) -> list[ExactRow]:
        """The rows of all books."""
        return [row for rows in self.books for row in rows]


def collect(
    reader: Reader,
    user_id: int,
    book_ids: Iterable[int],
    *,
    status: str | None = None,
    shelf: str | None = None,
    whole: bool = False,
) -> Holdings:
    """Return what the user has of these books.

    Args:
        reader: The library.
        user_id: Whose status, notes and readings are meant.
        book_ids: The books.
        status: Only editions in this status.
        shelf: Only editions on this shelf.
        whole: These are all books, so that series without a book and the goals of years belong
            to them.
    """
    books = reader.get_many("books", sorted(book_ids))
    numbers = {book_id: str(number) for number, book_id in enumerate(books, 1)}
    named = set(reader.ids("series")) if whole else set(_series_of(books.values()))
    series = reader.get_many("series", sorted(named))
    keys = {series_id: str(number) for number, series_id in enumerate(series, 1)}
    found = Holdings(
        series={keys[one]: _bare_series(series[one], numbers) for one in series},
        goals=_goals(reader, user_id) if whole else [],
    )
    for book_id, book in books.items():
        rows = _rows(reader, user_id, book_id, numbers[book_id], _bare_book(book, keys))
        for row in rows:
            row.places = [_place(one, keys) for one in book.get("memberships", [])]
        found.books.append([row for row in rows if _fits(row, status, shelf)])
    return found


def _goals(reader: Reader, user_id: int) -> list[JSON]:
    own = [_said(one) for _, one in reader.all("goals") if one["user_id"] == user_id]
    return sorted(own, key=lambda goal: int(goal["year"]))


def _series_of(books: Iterable[Document]) -> Iterable[int]:
    for book in books:
        yield from (one["series_id"] for one in book.get("memberships", []))


def _bare_series(series: Document, numbers: Mapping[int, str]) -> JSON:
    """Return a series that names books by their numbers in the file."""
    said = {}
    for key, one in series.get("overrides", {}).items():
        kind, _, name = key.partition(" ")
        if kind == "book" and name.isdecimal():
            if int(name) not in numbers:
                continue
            key = f"book {numbers[int(name)]}"
        said[key] = one
    return {**series, **({"overrides": said} if "overrides" in series else {})}


def _bare_book(book: Document, keys: Mapping[int, str]) -> JSON:
    bare = {name: value for name, value in book.items() if name not in _DERIVED}
    left = [keys[one] for one in book.get("not_in_series", []) if one in keys]
    if left:
        bare["not_in_series"] = left
    # A book that stands for a volume is known by the id of its series.
    marks = book.get("identifiers", {}).get(VOLUME)
    if marks:
        bare["identifiers"] = {**book["identifiers"], VOLUME: _renamed(marks, keys)}
    return bare


def _renamed(marks: Iterable[str], keys: Mapping[int, str]) -> list[str]:
    parted = [mark.partition("/") for mark in marks]
    return [f"{keys[int(one)]}/{place}" for one, _, place in parted if int(one) in keys]


def _place(membership: Document, keys: Mapping[int, str]) -> JSON:
    told = {name: value for name, value in membership.items() if name != "series_id"}
    return {"series": keys[membership["series_id"]], **told}


def _rows(
    reader: Reader, user_id: int, book_id: int, number: str, document: JSON
) -> list[ExactRow]:
    editions = reader.get_many("editions", reader.find("edition_book", str(book_id)))
    rows = {
        edition_id: ExactRow(
            book=number,
            document=document,
            edition=_without(edition, "book_id", "asking"),
            status=_own_status(reader, user_id, edition_id),
            prices=[one.answer() for one in known_prices(reader, edition_id, edition)],
        )
        for edition_id, edition in editions.items()
    } or {0: ExactRow(book=number, document=document)}
    first = next(iter(rows.values()))
    readings = reader.get_many("readings", reader.find("reading_book", str(book_id)))
    for reading in readings.values():
        if reading["user_id"] == user_id:
            row = rows.get(reading.get("edition_id") or 0)
            (row or first).readings.append(
                {**_said(reading), "of_edition": bool(row and row.edition)}
            )
    return list(rows.values())


def _own_status(reader: Reader, user_id: int, edition_id: int) -> JSON | None:
    found = reader.get_many("statuses", reader.find("edition_status", str(edition_id)))
    mine = next((one for one in found.values() if one["user_id"] == user_id), None)
    return None if mine is None else _said(mine)


def _said(document: Document) -> JSON:
    """Return what a user said, without what an import of an own file noted beside it."""
    told = _without(document, "user_id", "edition_id", "book_id")
    for name in ("imported", "identifiers"):
        noted = told.pop(name, {})
        kept = {key: value for key, value in noted.items() if key not in OWN_FORMATS}
        if kept:
            told[name] = kept
    return told


def _without(document: Mapping[str, Any], *names: str) -> JSON:
    return {name: value for name, value in document.items() if name not in names}


def _fits(row: ExactRow, status: str | None, shelf: str | None) -> bool:
    said = row.status or {}
    return (status is None or said.get("status", "missing") == status) and (
        shelf is None or fold(shelf) in map(fold, said.get("shelves", []))
    )
