"""Reading, for the existing frontend."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from booktrack.errors import shown
from booktrack.web.calls import JSON, call
from booktrack.web.frontend_reading_shapes import STATUSES, listed, stats
from booktrack.web.frontend_requests import body_of, both, key_of, told, whole
from booktrack.web.frontend_shapes import page
from booktrack.web.problems import Problem

_EVERY = 10_000


async def progress(request: Request) -> Response:
    """Write down what a form says of a reading."""
    body = await body_of(request)
    edition = whole(body.get("edition_id"))
    key = key_of(body) or (f"edition-{edition}" if isinstance(edition, int) else None)
    if key is None:
        raise Problem(422, "give the ISBN of the book that is read")
    word = told(body, "reading_status", "status")
    said: dict[str, Any] = {
        "status": STATUSES.get(word, (word,))[0] if isinstance(word, str) else word,
        "page": whole(_first(body, "reading_progress_pages", "current_page", "page")),
        "percent": _first(body, "reading_progress_percentage", "percentage"),
        "started_at": told(body, "date_started", "start_date"),
        "finished_at": told(body, "date_finished", "finish_date"),
        "rating": told(body, "personal_rating", "rating"),
        "review": told(body, "personal_notes", "review"),
    }
    given = {name: value for name, value in said.items() if value is not None}
    return _done("the progress was saved", await call(request, "say_reading", key, **given))


def _first(body: dict[str, Any], *names: str) -> Any:
    """Return the first number that was given: here 0 is one."""
    return next((body[name] for name in names if body.get(name) not in (None, "")), None)


def _done(message: str, book: dict[str, Any]) -> Response:
    return JSON({"success": True, "message": message, "book": page(book)})


async def reading_stats(request: Request) -> Response:
    """Return how much was read."""
    return JSON(stats(await call(request, "reading_stats")))


async def by_status(request: Request) -> Response:
    """Return the books in a reading status as a plain list."""
    word = request.path_params["status"]
    if word not in STATUSES:
        raise Problem(422, f"{shown(word)} is no reading status; use one of {', '.join(STATUSES)}")
    books: list[dict[str, Any]] = []
    for status in STATUSES[word]:
        books += (await call(request, "books_by_status", status, limit=_EVERY))["books"]
    return JSON([listed(one) for one in books])


async def start(request: Request) -> Response:
    """Say that a book is being read."""
    key = request.path_params["key"]
    return _done(
        "the book is being read", await call(request, "say_reading", key, status="reading")
    )


async def finish(request: Request) -> Response:
    """Say that a book was finished, with a rating in the query or in the body."""
    text = request.query_params.get("rating")
    rating = text if text is not None else told(await body_of(request), "rating")
    said = {"rating": _number(rating)} if rating not in (None, "") else {}
    key = request.path_params["key"]
    book = await call(request, "say_reading", key, status="finished", **said)
    return _done("the book was finished", book)


def _number(text: Any) -> Any:
    try:
        return float(text)
    except (TypeError, ValueError):
        raise Problem(422, f"a rating is a number from 1 to 5, not {str(text)[:40]!r}") from None


async def wish(request: Request) -> Response:
    """Put a book on the list of wishes."""
    key = request.path_params["key"]
    book = await call(request, "say_reading", key, status="want_to_read")
    return _done("the book is on your wish list", book)


ROUTES: list[BaseRoute] = [
    *both("/api/reading/progress", progress, "PUT", "POST"),
    *both("/api/reading/stats", reading_stats),
    *both("/api/reading/books/status/{status}", by_status),
    *both("/api/reading/books/{key}/start-reading", start, "POST"),
    *both("/api/reading/books/{key}/finish-reading", finish, "POST"),
    *both("/api/reading/books/{key}/add-to-wishlist", wish, "POST"),
]
