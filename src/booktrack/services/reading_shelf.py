"""The readings that a user has of a book, and the answers made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from booktrack.domain.reading import (
    Count,
    Length,
    counts,
    current,
    moved,
    place,
    rating_of,
    surely_before,
    times_finished,
)
from booktrack.errors import Conflict, InvalidDate, InvalidInput, NotFound, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers
from booktrack.services.context import Context
from booktrack.services.writing import put
from booktrack.store.base import Document, Reader, Transaction

JSON = dict[str, Any]


def named_book(reader: Reader, book: object) -> tuple[int, int | None]:
    """Return the id of a book that is named by its id, or by an ISBN of it, and that edition's id.

    Raises:
        InvalidISBN: it is a text, but no ISBN.
        InvalidInput: it is neither.
        NotFound: the library has no such book.
    """
    if isinstance(book, bool) or not isinstance(book, (int, str)):
        raise InvalidInput(f"a book is named by its id or an ISBN of it, not by {shown(book)}")
    if isinstance(book, int) and book < 10**9:
        if reader.get("books", book) is None:
            raise NotFound(f"the library has no book {book}", table="books", id=book)
        return book, None
    edition_id = inputs.edition_id(reader, str(book))
    edition = reader.get("editions", edition_id) or {}
    return int(edition["book_id"]), edition_id


def length_of(edition: Document | None) -> Length:
    """Return how long an edition is, as far as that is known."""
    edition = edition or {}
    return Length(edition.get("page_count"), edition.get("duration_minutes"))


def own_readings(reader: Reader, user_id: int, book_id: int) -> dict[int, Document]:
    """Return the readings that this user has of a book; another user's never show."""
    found = reader.get_many("readings", reader.find("reading_book", str(book_id)))
    return {doc_id: one for doc_id, one in found.items() if one["user_id"] == user_id}


class ReadingAnswers:
    """Builds the answers on readings from one reading of the store."""

    def __init__(self, reader: Reader, user_id: int) -> None:
        self._reader = reader
        self._user_id = user_id
        self._counts: dict[int, dict[int, Count]] = {}

    def reading(self, reading_id: int) -> JSON:
        """Return one reading.

        Raises:
            NotFound: the user has no reading of this id.
        """
        one = self._reader.get("readings", reading_id)
        if one is None or one["user_id"] != self._user_id:
            raise NotFound(f"there is no reading {reading_id}", table="readings", id=reading_id)
        mine = own_readings(self._reader, self._user_id, one["book_id"])
        return self.answer(reading_id, mine)

    def answer(self, reading_id: int, mine: Mapping[int, Document]) -> JSON:
        """Return one of the readings of a book, of which `mine` are all."""
        one = mine[reading_id]
        before = self._counts.get(one["book_id"])
        if before is None:
            before = self._counts[one["book_id"]] = counts(mine)
        book = self._reader.get("books", one["book_id"]) or {}
        edition_id = one.get("edition_id")
        edition = self._reader.get("editions", edition_id) if edition_id else None
        length, status = length_of(edition), one["status"]
        there = place(one, length)
        return {
            "id": reading_id,
            "book_id": one["book_id"],
            "edition_id": edition_id,
            "isbn_13": edition.get("isbn_13") if edition else None,
            "title": book.get("title"),
            "authors": book.get("authors", []),
            "status": status,
            "started_at": one.get("started_at"),
            "paused_at": one.get("paused_at") if status == "paused" else None,
            "finished_at": one.get("finished_at"),
            "rating": one.get("rating"),
            "review": one.get("review"),
            "page": there.page,
            "page_count": length.pages,
            "percent": there.percent,
            "minutes": there.minutes,
            "duration_minutes": length.minutes,
            "chapter": one.get("chapter"),
            "sessions": [session_answer(session) for session in one.get("sessions", [])],
            "reread": before[reading_id].begun,
            "read_count": one.get("read_count"),
            "updated_at": one.get("updated_at"),
        }

    def of_book(self, mine: Mapping[int, Document]) -> JSON | None:
        """Return the one that stands for a book of its readings, None where there is none."""
        reading_id = current(mine)
        return None if reading_id is None else self.answer(reading_id, mine)

    def summary(self, mine: Mapping[int, Document]) -> JSON | None:
        """Return what a page tells of the readings of a book, None where there is none.

        Its rating is the last that was given, whichever reading that was.
        """
        reading_id = current(mine)
        if reading_id is None:
            return None
        one, edition_id = mine[reading_id], mine[reading_id].get("edition_id")
        there = place(one, length_of(self._reader.get("editions", edition_id or 0)))
        names = ("status", "started_at", "finished_at", "review", "updated_at")
        return {
            **{name: one.get(name) for name in names},
            "rating": rating_of(mine),
            "page": there.page,
            "percent": there.percent,
            "times_read": times_finished(mine),
        }


