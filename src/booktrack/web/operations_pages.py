"""The operations behind pages and forms: a thing in one piece, and changing it in one step."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from booktrack.web import shapes_more, shapes_pages
from booktrack.web.operations import (
    JSON,
    Body,
    BookName,
    Changes,
    EditionParams,
    Int,
    Operation,
    Page,
    Params,
    PartialDate,
    SeriesParams,
    tagged,
)
from booktrack.web.operations_books import EditionFields, Format, Position, Status, Text
from booktrack.web.operations_reading import Rating, Review
from booktrack.web.shapes import SeriesWithVolumes

Long = Annotated[str | None, Field(max_length=100_000)]
Texts = list[Text] | None


class BookPageParams(Params):
    """A book in the path."""

    book: BookName


class VolumeParams(SeriesParams):
    """A volume in the path, by its number."""

    number: Annotated[str, Field(max_length=100, examples=["3"])]


class ShelfEntry(Body):
    """What is known of the book beside its ISBN."""

    shown: ClassVar[JSON] = {"status": "own"}

    status: Status = "own"
    title: Text | None = None
    authors: Texts = None
    series: Text | None = None
    position: Position | None = None


class PageEdit(EditionFields):
    """The fields of a book, its edition and its place to correct."""

    shown: ClassVar[JSON] = {"page_count": 1007, "position": 1}

    title: Text | None = None
    subtitle: Text | None = None
    authors: Texts = None
    description: Long = None
    genres: Texts = None
    series: Text | None = None
    position: Position | None = None


class SaidReading(Changes):
    """What a form says of a reading."""

    shown: ClassVar[JSON] = {"status": "reading", "percent": 40.0}

    status: str | None = None
    page: Annotated[Int | None, Field(ge=0, le=1_000_000)] = None
    percent: Annotated[float | None, Field(ge=0, le=1e6)] = None
    started_at: PartialDate | None = None
    finished_at: PartialDate | None = None
    rating: Rating = None
    review: Review = None


class SeriesForm(Changes):
    """What a form says of a series."""

    shown: ClassVar[JSON] = {"total": 11, "description": "A family on the run."}

    name: Text | None = None
    kind: str | None = None
    total: Annotated[Int | None, Field(ge=0, le=1_000_000)] = None
    publication_status: str | None = None
    authors: Texts = None
    description: Long = None
    publisher: Text | None = None
    genres: Texts = None
    tags: Texts = None


class NewSeries(SeriesForm):
    """A series that has no books yet."""

    shown: ClassVar[JSON] = {"name": "Wayward Children", "total": 10}

    name: Text


class VolumeForm(Changes):
    """What a form says of a volume's book."""

    shown: ClassVar[JSON] = {"publisher": "Image"}

    title: Text | None = None
    subtitle: Text | None = None
    authors: Texts = None
    description: Long = None
    isbn_13: str | None = None
    publisher: Text | None = None
    release_date: PartialDate | None = None
    page_count: Annotated[Int | None, Field(ge=0, le=1_000_000)] = None
    cover_url: Text | None = None
    format: Format | None = None
    language: Text | None = None
    status: Status = "missing"


class NewVolume(VolumeForm):
    """A book at a place where none stands."""

    shown: ClassVar[JSON] = {"position": 3, "title": "Oathbringer"}

    position: Position


class VolumeStatus(Body):
    """The status of one volume."""

    shown: ClassVar[JSON] = {"status": "want"}

    status: Status


class Tracked(Body):
    """Whether upcoming books are of interest."""

    shown: ClassVar[JSON] = {"tracked": True}

    tracked: bool


class AuthorParams(Params):
    """An author in the path."""

    name: Annotated[str, Field(examples=["Brandon Sanderson"])]


class NewsParams(Params):
    """Between which moments."""

    since: Annotated[
        str | None, Field(max_length=40, description="A date or a moment; 30 days ago.")
    ] = None
    until: Annotated[str | None, Field(max_length=40, description="A date or a moment; now.")] = (
        None
    )


_BOOK: JSON = {"path": {"book": "9780765326355"}}
_EDITION: JSON = {"path": {"edition": "9780765326355"}}
_SAGA: JSON = {"path": {"series": "Saga"}}
_VOLUME: JSON = {"path": {"series": "Saga", "number": "1"}}

