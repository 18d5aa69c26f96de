"""The operations on series: asking, correcting, joining, parting, checking, reporting."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from booktrack.web import shapes, shapes_series
from booktrack.web.operations import (
    JSON,
    Body,
    BookParams,
    Id,
    Int,
    NameParams,
    Operation,
    Page,
    Params,
    PartialDate,
    SeriesParams,
    YesOrNo,
    tagged,
)
from booktrack.web.operations_books import Position, Status, Text

Kind = Annotated[
    Literal["novel", "light_novel", "manga", "comic"],
    Field(description="Where several series bear the name."),
]
Why = Annotated[str | None, Field(max_length=4_000, description="A note on the reason.")]
Volumes = Annotated[
    str | int | list[str | int],
    Field(description="1-9, 4, a label such as Guide Book, or a list of these.", examples=["3"]),
]


class SeriesList(Page):
    """Filters of a list of series."""

    completeness: Literal["complete", "incomplete", "unknown_total", "contradiction"] | None = None
    kind: Literal["novel", "light_novel", "manga", "comic", "publisher_line", "unknown"] | None = (
        None
    )


class KindParams(SeriesParams):
    """A series in the path, and its kind."""

    kind: Kind | None = None


class Tracking(Body):
    """Whether new volumes are of interest."""

    shown: ClassVar[JSON] = {"tracked": True}

    tracked: bool


class Override(Body):
    """The user's word on a series; it holds until it is cleared."""

    shown: ClassVar[JSON] = {"total": 12, "why": "the publisher says so"}

    why: Why = None
    name: Text | None = None
    kind: str | None = None
    total: Annotated[Int | None, Field(ge=0, le=1_000_000)] = None
    publication_status: str | None = None
    edition_line: str | None = None
    order: list[str | int | float] | None = None


class Clear(SeriesParams):
    """The overrides that end: all of them where none is named."""

    fields: Annotated[list[str] | None, Field(description="Such as total or volume 4.")] = None


class Rename(Body):
    """The new name."""

    shown: ClassVar[JSON] = {"name": "Saga (comic)"}

    name: Text
    why: Why = None


class Exclusion(Body):
    """Volumes that are not part of the user's set."""

    shown: ClassVar[JSON] = {"volumes": "3", "why": "I do not collect it"}

    volumes: Volumes
    why: Why = None


class Inclusion(Body):
    """Volumes that count again."""

    shown: ClassVar[JSON] = {"volumes": "3"}

    volumes: Volumes


class Placing(Body):
    """Where a book stands; null: in the series, without a number."""

    shown: ClassVar[JSON] = {"position": 2.75}

    position: Position | None
    why: Why = None


class PlacingParams(BookParams, SeriesParams):
    """A book and a series in the path."""


class Leaving(PlacingParams):
    """Why a book leaves a series."""

    why: Why = None


class VolumeMarks(Body):
    """Volumes and their status; `rest` names what is missing."""

    shown: ClassVar[JSON] = {"volumes": "rest", "status": "want"}

    volumes: Volumes
    status: Status


class SeriesMerge(Body):
    """The series that goes."""

    shown: ClassVar[JSON] = {"other": 12}

    other: str | int


class IntoSeries(SeriesParams):
    """The series that stays."""

    def arguments(self) -> JSON:
        """Return the arguments; the series that stays is called `into`."""
        given = super().arguments()
        return {"into": given.pop("series"), **given}


class Split(Body):
    """The books that become a series of their own."""

    shown: ClassVar[JSON] = {"books": [33], "name": "Saga: The Beginning"}

    books: Annotated[list[Annotated[Int, Field(ge=1)]], Field(min_length=1)]
    name: Text | None = None
    kind: str | None = None


class ByName(SeriesParams):
    """A series in the path that is called `series_name` by its function."""

    def arguments(self) -> JSON:
        """Return the arguments under the function's name for the series."""
        given = super().arguments()
        return {"series_name": given.pop("series"), **given}


