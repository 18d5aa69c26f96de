"""Searching, for the existing frontend: it always gets a list, whatever the sources do.

An answer with an error's status makes the page ask again at once, without end.
"""

from __future__ import annotations

from collections import OrderedDict
from time import monotonic
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from booktrack.errors import BooktrackError
from booktrack.web.calls import JSON, call_within
from booktrack.web.frontend_requests import both, number_between, told
from booktrack.web.frontend_shapes import results

# Nobody looks at a page for longer than this before typing on, and it gives up after 30 seconds.
_PATIENCE = 10.0
_MOST = 100
_REMEMBERED = 1_000


class Candidates:
    """Records that a search showed and that are not in the library, by their ISBNs.

    A source that finds a book by its title may not find it by its number: what a page showed with
    a button to add it is taken in as it was shown.
    """

    def __init__(self) -> None:
        self._records: OrderedDict[str, dict[str, Any]] = OrderedDict()

    @classmethod
    def of(cls, request: Request) -> Candidates:
        """Return those of the app."""
        state = request.app.state
        if not hasattr(state, "frontend_candidates"):
            state.frontend_candidates = cls()
        kept: Candidates = state.frontend_candidates
        return kept

    def remember(self, answer: dict[str, Any]) -> None:
        """Keep the records among a search's candidates."""
        for one in answer["candidates"]:
            record = one["record"]
            for edition in record.get("editions", ())[:1]:
                for isbn in edition.get("isbns", ())[:1]:
                    self._records[isbn] = record
                    self._records.move_to_end(isbn)
        while len(self._records) > _REMEMBERED:
            self._records.popitem(last=False)

    def get(self, isbn: str) -> dict[str, Any] | None:
        """Return the record that was shown with this ISBN."""
        return self._records.get(isbn)


async def _found(
    request: Request, most: int, **asked: str | None
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return what was found, and what else there is to say: never an error."""
    given = {name: text for name, value in asked.items() if (text := (value or "").strip())}
    if not given:
        return [], {"sources": {}}
    try:
        answer = await call_within(request, _PATIENCE, "search", **given, limit=most)
    except BooktrackError as error:
        return [], {"sources": {}, "error": error.message}
    Candidates.of(request).remember(answer)
    said = {"sources": answer["sources"]}
    if answer["hint"]:
        said["error"] = answer["hint"]
    return results(answer, most), said


async def search_books(request: Request) -> Response:
    """Return `{"results": [{"book", "score", "source"}]}`, best first."""
    params = request.query_params
    query = params.get("query") or params.get("q") or ""
    most = number_between(params.get("max_results") or params.get("limit"), 1, _MOST, 20)
    began = monotonic()
    found, said = await _found(request, most, query=query)
    return JSON(
        {
            "query": query,
            "results": found,
            "total": len(found),
            "total_found": len(found),
            "search_time": round(monotonic() - began, 3),
            **said,
        }
    )


async def list_found(request: Request) -> Response:
    """Return the books that were found as a plain list."""
    params = request.query_params
    most = number_between(params.get("limit"), 1, _MOST, 20)
    found, _ = await _found(request, most, query=params.get("q") or params.get("query"))
    return JSON([one["book"] for one in found])


async def search_metadata(request: Request) -> Response:
    """Return `{"success", "results"}`: what may replace the texts of a book or volume."""
    params = request.query_params
    how = told(params, "search_type")
    name = how if how in ("title", "author", "isbn") else "query"
    most = number_between(params.get("max_results"), 1, _MOST, 10)
    found, said = await _found(request, most, **{name: params.get("query")})
    return JSON({"success": True, "results": [_flat(one) for one in found], **said})


def _flat(one: dict[str, Any]) -> dict[str, Any]:
    book = one["book"]
    names = ("title", "authors", "isbn_13", "isbn_10", "publisher", "page_count", "description",
             "cover_url", "series_position")  # fmt: skip
    return {
        **{name: book[name] for name in names},
        "release_date": book["published_date"],
        "series_name": book["series"],
        "source": one["source"],
    }


ROUTES: list[BaseRoute] = [
    *both("/api/search/books", search_books),
    *both("/api/books/search", list_found),
]
