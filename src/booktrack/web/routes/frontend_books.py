"""The books of the existing frontend: the shelf, a book's page, taking in, correcting, removing."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from booktrack.errors import NotFound
from booktrack.library import Library
from booktrack.web import etags
from booktrack.web.calls import JSON, call, call_within, library_of, workers_of
from booktrack.web.frontend_requests import (
    PATIENCE,
    body_of,
    both,
    form_fields,
    key_of,
    known_book,
    position_of,
    series_name,
    told,
)
from booktrack.web.frontend_shapes import page, shelf
from booktrack.web.problems import Problem
from booktrack.web.routes.frontend_search import Candidates


class Shelf:
    """The whole shelf in JSON with its ETag, made anew only when the library has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision: int | None = None
        self._kept = (b"", "")

    def answer(self, library: Library) -> tuple[bytes, str]:
        """Return the answer of `GET /books/`, and its version."""
        with self._lock:
            if self._revision != library.revision():
                found = library.shelf()
                body = msgspec.json.encode(shelf(found))
                self._kept, self._revision = (body, etags.of_content(body)), found["revision"]
            return self._kept


def _shelf_of(request: Request) -> Shelf:
    state = request.app.state
    if not hasattr(state, "frontend_shelf"):
        state.frontend_shelf = Shelf()
    kept: Shelf = state.frontend_shelf
    return kept


async def list_books(request: Request) -> Response:
    """Return every owned book, by series."""
    library, kept = library_of(request), _shelf_of(request)
    body, etag = await workers_of(request).read(lambda: kept.answer(library))
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if etags.matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


async def show_book(request: Request) -> Response:
    """Return a book by its ISBN, its key or its id."""
    key = request.path_params.get("key") or request.query_params.get("isbn", "")
    if not key:
        raise Problem(422, "name the book: /api/books/details?isbn=9780765326355")
    return JSON(page(await call(request, "book_page", key)))


async def sources_of_book(request: Request) -> Response:
    """Return what each source said of a book."""
    key = request.path_params["key"]
    book = await call(request, "book_page", key)
    said = await call(request, "provenance", book["id"])
    sources = _by_source(said)
    return JSON({"isbn": key, "sources": sources, "total_sources": len(sources)})


def _by_source(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    sources: dict[str, dict[str, Any]] = {}
    for fields in (said["book"], *(one["fields"] for one in said["editions"])):
        for name, value in fields.items():
            for one in (value, *value["rejected"]):
                sources.setdefault(one["source"], {}).setdefault(name, one["value"])
    return sources


async def enrich_book(request: Request) -> Response:
    """Return a book after asking the sources for what is missing of it."""
    key = request.path_params["key"]
    asked = await call_within(request, PATIENCE, "lookup", key, "always")
    book = await call(request, "book_page", asked["id"])
    return JSON({"success": True, "isbn": key, "sources": asked["asked"], "book": page(book)})


async def add_book(request: Request) -> Response:
    """Take an edition in as owned: by its ISBN alone, or by a whole book that was sent along."""
    body = await body_of(request)
    key = key_of(body)
    if key is None:
        raise Problem(422, "give the ISBN of the book: a book without one is added by its volume")
    book = known_book(body)
    try:
        done = await call_within(request, PATIENCE, "put_on_shelf", key, **book)
    except NotFound:
        record = Candidates.of(request).get(key)
        if record is None:
            raise
        await call(request, "choose", record=record)
        done = await call(request, "put_on_shelf", key)
    title = done["book"]["title"]
    message = f"{title} is in your library already" if done["already"] else f"{title} was added"
    return JSON(
        {
            "success": True,
            "message": message,
            "already_exists": done["already"],
            "book": page(done["book"]),
        }
    )


async def take_out(request: Request) -> Response:
    """Say that the user has an edition no more."""
    book = await call(request, "take_off_shelf", request.path_params["key"])
    return JSON({"success": True, "message": f"{book['title']} was taken out", "book": page(book)})


async def remove_book(request: Request) -> Response:
    """Remove a book with its editions."""
    book = await call(request, "book_page", request.path_params["key"])
    done = await call(request, "remove_book", book["id"])
    return JSON({"success": True, "message": f"{book['title']} was removed", **done})


async def edit_book(request: Request) -> Response:
    """Correct a book, its edition and its place by what a form filled."""
    return await _corrected(request, await body_of(request))


async def apply_metadata(request: Request) -> Response:
    """Correct a book by what a source says of it."""
    body = await body_of(request)
    # A source that names no series does not say that there is none, as a form's blank does.
    return await _corrected(request, {name: one for name, one in body.items() if one})


async def _corrected(request: Request, body: dict[str, Any]) -> Response:
    fields = form_fields(body)
    if "series" in body or "series_name" in body:
        fields["series"] = series_name(body)
        if fields["series"] is not None:
            fields["position"] = position_of(body)
    if not fields:
        raise Problem(422, "the form says nothing: fill a field to correct it")
    book = await call(request, "edit_page", request.path_params["key"], **fields)
    return JSON({"success": True, "message": "the book was corrected", "book": page(book)})


async def select_edition(request: Request) -> Response:
    """Show a book by one of its editions, and own that where it says so."""
    body = await body_of(request)
    key = key_of(body)
    if key is None:
        raise Problem(422, "give the ISBN of the edition")
    if told(body, "mark_as_owned"):
        book = (await call_within(request, PATIENCE, "put_on_shelf", key))["book"]
    else:
        book = await call(request, "book_page", key)
    return JSON({"success": True, "book": page(book)})


async def picture(request: Request) -> Response:
    """Return a picture that the library has; its address names its content, so it never changes."""
    width = request.query_params.get("width")
    chosen = int(width) if width in ("200", "400") else None
    cover = await call(request, "picture", request.path_params["sha256"], width=chosen)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    content = await workers_of(request).read(lambda: _read(cover["path"]))
    return Response(content, headers=headers, media_type=cover["mime"])


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


ROUTES: list[BaseRoute] = [
    *both("/api/books", list_books),
    *both("/api/books", add_book, "POST"),
    *both("/api/books/test", list_books),
    *both("/api/books/details", show_book),
    *both("/api/books/details/{key}", show_book),
    *both("/api/books/isbn/{key}", show_book),
    *both("/api/books/enrich/{key}", enrich_book),
    *both("/api/books/select-edition", select_edition, "POST"),
    *both("/api/books/{key}/metadata-sources", sources_of_book),
    *both("/api/books/{key}/metadata", edit_book, "PUT"),
    *both("/api/books/{key}/apply-metadata", apply_metadata, "POST"),
    *both("/api/books/{key}", show_book),
    *both("/api/books/{key}", edit_book, "PUT", "PATCH"),
    *both("/api/books/{key}", remove_book, "DELETE"),
    *both("/api/library/add", add_book, "POST"),
    *both("/api/library/{key}", show_book),
    *both("/api/library/{key}", take_out, "DELETE"),
    Route("/api/covers/{sha256}", picture),
]
