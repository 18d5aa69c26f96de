"""Importing for the existing frontend: it waits half a minute, so long work is a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from booktrack.errors import InvalidFile
from booktrack.web.calls import JSON, call, library_of
from booktrack.web.enrichment import Enrichment
from booktrack.web.frontend_requests import both, number_between
from booktrack.web.problems import Problem

_SHOWN = 50

# The frontend's names of a book's fields, as the reader of an unknown table calls them.
_COLUMNS = {
    "title": "title",
    "isbn": "isbn",
    "author": "authors",
    "series": "series",
    "series_position": "volume",
    "description": "description",
    "published_date": "published",
    "page_count": "pages",
    "categories": "genres",
    "rating": "rating",
}
_CELLS = {
    "Title": ("title",),
    "Author": ("author", "authors"),
    "Series": ("series",),
    "ISBN": ("isbn-13", "isbn13", "isbn", "isbn/uid"),
    "Format": ("format", "binding"),
}


@dataclass(frozen=True)
class Uploaded:
    """A file as a form sent it, with the form's other fields."""

    name: str
    content: bytes
    fields: dict[str, str]


async def uploaded(request: Request) -> Uploaded:
    """Return the file of a form.

    Raises:
        Problem: There is none.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Problem(415, "send the file as multipart/form-data, in its field 'file'")
    async with request.form(max_files=1, max_fields=20) as form:
        part = form.get("file")
        if not isinstance(part, UploadFile):
            raise Problem(422, "the form has no file in its field 'file'")
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        return Uploaded(part.filename or "file", await part.read(), fields)


async def preview(request: Request) -> Response:
    """Return the first rows of a file as they would be taken in."""
    file = await uploaded(request)
    limit = number_between(request.query_params.get("limit"), 1, 100, 5)
    peek = await call(request, "peek_file", file.content, limit=limit)
    return JSON(
        {
            "filename": file.name,
            "format": peek["format"],
            "headers": peek["columns"],
            "total_rows_in_file": str(peek["rows"]),
            "preview": [_previewed(one) for one in peek["preview"]],
        }
    )


def _previewed(row: dict[str, Any]) -> dict[str, Any]:
    cells = {name.strip().casefold(): text for name, text in row["cells"].items()}
    parsed = {
        "Title": row["title"] or "",
        "Author": "; ".join(row["authors"]),
        "Series": row["series"] or "",
        "ISBN": row["isbn_13"] or "",
        "Format": row["format"],
    }
    original = {
        name: next((cells[one] for one in names if one in cells), parsed[name])
        for name, names in _CELLS.items()
    }
    read = {
        "title": row["title"],
        "authors": row["authors"],
        "series_name": row["series"],
        "series_position": row["position"],
        "isbn_13": row["isbn_13"],
        "format": row["format"],
        "price": row["price"],
    }
    return {
        "row_number": row["row"],
        "original": original,
        "parsed": read if row["title"] is not None else None,
        "error": row["problem"],
    }


async def import_csv(request: Request) -> Response:
    """Take in a file of whatever service it is of."""
    file = await uploaded(request)
    done = await call(request, "import_file", file.content, owned=True)
    enrich_later(request, done)
    return JSON(
        {
            "success": True,
            "message": _summary(done),
            "format": done["format"],
            "imported": done["added"],
            "updated": done["updated"],
            "unchanged": done["unchanged"],
            "skipped": len(done["skipped"]),
            "failed": len(done["failed"]),
            "total_rows": done["rows"],
            "errors": [
                {"row": one["row"], "error": one["reason"], "title": _title(one)}
                for one in done["failed"]
            ],
            "books": [{"title": one} for one in await _newest(request, done["added"])],
        }
    )


async def _newest(request: Request, added: int) -> list[str]:
    """Return titles of what was taken in, as many as a page can show."""
    if not added:
        return []
    most = min(added, _SHOWN)
    found = await call(request, "list_books", sort="added", descending=True, limit=most)
    return [one["title"] for one in found["books"]]


async def import_any(request: Request) -> Response:
    """Take in a file; columns that a person chose count for tables of no known service."""
    file = await uploaded(request)
    columns = _columns(file.fields.get("field_mapping"))
    done = await _import(request, file, columns)
    if file.fields.get("enrich_metadata", "true") != "false":
        enrich_later(request, done)
    failed = [f"row {one['row']}: {one['reason']}" for one in done["failed"]]
    return JSON(
        {
            "success": True,
            "message": _summary(done),
            "format": done["format"],
            "imported": done["added"],
            "updated": done["updated"],
            "skipped": done["unchanged"] + len(done["skipped"]),
            "failed": len(done["failed"]),
            "errors": failed,
            "books_added": done["added"],
        }
    )


async def _import(request: Request, file: Uploaded, columns: dict[str, str]) -> dict[str, Any]:
    """Return what the import did: the content tells the format, and the columns only help out."""
    for chosen in await _ways(request, file, columns):
        try:
            done: dict[str, Any] = await call(
                request, "import_file", file.content, owned=True, columns=chosen
            )
        except InvalidFile:
            # The form also sends what it guessed, and what was chosen for the file before.
            if chosen is None:
                raise
        else:
            return done
    raise Problem(422, "the file is no export that booktrack knows, nor of the columns named")


async def _ways(
    request: Request, file: Uploaded, columns: dict[str, str]
) -> list[dict[str, str] | None]:
    """Return how the file may be read, the best way first; None is by its content alone."""
    if not columns:
        return [None]
    try:
        peek = await call(request, "peek_file", file.content, limit=1)
    except InvalidFile:
        return [columns, None]
    if peek["format"] != "table":
        return [None]
    there = {name: column for name, column in columns.items() if column in peek["columns"]}
    return [there, None] if there else [None]


def _columns(text: str | None) -> dict[str, str]:
    try:
        given = msgspec.json.decode(text or "{}")
    except msgspec.DecodeError:
        raise Problem(422, "field_mapping is no JSON") from None
    if not isinstance(given, dict):
        raise Problem(422, "field_mapping is an object of texts")
    return {
        _COLUMNS[name]: column
        for name, column in given.items()
        if name in _COLUMNS and isinstance(column, str) and column
    }


def _title(failed: dict[str, Any]) -> str | None:
    cells = {name.strip().casefold(): text for name, text in failed["data"].items()}
    return cells.get("title") or None


def _summary(done: dict[str, Any]) -> str:
    return f"{done['added']} books are new, {done['updated']} updated, {done['unchanged']} known"


def enrich_later(request: Request, done: dict[str, Any]) -> None:
    """Begin to ask the sources about what was taken in, after the answer and not before it."""
    state = request.app.state
    if not hasattr(state, "frontend_enrichment"):
        state.frontend_enrichment = Enrichment(library_of(request), state.jobs)
    enrichment: Enrichment = state.frontend_enrichment
    enrichment.begin(done["added"])


ROUTES: list[BaseRoute] = [
    *both("/api/books/import", import_any, "POST"),
    *both("/api/books/import/csv", import_csv, "POST"),
    *both("/api/books/import/csv/preview", preview, "POST"),
]
