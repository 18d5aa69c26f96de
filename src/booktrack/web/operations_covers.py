"""The operations on covers, and on what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field

from booktrack.library import Library
from booktrack.web import shapes_more
from booktrack.web.operations import (
    JSON,
    Body,
    EditionParams,
    File,
    Limit,
    NameParams,
    Operation,
    Params,
    PartialDate,
    SeriesParams,
    Upload,
    Whole,
    YesOrNo,
    tagged,
)
from booktrack.web.operations_books import ISBN

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
_LARGEST_PICTURE = 21 << 20
# The hash names the content, so what is under it never changes.
_FOR_EVER = "private, max-age=31536000, immutable"
_CALENDAR = "text/calendar; charset=utf-8"

Width = Annotated[
    Whole | None,
    Field(description="200 or 400 for a thumbnail.", json_schema_extra={"enum": [200, 400]}),
]


class CoverParams(EditionParams):
    """An edition's picture."""

    width: Width = None


class PictureParams(Params):
    """A picture by its content."""

    sha256: Annotated[
        str, Field(pattern="^[0-9a-f]{64}$", description="The hash that answers name.")
    ]
    width: Width = None


class CoverAddress(Body):
    """Where a picture is."""

    shown: ClassVar[JSON] = {"url": "https://covers.openlibrary.org/b/id/6979861-L.jpg"}

    # No path: a file of the server must not be named from outside.
    url: Annotated[str, Field(pattern="^https?://", max_length=4_000)]


class HowMany(Params):
    """How many editions at most."""

    limit: Annotated[Limit, Field(le=10_000)] = 100


class VolumeCovers(SeriesParams):
    """A series whose volumes want pictures."""

    def arguments(self) -> JSON:
        """Return the arguments under the function's name for the series."""
        given = super().arguments()
        return {"series_id": given.pop("series"), **given}


class CalendarParams(Params):
    """What the calendar lists."""

    start: PartialDate | None = None
    end: Annotated[PartialDate | None, Field(description="Wholly included.")] = None
    languages: Annotated[list[str] | None, Field(description="Codes; all leaves none out.")] = None
    reprints: YesOrNo = False
    estimates: Annotated[YesOrNo, Field(description="List guesses for next volumes.")] = True


class IsbnParams(Params):
    """An ISBN in the path."""

    isbn: ISBN


def _picture(result: JSON, given: JSON) -> tuple[str, dict[str, str], bytes]:
    named = "sha256" in given
    headers = {"Cache-Control": _FOR_EVER if named else "private, no-cache"}
    return result["mime"], headers, Path(result["path"]).read_bytes()


def _feed(result: str, _given: JSON) -> tuple[str, dict[str, str], bytes]:
    headers = {"Content-Disposition": 'inline; filename="booktrack.ics"'}
    return _CALENDAR, headers, result.encode()


def _set_uploaded(library: Library, given: JSON) -> Any:
    return _shown(library.set_cover(given["edition"], given["picture"].read()))


def _set_from_address(library: Library, given: JSON) -> Any:
    given["progress"]({"done": 0, "total": 1, "what": "cover"})
    return _shown(library.set_cover(given["edition"], given["url"]))


def _shown(picture: JSON) -> JSON:
    """Return what is told of a picture; where the server keeps it is its own affair."""
    return {name: value for name, value in picture.items() if name != "path"}


_EDITION: JSON = {"path": {"edition": "9780765326355"}}
_PICTURE: JSON = {
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "mime": "image/jpeg",
    "width": 600,
    "height": 900,
    "bytes": 120_431,
    "source": "user",
    "url": None,
    "uploaded": True,
}
_IMAGE = File(PICTURES, _picture)

_COVERS = tagged(
    "covers",
    Operation(
        "GET", "/editions/{edition}/cover", "cover", "The picture of an edition",
        _IMAGE, CoverParams, version="content",
    ),
    Operation(
        "PUT", "/editions/{edition}/cover", "set_cover", "Give an edition a picture of yours",
        shapes_more.Picture, EditionParams, Upload("picture", "the picture", PICTURES,
        _LARGEST_PICTURE), call=_set_uploaded, sample={"answer": _PICTURE},
    ),
    Operation(
        "POST", "/editions/{edition}/cover-downloads", "set_cover",
        "Give an edition the picture at an address",
        shapes_more.Job, EditionParams, CoverAddress, status=202, keyed=True, job="cover",
        name="set_cover_url", call=_set_from_address, sample=_EDITION,
    ),
    Operation(
        "DELETE", "/editions/{edition}/cover", "remove_cover", "Remove an edition's picture",
        shapes_more.RemovedCover, EditionParams, sample=_EDITION,
    ),
    Operation(
        "GET", "/covers/{sha256}", "picture", "A picture by its content; it never changes",
        _IMAGE, PictureParams, version="content",
    ),
    Operation(
        "GET", "/cover-paths/{isbn}", "get_cover_storage_path",
        "Where the server keeps, or would take in, the picture of an ISBN",
        shapes_more.CoverPath, IsbnParams, sample={"path": {"isbn": "9780765326355"}},
        call=lambda library, given: {"path": library.get_cover_storage_path(**given)},
    ),
    Operation(
        "POST", "/series/{series}/covers", "match_existing_covers_to_volumes",
        "Give volumes the pictures that are there",
        shapes_more.VolumeCovers, NameParams, sample={"path": {"series": "Saga"}},
    ),
    Operation(
        "POST", "/series/{series}/cover-downloads", "download_missing_volume_covers",
        "Fetch the pictures that volumes lack",
        shapes_more.Job, VolumeCovers, status=202, keyed=True, job="volume covers",
        sample={"path": {"series": "Saga"}},
    ),
    Operation(
        "POST", "/cover-downloads", "download_covers", "Fetch the pictures that editions lack",
        shapes_more.Job, HowMany, status=202, keyed=True, job="covers",
        sample={"query": {"limit": 1}},
    ),
)  # fmt: skip

_CALENDARS = tagged(
    "calendar",
    Operation(
        "GET", "/calendar", "release_calendar", "What comes out, and what is out and not owned",
        shapes_more.Calendar, CalendarParams, version="revision",
        sample={"query": {"start": "2026-11", "end": "2026-12"}},
    ),
    Operation(
        "GET", "/calendar.ics", "release_calendar_ics",
        "The calendar as a feed that programs subscribe to",
        File(("text/calendar",), _feed), CalendarParams, version="content",
        sample={"query": {"start": "2026-12", "end": "2026-12"}},
    ),
)  # fmt: skip

OPERATIONS: list[Operation] = [*_CALENDARS, *_COVERS]