def session_answer(session: Document) -> JSON:
    """Return one line of a reading's log."""
    names = ("date", "minutes", "from_page", "to_page", "percent", "at_minute", "chapter", "note")
    return {name: session.get(name) for name in names}


class Shelf:
    """A user's readings of one book, inside a transaction that may change them."""

    def __init__(self, tx: Transaction, ctx: Context, book: object) -> None:
        self._tx = tx
        self._ctx = ctx
        self.book_id, self.named = named_book(tx, book)
        self.readings = own_readings(tx, ctx.user_id, self.book_id)

    @property
    def title(self) -> str:
        """The book's title, as messages show it."""
        return shown((self._tx.get("books", self.book_id) or {})["title"])

    def current(self) -> tuple[int | None, JSON]:
        """Return the reading that stands for the book, else None and the beginning of one."""
        reading_id = current(self.readings)
        if reading_id is None:
            return None, self.fresh()
        return reading_id, self.readings[reading_id]

    def fresh(self) -> JSON:
        """Return the beginning of another reading, in the edition that is most likely meant."""
        return {
            "user_id": self._ctx.user_id,
            "book_id": self.book_id,
            "edition_id": self.named or self._likely_edition(),
        }

    def _likely_edition(self) -> int | None:
        ids = self._tx.find("edition_book", str(self.book_id))
        if not ids:
            return None
        answer = Answers(self._tx, self._ctx.user_id, self._ctx.today())

        def rank(edition_id: int) -> tuple[bool, bool, int]:
            owned = (answer.status_of(edition_id) or {}).get("status") == "own"
            return owned, self.length(edition_id) != Length(), -edition_id

        return max(ids, key=rank)

    def length(self, edition_id: int | None) -> Length:
        """Return how long an edition is, as far as that is known."""
        return length_of(self._tx.get("editions", edition_id) if edition_id else None)

    def edition(self, edition: object) -> int:
        """Return the id of an edition of this book.

        Raises:
            NotFound: the library has no such edition.
            Conflict: it is of another book.
        """
        edition_id = inputs.edition_id(self._tx, edition)
        document = self._tx.get("editions", edition_id) or {}
        if document["book_id"] != self.book_id:
            raise Conflict(
                f"edition {edition_id} is not one of {self.title}",
                edition_id=edition_id,
                book_id=self.book_id,
            )
        return edition_id

    def in_edition(self, reading: JSON, edition_id: int | None) -> JSON:
        """Return the reading as it goes on in an edition: there its page is another one."""
        before = reading.get("edition_id")
        if edition_id is None or edition_id == before:
            return reading
        return {**moved(reading, self.length(before)), "edition_id": edition_id}

    def write(self, reading_id: int | None, document: JSON) -> JSON:
        """Store a reading and return its answer.

        Raises:
            InvalidDate: it ends before it begins.
        """
        require_order(document)
        now = self._ctx.now()
        if reading_id is None:
            reading_id = self._tx.insert("readings", {**document, "updated_at": now})
        else:
            put(self._tx, "readings", reading_id, self.readings[reading_id], document, now)
        return ReadingAnswers(self._tx, self._ctx.user_id).reading(reading_id)


def require_order(reading: Document) -> None:
    """Refuse a reading that ends before it begins, whatever the unknown parts of its dates are.

    Raises:
        InvalidDate: it does.
    """
    start, end = reading.get("started_at"), reading.get("finished_at")
    if start and end and surely_before(end, start):
        raise InvalidDate(
            f"the end, {end}, is before the start, {start}; give a later one, or correct the "
            "start with edit_reading.",
            started_at=start,
            finished_at=end,
        )