_PAGES = tagged(
    "pages",
    Operation(
        "GET", "/shelf", "shelf", "Every owned book in one piece",
        shapes_pages.Shelf, version="revision", sample={"query": {}},
    ),
    Operation(
        "PUT", "/shelf/{edition}", "put_on_shelf", "Say that you own or want an edition",
        shapes_pages.Put, EditionParams, ShelfEntry, sample=_EDITION,
    ),
    Operation(
        "DELETE", "/shelf/{edition}", "take_off_shelf", "Say that you have an edition no more",
        shapes_pages.BookInOnePiece, EditionParams, sample=_EDITION,
    ),
    Operation(
        "GET", "/pages/books/{book}", "book_page", "A book in one piece",
        shapes_pages.BookInOnePiece, BookPageParams, version="content", sample=_BOOK,
    ),
    Operation(
        "PATCH", "/pages/books/{book}", "edit_page",
        "Correct a book, its edition and its place in one step",
        shapes_pages.BookInOnePiece, BookPageParams, PageEdit, version="content",
        current="book_page", sample=_BOOK,
    ),
    Operation(
        "PATCH", "/pages/books/{book}/reading", "say_reading", "Say how a reading stands",
        shapes_pages.BookInOnePiece, BookPageParams, SaidReading, version="content",
        current="book_page", sample=_BOOK,
    ),
    Operation(
        "GET", "/pages/series", "series_pages", "Every series with its numbers",
        shapes_pages.AllSeries, version="revision", sample={"query": {}},
    ),
    Operation(
        "GET", "/pages/series/{series}", "series_page", "A series in one piece",
        shapes_pages.SeriesInOnePiece, SeriesParams, version="content", sample=_SAGA,
    ),
    Operation(
        "POST", "/series", "create_series", "Make a series that has no books yet",
        SeriesWithVolumes, body=NewSeries, status=201, keyed=True,
        location=lambda made: f"/series/{made['id']}", sample={"query": {}},
    ),
    Operation(
        "PATCH", "/pages/series/{series}", "edit_series", "Change what a form shows of a series",
        SeriesWithVolumes, SeriesParams, SeriesForm, current="series_page", sample=_SAGA,
    ),
    Operation(
        "DELETE", "/series/{series}", "remove_series", "Remove a series; its books stay",
        shapes_pages.RemovedSeries, SeriesParams, current="get_series", sample=_SAGA,
    ),
    Operation(
        "POST", "/series/{series}/volumes", "add_volume", "Put a book where none stands",
        SeriesWithVolumes, SeriesParams, NewVolume, status=201, keyed=True,
        sample={"path": {"series": "Stormlight Archive"}},
    ),
    Operation(
        "PATCH", "/series/{series}/volumes/{number}", "edit_volume", "Correct a volume's book",
        SeriesWithVolumes, VolumeParams, VolumeForm, sample=_VOLUME,
    ),
    Operation(
        "PUT", "/series/{series}/volumes/{number}/status", "mark_volume", "Mark one volume",
        SeriesWithVolumes, VolumeParams, VolumeStatus, sample=_VOLUME,
    ),
    Operation(
        "DELETE", "/series/{series}/volumes/{number}", "remove_volume",
        "Take a book out of a series by its number",
        SeriesWithVolumes, VolumeParams, sample=_VOLUME,
    ),
)  # fmt: skip

_OF_INTEREST = tagged(
    "calendar",
    Operation(
        "GET", "/news", "news", "What was announced, moved and released",
        shapes_pages.News, NewsParams, sample={"query": {}},
    ),
    Operation(
        "GET", "/authors", "tracked_authors", "Whose upcoming books are of interest",
        shapes_pages.Authors, Page, version="revision", sample={"query": {"limit": 1}},
    ),
    Operation(
        "PUT", "/authors/{name}/tracking", "track_author",
        "Say whether an author's upcoming books are of interest",
        shapes_pages.Author, AuthorParams, Tracked,
        sample={"path": {"name": "Brandon Sanderson"}},
    ),
    Operation(
        "POST", "/series/{series}/refreshes", "refresh_series", "Ask every source about a series",
        shapes_more.Job, SeriesParams, status=202, keyed=True, job="series refresh",
        call=lambda library, given: library.refresh_series(given["series"]), sample=_SAGA,
    ),
)  # fmt: skip

OPERATIONS: list[Operation] = [*_PAGES, *_OF_INTEREST]
