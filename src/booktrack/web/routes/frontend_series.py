"""Series for the existing frontend: their names stand in the path, with every character there is.

A server decodes the path before it routes, and `%2F` in a name becomes a slash like any other.
So everything below /api/series/ is one route, which reads the path as it was sent.
"""

from __future__ import annotations

import re
import threading
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from booktrack.library import Library
from booktrack.web.calls import JSON, call, call_within, library_of, workers_of
from booktrack.web.frontend_requests import (
    PATIENCE,
    body_of,
    both,
    form_fields,
    told,
    whole,
)
from booktrack.web.frontend_series_shapes import PUBLICATION, STATUSES, details, listed
from booktrack.web.problems import Problem
from booktrack.web.routes.frontend_search import search_metadata

_BELOW = b"/api/series/"
_TAIL = re.compile(
    rb"(?P<name>.+?)/(?:"
    rb"(?P<action>refresh|update|sync|reconcile|covers/match|books/add)"
    rb"|books/(?P<book>-?[0-9.]+)"
    rb"|volumes/(?P<volume>-?[0-9.]+)(?P<what>/status|/apply-metadata)?"
    rb")",
    re.DOTALL,
)


class List:
    """The list of all series in JSON, made anew only when the library has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, str], bytes] | None = None

    def body(self, library: Library) -> bytes:
        """Return the answer of `GET /series/`."""
        with self._lock:
            # What is released by now, and so missing, depends on the day.
            state = (library.revision(), library.today())
            if self._kept is None or self._kept[0] != state:
                found = library.series_pages()
                body = {"series": [listed(one) for one in found["series"]], "total": found["total"]}
                self._kept = (state, msgspec.json.encode(body))
            return self._kept[1]


async def list_series(request: Request) -> Response:
    """Return every series with its numbers."""
    state = request.app.state
    if not hasattr(state, "frontend_series"):
        state.frontend_series = List()
    library, kept = library_of(request), state.frontend_series
    body = await workers_of(request).read(lambda: kept.body(library))
    return Response(body, headers={"Cache-Control": "no-cache"}, media_type="application/json")


async def create_series(request: Request) -> Response:
    """Make a series by a form."""
    body = await body_of(request)
    fields = _said_of_series(body)
    name = fields.pop("name", None)
    if name is None:
        raise Problem(422, "a series needs a name")
    made = await call(
        request, "create_series", name, **{key: one for key, one in fields.items() if one}
    )
    return JSON({"success": True, "message": f"{made['name']} was created", "id": made["id"]})


def _said_of_series(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a form says of a series; it always sends all fields, blank ones too."""
    said: dict[str, Any] = {}
    if told(body, "name") is not None:
        said["name"] = told(body, "name")
    if "author" in body or "authors" in body:
        author = told(body, "authors", "author")
        said["authors"] = [author] if isinstance(author, str) else author or []
    for name in ("description", "publisher"):
        if name in body:
            said[name] = told(body, name)
    for name in ("genres", "tags"):
        if isinstance(body.get(name), list):
            said[name] = body[name]
    status = told(body, "status", "publication_status")
    if status is not None:
        known = PUBLICATION.get(status) if isinstance(status, str) else None
        said["publication_status"] = known or status
    # Nobody can have said that there are none: the form's 0 is "not known".
    total = whole(told(body, "total_books"))
    if total is not None:
        said["total"] = total
    return said


async def below(request: Request) -> Response:
    """Answer for one series, whatever is in its name."""
    path = _path(request)
    if not path:
        return await list_series(request)
    method = "GET" if request.method == "HEAD" else request.method
    fixed = _FIXED.get((method, path))
    if fixed is not None and (path != b"search-metadata" or "query" in request.query_params):
        return await fixed(request)
    match = _TAIL.fullmatch(path)
    if match is None:
        return await _serve(request, _SERIES, "series", method, _text(path))
    name = _text(match["name"])
    if match["action"]:
        return await _serve(request, _ACTIONS, match["action"].decode(), method, name)
    place = _text(match["book"] or match["volume"])
    what = "book" if match["book"] else f"volume{_text(match['what'] or b'')}"
    return await _serve(request, _VOLUMES, what, method, name, place)


def _path(request: Request) -> bytes:
    """Return what follows /api/series/ as it was sent; without that, as it was decoded."""
    raw: bytes | None = request.scope.get("raw_path")
    sent = raw.partition(b"?")[0] if raw else b""
    if _BELOW not in sent:
        sent = request.scope["path"].encode().replace(b"%", b"%25")
    return sent.partition(_BELOW)[2].rstrip(b"/")


def _text(piece: bytes) -> str:
    try:
        return unquote_to_bytes(piece).decode()
    except UnicodeDecodeError as error:
        raise Problem(400, "the name in the path is not UTF-8") from error


async def _serve(
    request: Request, table: dict[str, dict[str, Any]], key: str, method: str, *names: str
) -> Response:
    handlers = table[key]
    handler = handlers.get(method)
    if handler is None:
        raise HTTPException(405, headers={"Allow": ", ".join(sorted(handlers))})
    answer: Response = await handler(request, *names)
    return answer


# --- one series --------------------------------------------------------------------------------


async def show_series(request: Request, name: str) -> Response:
    """Return a series with its volumes."""
    return JSON(details(await call(request, "series_page", name)))


async def update_series(request: Request, name: str) -> Response:
    """Correct a series by a form; a name that another series has is refused."""
    body = await body_of(request)
    said = _said_of_series(body)
    if not said:
        raise Problem(422, "the form says nothing: fill a field to correct it")
    series = await call(request, "edit_series", name, **said)
    return JSON({"success": True, "message": f"{series['name']} was updated", "id": series["id"]})