class Reconciling(ByName):
    """A series to reconcile."""

    preview: Annotated[YesOrNo, Field(description="Change nothing, tell what would be.")] = False


class Previewed(Params):
    """Whether to change anything."""

    preview: Annotated[YesOrNo, Field(description="Change nothing, tell what would be.")] = False


class Fixing(SeriesParams):
    """A series whose titles are read anew."""

    preview: Annotated[YesOrNo, Field(description="Change nothing, tell what would be.")] = False


class ApiData(Body):
    """What an API says of a series, as it says it."""

    model_config = ConfigDict(extra="allow")
    shown: ClassVar[JSON] = {"total_volumes": 1, "status": "FINISHED"}

    def arguments(self) -> JSON:
        """Return all of it as one argument."""
        return {"api_data": dict(self.model_extra or {})}


class Report(Body):
    """What is wrong, and what is right."""

    shown: ClassVar[JSON] = {"problem": "it ended", "total": 66,
                             "origin": "https://example.org/saga"}  # fmt: skip

    problem: Text
    origin: Text | None = None
    name: Text | None = None
    kind: str | None = None
    total: Annotated[Int | None, Field(ge=0, le=1_000_000)] = None
    publication_status: str | None = None
    edition_line: str | None = None
    language: str | None = None
    release_date: PartialDate | None = None


class ReportParams(SeriesParams):
    """A report of a series."""

    number: Id


class AuthorParams(Params):
    """An author in the path."""

    author: Annotated[str, Field(description="In any spelling.", examples=["Brandon Sanderson"])]


def _saga(**path: Any) -> JSON:
    return {"path": {"series": "Saga", **path}}


_REPORTED: JSON = {
    **_saga(number=1),
    "before": [("POST", "/series/Saga/reports", Report.shown)],
}

_ASKING = tagged(
    "series",
    Operation(
        "GET", "/series", "list_series", "A page of the series by name",
        shapes.SeriesPage, SeriesList, version="revision", sample={"query": {"limit": 1}},
    ),
    Operation(
        "GET", "/series/{series}", "get_series", "A series with its volumes",
        shapes.SeriesWithVolumes, KindParams, errors=(409,), version="content", sample=_saga(),
    ),
    Operation(
        "GET", "/series/{series}/missing", "missing_from_series",
        "What is not owned of a series, and why each is listed",
        shapes_series.MissingVolumes, KindParams, errors=(409,), version="revision", sample=_saga(),
    ),
    Operation(
        "GET", "/authors/{author}/missing", "missing_from_author",
        "The known books of an author that are not owned",
        shapes_series.MissingBooks, AuthorParams, version="revision",
        sample={"path": {"author": "Brandon Sanderson"}},
    ),
    Operation(
        "PUT", "/series/{series}/volumes", "mark_volumes", "Mark volumes of a series",
        shapes_series.MarkedVolumes, SeriesParams, VolumeMarks, sample=_saga(),
    ),
    Operation(
        "PUT", "/series/{series}/tracking", "track_series",
        "Say whether a series' new volumes are of interest",
        shapes.Series, SeriesParams, Tracking, sample=_saga(),
    ),
)  # fmt: skip

