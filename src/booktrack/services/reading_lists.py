"""Readings page by page, and books by what their reader does with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from booktrack.domain.reading import OPEN, current, last_date
from booktrack.services import inputs
from booktrack.services.answers import Answers
from booktrack.services.context import Context
from booktrack.services.listing import books_with_status
from booktrack.services.reading_edits import READING_STATUSES
from booktrack.services.reading_shelf import ReadingAnswers, named_book, own_readings
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]

UNREAD = "unread"
"""How books are listed that the user owns and has no reading of."""


def all_readings(reader: Reader, user_id: int) -> dict[int, Document]:
    """Return every reading of the user, by id."""
    ids = [
        doc_id for word in READING_STATUSES
        for doc_id in reader.find("reading_status", f"{user_id}:{word}")
    ]  # fmt: skip
    return reader.get_many("readings", sorted(ids))


def by_book(readings: Iterable[tuple[int, Document]]) -> dict[int, dict[int, Document]]:
    """Return readings by the id of their book."""
    found: dict[int, dict[int, Document]] = {}
    for doc_id, one in readings:
        found.setdefault(one["book_id"], {})[doc_id] = one
    return found


def list_readings(
    ctx: Context, book: int | str | None, *, status: str | None, limit: int, offset: int
) -> JSON:
    """Return `{total, limit, offset, readings}`: what is being read first, then the last ones."""
    _checked_page(limit, offset)
    if status is not None:
        inputs.one_of(status, READING_STATUSES, "reading status")
    with ctx.store.reading() as reader:
        if book is None:
            found = all_readings(reader, ctx.user_id)
        else:
            book_id, _ = named_book(reader, book)
            found = own_readings(reader, ctx.user_id, book_id)
        order = _latest_first(
            {doc_id: one for doc_id, one in found.items() if status in (None, one["status"])}
        )
        answer = ReadingAnswers(reader, ctx.user_id)
        books = by_book(found.items())
        return {
            "total": len(order),
            "limit": limit,
            "offset": offset,
            "readings": [
                answer.answer(one, books[found[one]["book_id"]])
                for one in order[offset : offset + limit]
            ],
        }


def books_by_status(ctx: Context, status: str, *, limit: int, offset: int) -> JSON:
    """Return `{total, limit, offset, books}`: each book by the reading that stands for it."""
    _checked_page(limit, offset)
    inputs.one_of(status, (*READING_STATUSES, UNREAD), "reading status")
    with ctx.store.reading() as reader:
        books = by_book(all_readings(reader, ctx.user_id).items())
        if status == UNREAD:
            ids = sorted(books_with_status(ctx, "own") - books.keys())
        else:
            ids = _books_whose_reading_is(books, status)
        answers = Answers(reader, ctx.user_id, ctx.today())
        readings = ReadingAnswers(reader, ctx.user_id)
        return {
            "total": len(ids),
            "limit": limit,
            "offset": offset,
            "books": [
                {**answers.book(book_id), "reading": readings.of_book(books.get(book_id, {}))}
                for book_id in ids[offset : offset + limit]
            ],
        }


def _books_whose_reading_is(books: dict[int, dict[int, Document]], status: str) -> list[int]:
    """Return the ids of the books that stand in a status, the last read first."""
    standing = {}
    for mine in books.values():
        reading_id = current(mine)
        if reading_id is not None and mine[reading_id]["status"] == status:
            standing[reading_id] = mine[reading_id]
    return [standing[reading_id]["book_id"] for reading_id in _latest_first(standing)]


def _latest_first(readings: dict[int, Document]) -> list[int]:
    """Return the ids of readings by time; what is being read is the latest of all."""
    return sorted(
        readings,
        key=lambda doc_id: (
            readings[doc_id]["status"] in OPEN,
            last_date(readings[doc_id]),
            doc_id,
        ),
        reverse=True,
    )


def _checked_page(limit: int, offset: int) -> None:
    inputs.whole(limit, "limit", least=1, most=10_000)
    inputs.whole(offset, "offset", least=0, most=10**9)
