"""The operations on what a user reads."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from booktrack.web import shapes, shapes_owning
from booktrack.web.operations import (
    JSON,
    Body,
    BookName,
    Changes,
    Id,
    Int,
    Operation,
    Page,
    Params,
    PartialDate,
    Whole,
    tagged,
)

Day = PartialDate | None
Note = Annotated[str | None, Field(max_length=4_000)]
Review = Annotated[str | None, Field(max_length=100_000)]
Minutes = Annotated[Int | None, Field(ge=0, le=1_000_000)]
PageNumber = Annotated[Int | None, Field(ge=0, le=1_000_000)]
Rating = Annotated[float | None, Field(ge=0.5, le=5, multiple_of=0.25)]
Year = Annotated[Whole | None, Field(ge=1, le=9_999, examples=[2024])]
ReadingStatus = Literal["want_to_read", "reading", "paused", "finished", "abandoned"]


class OfBook(Params):
    """A book in the path, by its id or an ISBN."""

    book: BookName


class Start(Body):
    """When it is begun, and in which edition."""

    shown: ClassVar[JSON] = {"date": "2024-02-28"}

    date: Day = None
    edition: str | int | None = None


class Place(Changes):
    """Where the reader is; one measure at least."""

    shown: ClassVar[JSON] = {"page": 120}

    page: PageNumber = None
    percent: Annotated[float | None, Field(ge=0, le=1e6)] = None
    minutes: Minutes = None
    chapter: Annotated[Int | None, Field(ge=0, le=1_000_000)] = None
    date: Day = None
    note: Note = None


class NewSession(Body):
    """One sitting."""

    shown: ClassVar[JSON] = {"minutes": 45, "to_page": 150}

    date: Day = None
    minutes: Minutes = None
    from_page: PageNumber = None
    to_page: PageNumber = None
    note: Note = None


class Pause(Body):
    """When it is paused."""

    shown: ClassVar[JSON] = {"date": None}

    date: Day = None


class Finish(Body):
    """When it is finished, and what the reader thinks of it."""

    shown: ClassVar[JSON] = {"rating": 4.5}

    rating: Rating = None
    review: Review = None
    date: Day = None


class Abandon(Body):
    """When it is given up."""

    shown: ClassVar[JSON] = {"review": "not for me"}

    date: Day = None
    review: Review = None


class Rate(Body):
    """Stars; null takes them away."""

    shown: ClassVar[JSON] = {"rating": 5.0}

    rating: Rating
    review: Review = None


class ReadingEdit(Changes):
    """The fields of a reading to correct; null takes a value away."""

    shown: ClassVar[JSON] = {"review": "better the second time"}

    status: ReadingStatus | None = None
    started_at: Day = None
    finished_at: Day = None
    rating: Rating = None
    review: Review = None
    edition: str | int | None = None
    page: PageNumber = None
    percent: Annotated[float | None, Field(ge=0, le=100)] = None
    minutes: Minutes = None
    chapter: Annotated[Int | None, Field(ge=0, le=1_000_000)] = None
    read_count: Annotated[Int | None, Field(ge=0, le=1_000_000)] = None
    sessions: list[dict[str, Any]] | None = None


class ReadingParams(Params):
    """A reading in the path."""

    reading_id: Id


class ReadingsList(Page):
    """Filters of a list of readings."""

    book: BookName | None = None
    status: ReadingStatus | None = None


class StatusParams(Page):
    """A status in the path."""

    status: Literal["want_to_read", "reading", "paused", "finished", "abandoned", "unread"]


class YearParams(Params):
    """A year; this one, or for statistics all time."""

    year: Year = None


class GoalParams(Params):
    """A year in the path."""

    year: Annotated[Whole, Field(ge=1, le=9_999, examples=[2024])]


class NewGoal(Body):
    """How many books to finish in the year."""

    shown: ClassVar[JSON] = {"books": 24}

    books: Annotated[Int, Field(ge=1, le=100_000)]


_BOOK: JSON = {"path": {"book": "9780765326355"}}
_STARTED = ("POST", "/books/9780765326355/reading/start", Start.shown)

OPERATIONS: list[Operation] = tagged(
    "reading",
    Operation(
        "POST", "/books/{book}/reading/start", "start_reading", "Begin to read, or go on",
        shapes_owning.Reading, OfBook, Start, keyed=True, sample=_BOOK,
    ),
    Operation(
        "POST", "/books/{book}/reading/progress", "update_progress", "Tell how far you are",
        shapes_owning.Progress, OfBook, Place, keyed=True, sample=_BOOK,
    ),
    Operation(
        "POST", "/books/{book}/reading/sessions", "add_session", "Add a sitting to the log",
        shapes_owning.Progress, OfBook, NewSession, status=201, keyed=True, sample=_BOOK,
    ),
    Operation(
        "POST", "/books/{book}/reading/pause", "pause_reading", "Pause a reading",
        shapes_owning.Reading, OfBook, Pause, sample={**_BOOK, "before": [_STARTED]},
    ),
    Operation(
        "POST", "/books/{book}/reading/finish", "finish_reading", "Finish a reading",
        shapes_owning.Reading, OfBook, Finish, keyed=True, sample=_BOOK,
    ),
    Operation(
        "POST", "/books/{book}/reading/abandon", "abandon_reading", "Give a reading up",
        shapes_owning.Reading, OfBook, Abandon, sample={"path": {"book": "2"}},
    ),
    Operation(
        "PUT", "/books/{book}/rating", "rate", "Rate a book, or take the rating away",
        shapes_owning.Reading, OfBook, Rate, sample=_BOOK,
    ),
    Operation(
        "POST", "/books/{book}/wish", "add_to_wishlist", "Note that you want to read a book",
        shapes_owning.BookWithReading, OfBook, sample={"path": {"book": "5"}},
    ),
    Operation(
        "GET", "/readings", "readings", "The readings of a book or of all, the last first",
        shapes_owning.Readings, ReadingsList, errors=(404,), version="revision",
        sample={"query": {"limit": 1}, "before": [_STARTED]},
    ),
    Operation(
        "GET", "/readings/{reading_id}", "get_reading", "A reading by its id",
        shapes_owning.Reading, ReadingParams, version="content",
        sample={"path": {"reading_id": 1}, "before": [_STARTED]},
    ),
    Operation(
        "PATCH", "/readings/{reading_id}", "edit_reading", "Correct a reading",
        shapes_owning.Reading, ReadingParams, ReadingEdit, version="content",
        current="get_reading",
        sample={"path": {"reading_id": 1}, "before": [_STARTED]},
    ),
    Operation(
        "DELETE", "/readings/{reading_id}", "remove_reading", "Remove a reading",
        shapes.Removed, ReadingParams, current="get_reading",
        sample={"path": {"reading_id": 1}, "before": [_STARTED]},
    ),
    Operation(
        "GET", "/reading/{status}", "books_by_status", "The books of a reading status",
        shapes_owning.BooksWithReading, StatusParams, version="revision",
        sample={
            "path": {"status": "reading"},
            "query": {"limit": 1},
            "before": [_STARTED],
        },
    ),
    Operation(
        "GET", "/reading-stats", "reading_stats", "What was read in a year or in all",
        shapes_owning.ReadingStats, YearParams, version="revision", sample={"query": {}},
    ),
    Operation(
        "GET", "/reading-goals/{year}", "reading_goal", "A year against its goal",
        shapes_owning.Goal, GoalParams, version="revision",
        sample={"path": {"year": 2024}, "before": [("PUT", "/reading-goals/2024", NewGoal.shown)]},
    ),
    Operation(
        "PUT", "/reading-goals/{year}", "set_reading_goal", "Set the goal of a year",
        shapes_owning.Goal, GoalParams, NewGoal, sample={"path": {"year": 2024}},
    ),
    Operation(
        "DELETE", "/reading-goals/{year}", "remove_reading_goal", "Give up the goal of a year",
        shapes_owning.RemovedGoal, GoalParams,
        sample={"path": {"year": 2024}, "before": [("PUT", "/reading-goals/2024", NewGoal.shown)]},
    ),
)  # fmt: skip
