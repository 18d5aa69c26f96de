"""The answers on owning, reading, what comes out, files and settings; see `web.shapes`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from booktrack.web.shapes import (
    Answer,
    Book,
    Count,
    Date,
    Edition,
    Format,
    Instant,
    MissingBook,
    Paged,
    Place,
)


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


class Release(Answer):
    """Something that comes out, or is out and not owned."""

    title: str
    release_date: Date
    format: Format
    owned: bool
    wanted: bool
    state: Literal["announced", "estimated", "released"]
    precision: Literal["day", "month", "year"]
    why: str
    series: str | None
    series_id: int | None
    series_position: Place
    book_id: int | None
    edition_id: int | None
    isbn_13: str | None


class Calendar(RootModel[dict[str, list[Release]]]):
    """Releases by month, such as "2026-12"; what is known to the year stands under "2026"."""


class Transaction(Answer):
    """A change."""

    id: int
    at: Instant
    why: str
    user_id: int | None
    changes: dict[str, int]
    details: dict[str, dict[str, int]]
    undoes: int | None
    undone_by: int | None


class History(Answer):
    """What was changed, newest first."""

    total: Count
    transactions: list[Transaction]


class ImportReport(Answer):
    """What an import did, or would do."""

    id: int | None
    format: str
    preview: bool
    rows: Count
    added: Count
    updated: Count
    unchanged: Count
    skipped: list[dict[str, Any]]
    failed: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    notes: list[str]
    effects: list[dict[str, Any]]


class Job(Answer):
    """Long work."""

    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: dict[str, Any] | None
    result: Any
    problem: dict[str, Any] | None
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None


class JobPage(Paged):
    """A page of jobs, newest first, without their results."""

    jobs: list[Job]


class StaleEntry(Answer):
    """An edition of which something is lacking or old."""

    book_id: int
    edition_id: int
    isbn_13: str | None
    title: str
    missing: list[str]
    stale: list[str]


class Stale(Answer):
    """What needs asking, in the order of need."""

    total: Count
    limit: Count
    entries: list[StaleEntry]


class Backup(Answer):
    """A kept copy of the library, by its name."""

    name: str
    at: Instant
    revision: int
    size: Count


class Backups(Answer):
    """The kept copies, newest first."""

    total: Count
    backups: list[Backup]


class Restored(Answer):
    """The transaction that made the library what a backup holds; null where it was that already."""

    id: int | None
    kept: Annotated[str | None, Field(description="The backup of what was there before.")]


class Check(Answer):
    """Whether the library's files are whole."""

    ok: bool
    problems: list[dict[str, Any]]
    revision: int
    schema_: Annotated[int, Field(alias="schema")]
    tables: dict[str, int]


class Settings(RootModel[dict[str, Any]]):
    """The value of every setting, secrets masked."""


class Setting(Answer):
    """What a setting is."""

    name: str
    type: str
    group: str
    doc: str
    default: Any
    limits: dict[str, Any]
    secret: bool
    value: Any
    origin: str


class SettingsInfo(Answer):
    """What every setting is."""

    total: Count
    settings: list[Setting]
    updated_at: str | None


class SettingsBackup(Answer):
    """Every setting but keys and the webhook."""

    settings: dict[str, Any]
    left_out: list[str]
    at: Instant


class SettingsRestored(Answer):
    """What restoring settings changed."""

    id: int | None
    changed: dict[str, Any]
    left_out: list[str]
    settings: dict[str, Any]


class Picture(Answer):
    """A picture that the library keeps."""

    sha256: str
    mime: str
    width: int
    height: int
    bytes: int
    source: str | None
    url: str | None
    uploaded: bool


class RemovedCover(Answer):
    """Whether there was a picture to remove."""

    edition_id: int
    removed: Any


class CoverPath(Answer):
    """A path on the server."""

    path: str


class VolumeCovers(RootModel[dict[str, str]]):
    """The paths of pictures on the server, by position."""


class ImportEntry(Answer):
    """A file that was taken in."""

    id: int
    format: str
    at: Instant
    rows: Count
    added: Count
    updated: Count
    unchanged: Count
    skipped: Count
    failed: Count


class Imports(Answer):
    """The files that were taken in, newest first."""

    total: Count
    imports: list[ImportEntry]