async def remove_series(request: Request, name: str) -> Response:
    """Remove a series; its books stay."""
    done = await call(request, "remove_series", name)
    return JSON({"success": True, "message": f"{done['name']} was removed", **done})


async def refresh_series(request: Request, name: str) -> Response:
    """Ask the sources for a series, and tell how many volumes changed."""
    done = await call_within(request, PATIENCE, "refresh_series", name)
    return JSON(
        {
            "success": True,
            "updated_volumes": len(done["changed"]),
            "sources": done["sources"],
            "message": f"{len(done['changed'])} volumes were updated",
        }
    )


async def match_covers(request: Request, name: str) -> Response:
    """Give the series' volumes the pictures that the library has."""
    matched = await call(request, "match_existing_covers_to_volumes", name)
    return JSON({"success": True, "matched": len(matched), "covers": matched})


async def reconcile_series(request: Request, name: str) -> Response:
    """Mend what is between a series and its books."""
    done = await call(request, "reconcile_series_with_owned_books", name)
    return JSON({"success": True, "message": _mended(done), **done})


# --- one volume --------------------------------------------------------------------------------


async def add_volume(request: Request, name: str) -> Response:
    """Put a book at a place of a series by a form, in which blanks are not known."""
    body = await body_of(request)
    place = body.get("position")
    if place in (None, ""):
        raise Problem(422, "a volume needs its position")
    status = _status(told(body, "status") or "missing")
    await call(request, "add_volume", name, place, status=status, **form_fields(body))
    return JSON({"success": True, "message": f"volume {place} was added"})


async def remove_volume(request: Request, name: str, place: str) -> Response:
    """Take a volume out of a series; its book stays."""
    await call(request, "remove_volume", name, place)
    return JSON({"success": True, "message": f"volume {place} was removed"})


async def edit_volume(request: Request, name: str, place: str) -> Response:
    """Correct the book of a volume by what a form filled."""
    body = await body_of(request)
    fields = form_fields(body)
    if told(body, "status") is not None:
        fields["status"] = _status(body["status"])
    if not fields:
        raise Problem(422, "the form says nothing: fill a field to correct it")
    await call(request, "edit_volume", name, place, **fields)
    return JSON({"success": True, "message": f"volume {place} was updated"})


async def mark_volume(request: Request, name: str, place: str) -> Response:
    """Say that a volume is owned, wanted or missing: in the query or in the body."""
    said = request.query_params.get("status") or told(await body_of(request), "status")
    if said is None:
        raise Problem(422, "say the status: owned, wanted or missing")
    await call(request, "mark_volume", name, place, _status(said))
    return JSON({"success": True, "message": f"volume {place} is {said}", "status": said})


def _status(word: object) -> str:
    return STATUSES.get(word, word) if isinstance(word, str) else str(word)


# --- all series --------------------------------------------------------------------------------


async def fix_orphans(request: Request) -> Response:
    """Put books whose titles name a series into it."""
    done = await call(request, "fix_series")
    return JSON({"success": True, "message": _mended(done), **done})


async def reconcile(request: Request) -> Response:
    """Mend what is between all series and their books; status follows by itself."""
    done = await call(request, "reconcile_all")
    return JSON({"success": True, "message": _mended(done), **done})


async def validate(request: Request) -> Response:
    """Tell what is wrong or doubtful about series; nothing is changed."""
    found = await call(request, "series_audit")
    counts = ", ".join(f"{number} {code.replace('_', ' ')}" for code, number in
                       sorted(found["counts"].items()) if number)  # fmt: skip
    message = f"{found['total']} findings: {counts}" if found["total"] else "nothing is wrong"
    return JSON({"success": True, "message": message, **found})


async def fix_all(request: Request) -> Response:
    """Read the titles anew, then mend all series."""
    read = await call(request, "fix_series")
    mended = await call(request, "reconcile_all")
    done = {
        "changed": [*read["changed"], *mended["changed"]],
        "left": [*read["left"], *mended["left"]],
    }
    return JSON({"success": True, "message": _mended(done), **done})


def _mended(done: dict[str, Any]) -> str:
    changed, left = len(done["changed"]), len(done["left"])
    told_left = f"; {left} are left for you to decide" if left else ""
    return f"{changed} changes were made{told_left}"


_FIXED = {
    ("POST", b"create"): create_series,
    ("POST", b"fix-orphaned-books"): fix_orphans,
    ("POST", b"fix-missing-volumes"): reconcile,
    ("POST", b"validate"): validate,
    ("POST", b"sync-all"): reconcile,
    ("POST", b"fix-all"): fix_all,
    ("GET", b"search-metadata"): search_metadata,
    ("POST", b"search-metadata"): search_metadata,
}
_SERIES: dict[str, dict[str, Any]] = {
    "series": {"GET": show_series, "DELETE": remove_series, "PUT": update_series}
}
_ACTIONS: dict[str, dict[str, Any]] = {
    "refresh": {"POST": refresh_series},
    "update": {"PUT": update_series},
    "sync": {"POST": reconcile_series},
    "reconcile": {"POST": reconcile_series},
    "covers/match": {"POST": match_covers},
    "books/add": {"POST": add_volume},
}
_VOLUMES: dict[str, dict[str, Any]] = {
    "book": {"DELETE": remove_volume},
    "volume": {"PUT": edit_volume, "PATCH": edit_volume, "DELETE": remove_volume},
    "volume/status": {"POST": mark_volume, "PUT": mark_volume},
    "volume/apply-metadata": {"POST": edit_volume},
}
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

ROUTES: list[BaseRoute] = [
    *both("/api/series", list_series),
    Route("/api/series/{path:path}", below, methods=_METHODS),
]
