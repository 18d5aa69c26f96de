"""The people and the numbers of a book, from the cells that name them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from booktrack.domain.identifiers import parse_asin
from booktrack.domain.isbn import explain_isbn_cell, repair_isbn
from booktrack.domain.models import Contributor, ReadingStatus, Status
from booktrack.domain.names import Style, name_key, parse_people
from booktrack.domain.records import ImportedReading

# A longer one is a sentence or a broken quote; the library's own limit is 4,000.
_LONGEST_NAME = 300
# Two of three cells of real exports hold one such name, which any reading leaves as it is; a
# quarter of the time for a file goes without this.
_PLAIN_NAME = re.compile(r"(?!By )[A-Z][a-z]+(?: [A-Z]\.)? [A-Z][a-z]+")


@lru_cache(maxsize=8192)
def _people(cell: str, style: Style) -> tuple[Contributor, ...]:
    if style != "surname-first" and _PLAIN_NAME.fullmatch(cell):
        return (Contributor(name=cell),)
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


def numbers(isbn_cell: str, isbn13_cell: str, warnings: list[str]) -> tuple[list[str], str | None]:
    """Return the ISBN of two cells in a list, and the ASIN where one stands in its place."""
    # StoryGraph and LibraryThing put ASINs where no ISBN is known.
    asin = next((parse_asin(text) for text in (isbn_cell, isbn13_cell) if len(text) == 10), None)
    if asin:
        isbn = repair_isbn(isbn_cell, isbn13_cell)
        return [isbn] if isbn else [], asin
    return isbns(isbn_cell, isbn13_cell, warnings), None


def reading(
    status: ReadingStatus | None,
    *,
    started: str | None = None,
    finished: str | None = None,
    rating: float | None = None,
    review: str | None = None,
    count: int | None = None,
) -> ImportedReading | None:
    """Return a reading, or None where nothing tells of one.

    Without a status, an end, a rating or a review tells that the book was read, and a beginning
    that it is being read. A book that is yet to be read has no end.
    """
    if status is None and (finished or rating or review):
        status = "finished"
    if status is None and started:
        status = "reading"
    if status is None:
        return None
    return ImportedReading(
        status=status,
        started_at=started,
        # 39 of 16,658 real to-read rows have an end: an earlier reading's.
        finished_at=finished if status in ("finished", "abandoned") else None,
        rating=rating,
        review=review,
        read_count=count if status == "finished" else None,
    )


def readings_before(
    last: ImportedReading | None, spans: Iterable[tuple[str | None, str | None]]
) -> list[ImportedReading]:
    """Return the finished readings that spans from start to end tell of, but for the last one's.

    A span without an end tells of none. A book that is to be read stands as that, whatever was
    read before.
    """
    if last is None or last.status == "want_to_read":
        return []
    ends = {(end, start or "") for start, end in spans if end and end != last.finished_at}
    return [
        ImportedReading(status="finished", started_at=start or None, finished_at=end)
        for end, start in sorted(ends)
    ]


def status_of(read: ImportedReading | None, *, owned: bool, wished: bool = False) -> Status | None:
    """Return whether a book is owned, else wanted (wished for, or yet to be read), else nothing."""
    if owned:
        return "own"
    return "want" if wished or (read and read.status == "want_to_read") else None