_CORRECTING = tagged(
    "series corrections",
    Operation(
        "PATCH", "/series/{series}", "override_series",
        "Put the user's word above that of every source",
        shapes.SeriesWithVolumes, SeriesParams, Override, version="content", current="get_series",
        sample=_saga(),
    ),
    Operation(
        "DELETE", "/series/{series}/overrides", "clear_override", "Let the sources speak again",
        shapes.SeriesWithVolumes, Clear,
        sample={
            "path": {"series": "Saga"},
            "query": {"fields": "total"},
            "before": [("PATCH", "/series/Saga", {"total": 12})],
        },
    ),
    Operation(
        "PUT", "/series/{series}/name", "rename_series", "Give a series another name",
        shapes.SeriesWithVolumes, SeriesParams, Rename, current="get_series", sample=_saga(),
    ),
    Operation(
        "POST", "/series/{series}/exclusions", "exclude_volumes",
        "Say that volumes are not part of the user's set",
        shapes.SeriesWithVolumes, SeriesParams, Exclusion, sample=_saga(),
    ),
    Operation(
        "POST", "/series/{series}/inclusions", "include_volumes", "Count excluded volumes in again",
        shapes.SeriesWithVolumes, SeriesParams, Inclusion, sample=_saga(),
    ),
    Operation(
        "PUT", "/books/{book_id}/series/{series}", "set_position",
        "Say where a book stands in a series",
        shapes.Book, PlacingParams, Placing,
        sample={"path": {"book_id": 2, "series": "Stormlight Archive"}},
    ),
    Operation(
        "DELETE", "/books/{book_id}/series/{series}", "leave_series", "Take a book out of a series",
        shapes.Book, Leaving, sample={"path": {"book_id": 33, "series": "Saga"}},
    ),
    Operation(
        "POST", "/series/{series}/merge", "merge_series", "Join two series that are one",
        shapes.SeriesWithVolumes, IntoSeries, SeriesMerge, sample={"like": "get_series"},
    ),
    Operation(
        "POST", "/series/{series}/split", "split_series", "Make a series of its own of some books",
        shapes.SeriesWithVolumes, SeriesParams, Split, status=201, keyed=True,
        location=lambda made: f"/series/{made['id']}", sample=_saga(),
    ),
)  # fmt: skip

_CHECKING = tagged(
    "series checks",
    Operation(
        "POST", "/series/{series}/validation", "validate_series_metadata",
        "What may be believed of an API's words on a series; nothing is changed",
        shapes_series.Validated, NameParams, ApiData, sample=_saga(),
    ),
    Operation(
        "POST", "/series/{series}/reconciliation", "reconcile_series_with_owned_books",
        "Repair the links between a series and its books",
        shapes_series.Reconciled, Reconciling,
        sample={"path": {"series": "Saga"}, "query": {"preview": "true"}},
    ),
    Operation(
        "POST", "/reconciliation", "reconcile_all", "Reconcile every series",
        shapes_series.AllReconciled, Previewed, sample={"query": {"preview": "true"}},
    ),
    Operation(
        "POST", "/series/{series}/fixes", "fix_series", "Read the titles of a series anew",
        shapes_series.Fixed, Fixing,
        sample={"path": {"series": "Saga"}, "query": {"preview": "true"}},
    ),
    Operation(
        "POST", "/fixes", "fix_series", "Read the titles of books without a series anew",
        shapes_series.Fixed, Previewed, name="fix_all_series",
        sample={"query": {"preview": "true"}},
    ),
    Operation(
        "GET", "/series-audit", "series_audit", "All that is wrong or doubtful about series",
        shapes_series.Audit, version="revision", sample={"query": {}},
    ),
    Operation(
        "POST", "/series/{series}/reports", "report_series", "Report wrong data of a series",
        shapes_series.SeriesReport, SeriesParams, Report, status=201, keyed=True, sample=_saga(),
    ),
    Operation(
        "GET", "/series-reports", "series_reports", "What was reported of all series",
        shapes_series.SeriesReports, version="revision", sample={"query": {}},
    ),
    Operation(
        "GET", "/series/{series}/reports", "series_reports", "What was reported of a series",
        shapes_series.SeriesReports, SeriesParams, version="revision", name="reports_of_series",
        sample=_saga(),
    ),
    Operation(
        "GET", "/series-reports/curated", "export_series_reports",
        "The reports as curated entries, in TOML",
        shapes_series.CuratedReports, version="revision", sample={"query": {}},
    ),
    Operation(
        "DELETE", "/series/{series}/reports/{number}", "close_series_report",
        "Take a report off its list",
        shapes.SeriesWithVolumes, ReportParams, sample=_REPORTED,
    ),
)  # fmt: skip

OPERATIONS: list[Operation] = [*_ASKING, *_CORRECTING, *_CHECKING]
