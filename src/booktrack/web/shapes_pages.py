"""The answers that show a thing in one piece, and those on settings; see `web.shapes`."""

from __future__ import annotations

from typing import Any, Literal

from booktrack.web.shapes import Answer, Book, Count, Date, Format, Instant, Paged, Place, Series


class BookInOnePiece(Book):
    """A book with its texts and the user's last reading."""

    key: str
    label: str | None
    description: str | None
    genres: list[str]
    added_at: Instant | None
    reading: dict[str, Any] | None


class ShelfBook(Answer):
    """An owned book, told by one of its editions."""

    key: str
    book_id: int
    edition_id: int
    title: str
    subtitle: str | None
    authors: list[str]
    series: str | None
    series_id: int | None
    series_position: Place
    series_position_label: str | None
    isbn_13: str | None
    isbn_10: str | None
    format: Format
    publisher: str | None
    release_date: Date | None
    language: str | None
    page_count: int | None
    description: str | None
    genres: list[str]
    reading: dict[str, Any] | None


class Shelf(Answer):
    """Every owned book in one piece."""

    total: Count
    revision: Count
    books: list[ShelfBook]


class Put(Answer):
    """A book that the user owns or wants from now on, or did already."""

    already: bool
    book: BookInOnePiece


class VolumeInOnePiece(Answer):
    """A volume with its book."""

    number: int | float | str | None
    position: str | None
    label: str | None
    title: str | None
    authors: list[str]
    isbn_13: str | None
    status: str
    book_id: int | None
    edition_id: int | None


class SeriesInOnePiece(Series):
    """A series with its texts and each of its volumes with its book."""

    label: str
    description: str | None
    publisher: str | None
    genres: list[str]
    tags: list[str]
    owned_books: Count
    volumes: list[VolumeInOnePiece]


class SeriesNumbers(Series):
    """A series with its numbers."""

    label: str
    description: str | None
    publisher: str | None
    genres: list[str]
    tags: list[str]
    owned_books: Count


class AllSeries(Answer):
    """Every series by label."""

    total: Count
    series: list[SeriesNumbers]


class RemovedSeries(Answer):
    """A series that is no more; its books stay."""

    id: int
    name: str
    removed: dict[str, int]
    books: list[Any]


class SeriesRefreshed(Answer):
    """What sources said of a series."""

    series: Series
    changed: list[Any]
    sources: dict[str, Any]


class Author(Answer):
    """Whether an author's upcoming books are of interest."""

    name: str
    tracked: bool
    why: str
    books: Count


class Authors(Paged):
    """A page of tracked authors."""

    authors: list[Author]


class NewsItem(Answer):
    """Something that was announced, dated, moved or released."""

    kind: Literal["announced", "dated", "moved", "released"]
    title: str
    series: str | None
    volume: str | None
    before: Date | None
    after: Date | None
    at: str
    owned: bool
    wanted: bool
    book_id: int | None
    edition_id: int | None


class News(Answer):
    """What was announced, moved and released."""

    since: Instant
    until: Instant
    complete: bool
    total: Count
    news: list[NewsItem]


class Peek(Answer):
    """The first rows of a file as they are understood."""

    format: str
    rows: Count
    columns: list[str]
    mapping: dict[str, str]
    preview: list[dict[str, Any]]


class SyncHistory(Paged):
    """What was taken in, newest first."""

    history: list[dict[str, Any]]


class ExternalMetadata(Answer):
    """Whether sources on the network are asked."""

    enabled: bool
    timeout_active: bool
    timeout_until: str | None
    minutes_remaining: Count
    message: str


class CacheStats(Answer):
    """How much is kept of what was asked."""

    book_cache: dict[str, Any]
    api_cache: dict[str, Any]
    page_cache: dict[str, Any]


class SettingsHealth(Answer):
    """Whether all that booktrack stands on is in order."""

    status: Literal["healthy", "unhealthy"]
    healthy: bool
    problems: list[dict[str, Any]]
    library: dict[str, Any]
    backups: dict[str, Any]
    sources: dict[str, Any]


class Validation(Answer):
    """Whether a page can be read, and which ISBNs stand on it."""

    url: str
    valid: bool
    error: str | None
    code: str | None
    warning: str | None
    isbn_count: Count
    sample_isbns: list[str]


class AllRemoved(Answer):
    """What was removed; `id` is the change to undo."""

    removed_counts: dict[str, int]
    total: Count
    backup: str | None
    id: int | None


class MadeBackup(Answer):
    """A copy that was made, by its name."""

    name: str
    bytes: Count
    revision: Count
    tables: dict[str, int]
