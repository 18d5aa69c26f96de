"""The answers on owning and reading; see `web.shapes`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from booktrack.web.shapes import (
    Answer,
    Book,
    Count,
    Date,
    Edition,
    Instant,
    Paged,
)
from booktrack.web.shapes_series import MissingBook


class LentEdition(Edition):
    """An edition that somebody has; `copy` says who."""

    title: str
    authors: list[str]
    loaned_days: int | None


class Loans(Paged):
    """What is lent, the longest first."""

    editions: list[LentEdition]


class WantedBook(MissingBook):
    """A wanted book."""

    wanted_editions: list[int]


class Wanted(Paged):
    """A page of wanted books."""

    books: list[WantedBook]


class Price(Answer):
    """A price, who said it, and when it was first seen."""

    price: float
    currency: str | None
    source: str | None
    seen_at: str | None


class PriceHistory(Answer):
    """What an edition costs and cost, the oldest first."""

    edition_id: int
    book_id: int
    isbn_13: str | None
    title: str
    prices: list[Price]
    cheapest: dict[str, Price]
    latest: dict[str, Price]


class CurrencyWorth(Answer):
    """What copies cost and were bought for, in one currency."""

    worth: float
    editions: Count
    copies: Count
    paid: float
    paid_editions: Count


class Worth(Answer):
    """What the collection is worth."""

    currencies: dict[str, CurrencyWorth]
    editions: Count
    copies: Count
    unpriced: Count
    without_currency: Count


class Session(Answer):
    """One sitting, or a place that was reached."""

    date: Date | None
    minutes: int | None
    from_page: int | None
    to_page: int | None
    percent: float | None
    at_minute: int | None
    chapter: int | None
    note: str | None


class Reading(Answer):
    """One time of reading a book."""

    id: int
    book_id: int
    edition_id: int | None
    isbn_13: str | None
    title: str
    authors: list[str]
    status: Literal["want_to_read", "reading", "paused", "finished", "abandoned"]
    started_at: Date | None
    paused_at: Date | None
    finished_at: Date | None
    rating: float | None
    review: str | None
    page: int | None
    page_count: int | None
    percent: float | None
    minutes: int | None
    duration_minutes: int | None
    chapter: int | None
    sessions: list[Session]
    reread: Count
    read_count: int | None
    updated_at: Instant | None


class Progress(Reading):
    """A reading at its new place."""

    clamped: Annotated[list[str], Field(description="What was past the end, and cut off there.")]


class Readings(Paged):
    """A page of readings."""

    readings: list[Reading]


class BookWithReading(Book):
    """A book with its reading."""

    reading: Reading | None


class BooksWithReading(Paged):
    """A page of books with their readings."""

    books: list[BookWithReading]


class Goal(Answer):
    """A year against its goal; null without one."""

    year: int
    books: int | None
    finished: Count
    percent: float | None
    remaining: int | None
    expected: int | None
    ahead: int | None


class RemovedGoal(Answer):
    """A goal that is given up."""

    year: int
    removed: dict[str, int]


class Figures(Answer):
    """What was read under one heading."""

    books: Count
    pages: Count
    minutes: Count
    average_rating: float | None


class Streak(Answer):
    """Days in a row on which something was read."""

    current: Count
    longest: Count
    days_read: Count


class ReadingStats(Figures):
    """What was read, and how things stand now."""

    year: int | None
    titles: Count
    rereads: Count
    undated: Count
    average_days: float | None
    ratings: dict[str, int]
    by_year: dict[str, Figures]
    by_month: dict[str, Figures]
    by_author: dict[str, Figures]
    by_series: dict[str, Figures]
    by_format: dict[str, Figures]
    by_language: dict[str, Figures]
    streak: Streak
    goal: Goal
    by_status: dict[str, int]
    unread: Count
    total_books: Count
    books_this_year: Count
    books_this_month: Count
